"""The baselines against closed forms and other solvers, and their certificates against the definition."""

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog
from sklearn.linear_model import Lasso

from implicit_bias import ConvergenceError, baselines, certify, data, diagonal, least_squares
from implicit_bias.baselines import entropic, margins, penalized, shortest, solvers


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


def erring(monkeypatch, module, shift):
    """Make the solvers of a module return points that are wrong by a relative ``shift``."""
    honest_clarabel, honest_highs = solvers.clarabel, solvers.highs

    def clarabel(problem, infeasible):
        honest_clarabel(problem, infeasible)
        for constraint in problem.constraints:
            factors = np.linspace(1, 1 + shift, constraint.size).reshape(constraint.shape)
            constraint.dual_variables[0].save_value(constraint.dual_value * factors)

    def highs(costs, rows, target):
        _, nu = honest_highs(costs, rows, target)
        # Another vertex of the feasible set, and its multipliers.
        worst, _ = honest_highs(costs * np.linspace(1, 1 + shift, len(costs)), rows, target)
        return worst, nu * np.linspace(1, 1 + shift, len(nu))

    for name, solver in (("clarabel", clarabel), ("highs", highs)):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, solver)


def test_the_certificate_sees_through_solvers_that_err(monkeypatch):
    X, y = data.gaussian_regression(n=6, d=30, seed=0).xy
    erring(monkeypatch, shortest, 30.0)
    for solve in (baselines.min_l2, baselines.basis_pursuit):
        with pytest.raises(ConvergenceError, match=r"^the gap stays at .* above 1e-06 of it"):
            solve(X, y)


def test_an_error_is_mended_or_found(monkeypatch):
    X = data.gaussian_regression(n=4, d=9, seed=0).X
    y = X @ np.ones(9)
    for module, solve in (
        (penalized, partial(baselines.lasso, X, y, 1.0)),
        (entropic, partial(baselines.diagonal_limit, X, y, 0.1)),
        (entropic, partial(baselines.diagonal_limit, X, y, 0.1, nonnegative=True)),
        (margins, partial(baselines.hard_margin_svm, X, [1, -1, 1, -1])),
    ):
        honest = solve()
        with monkeypatch.context() as patch:
            erring(patch, module, 0.3)
            assert solve().objective == pytest.approx(honest.objective, rel=1e-6)


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


def test_the_condition_number_does_not_matter_until_it_is_an_error():
    generator = np.random.default_rng(0)
    U, _, Vt = np.linalg.svd(generator.standard_normal((8, 20)), full_matrices=False)
    y = generator.standard_normal(8)
    for exponent in (3, 6, 9):
        X = U * np.logspace(0, -exponent, 8) @ Vt
        shortest_solution = least_squares.min_norm(X, y)
        found = baselines.min_l2(X, y)
        assert norm(found.x - shortest_solution) <= 10.0 ** (exponent - 14) * norm(found.x)
        assert abs(found.gap) <= 1e-6 * found.objective
    with pytest.raises((ConvergenceError, ValueError), match=r"badly conditioned|column space"):
        baselines.min_l2(U * np.logspace(0, -14, 8) @ Vt, y)


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


def test_a_start_below_all_floats_is_no_obstacle():
    tiny = baselines.diagonal_limit([[1, 2]], [1], 1e-200)
    assert_allclose(tiny.x, [0.5**0.5 * 1e-200, 0.5], rtol=1e-6)
    pursuit = baselines.basis_pursuit([[1, 2]], [1])
    # The slope at infinity is the logarithm of the start, twice over.
    assert tiny.objective == pytest.approx(2 * np.log(1e200) * pursuit.objective, rel=0.01)


def test_a_start_beyond_the_reach_of_the_solver_is_an_error_that_names_it():
    X, y = data.gaussian_regression(n=5, d=12, seed=0).xy
    with pytest.raises(ConvergenceError, match=r"alpha = 1e\+30 is out of the solver's reach"):
        baselines.diagonal_limit(X, y, 1e30)


