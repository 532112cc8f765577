"""The shortest solutions of linear systems, in the Euclidean norm and in the sum of absolute values."""

from __future__ import annotations

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.solution import Solution, certified
from implicit_bias.baselines.solvers import clarabel, highs
from implicit_bias.baselines.system import System, equilibrated, system
from implicit_bias.scaling import length, shifted
from implicit_bias.validate import FloatArray

__all__ = ["basis_pursuit", "min_l2"]


def min_l2(X: ArrayLike, y: ArrayLike) -> Solution:
    """Find the shortest solution of a linear system.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``

    Returns
    -------
    Solution
        ``x`` (d,) minimizes ``norm(x)`` over ``X @ x == y``.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, no ``x`` solves the system to nine digits (or to the precision
        of ``X``), or the solution is beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6.

    Notes
    -----
    The lower bound is ``y @ dual`` with ``norm(X.T @ dual) <= 1``, because
    ``norm(x) >= x @ X.T @ dual = y @ dual + (X @ x - y) @ dual``. The gap can thus be negative, by at most
    ``norm(dual)`` times the residual. A quadratic programme on orthonormalized equations, on which Clarabel does
    not notice the condition of ``X``. Lecture 12, variational characterization; Lecture 13, Corollary 13.2.
    """
    import cvxpy  # takes more than a second
    from scipy.linalg import solve_triangular

    equations = system(X, y)
    if not np.any(equations.target):
        return _nothing(equations)
    Q, R = np.linalg.qr(equations.rows.T)
    goal = solve_triangular(R, equations.target, trans="T")
    size = norm(goal)
    unknown = cvxpy.Variable(len(Q))
    interpolates = Q.T @ unknown == goal / size
    clarabel(cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(unknown)), [interpolates]), "y is not in the column space")
    # The solver's ten digits of feasibility become sixteen.
    z = unknown.value + Q @ (goal / size - Q.T @ unknown.value)
    nu = solve_triangular(R, -interpolates.dual_value)
    nu /= norm(equations.rows.T @ nu)
    objective = size * norm(z)
    return _solution(equations, size * z, nu, objective)


def basis_pursuit(X: ArrayLike, y: ArrayLike, nonnegative: bool = False) -> Solution:
    """Find the solution of a linear system with the smallest sum of absolute values.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``
    nonnegative : bool
        Whether the solution must not have negative entries.

    Returns
    -------
    Solution
        ``x`` (d,) minimizes ``abs(x).sum()`` over ``X @ x == y``, and over ``x >= 0`` if nonnegative.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, no ``x`` solves the system to nine digits (or to the precision
        of ``X``), ``nonnegative`` and no ``x >= 0`` solves it, or the solution is beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6.

    Notes
    -----
    A linear programme, solved by HiGHS. The lower bound is ``y @ dual`` with ``abs(X.T @ dual) <= 1``, or
    ``X.T @ dual <= 1`` if nonnegative. If there are several minimizers, ``x`` is one of them, a vertex: it has at
    most as many nonzero entries as there are independent equations. Lecture 13, Remark 13.8.
    """
    nonnegative = validate.boolean("nonnegative", nonnegative)
    equations = system(X, y)
    if not np.any(equations.target):
        return _nothing(equations)
    columns, r, c = equilibrated(equations.rows)
    # HiGHS drops entries below 1e-9 and has absolute tolerances: the unit of each unknown is that of its column.
    costs = shifted(np.ones(len(c)), np.minimum(c.max() - c, 60))
    target = shifted(equations.target, -r)
    signs = np.array([1.0] if nonnegative else [1.0, -1.0])
    size = np.max(np.abs(target))
    parts, nu = highs(np.tile(costs, len(signs)), np.hstack([sign * columns for sign in signs]), target / size)
    weights = size * signs @ parts.reshape(len(signs), -1)
    weights, nu = _refined(columns, target, costs, weights, nu, nonnegative)
    nu = shifted(nu, -r - c.max())
    slopes = equations.rows.T @ nu
    largest = np.max(slopes if nonnegative else np.abs(slopes))
    if largest > 0:
        nu /= largest
    z = shifted(weights, -c)
    return _solution(equations, z, nu, float(np.sum(np.abs(z))))


def _refined(
    columns: FloatArray, target: FloatArray, costs: FloatArray, weights: FloatArray, nu: FloatArray, nonnegative: bool
) -> tuple[FloatArray, FloatArray]:
    """Solve the equations of the vertex and of its multipliers once more, to all digits.

    A vertex may have entries that are zero but for rounding, whose signs say nothing of the multipliers. So of the old
    and the new multipliers those are returned that prove the higher lower bound.
    """
    support = weights != 0
    chosen = columns[:, support]
    better = weights.copy()
    better[support] += np.linalg.lstsq(chosen, target - columns @ weights)[0]
    if not nonnegative or np.all(better >= 0):
        weights = better
    prices = costs[support] * np.sign(weights[support])
    other = nu + np.linalg.lstsq(chosen.T, prices - chosen.T @ nu)[0]

    def bound(nu: FloatArray) -> float:
        slopes = columns.T @ nu / costs
        return float(target @ nu / np.max(slopes if nonnegative else np.abs(slopes), initial=0.5))

    return weights, max(other, nu, key=bound)


def _solution(equations: System, z: FloatArray, nu: FloatArray, objective: float) -> Solution:
    gap = objective - equations.target @ nu
    x = equations.x(z)
    return certified(
        Solution(
            x,
            float(shifted(objective, equations.exponent)),
            gap=float(shifted(gap, equations.exponent)),
            residual=equations.residual(x),
            dual=equations.dual(nu),
        ),
        "X is too badly conditioned or scaled",
    )


def _nothing(equations: System) -> Solution:
    zero = np.zeros(equations.X.shape[1])
    return Solution(zero, objective=0.0, gap=0.0, residual=length(equations.y), dual=np.zeros(len(equations.y)))
