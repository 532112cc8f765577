"""Exact answers by convex programming, each with a certificate: what the fast methods are compared with."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import diagonal, validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

if TYPE_CHECKING:
    import cvxpy

__all__ = ["Solution", "basis_pursuit", "diagonal_limit", "lasso", "min_l2"]


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
    rows, target, lengths, size = _scaled(X, y)
    if size == 0:
        return Solution(x=np.zeros(X.shape[1]), objective=0.0, gap=0.0, residual=0.0)
    unknown = cvxpy.Variable(X.shape[1])
    interpolates = rows @ unknown == target
    # The square has the same minimiser, and its dual does not stall when rows are redundant.
    _solve(cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(unknown)), [interpolates]))
    x = size * unknown.value
    nu = -interpolates.dual_value / lengths
    nu /= norm(X.T @ nu)
    objective = float(norm(x))
    return Solution(x, objective, gap=objective - float(y @ nu), residual=float(norm(X @ x - y)))


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
        ``x`` (d,) minimises ``abs(x).sum()`` over ``X @ x == y``, and over ``x >= 0`` if nonnegative.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, no ``x`` solves the system to nine digits, or
        ``nonnegative`` and no ``x >= 0`` solves it.
    ConvergenceError
        If the solver does not reach its tolerance.

    Notes
    -----
    A linear programme. The lower bound is ``y @ nu`` for a ``nu`` with ``abs(X.T @ nu) <= 1``, or
    ``X.T @ nu <= 1`` if nonnegative. If there are several minimisers, ``x`` is one of them. Lecture 13,
    Remark 13.8.
    """
    import cvxpy

    X, y = validate.regression(X, y)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    rows, target, lengths, size = _scaled(X, y)
    if size == 0:
        return Solution(x=np.zeros(X.shape[1]), objective=0.0, gap=0.0, residual=0.0)
    unknown = cvxpy.Variable(X.shape[1], nonneg=nonnegative)
    interpolates = rows @ unknown == target
    _solve(cvxpy.Problem(cvxpy.Minimize(cvxpy.norm1(unknown)), [interpolates]))
    x = size * _clipped(unknown.value, nonnegative)
    nu = -interpolates.dual_value / lengths
    slopes = X.T @ nu
    largest = np.max(slopes if nonnegative else np.abs(slopes))
    if largest > 0:
        nu /= largest
    objective = float(np.sum(np.abs(x)))
    return Solution(x, objective, gap=objective - float(y @ nu), residual=float(norm(X @ x - y)))


def lasso(X: ArrayLike, y: ArrayLike, penalty: float) -> Solution:
    """Minimise the square loss plus a multiple of the sum of absolute values.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    penalty : float, > 0

    Returns
    -------
    Solution
        ``x`` (d,) minimises ``norm(X @ x - y)**2 / 2 + penalty * abs(x).sum()``; the residual is 0, because
        nothing constrains it.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or ``penalty`` is not positive.
    ConvergenceError
        If the solver does not reach its tolerance.

    Notes
    -----
    The lower bound is ``y @ nu - norm(nu)**2 / 2`` for a ``nu`` with ``abs(X.T @ nu) <= penalty``, a multiple
    of the residual ``y - X @ x``. From ``penalty = abs(X.T @ y).max()`` on, the minimiser is 0. Lecture 13,
    (13.8), where the loss lacks the factor 1/2: its penalty is twice the one here.
    """
    import cvxpy

    X, y = validate.regression(X, y)
    penalty = validate.positive("penalty", penalty)
    zero = np.zeros(X.shape[1])
    if np.max(np.abs(X.T @ y)) <= penalty:
        return Solution(zero, objective=float(y @ y) / 2, gap=0.0, residual=0.0)
    # The solver's tolerances are absolute: it sees columns of norm 1 at most and a target of norm 1.
    length, size = np.max(norm(X, axis=0)), norm(y)
    unknown, misfit = cvxpy.Variable(X.shape[1]), cvxpy.Variable(len(y))
    loss = cvxpy.sum_squares(misfit) / 2 + penalty / (length * size) * cvxpy.norm1(unknown)
    _solve(cvxpy.Problem(cvxpy.Minimize(loss), [(X / length) @ unknown + misfit == y / size]))
    x = size / length * unknown.value
    misfit = y - X @ x
    nu = misfit * min(1, penalty / np.max(np.abs(X.T @ misfit)))
    objective = float(misfit @ misfit / 2 + penalty * np.sum(np.abs(x)))
    return Solution(x, objective, gap=objective - float(y @ nu - nu @ nu / 2), residual=0.0)


