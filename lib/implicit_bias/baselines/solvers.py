"""The solvers, as strict as they can be made. What they answer is judged elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

if TYPE_CHECKING:
    import cvxpy

__all__ = ["clarabel", "highs"]

NO_NONNEGATIVE = "y is not X @ x for any x without negative entries"


def clarabel(problem: cvxpy.Problem, infeasible: str) -> None:
    """Solve in place as well as can be; ``infeasible`` is what to say if there is nothing to solve."""
    import cvxpy  # takes more than a second

    # A point at which the solver gets stuck may be good enough, and the certificate says whether it is.
    options = {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10, "accept_unknown": True}
    # `problem.solve` warns of what becomes an error here, and filters of warnings belong to all threads.
    data, chain, inverse = problem.get_problem_data(cvxpy.CLARABEL, solver_opts=options)
    solution = chain.invert(chain.solve_via_data(problem, data, solver_opts=options), inverse)
    if solution.status in (cvxpy.INFEASIBLE, cvxpy.INFEASIBLE_INACCURATE):
        raise ValueError(infeasible)
    if solution.status not in (cvxpy.OPTIMAL, cvxpy.OPTIMAL_INACCURATE):
        raise ConvergenceError(f"the solver stopped with status {solution.status}: X is too badly conditioned")
    problem.unpack(solution)


def highs(costs: FloatArray, rows: FloatArray, target: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the minimizer of ``costs @ x`` over ``x >= 0`` and ``rows @ x == target``, and its multipliers."""
    from scipy.optimize import linprog  # takes a third of a second

    options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    for method in ("highs", "highs-ipm"):
        result = linprog(costs, A_eq=rows, b_eq=target, method=method, options=options)
        if result.status != 4:  # stuck
            break
    if result.status == 2 and _out_of_reach(rows, target):
        raise ValueError(NO_NONNEGATIVE)
    if result.status != 0:
        raise ConvergenceError(f"the solver stopped with status {result.status}: X is too badly conditioned or scaled")
    return np.maximum(result.x, 0), np.asarray(result.eqlin.marginals)


def _out_of_reach(rows: FloatArray, target: FloatArray) -> bool:
    """Whether a hyperplane separates the target from all nonnegative combinations of columns, to nine digits."""
    from scipy.optimize import nnls

    try:
        x, _ = nnls(rows, target)
    except RuntimeError:
        return False
    normal = target - rows @ x
    size = np.linalg.norm(normal)
    return bool(size > 1e-9 * np.linalg.norm(target) and np.max(rows.T @ normal) <= 1e-6 * size * size)
