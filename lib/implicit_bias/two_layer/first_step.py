"""The first step of gradient descent on a two-layer network with biases that starts as the function 0."""

from dataclasses import dataclass

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.records import Record
from implicit_bias.validate import FloatArray, Seed

__all__ = ["Features", "first_step_features", "first_step_gradients", "without_linear_part"]


@dataclass(frozen=True, eq=False)
class Features(Record):
    """Hidden weights ``hidden`` (units, d) and ``biases`` (units,) of the features ``relu(hidden @ x + biases)``."""

    hidden: FloatArray
    biases: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", validate.matrix("hidden", self.hidden))
        object.__setattr__(self, "biases", _per_unit(self.biases, self.hidden))
        super().__post_init__()

    def of(self, X: ArrayLike) -> FloatArray:
        """Return the features (n, units) of the examples ``X`` (n, d)."""
        return np.maximum(_examples(X, self.hidden) @ self.hidden.T + self.biases, 0)


def without_linear_part(X: ArrayLike, y: ArrayLike) -> FloatArray:
    """Return the targets without their mean and their linear part, as seen by standard Gaussian examples.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array

    Returns
    -------
    (n,) array
        ``y - a - X @ c`` with the means ``a`` of ``y`` and ``c`` of ``(y - a) * x``.

    Raises
    ------
    ValueError
        If ``X`` and ``y`` do not fit each other.

    Notes
    -----
    ``c`` estimates the mean gradient of the target (Stein); it is no least-squares fit, which needs n > d.
    """
    X, y = validate.regression(X, y)
    centred = y - y.mean()
    return centred - X @ (centred @ X / len(y))


def first_step_gradients(X: ArrayLike, y: ArrayLike, hidden: ArrayLike, biases: ArrayLike | None = None) -> FloatArray:
    """Return how the first step moves each unit: the mean over the examples of ``y * x`` where the unit is active.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    hidden : (units, d) array
    biases : (units,) array, 0 by default
        Unit j is active at x if ``hidden[j] @ x + biases[j]`` is at least 0.

    Returns
    -------
    (units, d) array
        At a start that is the function 0 the loss ``mean((f(X) - y)**2)`` has the derivative ``-2 * outer[j]`` times
        row j in the hidden weights of unit j.

    Raises
    ------
    ValueError
        If an argument does not fit the others.

    Notes
    -----
    Beyond the lazy regime, learning polynomials; Lemma 1 there is about one row.
    """
    X, y = validate.regression(X, y)
    hidden = validate.matrix("hidden", hidden)
    X = _examples(X, hidden)
    biases = np.zeros(len(hidden)) if biases is None else _per_unit(biases, hidden)
    active = X @ hidden.T + biases >= 0
    return active.T @ (y[:, np.newaxis] * X) / len(y)


def first_step_features(X: ArrayLike, y: ArrayLike, *, units: int, seed: Seed) -> Features:
    """Return the hidden layer after one long step of descent from random directions, with new biases.

    Parameters
    ----------
    X : (n, d) array
        Standard Gaussian examples: in other units another linear part is taken out.
    y : (n,) array
        Its mean and its linear part are taken out first.
    units : int, >= 1
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    Features
        The step is so long that nothing of the start is left, and scaled to a root mean square of 1 of the lengths
        of ``hidden``; biases are standard normal.

    Raises
    ------
    ValueError
        If an argument is out of range, or no unit is moved, as by constant targets.

    Notes
    -----
    The first stage of the algorithm of Damian, Lee and Soltanolkotabi (2022), as far as we remember.
    """
    X, y = validate.regression(X, y)
    units = validate.integer("units", units, minimum=1)
    generator = validate.generator("seed", seed)
    directions = generator.standard_normal((units, X.shape[1]))
    size = np.max(np.abs(y))
    left = without_linear_part(X, y / size) if size > 0 else y
    gradients = first_step_gradients(X, left, directions)
    length = norm(gradients) / np.sqrt(units)
    if not 1e-12 * np.max(np.abs(X)) < length < np.inf:
        raise ValueError("y must have more than a mean and a linear part: no unit is moved by the first step")
    return Features(gradients / length, generator.standard_normal(units))


def _examples(X: ArrayLike, hidden: FloatArray) -> FloatArray:
    X = validate.matrix("X", X)
    if X.shape[1] != hidden.shape[1]:
        raise ValueError(f"hidden must have {X.shape[1]} columns, as X, got {hidden.shape[1]}")
    return X


def _per_unit(biases: ArrayLike, hidden: FloatArray) -> FloatArray:
    found = validate.vector("biases", biases)
    if len(found) != len(hidden):
        raise ValueError(f"biases must have length {len(hidden)}, one for each row of hidden, got length {len(found)}")
    return found
