"""Closed forms against loops, pseudoinverses, exact arithmetic and each other."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from implicit_bias import ConvergenceError, data, least_squares

# A leaked RuntimeWarning is a failure.
pytestmark = pytest.mark.filterwarnings("error")


seeds = st.integers(0, 10**6)


@st.composite
def problems(draw, noise=1.0):
    """Any shape and any rank; with noise and n > rank the system has no solution."""
    n, d = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    rank = draw(st.integers(1, min(n, d)))
    problem = data.gaussian_regression(n=n, d=d, rank=rank, noise=noise, seed=draw(seeds))
    sigma = np.linalg.svd(problem.X, compute_uv=False)
    # Two algorithms agree to eps times the squared condition number, so it must not be huge.
    assume(sigma[rank - 1] > 1e-3 * sigma[0])
    return problem


def pseudoinverse(X):
    """NumPy's, with the library's idea of what counts as zero."""
    return np.linalg.pinv(X, rcond=max(X.shape) * np.finfo(float).eps)


def loop(X, y, step, steps, start):
    beta = np.array(start, dtype=float)
    for _ in range(steps):
        beta -= step * X.T @ (X @ beta - y)
    return beta


def close(actual, expected, rtol=1e-8, size=0.0):
    """Compare relative to the largest vector involved, because what cancels cannot keep its digits."""
    scale = max(np.linalg.norm(expected), np.linalg.norm(actual), np.linalg.norm(size))
    assert np.shape(actual) == np.shape(expected)
    assert np.linalg.norm(actual - expected) <= rtol * scale


@given(problems())
def test_min_norm_is_the_pseudoinverse(problem):
    X, y = problem.xy
    close(least_squares.min_norm(X, y), pseudoinverse(X) @ y)


def test_a_repeated_example_does_not_blow_up():
    X, y = data.gaussian_regression(n=3, d=5, seed=0).xy
    X_twice, y_twice = np.vstack([X, 3 * X]), np.concatenate([y, 3 * y])
    close(least_squares.min_norm(X_twice, y_twice), least_squares.min_norm(X, y))


def test_a_zero_matrix_moves_nothing():
    X, y, start = np.zeros((2, 3)), np.ones(2), np.array([1.0, 2.0, 3.0])
    assert least_squares.step_threshold(X) == np.inf
    assert_allclose(least_squares.min_norm(X, y), np.zeros(3))
    assert_allclose(least_squares.ridge(X, y, 1.0), np.zeros(3))
    assert_allclose(least_squares.gradient_descent(X, y, 1e9, 7, start), start)
    assert_allclose(least_squares.gradient_flow(X, y, [0, np.inf], start), [start, start])


@given(problems(), st.floats(0.01, 1.2), st.integers(0, 30), seeds)
def test_descent_is_the_loop(problem, fraction, steps, seed):
    X, y = problem.xy
    step = fraction * least_squares.step_threshold(X)
    start = np.random.default_rng(seed).standard_normal(X.shape[1])
    iterate = least_squares.gradient_descent(X, y, step, steps, start)
    close(iterate, loop(X, y, step, steps, start), rtol=1e-10, size=start)


@given(problems(), st.floats(0.01, 0.99), seeds)
def test_descent_ends_at_the_projection_of_its_start(problem, fraction, seed):
    X, y = problem.xy
    z = np.random.default_rng(seed).standard_normal(X.shape[1])
    step = fraction * least_squares.step_threshold(X)
    far = least_squares.gradient_descent(X, y, step, 10**15, z)
    close(far, z + pseudoinverse(X) @ (y - X @ z), size=z)
    close(least_squares.gradient_flow(X, y, [np.inf], z)[0], far, size=z)
    close(least_squares.gradient_descent(X, y, step, 10**15), least_squares.min_norm(X, y))


@given(
    st.one_of(
        st.sampled_from([2.0**-60, 1e-12, 1.0, 1.0 + 2**-52, 2.0, 2.0 - 2**-40, 2.0 + 2**-40]),
        st.floats(1e-15, 2.0),
    ),
    st.one_of(st.integers(0, 5), st.integers(0, 10**12)),
)
@example(1.0, 0)
@example(2.0**-60, 10**12)
@example(2.0 - 2**-40, 10**12 + 1)
def test_progress_has_full_relative_accuracy(rate, steps):
    # With X = [[1]] and y = [1] the iterate is 1 - (1 - rate)**steps.
    iterate = least_squares.gradient_descent([[1.0]], [1.0], rate, steps)[0]
    with localcontext() as context:
        context.prec = 60
        exact = 1 - (1 - Decimal(rate)) ** steps if steps else Decimal(0)
        assert abs(Decimal(float(iterate)) - exact) <= Decimal("2e-15") * abs(exact)


def test_at_the_threshold_the_iterate_flips_for_ever():
    steps = [0, 1, 2, 10**12, 10**12 + 1]
    iterates = least_squares.gradient_descent([[1.0]], [1.0], 2.0, steps)
    assert_allclose(iterates[:, 0], [0, 2, 0, 0, 2], atol=0)


@given(problems(), seeds)
def test_the_threshold_separates_convergence_from_divergence(problem, seed):
    X, y = problem.xy
    threshold = least_squares.step_threshold(X)
    start = np.random.default_rng(seed).standard_normal(X.shape[1])
    top = np.linalg.svd(X)[2][0]
    error = abs(top @ (start - least_squares.min_norm(X, y)))
    assume(error > 1e-3)

    def error_after(fraction):
        beta = least_squares.gradient_descent(X, y, fraction * threshold, 2000, start)
        return abs(top @ (beta - least_squares.min_norm(X, y)))

    assert error_after(0.99) < 1e-6 * error
    assert error_after(1.01) > 1e6 * error


def test_overflow_is_an_error_that_names_the_threshold():
    X, y = data.gaussian_regression(n=3, d=5, seed=0).xy
    threshold = least_squares.step_threshold(X)
    with pytest.raises(ConvergenceError, match=rf"threshold .*{threshold}"):
        least_squares.gradient_descent(X, y, 1.5 * threshold, [0, 10**6])
    with pytest.raises(ConvergenceError):
        least_squares.gradient_descent(X, y, 1e300, 5)


def test_a_component_at_its_goal_survives_the_overflow_of_others():
    X, y = np.diag([1.0, 3.0]), np.array([1.0, 0.0])
    assert_allclose(least_squares.gradient_descent(X, y, 1.0, 10**6), [1.0, 0.0])


@given(problems(), st.lists(st.integers(0, 10**4), min_size=1, max_size=5), seeds)
def test_a_sequence_of_steps_is_each_step_by_itself(problem, steps, seed):
    X, y = problem.xy
    start = np.random.default_rng(seed).standard_normal(X.shape[1])
    step = 0.4 * least_squares.step_threshold(X)
    together = least_squares.gradient_descent(X, y, step, steps, start)
    one_by_one = np.array([least_squares.gradient_descent(X, y, step, t, start) for t in steps])
    close(together, one_by_one, rtol=1e-12, size=start)


@given(problems(), st.integers(0, 50), st.integers(0, 50), st.floats(0.1, 1.1))
def test_descent_goes_on_from_where_it_was(problem, first, second, fraction):
    X, y = problem.xy
    step = fraction * least_squares.step_threshold(X)
    half_way = least_squares.gradient_descent(X, y, step, first)
    close(
        least_squares.gradient_descent(X, y, step, second, half_way),
        least_squares.gradient_descent(X, y, step, first + second),
        size=half_way,
    )


@given(problems(), st.floats(0, 10), seeds)
def test_flow_is_descent_with_tiny_steps(problem, time, seed):
    X, y = problem.xy
    start = np.random.default_rng(seed).standard_normal(X.shape[1])
    time = time * least_squares.step_threshold(X) + 1e-9
    many = 10**10
    close(
        least_squares.gradient_flow(X, y, [time], start)[0],
        least_squares.gradient_descent(X, y, time / many, many, start),
        rtol=1e-7,
        size=start,
    )


@given(problems(), st.floats(0, 10), seeds)
def test_flow_solves_its_differential_equation(problem, time, seed):
    X, y = problem.xy
    start = np.random.default_rng(seed).standard_normal(X.shape[1])
    unit = 1 / np.linalg.norm(X, 2) ** 2
    before, now, after = least_squares.gradient_flow(
        X, y, np.array([time + 1, time + 1 + 1e-4, time + 1 + 2e-4]) * unit, start
    )
    velocity = (after - before) / (2e-4 * unit)
    scale = np.linalg.norm(X, 2) * np.linalg.norm(X @ start - y)
    assert np.linalg.norm(velocity + X.T @ (X @ now - y)) <= 1e-6 * scale


def test_the_largest_time_is_as_good_as_infinity():
    X, y = data.gaussian_regression(n=3, d=5, seed=0).xy
    last, limit = least_squares.gradient_flow(10 * X, y, [np.finfo(float).max, np.inf])
    assert_allclose(last, limit, rtol=0)


def test_flow_starts_at_its_start():
    X, y = data.gaussian_regression(n=3, d=5, seed=0).xy
    start = np.arange(5.0)
    assert_allclose(least_squares.gradient_flow(X, y, [0.0], start)[0], start, rtol=0)


@given(problems(), st.floats(1e-3, 1e3), seeds)
def test_rotations_and_units_do_not_matter(problem, scale, seed):
    X, y = problem.xy
    generator = np.random.default_rng(seed)
    Q = np.linalg.qr(generator.standard_normal((len(X), len(X))))[0]
    R = np.linalg.qr(generator.standard_normal((X.shape[1], X.shape[1])))[0]
    start, step = generator.standard_normal(X.shape[1]), 0.7 * least_squares.step_threshold(X)
    beta = least_squares.gradient_descent(X, y, step, 9, start)
    close(least_squares.gradient_descent(Q @ X @ R, Q @ y, step, 9, R.T @ start), R.T @ beta, size=start)
    close(least_squares.gradient_descent(scale * X, scale * y, step / scale**2, 9, start), beta, size=start)
    close(least_squares.min_norm(X, scale * y), scale * least_squares.min_norm(X, y))
    flow = least_squares.gradient_flow(X, y, [step], start)
    close(least_squares.gradient_flow(scale * X, scale * y, [step / scale**2], start), flow, size=start)


@given(problems(), st.floats(1e-6, 1e6))
def test_ridge_solves_the_regularized_normal_equations(problem, penalty):
    X, y = problem.xy
    gram = X.T @ X + penalty * np.eye(X.shape[1])
    residual = gram @ least_squares.ridge(X, y, penalty) - X.T @ y
    assert np.linalg.norm(residual) <= 1e-10 * np.linalg.norm(X, 2) * np.linalg.norm(y)


@given(problems(), st.floats(1e-6, 10))
def test_ridge_approaches_min_norm_as_fast_as_promised(problem, penalty):
    X, y = problem.xy
    shortest = least_squares.min_norm(X, y)
    smallest = np.linalg.svd(X, compute_uv=False)[np.linalg.matrix_rank(X) - 1]
    bound = penalty / (smallest**2 + penalty) * np.linalg.norm(shortest)
    distance = np.linalg.norm(least_squares.ridge(X, y, penalty) - shortest)
    assert distance <= bound * (1 + 1e-6) + 1e-12 * np.linalg.norm(shortest)


@given(problems())
def test_the_filter_sees_the_nonzero_eigenvalues(problem):
    X, y = problem.xy
    seen = []
    constant = least_squares.spectral_filter(X, y, lambda mu: seen.append(mu) or np.full(len(mu), 0.5))
    expected = np.sort(np.linalg.eigvalsh(X.T @ X))[::-1][: np.linalg.matrix_rank(X)]
    assert_allclose(seen[0], expected, rtol=1e-6, atol=1e-10 * expected[0])
    close(constant, least_squares.min_norm(X, y) / 2)


@given(problems(), st.integers(1, 20))
def test_descent_is_a_spectral_filter(problem, steps):
    X, y = problem.xy
    step = 0.3 * least_squares.step_threshold(X)
    filtered = least_squares.spectral_filter(X, y, lambda mu: 1 - (1 - step * mu) ** steps)
    close(filtered, least_squares.gradient_descent(X, y, step, steps), rtol=1e-7)


@given(problems(), st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=4))
def test_a_sequence_of_penalties_or_times_is_each_by_itself(problem, values):
    X, y = problem.xy
    for solve in (least_squares.ridge, least_squares.gradient_flow):
        together = solve(X, y, values)
        assert together.shape == (len(values), X.shape[1])
        close(together, np.array([solve(X, y, value) for value in values]), rtol=1e-12)


def test_progress_too_small_for_a_float_still_moves():
    # The rate 1e-320 has three digits, but the step along the gradient has all of them.
    assert_allclose(least_squares.gradient_descent([[1e-150]], [1e150], 1e-20, 1), [1e-20], rtol=1e-12, atol=0)
    flow = least_squares.gradient_flow([[1e-150]], [1e150], [0.0, 1e-20, np.inf], [1e-20])
    assert_allclose(flow[:, 0], [1e-20, 2e-20, 1e300], rtol=1e-12, atol=0)
    tiny = least_squares.ridge([[1e-150]], [1e150], [1e300, 1.0, 1e-300])
    assert_allclose(tiny[:, 0], [1e-300, 1.0, 5e299], rtol=1e-12, atol=0)


def test_an_iterate_out_of_range_below_the_threshold_is_not_called_divergence():
    with pytest.raises(ValueError, match=r"^y is out of range"):
        least_squares.gradient_descent([[1e-200]], [1e200], 1e300, 10**18)
    with pytest.raises(ValueError, match=r"^X is out of range: an eigenvalue"):
        least_squares.spectral_filter(1e160 * np.eye(2), [1, 2], np.ones_like)
