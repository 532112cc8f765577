"""Gradient descent and gradient flow on the weights, against loops, integrators, closed forms and each other."""

import numpy as np
import pytest
from diagonal_problems import BOTH, ONE_SOLUTION, problem
from flint import arb, ctx
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import solve_ivp

from implicit_bias import ConvergenceError, data, diagonal


def start(X, alpha, shape=None):
    return np.full(X.shape[1], alpha**2) * (1 if shape is None else shape**2)


# Gradient descent


@BOTH
def test_descent_is_the_loop_over_the_weights(nonnegative):
    X, y = problem(3, 7, nonnegative, seed=0)
    shape = np.linspace(-2, 0.3, 7)
    plus, minus = 0.5 * shape, (0 if nonnegative else 0.5) * shape
    for _ in range(20):
        gradient = 2 * X.T @ (X @ (plus**2 - minus**2) - y)
        plus, minus = plus - 1e-3 * 2 * plus * gradient, minus + 1e-3 * 2 * minus * gradient
    beta = diagonal.gradient_descent(X, y, 0.5, 1e-3, 20, shape=shape, nonnegative=nonnegative)
    assert_allclose(beta, plus**2 - minus**2, rtol=1e-12, atol=1e-15)


@BOTH
def test_descent_side_by_side_is_descent_one_by_one(nonnegative):
    X, y = problem(3, 7, nonnegative, seed=0)
    steps, alphas = [30, 0, 7, 7], [0.5, 1e-30]
    together = diagonal.gradient_descent(X, y, alphas, 1e-3, steps, nonnegative=nonnegative)
    assert together.shape == (4, 2, 7)
    for i, count in enumerate(steps):
        row = diagonal.gradient_descent(X, y, alphas, 1e-3, count, nonnegative=nonnegative)
        assert row.shape == (2, 7)
        assert_allclose(row, together[i], rtol=1e-12)
        for j, alpha in enumerate(alphas):
            beta = diagonal.gradient_descent(X, y, alpha, 1e-3, count, nonnegative=nonnegative)
            assert beta.shape == (7,)
            assert_allclose(beta, together[i, j], rtol=1e-12)
    for j, alpha in enumerate(alphas):
        column = diagonal.gradient_descent(X, y, alpha, 1e-3, steps, nonnegative=nonnegative)
        assert column.shape == (4, 7)
        assert_allclose(column, together[:, j], rtol=1e-12)


def test_descent_that_overflows_names_the_step():
    X, y = problem(3, 7, False, seed=0)
    with pytest.raises(ConvergenceError, match=r"within 50 steps: step = 10\.0"):
        diagonal.gradient_descent(X, y, [1e-3, 1.0], step=10, steps=[0, 50])


@BOTH
def test_descent_tends_to_the_flow_at_first_order(nonnegative):
    X, y = problem(3, 8, nonnegative, seed=1)
    flow = diagonal.gradient_flow(X, y, 0.1, [0.1], nonnegative=nonnegative)[0]
    steps = np.array([1000, 2000, 4000])
    errors = [
        norm(diagonal.gradient_descent(X, y, 0.1, 0.1 / count, count, nonnegative=nonnegative) - flow)
        for count in steps
    ]
    assert errors[-1] <= 1e-2 * norm(flow)
    assert_allclose(np.array(errors) * steps, errors[0] * steps[0], rtol=0.05)


