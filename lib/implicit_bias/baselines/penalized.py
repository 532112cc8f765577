"""The lasso."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.signs import search
from implicit_bias.baselines.solution import Solution, certified, each
from implicit_bias.baselines.solvers import clarabel
from implicit_bias.scaling import exponents, restored, shifted, unit
from implicit_bias.validate import FloatArray

__all__ = ["lasso"]


def lasso(X: ArrayLike, y: ArrayLike, penalty: ArrayLike) -> Solution:
    """Minimize the square loss plus a multiple of the sum of absolute values.

    Mind the ½ in the loss: for ``norm(X @ x - y)**2 + c * abs(x).sum()`` the penalty is ``c / 2``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    penalty : float, > 0, or 1-D sequence of them
        In the units of ``X.T @ y``, n times the ``alpha`` of scikit-learn's ``Lasso``.

    Returns
    -------
    Solution
        ``x`` (d,) minimizes ``norm(X @ x - y)**2 / 2 + penalty * abs(x).sum()``; the residual is 0, because
        nothing constrains it. For a sequence of penalties each field has a first axis.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``penalty`` is not positive, or the objective or the solution
        is beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6.

    Notes
    -----
    The lower bound is ``y @ dual - norm(dual)**2 / 2`` for ``abs(X.T @ dual) <= penalty``, where ``dual`` is a
    multiple of the residual ``y - X @ x`` up to rounding. From ``penalty = abs(X.T @ y).max()`` on, the minimizer is 0.
    Clarabel finds which entries are not zero, and a feature-sign search their values. Lecture 13, (13.8), where
    the loss lacks the factor 1/2: its penalty is twice the one here.
    """
    X, y = validate.regression(X, y)
    penalties = validate.positives("penalty", penalty)
    return each(lambda one: _lasso(X, y, one), penalties)


def _lasso(X: FloatArray, y: FloatArray, penalty: float) -> Solution:
    (X, exponent), (y, size) = unit(X), unit(y)
    c = exponents(X, axis=0)
    columns = shifted(X, -c)
    mantissa, own = np.frexp(penalty)
    own = int(own) - exponent - size
    costs = shifted(mantissa, own - c)
    weights, nu = np.zeros(len(c)), y
    if np.any(np.abs(columns.T @ y) > costs):
        restored("penalty", mantissa, own, "the penalty divided by the largest entries of X and of y")
        # No slope exceeds this, so that columns of a higher cost stay at zero; it may be infinite.
        worthwhile = costs < norm(columns, axis=0) * norm(y)
        problem = columns[:, worthwhile], y, costs[worthwhile]
        weights[worthwhile], nu = min(_candidates(*problem), key=lambda one: _gap(*problem, *one)[0])
    gap, nu = _gap(columns, y, costs, weights, nu)
    misfit, used = y - columns @ weights, weights != 0
    objective = misfit @ misfit / 2 + costs[used] @ np.abs(weights[used])
    return certified(
        Solution(
            x=restored("penalty", shifted(weights, -c), size - exponent, "the solution"),
            objective=float(restored("y", objective, 2 * size, "the objective")),
            gap=float(shifted(gap, 2 * size)),
            residual=0.0,
            dual=shifted(nu, size),
        ),
        "penalty is too small for X and y, and min_norm or basis_pursuit its limit",
    )


def _candidates(columns: FloatArray, y: FloatArray, costs: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield weights and dual points: the solver's, and what a search for the signs makes of it and of nothing."""
    import cvxpy  # takes more than a second

    unknown, misfit = cvxpy.Variable(len(costs)), cvxpy.Variable(len(y))
    loss = cvxpy.sum_squares(misfit) / 2 + costs @ cvxpy.abs(unknown)
    clarabel(cvxpy.Problem(cvxpy.Minimize(loss), [columns @ unknown + misfit == y]), "y does not fit")
    found = unknown.value
    nu = y - columns @ found
    yield found, nu
    slopes = columns.T @ nu
    # At the minimum the slope of an entry that is not zero is its cost.
    likely = (np.abs(slopes) >= (1 - 1e-5) * costs) & (slopes * found > 0)
    yield search(columns, y, costs, np.where(likely, found, 0))
    yield search(columns, y, costs, np.zeros_like(found))


def _gap(
    columns: FloatArray, y: FloatArray, costs: FloatArray, weights: FloatArray, nu: FloatArray
) -> tuple[float, FloatArray]:
    """Return the gap between weights and a dual point, shortened until it is feasible, and that point."""
    fit, used = columns @ weights, weights != 0
    slopes = np.abs(columns.T @ nu)
    steep = slopes > costs
    nu = nu * np.min(costs[steep] / slopes[steep], initial=1.0)
    # The difference of the two objectives, without its cancellation.
    unused = costs[used] * np.abs(weights[used]) - weights[used] * (columns[:, used].T @ nu)
    error = y - fit - nu
    return float(error @ error / 2 + np.sum(unused)), nu
