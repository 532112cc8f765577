"""The baselines against closed forms and other solvers, and their certificates against the definition."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog
from sklearn.linear_model import Lasso

from implicit_bias import ConvergenceError, baselines, data, diagonal, least_squares


@st.composite
def consistent(draw):
    n, d = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    rank = draw(st.integers(1, min(n, d)))
    return data.gaussian_regression(n=n, d=d, rank=rank, seed=draw(st.integers(0, 10**6)))


units = st.sampled_from([1e-6, 1.0, 1e6])


@given(consistent(), units, units)
def test_min_l2_is_min_norm_in_any_units(problem, unit_X, unit_y):
    X, y = unit_X * problem.X, unit_y * problem.y
    solution = baselines.min_l2(X, y)
    assert norm(solution.x - least_squares.min_norm(X, y)) <= 1e-7 * norm(solution.x)
    assert solution.objective == pytest.approx(norm(solution.x))
    assert solution.residual == pytest.approx(norm(X @ solution.x - y), abs=1e-9 * norm(y))
    assert solution.residual <= 1e-8 * norm(y)
    assert abs(solution.gap) <= 1e-8 * solution.objective


@pytest.mark.parametrize("wrong", ["primal", "dual"])
def test_the_certificate_sees_through_a_solver_that_errs(monkeypatch, wrong):
    X, y = data.gaussian_regression(n=4, d=9, seed=0).xy
    shortest = norm(least_squares.min_norm(X, y))
    in_the_kernel = np.linalg.svd(X)[2][-1]
    honest_solve = baselines._solve

    def erring_solve(problem):
        honest_solve(problem)
        dual, unknown = problem.constraints[0].dual_variables[0], problem.variables()[0]
        if wrong == "primal":
            unknown.save_value(unknown.value + in_the_kernel)
        else:
            dual.save_value(dual.value * [1, 2, 3, 4])

    monkeypatch.setattr(baselines, "_solve", erring_solve)
    solution = baselines.min_l2(X, y)
    assert solution.residual <= 1e-8 * norm(y)
    assert solution.gap > 1e-3 * shortest
    assert solution.objective - solution.gap <= shortest * (1 + 1e-9)
    if wrong == "primal":
        assert solution.gap == pytest.approx(solution.objective - shortest)


def test_rows_in_different_units():
    problem = data.gaussian_regression(n=6, d=15, seed=0)
    units = np.logspace(-6, 6, 6)
    solution = baselines.min_l2(units[:, np.newaxis] * problem.X, units * problem.y)
    assert norm(solution.x - least_squares.min_norm(*problem.xy)) <= 1e-8 * solution.objective
    assert abs(solution.gap) <= 1e-8 * solution.objective


def test_zero_targets_and_zero_rows():
    X, y = data.gaussian_regression(n=3, d=5, seed=0).xy
    nothing = baselines.min_l2(X, np.zeros(3))
    assert_array_equal(nothing.x, np.zeros(5))
    assert nothing.objective == nothing.gap == nothing.residual == 0
    padded = baselines.min_l2(np.vstack([X, np.zeros(5)]), np.append(y, 0))
    assert norm(padded.x - least_squares.min_norm(X, y)) <= 1e-8 * padded.objective


@pytest.mark.parametrize("unit", [1e-6, 1, 1e6])
@pytest.mark.parametrize("X", [[[1, 2], [2, 4]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]])
def test_a_system_without_solution(X, unit):
    with pytest.raises(ValueError, match=r"^y is not in the column space of X"):
        baselines.min_l2(np.array(X) * unit, [1, 1])


def test_a_solver_that_stops_short_is_an_error():
    # Condition number 1e6: the solver does not reach ten digits, and must say so.
    generator = np.random.default_rng(0)
    U, _, Vt = np.linalg.svd(generator.standard_normal((8, 20)), full_matrices=False)
    with pytest.raises(ConvergenceError, match="solver"):
        baselines.min_l2(U @ np.diag(np.logspace(0, -6, 8)) @ Vt, generator.standard_normal(8))


@st.composite
def networks(draw):
    nonnegative = draw(st.booleans())
    n = draw(st.integers(1, 8))
    problem = data.gaussian_regression(n=n, d=draw(st.integers(n, 16)), seed=draw(st.integers(0, 10**6)))
    return problem.X, problem.X @ (np.abs(problem.truth) if nonnegative else problem.truth), nonnegative


def programme(X, y, nonnegative):
    """The smallest sum of absolute values, by HiGHS."""
    columns = X if nonnegative else np.hstack([X, -X])
    return linprog(np.ones(columns.shape[1]), A_eq=columns, b_eq=y).fun


@given(networks(), units, units)
def test_basis_pursuit_agrees_with_another_solver_in_any_units(network, unit_X, unit_y):
    X, y, nonnegative = network
    solution = baselines.basis_pursuit(unit_X * X, unit_y * y, nonnegative)
    assert solution.objective == pytest.approx(unit_y / unit_X * programme(X, y, nonnegative), rel=1e-8)
    assert solution.objective == np.abs(solution.x).sum()
    assert np.all(solution.x >= 0) or not nonnegative
    assert solution.residual == norm(unit_X * X @ solution.x - unit_y * y) <= 1e-8 * norm(unit_y * y)
    assert abs(solution.gap) <= 1e-7 * solution.objective


def test_basis_pursuit_finds_a_sparse_truth():
    problem = data.sparse_regression(n=30, d=60, sparsity=3, signed=True, seed=0)
    assert norm(baselines.basis_pursuit(*problem.xy).x - problem.truth) <= 1e-7
    # Two unknowns, one equation: the cheaper column wins.
    assert_allclose(baselines.basis_pursuit([[1, 2]], [1]).x, [0, 0.5], atol=1e-8)
    assert_allclose(baselines.basis_pursuit([[1, -2]], [1], nonnegative=True).x, [1, 0], atol=1e-8)


@pytest.mark.parametrize("unit", [1e-6, 1, 1e6])
@pytest.mark.parametrize("solve", [baselines.basis_pursuit, partial(baselines.diagonal_limit, alpha=0.1)])
def test_a_system_whose_solutions_all_have_negative_entries(solve, unit):
    with pytest.raises(ValueError, match=r"^y is not X @ x for any x without negative entries"):
        solve(X=np.array([[1, 0, 1], [0, 1, 1]]), y=np.array([1, -1]) * unit, nonnegative=True)


@pytest.mark.parametrize("solve", [baselines.basis_pursuit, partial(baselines.diagonal_limit, alpha=0.1)])
def test_solutions_on_the_boundary_and_missing_ones(solve):
    boundary = solve(X=[[1, 0, 1], [0, 1, 1]], y=[1, 0], nonnegative=True)
    assert_allclose(boundary.x, [1, 0, 0], atol=1e-8)
    assert norm(solve(X=[[1, 2], [3, 4]], y=[0, 0]).x) <= 1e-6
    with pytest.raises(ValueError, match=r"^y is not in the column space of X"):
        solve(X=[[1, 2], [2, 4]], y=[1, 1])


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 12), st.floats(-2, 0.5), units, units)
def test_lasso_agrees_with_another_solver_in_any_units(seed, n, d, exponent, unit_X, unit_y):
    X, y = data.gaussian_regression(n=n, d=d, noise=0.5, seed=seed).xy
    penalty = 10**exponent * np.abs(X.T @ y).max()
    # scikit-learn divides the square loss by the number of examples.
    other = Lasso(alpha=penalty / n, fit_intercept=False, tol=1e-13, max_iter=100_000).fit(X, y).coef_
    objective = norm(X @ other - y) ** 2 / 2 + penalty * np.abs(other).sum()
    solution = baselines.lasso(unit_X * X, unit_y * y, unit_X * unit_y * penalty)
    assert solution.objective == pytest.approx(unit_y**2 * objective, rel=1e-7)
    assert abs(solution.gap) <= 1e-6 * solution.objective
    assert solution.residual == 0
    if exponent > 0.01:
        assert_array_equal(solution.x, np.zeros(d))
        assert solution.gap == 0


def test_the_lasso_of_orthogonal_columns_is_soft_thresholding():
    y = np.array([3.0, -1.0, 0.2])
    assert_allclose(baselines.lasso(np.eye(3), y, 0.5).x, [2.5, -0.5, 0], atol=1e-8)


@pytest.mark.parametrize("nonnegative", [False, True])
def test_the_diagonal_limit_is_optimal_and_says_so(nonnegative):
    generator = np.random.default_rng(0)
    X, truth = generator.standard_normal((5, 12)), generator.exponential(size=12)
    y, shape = X @ truth, np.linspace(-2, 0.5, 12)
    for alpha in (1.0, 1e-2, 1e-6, 1e-20):
        solution = baselines.diagonal_limit(X, y, alpha, shape, nonnegative)
        assert abs(solution.gap) <= 1e-6 * solution.objective
        assert solution.residual <= 1e-7 * norm(y)
        assert solution.objective == pytest.approx(
            diagonal.entropy(solution.x, (alpha * shape) ** 2)
            if nonnegative
            else (alpha * shape) ** 2 @ diagonal.potential(solution.x / (alpha * shape) ** 2)
        )
    ratio = baselines.diagonal_limit(X, y, 1, shape, nonnegative).x / shape**2
    multipliers = np.log(ratio) if nonnegative else np.arcsinh(ratio / 2)
    assert norm(np.linalg.svd(X)[2][5:] @ multipliers) <= 1e-3


def test_an_error_of_the_solver_shows_in_every_gap_and_the_bounds_stay_below(monkeypatch):
    X = data.gaussian_regression(n=4, d=9, seed=0).X
    y, in_the_kernel = X @ np.ones(9), np.linalg.svd(X)[2][-1]
    solvers = [
        partial(baselines.basis_pursuit, X, y),
        partial(baselines.basis_pursuit, X, y, nonnegative=True),
        partial(baselines.lasso, X, y, 1.0),
        partial(baselines.diagonal_limit, X, y, 0.1),
        partial(baselines.diagonal_limit, X, y, 0.1, nonnegative=True),
    ]
    honest_answers = [solve() for solve in solvers]
    honest_solve = baselines._solve

    def erring_solve(problem):
        honest_solve(problem)
        for constraint in problem.constraints:
            constraint.dual_variables[0].save_value(constraint.dual_value * [1, 2, 3, 4])
        for unknown in problem.variables():
            if unknown.size == 9:
                unknown.save_value(unknown.value + 0.3 * in_the_kernel)

    monkeypatch.setattr(baselines, "_solve", erring_solve)
    for solve, honest in zip(solvers, honest_answers, strict=True):
        solution = solve()
        assert solution.gap > 1e-3 * solution.objective
        assert solution.objective - solution.gap <= honest.objective * (1 + 1e-9)


def test_a_target_so_small_that_the_start_underflows():
    with pytest.raises(ValueError, match=r"^alpha must be positive"):
        baselines.diagonal_limit([[1, 2]], [1], 1e-200)