@pytest.mark.parametrize("depth", [2, 2.5, 3, 4])
@BOTH
def test_descent_at_any_depth_is_the_loop_over_the_weights(depth, nonnegative):
    X, y = problem(3, 7, nonnegative, seed=0)
    pair = np.stack([np.linspace(0.3, 2, 7), np.linspace(1, 0.5, 7)])
    plus, minus = 0.5 * pair[0], (0 if nonnegative else 0.5) * pair[1]
    for _ in range(20):
        gradient = 2 * X.T @ (X @ (plus**depth - minus**depth) - y)
        plus = plus - 1e-3 * depth * plus ** (depth - 1) * gradient
        minus = minus + 1e-3 * depth * minus ** (depth - 1) * gradient
    shape = pair[0] if nonnegative else pair
    beta = diagonal.gradient_descent(X, y, 0.5, 1e-3, 20, depth=depth, shape=shape, nonnegative=nonnegative)
    assert_allclose(beta, plus**depth - minus**depth, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("depth", [2, 3, 6])
@pytest.mark.parametrize("alpha", [1e4, 1e8])
def test_descent_from_starts_far_above_the_solution(alpha, depth):
    # From large starts the network is linear, and descent that of least squares: 1 - (1 - 2 step slope**2)**t.
    beta = diagonal.gradient_descent(
        [[1.0]], [1.0], alpha, 1 / (8 * depth**2 * alpha ** (2 * depth - 2)), [1, 16], depth=depth
    )
    if alpha >= 1e4:
        assert_allclose(beta[:, 0], 1 - 0.5 ** np.array([1, 16]), rtol=1e-6)
    if alpha == 1e8 and depth == 2:
        # In exact arithmetic 1 - 2**-16 up to alpha**-4.
        assert_allclose(beta[:, 0], 1 - 0.5 ** np.array([1, 16]), rtol=1e-12)


def test_descent_notices_an_overflow_long_before_the_last_step():
    with pytest.raises(ConvergenceError, match=r"within \d{1,3} steps: step = 1000\.0"):
        diagonal.gradient_descent([[1.0]], [1.0], 1.0, 1e3, 10**9)


# Gradient flow


@BOTH
def test_the_flow_is_that_of_the_weights_and_conserves_their_product(nonnegative):
    X, y = problem(3, 8, nonnegative, seed=2)
    shape, times = np.linspace(0.5, 2, 8), [0.0, 0.01, 0.05, 0.3]
    signs = np.array([1.0, 0 if nonnegative else -1])[:, np.newaxis]

    def velocity(_, flat):
        weights = flat.reshape(2, 8)
        return (-4 * signs * weights * (X.T @ (X @ (signs * weights**2).sum(axis=0) - y))).ravel()

    flow = solve_ivp(velocity, (0, 0.3), 0.2 * np.tile(shape, 2), "LSODA", times, rtol=1e-11, atol=1e-13)
    weights = flow.y.T.reshape(4, 2, 8)
    if not nonnegative:
        assert_allclose(weights.prod(axis=1), np.tile(0.04 * shape**2, (4, 1)), rtol=1e-7)
    beta = diagonal.gradient_flow(X, y, 0.2, times, shape=shape, nonnegative=nonnegative)
    assert_allclose(beta, (signs * weights**2).sum(axis=1), atol=1e-7)


@pytest.mark.parametrize("alpha", [1e3, 1.0, 1e-2, 1e-30, 1e-100])
def test_independent_coordinates_follow_the_logistic_equation(alpha):
    y = np.array([2.0, 1.0, 0.3])
    times = np.log(10) * np.array([0, 1e-3, 0.1, 1, 2, 5, 10, 30, 100])[::-1] / 4
    exact = y / (1 + (y / alpha**2 - 1) * np.exp(-8 * y * times[:, np.newaxis]))
    flow = diagonal.gradient_flow(np.eye(3), y, alpha, times, nonnegative=True)
    assert_allclose(flow, exact, rtol=1e-7)


def test_a_tiny_start_survives_the_long_silence_before_anything_is_learned():
    # The first steps see a constant velocity, and the integrator would jump to where exp overflows.
    X, y = data.sparse_regression(n=50, d=300, sparsity=4, signed=True, seed=0).xy
    escape = np.log(1e60) / (8 * np.abs(X.T @ y).max())
    flow = diagonal.gradient_flow(X, y, 1e-30, escape * np.array([0.5, 0.9, 10, 1e5]))
    misfits = norm(flow @ X.T - y, axis=1) / norm(y)
    assert_allclose(misfits[:2], 1, rtol=1e-5)
    assert misfits[2] < 1e-2
    assert_allclose(flow[3], diagonal.limit(X, y, 1e-30), atol=1e-6)


def test_a_coordinate_may_vanish():
    # Of y = (-1, 1) the first is out of reach: beta' = -8 (1 + beta) beta.
    times = np.array([0.1, 1.0, 10.0])
    flow = diagonal.gradient_flow(np.eye(2), [-1, 1], 1, times, nonnegative=True)
    assert_allclose(flow[:, 0], 1 / (2 * np.exp(8 * times) - 1), rtol=1e-8)


@BOTH
@pytest.mark.parametrize("alpha", [10, 0.1, 1e-8])
def test_the_flow_starts_at_its_start_and_ends_at_the_limit(alpha, nonnegative):
    X, y = problem(4, 9, nonnegative, seed=3)
    shape = np.linspace(-2, 0.5, 9)
    flow = diagonal.gradient_flow(X, y, alpha, [np.inf, 1e9, 0, 1e9], shape=shape, nonnegative=nonnegative)
    limit = diagonal.limit(X, y, alpha, shape=shape, nonnegative=nonnegative)
    assert_array_equal(flow[0], limit)
    assert_allclose(flow[[1, 3]], np.tile(limit, (2, 1)), atol=1e-8 * norm(limit))
    assert_allclose(flow[2], start(X, alpha, shape) if nonnegative else np.zeros(9), rtol=1e-12)


def test_the_flow_needs_no_solution():
    # Without one it tends to the nearest targets that have one; on the boundary zeros like 1 / time.
    X, y = np.array([[1.0, 2.0], [1.0, 2.0]]), np.array([1.0, 3.0])
    flow = diagonal.gradient_flow(X, y, 0.1, [100.0])[0]
    assert_allclose(flow, diagonal.limit(X[:1], [2.0], 0.1), atol=1e-9)
    times = np.array([10.0, 1e2, 1e3, 1e4])
    boundary = diagonal.gradient_flow(*ONE_SOLUTION, 0.1, times, nonnegative=True)
    # With beta = (1, z, 100 z) the second residual is 101 z, and z' = -8 * 101 z**2.
    assert_allclose(boundary[:, 1] * times, 1 / 808, rtol=0.15)
    assert_allclose(diagonal.gradient_flow([[0, 0]], [1], 0.1, [5], nonnegative=True), [[0.01, 0.01]], rtol=1e-12)


def exact_flow(alpha, times):
    """The signed flow for the equation beta = 1, where exp(u) solves a Riccati equation, in arbitrary precision."""
    ctx.dps = 700 if alpha < 1e-50 else 80
    start = arb(float(alpha)) ** 2
    root = (1 + 4 * start * start).sqrt()
    high, low = (1 + root) / (2 * start), -2 * start / (1 + root)
    betas = []
    for time in times:
        grown = (1 - low) / (high - 1) * (8 * root * arb(float(time))).exp()
        x = (low + grown * high) / (1 + grown)
        betas.append(float(start * (x - 1 / x)))
    return np.array(betas)


@pytest.mark.parametrize("alpha", [1e-300, 1e-100, 1e-10, 1e-3, 0.1, 1.0, 10.0, 1e2, 1e3, 1e4, 3e5, 1e6, 1e12])
def test_the_signed_flow_from_rich_to_kernel(alpha):
    scale = 1 / (16 * alpha**2) if alpha >= 1 else np.log(1 / alpha + 1) / 4
    times = scale * np.array([0.1, 0.5, 0.99, 1, 1.01, 3, 10])
    flow = diagonal.gradient_flow([[1.0]], [1.0], alpha, times)[:, 0]
    exact = exact_flow(alpha, times)
    assert_allclose(flow, exact, rtol=1e-9 if alpha >= 1e-3 else 2e-8, atol=1e-9 if alpha < 1e-3 else 0)


def test_small_targets_and_large_starts_are_alike():
    times = [0.02, 0.1]
    assert_allclose(
        diagonal.gradient_flow([[1.0]], [1e-10], 1.0, times)[:, 0], 1e-10 * -np.expm1(-16 * np.array(times)), rtol=1e-9
    )


def test_the_flow_at_any_time_and_in_any_unit():
    X, y = problem(5, 12, False, seed=0)
    late = diagonal.gradient_flow(X, y, 1.0, [1e307, np.inf, 1e-300, 0.0])
    assert_allclose(late[0], late[1], rtol=1e-7, atol=1e-9)
    assert_allclose(late[2:], 0, atol=1e-200)
    plain = diagonal.gradient_flow(np.eye(2), [1, 2], 0.1, 0.05)
    assert plain.shape == (2,)
    assert_allclose(diagonal.gradient_flow(np.eye(2) * 1e75, [1e75, 2e75], 0.1, [5e-152]), [plain], rtol=1e-9)
    unit = 2.0**300
    flow = diagonal.gradient_flow(X, unit * y, np.sqrt(unit) * 0.1, 0.01 / unit)
    assert_allclose(flow / unit, diagonal.gradient_flow(X, y, 0.1, 0.01), rtol=1e-9)


def test_the_flow_takes_sequences_as_descent_does():
    X, y = problem(3, 7, False, seed=0)
    together = diagonal.gradient_flow(X, y, [0.5, 0.1], [0.1, 0.0, np.inf])
    assert together.shape == (3, 2, 7)
    for j, alpha in enumerate((0.5, 0.1)):
        assert_allclose(diagonal.gradient_flow(X, y, alpha, [0.1, 0.0, np.inf]), together[:, j], rtol=1e-9, atol=1e-12)
        assert_allclose(diagonal.gradient_flow(X, y, alpha, 0.1), together[0, j], rtol=1e-8)


@pytest.mark.parametrize("depth", [2.5, 3, 4, 6])
@pytest.mark.parametrize("alpha", [100.0, 1.0, 0.2])
def test_the_flow_beyond_depth_2_is_the_limit_of_descent_and_has_its_limit(depth, alpha):
    X, y = problem(4, 10, False, seed=3)
    time = 1e-3 / max(1, alpha) ** (2 * depth - 2)
    early, late, limit = diagonal.gradient_flow(X, y, alpha, [time, 1e9, np.inf], depth=depth)
    coarse, fine = (diagonal.gradient_descent(X, y, alpha, time / n, n, depth=depth) for n in (2000, 4000))
    assert norm(2 * fine - coarse - early) <= 1e-7 * norm(early)
    assert norm(late - limit) <= 1e-8 * norm(limit)
