"""The perceptron: add every example that is classified wrongly, until there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.records import Record
from implicit_bias.scaling import restored, unit
from implicit_bias.validate import FloatArray

__all__ = ["Perceptron", "perceptron"]


@dataclass(frozen=True, eq=False)
class Perceptron(Record):
    """A separating hyperplane and how it was found.

    Attributes
    ----------
    weights : (d,) array
        ``y[mistakes] @ X[mistakes]``, with ``y * (X @ weights + bias) > 0``.
    bias : float
        ``R**2 * y[mistakes].sum()`` for the largest norm ``R`` of an example, or 0 without a bias.
    mistakes : (k,) array of int
        The examples that were added, in their order: the number of updates is ``len(mistakes)``.
    """

    weights: FloatArray
    bias: float
    mistakes: NDArray[np.int64]


def perceptron(X: ArrayLike, y: ArrayLike, *, bias: bool = False, passes: int = 1000) -> Perceptron:
    """Go through the examples in their order, and add ``y[i] * X[i]`` to the weights whenever i is classified wrongly.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    bias : bool
        Whether to learn a constant too, which an update moves by ``y[i] * R**2`` with ``R = max(norm(X[i]))``.
    passes : int, >= 1
        How often to go through the examples at most.

    Returns
    -------
    Perceptron

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, or the weights are beyond the range
        of floats.
    ConvergenceError
        If there are mistakes in the last pass: no hyperplane separates the classes, or the margin is small.

    Notes
    -----
    An example on the hyperplane is classified wrongly: from zero weights nothing would move otherwise. Another step
    size would only rescale the weights. Without a bias there are at most ``(R / margin)**2`` updates (Block 1962,
    Novikoff 1962). Slides on gradient descent, the perceptron algorithm.
    """
    X, y = validate.classification(X, y)
    bias, passes = validate.boolean("bias", bias), validate.integer("passes", passes, minimum=1)
    X, exponent = unit(X)
    signed = y[:, np.newaxis] * X
    # The constant is the weight of a column, as far from 0 as the farthest example.
    radius = float(np.max(np.linalg.norm(X, axis=1)))
    extended = np.column_stack([signed, radius * y]) if bias else signed
    weights, mistakes = np.zeros(extended.shape[1]), []
    for _ in range(passes):
        before = len(mistakes)
        for i, example in enumerate(extended):
            if example @ weights <= 0:
                weights += example
                mistakes.append(i)
        if len(mistakes) == before:
            break
    else:
        raise ConvergenceError(
            f"{len(mistakes) - before} mistakes in pass {passes}: no hyperplane {'' if bias else 'through the origin '}"
            "separates the classes of y, or the margin is small and passes must be larger"
        )
    constant = restored("X", radius * weights[-1], 2 * exponent, "the bias") if bias else 0.0
    found = restored("X", weights[: X.shape[1]], exponent, "the weights")
    return Perceptron(found, float(constant), np.array(mistakes, dtype=np.int64))