def diagonal_limit(
    X: ArrayLike, y: ArrayLike, alpha: float, shape: ArrayLike | None = None, nonnegative: bool = False
) -> Solution:
    """Find where gradient flow on a diagonal network ends, by minimising its potential.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    Solution
        ``x`` (d,) minimises over ``X @ x == y`` and for ``start = alpha**2 * shape**2``
        ``(start * diagonal.potential(x / start)).sum()``, or over ``x >= 0`` as well
        ``diagonal.entropy(x, start)`` if nonnegative.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive, an entry of ``shape`` is zero,
        no ``x`` solves the system to nine digits, or ``nonnegative`` and no ``x >= 0`` solves it.
    ConvergenceError
        If the solver does not reach its tolerance.

    Notes
    -----
    The second opinion on ``diagonal.limit``, which is faster and reaches further: the potential of the signed
    network is the smallest sum of two entropies, of numbers as large as ``start``, so that for ``start`` far
    above ``x`` the solver's tolerance is above the objective, and the gap says so. The lower bound is
    ``y @ nu - 2 * (start * (cosh(X.T @ nu) - 1)).sum()``, or ``y @ nu - (start * expm1(X.T @ nu)).sum()`` if
    nonnegative, for any ``nu``. Zeros in ``x`` are no obstacle. Kernel and rich regimes, Theorem 1.
    """
    import cvxpy

    X, y = validate.regression(X, y)
    alpha = validate.positive("alpha", alpha)
    shape = np.ones(X.shape[1]) if shape is None else validate.nonzero("shape", shape, length=X.shape[1])
    nonnegative = validate.boolean("nonnegative", nonnegative)
    start = validate.positives("alpha", alpha**2 * shape**2)  # it may underflow
    rows, target, lengths, size = _scaled(X, y)
    parts = [cvxpy.Variable(X.shape[1]) for _ in range(1 if nonnegative else 2)]
    network = parts[0] if nonnegative else parts[0] - parts[1]
    size = size or 1.0
    # The relative entropy to start / size, without its constant.
    entropies = [cvxpy.sum(-cvxpy.entr(part) - cvxpy.multiply(1 + np.log(start / size), part)) for part in parts]
    interpolates = rows @ network == target
    _solve(cvxpy.Problem(cvxpy.Minimize(cvxpy.sum(entropies)), [interpolates]))
    x = size * _clipped(network.value, nonnegative)
    nu = -interpolates.dual_value / lengths
    slopes = X.T @ nu
    if nonnegative:
        objective = diagonal.entropy(x, start)
        bound = y @ nu - start @ np.expm1(slopes)
    else:
        objective = float(start @ diagonal.potential(x / start))
        bound = y @ nu - 4 * start @ np.sinh(slopes / 2) ** 2
    return Solution(x, objective, gap=objective - float(bound), residual=float(norm(X @ x - y)))


def _scaled(X: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Return a system with rows of norm 1 and a target of norm 1, the norms of the rows and of the target.

    The solver's tolerances are absolute. Rows and targets that are zero stay zero.
    """
    lengths = norm(X, axis=1)
    lengths[lengths == 0] = 1
    rows, target = X / lengths[:, np.newaxis], y / lengths
    size = float(norm(target))
    if size > 0:
        target /= size
        if norm(rows @ np.linalg.lstsq(rows, target)[0] - target) > 1e-9:
            raise ValueError("y is not in the column space of X")
    return rows, target, lengths, size


def _clipped(x: FloatArray, nonnegative: bool) -> FloatArray:
    """Return the solver's answer without entries that its tolerance has left below zero."""
    return np.maximum(x, 0) if nonnegative else x


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
    if problem.status == cvxpy.INFEASIBLE:
        # Callers have made sure that the equations have a solution.
        raise ValueError("y is not X @ x for any x without negative entries")
    if problem.status != cvxpy.OPTIMAL:
        raise ConvergenceError(f"the solver stopped with status {problem.status}")
