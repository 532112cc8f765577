"""The support vector machine with a hard margin."""

from __future__ import annotations

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.solution import Solution, certified
from implicit_bias.baselines.solvers import clarabel
from implicit_bias.scaling import restored, shifted, unit
from implicit_bias.support import sharpened
from implicit_bias.validate import FloatArray

__all__ = ["hard_margin_svm"]

INSEPARABLE = "y must be the labels of two classes that a hyperplane separates, and none does"


def hard_margin_svm(X: ArrayLike, y: ArrayLike, bias: bool = False) -> Solution:
    """Find the shortest weights that give every example a margin of at least 1.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    bias : bool
        Whether the hyperplane need not pass through the origin.

    Returns
    -------
    Solution
        ``x`` (d,) minimises ``norm(x)`` over ``y * (X @ x + bias) >= 1``, so that ``1 / norm(x)`` is the largest
        margin and ``x / norm(x)`` its direction. The residual is what is missing in those inequalities.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, no hyperplane separates the
        classes, or the solution is beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6.

    Notes
    -----
    The lower bound is ``dual.sum()`` with ``dual >= 0`` and ``norm(X.T @ (y * dual)) <= 1``, and
    ``y @ dual == 0`` if there is a bias, because ``dual.sum() <= (dual * y) @ (X @ x + bias)``. The objective is
    the norm, not half its square. Clarabel finds the support vectors, and least squares the weights. Lecture 12 and
    the slides on gradient descent: the direction to which logistic regression converges.
    """
    X, y = validate.classification(X, y)
    bias = validate.boolean("bias", bias)
    if bias and abs(np.sum(y)) == len(y):
        return Solution(np.zeros(X.shape[1]), 0.0, gap=0.0, residual=0.0, dual=np.zeros(len(y)), bias=float(y[0]))
    X, exponent = unit(X)
    signed = y[:, np.newaxis] * X
    # The bias is a weight of the column of labels, which costs nothing.
    labels = y if bias else np.zeros(len(y))
    found = [_judged(signed, labels, *one) for one in _candidates(signed, labels)]
    # Those with an infinite gap have no positive margin.
    objective, gap, w, offset, dual = min(found, key=lambda one: one[1])
    if not np.isfinite(gap):
        raise ValueError(INSEPARABLE)
    residual = norm(np.maximum(0, 1 - signed @ w - labels * offset))
    return certified(
        Solution(
            x=restored("X", w, -exponent, "the solution"),
            objective=float(restored("X", objective, -exponent, "the length of the solution")),
            gap=float(shifted(gap, -exponent)),
            residual=float(residual),
            dual=restored("X", dual, -exponent, "a multiplier"),
            bias=offset,
        ),
        "the classes of y nearly touch, for the size of X",
    )


def _candidates(signed: FloatArray, labels: FloatArray) -> list[tuple[FloatArray, float, FloatArray]]:
    """Return weights, bias and multipliers: the solver's, and those of the support vectors that it suggests."""
    import cvxpy  # takes more than a second

    unknown, offset = cvxpy.Variable(signed.shape[1]), cvxpy.Variable()
    margins = signed @ unknown + cvxpy.multiply(labels, offset) >= 1
    clarabel(cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(unknown) / 2), [margins]), INSEPARABLE)
    multipliers = np.maximum(margins.dual_value, 0)
    constant = float(offset.value) if np.any(labels) else 0.0
    return [(unknown.value, constant, multipliers), *sharpened(signed, multipliers, labels)]


def _judged(
    signed: FloatArray, labels: FloatArray, w: FloatArray, offset: float, dual: FloatArray
) -> tuple[float, float, FloatArray, float, FloatArray]:
    """Return objective, gap, weights, bias and multipliers, made feasible by a factor each."""
    least = np.min(signed @ w + labels * offset)
    size = norm(signed.T @ dual)
    if not least > 1e-12 * norm(w) or not size > 0:
        return np.inf, np.inf, w, offset, dual
    if np.any(labels):
        # The two classes weigh the same.
        positive = labels > 0
        total = min(np.sum(dual[positive]), np.sum(dual[~positive]))
        dual = dual * np.where(positive, total / np.sum(dual[positive]), total / np.sum(dual[~positive]))
        size = norm(signed.T @ dual)
    w, offset, dual = w / least, offset / least, dual / size
    objective = float(norm(w))
    return objective, objective - float(np.sum(dual)), w, offset, dual
