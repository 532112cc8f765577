"""Results: paths that keep their good points, warm starts, several targets, pickles and threads."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from diagonal_problems import BOTH, DEPTHS, ONE_SOLUTION, assert_solves, problem
from numpy.testing import assert_allclose, assert_array_equal

from implicit_bias import ConvergenceError, diagonal
from implicit_bias.diagonal import hessian, search

FIELDS = ("beta", "log_beta", "resolved", "dual", "residual", "iterations")


@DEPTHS
@BOTH
def test_a_path_is_its_points_in_the_given_order(depth, nonnegative):
    X, y = problem(6, 20, nonnegative, seed=8)
    alphas = np.array([1e-3, 1e2, 1e-30, 0.5, 1e-3, 1e-12]) ** (2 / depth)
    path = diagonal.path(X, y, alphas, depth=depth, nonnegative=nonnegative)
    assert np.all(path.success) and path.message == ("",) * 6
    for index, alpha in enumerate(alphas):
        single = diagonal.solve(X, y, alpha, depth=depth, nonnegative=nonnegative)
        for name in FIELDS:
            assert np.shape(getattr(path, name)) == (6, *np.shape(getattr(single, name)))
        assert_allclose(path.log_beta[index], single.log_beta, rtol=1e-9, atol=1e-9)
        assert_allclose(path.dual[index], single.dual, rtol=1e-9)
        assert_solves(X, y, path.beta[index])
    assert_allclose(path.beta[0], path.beta[4], rtol=1e-12)
    assert diagonal.path(X, y, 0.1, depth=depth, nonnegative=nonnegative).beta.shape == (1, 20)


def test_a_path_keeps_its_good_points_when_one_fails(monkeypatch):
    X, y = problem(4, 9, False, seed=4)
    alphas = [1e-4, 10.0, 1e-2, 1.0]
    whole = diagonal.path(X, y, alphas)
    follow = search.follow

    def stumbling(equations, point, goal):
        if np.isclose(goal, equations.scale(2, 1e-2)):
            raise ConvergenceError("stumbled")
        return follow(equations, point, goal)

    monkeypatch.setattr(search, "follow", stumbling)
    path = diagonal.path(X, y, alphas)
    assert path.success.tolist() == [True, True, False, True]
    assert path.message == ("", "", "at alpha = 0.01: stumbled", "")
    assert np.all(np.isnan(path.beta[2])) and np.isnan(path.residual[2]) and not np.any(path.resolved[2])
    good = path.success
    assert_allclose(path.beta[good], whole.beta[good], rtol=1e-10)


@pytest.mark.parametrize(("y", "nonnegative"), [([1, 0.3], False), ([1, 0.3], True), ([0, 0], False)])
def test_a_path_keeps_its_good_points_when_an_alpha_is_too_small_for_the_depth(y, nonnegative):
    X, alphas = [[1, 2, 0.5], [0, 1, 1]], [1e-12, 1, 1e-30, 0.1]
    whole = diagonal.path(X, y, [1, 0.1], depth=30, nonnegative=nonnegative)
    path = diagonal.path(X, y, alphas, depth=30, nonnegative=nonnegative)
    assert path.success.tolist() == [False, True, False, True]
    for row, alpha in ((0, "1e-12"), (2, "1e-30")):
        reason = "alpha must be larger at depth 30: alpha**(depth - 2) underflows"
        assert path.message[row] == f"at alpha = {alpha}: {reason}"
        for name in ("beta", "log_beta", "dual", "residual"):
            assert np.all(np.isnan(getattr(path, name)[row]))
        assert not np.any(path.resolved[row]) and path.iterations[row] == 0
        with pytest.raises(ValueError, match=r"^alpha must be larger .*, got " + alpha):
            diagonal.solve(X, y, float(alpha), depth=30, nonnegative=nonnegative)
    assert path.message[1] == path.message[3] == ""
    for name in FIELDS:
        assert_allclose(getattr(path, name)[[1, 3]], getattr(whole, name), rtol=1e-12)


def test_a_path_without_a_good_point_is_an_error():
    with pytest.raises(ConvergenceError, match="no strictly positive interpolator"):
        diagonal.path(*ONE_SOLUTION, [1.0, 0.1], nonnegative=True)
    with pytest.raises(ConvergenceError, match="no strictly positive interpolator"):
        diagonal.path(*ONE_SOLUTION, [1.0, 1e-12], depth=30, nonnegative=True)
    with pytest.raises(ValueError, match=r"^alphas must be larger at depth 30: .* underflows for all of them"):
        diagonal.path(*ONE_SOLUTION, [1e-12, 1e-30], depth=30)


@pytest.mark.parametrize("factor", [0.0, np.nan, 1e-3])
def test_an_iteration_that_stalls_is_an_error(monkeypatch, factor):
    X, y = problem(3, 7, False, seed=0)
    honest = hessian.OneLevel.step

    def wrong(self, *arguments):
        return tuple(factor * value for value in honest(self, *arguments))

    monkeypatch.setattr(hessian.OneLevel, "step", wrong)
    with pytest.raises(ConvergenceError, match=r"residual stays at|does not converge"):
        diagonal.solve(X, y, 1e-3)


@DEPTHS
@BOTH
def test_a_warm_start_saves_steps_and_changes_nothing(depth, nonnegative):
    X, y = problem(4, 12, nonnegative, seed=9)
    near = diagonal.solve(X, y, 0.1, depth=depth, nonnegative=nonnegative)
    cold = diagonal.solve(X, 1.001 * y, 0.1, depth=depth, nonnegative=nonnegative)
    warm = diagonal.solve(X, 1.001 * y, 0.1, depth=depth, nonnegative=nonnegative, start=near)
    assert_allclose(warm.beta, cold.beta, rtol=1e-9)
    assert warm.iterations < cold.iterations
    # From far away it is of no use, and does no harm.
    far = diagonal.solve(X, y, 1e-30 ** (2 / depth), depth=depth, nonnegative=nonnegative, start=near)
    assert_solves(X, y, far.beta)
    with pytest.raises(ValueError, match=r"^start must have a dual"):
        diagonal.solve(X[:2], y[:2], 0.1, start=near)


@BOTH
def test_several_targets_for_one_matrix(nonnegative):
    X, first = problem(4, 12, nonnegative, seed=1)
    second = X @ np.random.default_rng(2).exponential(size=12)
    together = diagonal.solve(X, np.column_stack([first, second]), 1e-3, nonnegative=nonnegative)
    for index, y in enumerate((first, second)):
        single = diagonal.solve(X, y, 1e-3, nonnegative=nonnegative)
        for name in FIELDS:
            assert_array_equal(getattr(together, name)[index], getattr(single, name))
    beta = diagonal.limit(X, np.column_stack([first, second]), 1e-3, nonnegative=nonnegative)
    assert_array_equal(beta, together.beta)


def test_results_are_read_only_also_out_of_a_pickle():
    X, y = problem(3, 7, False, seed=0)
    for result in (diagonal.solve(X, y, 0.1), diagonal.path(X, y, [0.1, 1.0])):
        for copy in (result, pickle.loads(pickle.dumps(result))):
            for name in ("beta", "log_beta", "resolved", "dual"):
                assert_array_equal(getattr(copy, name), getattr(result, name))
                with pytest.raises(ValueError, match="read-only"):
                    getattr(copy, name)[0] = 0
            with pytest.raises(AttributeError):
                copy.beta = None


def test_threads_do_not_disturb_each_other():
    problems = [(*problem(4, 15, False, seed), depth) for seed in range(12) for depth in (2, 3)]

    def betas(case):
        X, y, depth = case
        return diagonal.path(X, y, [1.0, 1e-10], depth=depth).beta

    with ThreadPoolExecutor(8) as pool:
        for parallel, alone in zip(pool.map(betas, problems), map(betas, problems), strict=True):
            assert_array_equal(parallel, alone)


@pytest.mark.parametrize(
    ("depth", "shape", "expected"), [(3, [1, 1], [1, 0]), (3, [1, 2], [0, 1.25]), (2, [1, 2], [1, 0])]
)
def test_beyond_depth_2_the_shape_weighs_the_smallest_sum(depth, shape, expected):
    # Weights shape**(2 - depth): Kernel and rich regimes, Theorem 3.
    assert_allclose(diagonal.limit([[1, 0.8]], [1], 1e-60, depth=depth, shape=shape), expected, atol=1e-7)


@pytest.mark.parametrize("depth", [6, 8, 10])
def test_slopes_far_below_the_largest_count_where_nothing_else_is_left(depth):
    # Between rich and kernel regime few slopes are large, and the many small ones add up to the smallest curvatures.
    generator = np.random.default_rng(1)
    X = generator.standard_normal((50, 500))
    y = X[:, :6] @ [2, -1, 1, 0.5, -3, 1] + 0.3 * generator.standard_normal(50)
    path = diagonal.path(X, y, np.logspace(2, -30, 65), depth=depth)
    assert np.all(path.success) and path.iterations.max() < 200


@pytest.mark.parametrize("depth", [2, 2.5, 4])
@BOTH
def test_fine_paths_are_as_exact_as_coarse_ones(depth, nonnegative):
    # Exponents that are predicted from the points before must not leave the row space, however many points there are.
    X, y = problem(8, 40, nonnegative, seed=3)
    alphas = np.logspace(2, -30, 600) ** (2 / depth)
    path = diagonal.path(X, y, alphas, depth=depth, nonnegative=nonnegative)
    assert np.all(path.success)
    for index in (200, 400, 599):
        single = diagonal.solve(X, y, alphas[index], depth=depth, nonnegative=nonnegative)
        assert_allclose(path.log_beta[index], single.log_beta, rtol=1e-9, atol=1e-9)
        assert_allclose(path.dual[index], single.dual, rtol=1e-9)


def test_one_target_where_scales_and_times_have_the_axes():
    X, y = np.eye(3), np.arange(1.0, 4.0)
    calls = [
        lambda y: diagonal.path(X, y, [1.0, 2.0]).beta,
        lambda y: diagonal.gradient_flow(X, y, 1.0, [0.5]),
        lambda y: diagonal.gradient_descent(X, y, 1.0, 0.01, [1, 2]),
    ]
    for call in calls:
        for several in (np.column_stack([y, y]), [[1.0, 2.0]] * 3, y[:, np.newaxis]):
            with pytest.raises(
                ValueError, match=r"^y must have one dimension.* only solve and limit take them at once"
            ):
                call(several)
        assert np.array_equal(call(y), call(y.tolist()))
