"""The support vector machine with a hard margin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.solution import Solution, certified
from implicit_bias.baselines.solvers import clarabel
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import restored, shifted, unit
from implicit_bias.support import nearest, sharpened
from implicit_bias.validate import FloatArray

__all__ = ["hard_margin_svm"]

DUAL = {1: np.inf, 2: 2, np.inf: 1}
INSEPARABLE = "y must be labels that a hyperplane separates, and none is found"


def hard_margin_svm(X: ArrayLike, y: ArrayLike, bias: bool = False, *, norm: float = 2) -> Solution:
    """Find the shortest weights, in one of three norms, that give every example a margin of at least 1.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    bias : bool
        Whether the hyperplane need not pass through the origin.
    norm : 1, 2 or numpy.inf
        In which the weights are measured. Only for 2 they are unique for sure.

    Returns
    -------
    Solution
        ``x`` (d,) minimizes its norm over ``y * (X @ x + bias) >= 1``, so that ``1 / objective`` is the largest
        margin and ``x / objective`` its direction. The residual is what is missing in those inequalities.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, the norm is another, all labels are
        the same and there is a bias, no hyperplane is found that separates the classes (one can be missed if the
        largest margin is below a millionth of the size of X, a hundredth of that for the norm 2 without a bias), or
        the solution is beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6.

    Notes
    -----
    The lower bound is ``dual.sum()`` with ``dual >= 0`` and ``X.T @ (y * dual)`` of dual norm at most 1, and
    ``y @ dual == 0`` if there is a bias, because ``dual.sum() <= (dual * y) @ (X @ x + bias)``. The objective is
    the norm, not half its square. Clarabel finds the support vectors, and for the norm 2 least squares the weights.
    Lecture 12 and the slides on gradient descent: the direction to which logistic regression converges.
    """
    X, y = validate.classification(X, y)
    bias, norm = validate.boolean("bias", bias), validate.one_of("norm", norm, tuple(DUAL))
    if bias and abs(np.sum(y)) == len(y):
        raise ValueError("y has one class only: with a bias, weights of length 0 give it any margin")
    X, exponent = unit(X)
    signed = y[:, np.newaxis] * X
    # The bias is a weight of the column of labels, which costs nothing.
    labels = y if bias else np.zeros(len(y))
    found = [_judged(signed, labels, norm, *one) for one in _candidates(signed, labels, norm)]
    # Those with an infinite gap have no positive margin.
    objective, gap, w, offset, dual = min(found, key=lambda one: one[1])
    if not np.isfinite(gap):
        raise ValueError(INSEPARABLE)
    residual = np.linalg.norm(np.maximum(0, 1 - signed @ w - labels * offset))
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


def _candidates(signed: FloatArray, labels: FloatArray, norm: float) -> list[tuple[FloatArray, float, FloatArray]]:
    """Return weights, bias and multipliers: the solver's, and those of the support vectors that it suggests."""
    import cvxpy  # takes more than a second

    # Without a bias the nearest point of a hull has the same multipliers, also for margins that the solver misses.
    closest = list(sharpened(signed, nearest(signed))) if norm == 2 and not np.any(labels) else []
    unknown, offset = cvxpy.Variable(signed.shape[1]), cvxpy.Variable()
    margins = signed @ unknown + cvxpy.multiply(labels, offset) >= 1
    length = cvxpy.sum_squares(unknown) / 2 if norm == 2 else cvxpy.norm(unknown, norm)
    try:
        clarabel(cvxpy.Problem(cvxpy.Minimize(length), [margins]), INSEPARABLE)
    except (ConvergenceError, ValueError):
        if not any(np.min(signed @ w) > 0 for w, _, _ in closest):
            raise
        return closest
    multipliers = np.maximum(margins.dual_value, 0)
    constant = float(offset.value) if np.any(labels) else 0.0
    sharper = sharpened(signed, multipliers, labels) if norm == 2 else ()
    return [(unknown.value, constant, multipliers), *sharper, *closest]


def _judged(
    signed: FloatArray, labels: FloatArray, norm: float, w: FloatArray, offset: float, dual: FloatArray
) -> tuple[float, float, FloatArray, float, FloatArray]:
    """Return objective, gap, weights, bias and multipliers, made feasible by a factor each."""
    least = np.min(signed @ w + labels * offset)
    size = np.linalg.norm(signed.T @ dual, ord=DUAL[norm])
    if not least > 1e-12 * np.linalg.norm(w) or not size > 0:
        return np.inf, np.inf, w, offset, dual
    if np.any(labels):
        # The two classes weigh the same.
        positive = labels > 0
        total = min(np.sum(dual[positive]), np.sum(dual[~positive]))
        dual = dual * np.where(positive, total / np.sum(dual[positive]), total / np.sum(dual[~positive]))
        size = np.linalg.norm(signed.T @ dual, ord=DUAL[norm])
    w, offset, dual = w / least, offset / least, dual / size
    objective = float(np.linalg.norm(w, ord=norm))
    return objective, objective - float(np.sum(dual)), w, offset, dual