def test_a_lasso_whose_penalty_is_invisible_is_an_error_that_names_it():
    X, y = data.gaussian_regression(n=20, d=60, seed=0).xy
    with pytest.raises(ConvergenceError, match=r"penalty is too small"):
        baselines.lasso(X, y, 1e-30)


def test_the_lasso_on_columns_of_unlike_units():
    problem = data.sparse_regression(n=20, d=60, sparsity=3, noise=0.1, seed=0)
    X = problem.X * np.geomspace(1e-6, 1e6, 60)
    for penalty in (10.0, 1.0, 1e-2):
        solution = baselines.lasso(X, problem.y, penalty)
        assert solution.gap <= 1e-8 * solution.objective
        assert certify.lasso(X, problem.y, penalty, solution.x, solution.dual).largest <= 1e-6


def test_a_sequence_is_each_value_by_itself():
    X, y = data.gaussian_regression(n=4, d=9, seed=0).xy
    for solve in (baselines.lasso, baselines.diagonal_limit):
        together = solve(X, y, [0.3, 0.1])
        assert together.x.shape == (2, 9) and together.dual.shape == (2, 4) and together.gap.shape == (2,)
        for index, value in enumerate((0.3, 0.1)):
            alone = solve(X, y, value)
            assert_array_equal(together.x[index], alone.x)
            assert together.objective[index] == alone.objective


def test_the_residual_is_what_the_equations_lack():
    # Inconsistent in the tenth digit, which is allowed and shows.
    for solve in (baselines.min_l2, baselines.basis_pursuit):
        assert solve([[1, 2], [2, 4]], [1, 2 + 1e-10]).residual == pytest.approx(1e-10, rel=1e-3)
        with pytest.raises(ValueError, match=r"^y is not in the column space"):
            solve([[1, 2], [2, 4]], [1, 2 + 1e-8])
    slightly_negative = baselines.basis_pursuit([[1, 0, 1], [0, 1, 1]], [1, -1e-12], nonnegative=True)
    assert slightly_negative.x.min() == 0 and slightly_negative.residual == pytest.approx(1e-12)
    with pytest.raises(ValueError, match=r"^y is not X @ x for any x without negative entries"):
        baselines.basis_pursuit([[1, 0, 1], [0, 1, 1]], [1, -1e-8], nonnegative=True)


def test_threads_leave_the_warning_filters_alone():
    X, y = data.gaussian_regression(n=5, d=12, seed=0).xy
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(solve, X, y, 0.5) for solve in (baselines.lasso, baselines.diagonal_limit) * 4]
        assert all(future.result().gap <= 1e-6 for future in futures)
    assert warnings.filters == before


def test_a_solution_stays_read_only_in_another_process():
    solution = pickle.loads(pickle.dumps(baselines.min_l2([[1, 2]], [1])))
    assert not solution.x.flags.writeable and not solution.dual.flags.writeable


def test_a_vertex_with_an_entry_that_is_zero_but_for_rounding():
    """Its sign says nothing: with it the multipliers would prove less than half of the objective."""
    kinks, nodes = np.linspace(-2, 2, 21), np.linspace(-3, 3, 31)
    gaps = np.subtract.outer(nodes, kinks)
    units = np.hstack([np.maximum(0, gaps), np.maximum(0, -gaps)])
    for seed, tilt in ((0, -3), (0, 3), (3, 0.5), (3, 3)):
        random = np.random.default_rng(seed)
        jumps = random.standard_normal(21) * (random.random(21) < 0.3)
        values = np.maximum(0, gaps) @ jumps + tilt * nodes
        found = baselines.basis_pursuit(units[1:] - units[0], values[1:] - values[0])
        expected = max(np.abs(jumps).sum(), abs(2 * tilt + jumps.sum()))
        assert found.objective == pytest.approx(expected, rel=1e-9)
