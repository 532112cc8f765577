"""Exact answers by convex programming, each with a certificate: what the fast methods are compared with."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

if TYPE_CHECKING:
    import cvxpy

__all__ = ["Solution", "min_l2"]


@dataclass(frozen=True, eq=False)
class Solution:
    """A solution and the evidence for it.

    Attributes
    ----------
    x : array
        The minimiser.
    objective : float
        Its objective.
    gap : float
        The objective minus a lower bound, the value of a dual point that is feasible up to rounding.
    residual : float
        By how much ``x`` violates the constraints, in Euclidean norm.
    """

    x: FloatArray
    objective: float
    gap: float
    residual: float


def min_l2(X: ArrayLike, y: ArrayLike) -> Solution:
    """Find the shortest solution of a linear system.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``

    Returns
    -------
    Solution
        ``x`` (d,) minimises ``norm(x)`` over ``X @ x == y``.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or no ``x`` solves the system to nine digits.
    ConvergenceError
        If the solver does not reach its tolerance.

    Notes
    -----
    The lower bound is ``y @ nu`` for a ``nu`` with ``norm(X.T @ nu) <= 1``, because
    ``norm(x) >= x @ X.T @ nu = y @ nu + (X @ x - y) @ nu``. The gap can thus be negative, by at most
    ``norm(nu)`` times the residual. Lecture 12, variational characterisation; Lecture 13, Corollary 13.2.
    """
    import cvxpy  # takes more than a second

    X, y = validate.regression(X, y)
    # The solver's tolerances are absolute: it sees rows of norm 1 and a target of norm 1.
    lengths = norm(X, axis=1)
    lengths[lengths == 0] = 1
    rows, target = X / lengths[:, np.newaxis], y / lengths
    size = norm(target)
    if size == 0:
        return Solution(x=np.zeros(X.shape[1]), objective=0.0, gap=0.0, residual=0.0)
    target /= size
    if norm(rows @ np.linalg.lstsq(rows, target)[0] - target) > 1e-9:
        raise ValueError("y is not in the column space of X")

    unknown = cvxpy.Variable(X.shape[1])
    interpolates = rows @ unknown == target
    # The square has the same minimiser, and its dual does not stall when rows are redundant.
    _solve(cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(unknown)), [interpolates]))
    x = size * unknown.value
    nu = -interpolates.dual_value / lengths
    nu /= norm(X.T @ nu)
    objective = float(norm(x))
    return Solution(x, objective, gap=objective - float(y @ nu), residual=float(norm(X @ x - y)))


def _solve(problem: cvxpy.Problem) -> None:
    """Solve in place, to tolerances of 1e-10 instead of 1e-8."""
    import cvxpy

    with warnings.catch_warnings():
        # What the warning says of an inaccurate solution becomes an error below.
        warnings.filterwarnings("ignore", message="Solution may be inaccurate")
        try:
            problem.solve(solver=cvxpy.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
        except cvxpy.SolverError as error:
            raise ConvergenceError(f"the solver failed: {error}") from error
    if problem.status != cvxpy.OPTIMAL:
        raise ConvergenceError(f"the solver stopped with status {problem.status}")
