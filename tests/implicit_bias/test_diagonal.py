"""The dual flow and its limit against the weights themselves, closed forms, optimality and other solvers."""

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad, solve_ivp
from scipy.optimize import linprog
from scipy.special import kl_div

from implicit_bias import ConvergenceError, baselines, data, diagonal, least_squares

BOTH = pytest.mark.parametrize("nonnegative", [False, True], ids=["signed", "nonnegative"])
# The only solution without negative entries is (1, 0, 0).
ONE_SOLUTION = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([1.0, 0.0])


def problem(n, d, nonnegative, seed):
    """Targets that a dense, positive or signed, truth explains."""
    generator = np.random.default_rng(seed)
    X, truth = generator.standard_normal((n, d)), generator.exponential(size=d)
    return X, X @ (truth if nonnegative else truth * generator.choice([-1, 1], d))


@st.composite
def problems(draw):
    nonnegative = draw(st.booleans())
    n = draw(st.integers(1, 6))
    X, y = problem(n, draw(st.integers(n, 15)), nonnegative, seed=draw(st.integers(0, 10**6)))
    shape = draw(st.sampled_from([None, np.linspace(-2, 0.3, X.shape[1])]))
    return X, y, shape, nonnegative


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


# The limit


@given(problems(), st.floats(-30, 3))
def test_the_limit_interpolates_and_is_optimal(case, exponent):
    X, y, shape, nonnegative = case
    alpha = 10.0**exponent
    solution = diagonal.solve(X, y, alpha, shape=shape, nonnegative=nonnegative)
    beta, u, origin = solution.beta, X.T @ solution.dual, start(X, alpha, shape)
    assert solution.residual == norm(X @ beta - y)
    assert solution.residual <= 1e-10 * norm(y) + 1e-13 * norm(X) * norm(beta)
    if nonnegative:
        assert np.all(beta > 0)
        assert_allclose(np.log(beta / origin), u, atol=1e-9 * (1 + np.abs(u).max()))
    else:
        assert_allclose(np.arcsinh(beta / origin / 2), u, atol=1e-9 * (1 + np.abs(u).max()))
    assert_array_equal(beta, diagonal.limit(X, y, alpha, shape=shape, nonnegative=nonnegative))


@settings(max_examples=25)
@given(problems(), st.floats(-6, 0))
def test_the_limit_agrees_with_a_convex_solver(case, exponent):
    X, y, shape, nonnegative = case
    alpha = 10.0**exponent * np.sqrt(norm(y))
    beta = diagonal.limit(X, y, alpha, shape=shape, nonnegative=nonnegative)
    try:
        witness = baselines.diagonal_limit(X, y, alpha, shape, nonnegative)
    except ConvergenceError:  # one in a hundred
        reject()
    assert_allclose(beta, witness.x, atol=1e-3 * norm(beta))
    origin = start(X, alpha, shape)
    objective = diagonal.entropy(beta, origin) if nonnegative else origin @ diagonal.potential(beta / origin)
    assert objective == pytest.approx(witness.objective, rel=1e-6)


def test_limits_in_closed_form():
    # z + 2 z**2 = 1 for z = exp(dual).
    assert_allclose(diagonal.limit([[1, 2]], [1], 1, nonnegative=True), [1 / 2, 1 / 4], rtol=1e-12)
    # Of the many shortest solutions the one with shares proportional to the squared shape.
    beta = diagonal.limit([[1, 1, 0.5]], [1], 1e-60, shape=[1, 2, 1])
    assert_allclose(beta, [0.2, 0.8, 0], atol=1e-12)
    assert_allclose(diagonal.limit(np.eye(2), [1, -3], 1e-3), [1, -3], rtol=1e-12)
    assert_allclose(diagonal.limit([[1, -1]], [0], 2, nonnegative=True), [4, 4], rtol=1e-12)
    assert_allclose(diagonal.limit([[0, 0]], [0], 2, nonnegative=True), [4, 4], rtol=1e-12)
    assert_array_equal(diagonal.limit([[0, 0]], [0], 2), [0, 0])
    assert_array_equal(diagonal.limit([[1, 2]], [0], 1e-30), [0, 0])


@BOTH
def test_units(nonnegative):
    X, y = problem(4, 9, nonnegative, seed=4)
    limit = diagonal.limit(X, y, 0.01, nonnegative=nonnegative)
    for unit in (1e-9, 1e9):
        scaled = diagonal.limit(X, unit * y, 0.01 * np.sqrt(unit), nonnegative=nonnegative)
        assert_allclose(scaled, unit * limit, rtol=1e-9)
        assert_allclose(diagonal.limit(unit * X, unit * y, 0.01, nonnegative=nonnegative), limit, rtol=1e-9)
    rows = np.logspace(-6, 6, 4)
    solution = diagonal.solve(rows[:, np.newaxis] * X, rows * y, 0.01, nonnegative=nonnegative)
    assert_allclose(solution.beta, limit, rtol=1e-9)
    assert_allclose(rows * solution.dual, diagonal.solve(X, y, 0.01, nonnegative=nonnegative).dual, rtol=1e-9)
    assert_allclose(diagonal.limit(X, y, 1, shape=np.full(9, -0.01), nonnegative=nonnegative), limit, rtol=1e-12)


def test_rounding_in_large_sums_is_not_taken_for_an_error():
    # The positive kernel lets most of beta stay near alpha**2, in sums that cancel down to y.
    generator = np.random.default_rng(2)
    for _ in range(100):
        X, truth = generator.standard_normal((2, 4)), generator.exponential(size=4)
        solution = diagonal.solve(X, X @ truth, 1e3, nonnegative=True)
        assert solution.residual <= 1e-10 * norm(X @ truth) + 1e-13 * norm(X) * norm(solution.beta)


@BOTH
def test_redundant_equations(nonnegative):
    X, y = problem(3, 9, nonnegative, seed=5)
    mix = np.random.default_rng(0).standard_normal((6, 3))
    solution = diagonal.solve(mix @ X, mix @ y, 1e-4, nonnegative=nonnegative)
    reference = diagonal.solve(X, y, 1e-4, nonnegative=nonnegative)
    assert_allclose(solution.beta, reference.beta, rtol=1e-9, atol=1e-12)
    assert_allclose(mix.T @ solution.dual, reference.dual, rtol=1e-9)
    with pytest.raises(ValueError, match=r"^y is not in the column space of X"):
        diagonal.solve(mix @ X, mix @ y + np.linalg.svd(mix)[0][:, -1], 1e-4, nonnegative=nonnegative)


def test_a_small_start_gives_the_smallest_sum_of_absolute_values():
    for nonnegative in (False, True):
        X, y = problem(5, 12, nonnegative, seed=6)
        sparse = baselines.basis_pursuit(X, y, nonnegative).x
        errors = norm(diagonal.path(X, y, [1e-2, 1e-4, 1e-30], nonnegative=nonnegative) - sparse, axis=1)
        assert errors[0] > errors[1] > 1e-7
        assert errors[2] <= 1e-7 * norm(sparse)


def test_a_large_start_gives_the_shortest_solution():
    X, y = problem(5, 12, False, seed=7)
    assert_allclose(diagonal.limit(X, y, 1e3), least_squares.min_norm(X, y), atol=1e-10)
    shape = np.linspace(0.5, 2, 12)
    assert_allclose(diagonal.limit(X, y, 1e3, shape=shape) / shape, least_squares.min_norm(X * shape, y), atol=1e-10)
    distances = norm(diagonal.path(X, y, [4, 8, 16]) - least_squares.min_norm(X, y), axis=1)
    assert_allclose(distances[:-1] / distances[1:], 16, rtol=0.1)


@BOTH
def test_a_path_is_its_points_in_the_given_order(nonnegative):
    X, y = problem(6, 20, nonnegative, seed=8)
    alphas = np.array([1e-3, 1e2, 1e-30, 0.5, 1e-3, 1e-12])
    path = diagonal.path(X, y, alphas, nonnegative=nonnegative)
    assert path.shape == (6, 20)
    for alpha, beta in zip(alphas, path, strict=True):
        single = diagonal.limit(X, y, alpha, nonnegative=nonnegative)
        assert_allclose(beta, single, rtol=1e-8, atol=1e-11 * norm(single))


def test_entries_vanish_at_the_rate_of_the_best_certificate():
    # Fewer nonzero entries than equations: many certificates, and below 1e-14 entries are extrapolated.
    X, y = data.sparse_regression(n=7, d=20, sparsity=2, seed=3).xy
    on = np.flatnonzero(diagonal.limit(X, y, 1e-30, nonnegative=True) > 0.5)
    off = np.setdiff1d(np.arange(20), on)
    certificate = linprog(
        np.append(np.zeros(7), 1),
        A_ub=np.column_stack([X[:, off].T, -np.ones(18)]),
        b_ub=np.zeros(18),
        A_eq=np.column_stack([X[:, on].T, np.zeros(2)]),
        b_eq=np.ones(2),
        bounds=(None, None),
    )
    assert len(on) == 2 and certificate.fun < 1
    exponents = np.array([-5, -6, -15, -30])
    largest = diagonal.path(X, y, 10.0**exponents, nonnegative=True)[:, off].max(axis=1)
    slopes = np.diff(np.log10(largest)) / np.diff(exponents)
    assert_allclose(slopes, 2 * (1 - certificate.fun), rtol=0.02)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ONE_SOLUTION,
        (ONE_SOLUTION[0], [1.0, -1.0]),
        ([[1.0, 2.0]], [-1.0]),
        ([[1.0, 2.0]], [0.0]),
        (np.eye(2), [1.0, 0.0]),
        data.sparse_regression(n=30, d=40, sparsity=4, seed=0).xy,
        (1e6 * ONE_SOLUTION[0], 1e-6 * ONE_SOLUTION[1]),
    ],
)
@pytest.mark.parametrize("alpha", [1e-30, 0.1, 1e3])
def test_without_a_positive_solution_there_is_no_minimiser(X, y, alpha):
    with pytest.raises(ConvergenceError, match="no strictly positive interpolator"):
        diagonal.solve(X, y, alpha, nonnegative=True)


@given(st.integers(0, 10**6))
def test_whether_there_is_a_positive_solution_is_decided_as_by_a_linear_programme(seed):
    generator = np.random.default_rng(seed)
    n, d = generator.integers(2, 8), generator.integers(8, 16)
    X, truth = generator.standard_normal((n, d)), generator.exponential(size=d)
    truth[generator.integers(1, d) :] = 0
    y = X @ truth
    # Largest t such that some solution has no entry below t.
    programme = linprog(
        np.append(np.zeros(d), -1.0),
        A_eq=np.column_stack([X, X.sum(axis=1)]),
        b_eq=y,
        bounds=[(0, None)] * d + [(0, 1)],
    )
    if programme.x[-1] > 1e-6:
        assert np.all(diagonal.limit(X, y, 1e-3, nonnegative=True) > 0)
    elif programme.x[-1] < 1e-10:
        with pytest.raises(ConvergenceError, match="no strictly positive interpolator"):
            diagonal.limit(X, y, 1e-3, nonnegative=True)


@pytest.mark.parametrize("answer", [0.0, np.nan, 1e-3])
def test_an_iteration_that_stalls_is_an_error(monkeypatch, answer):
    X, y = problem(3, 7, False, seed=0)
    monkeypatch.setattr(diagonal._System, "invert", lambda self, weight, right, noise=0: answer * right)
    with pytest.raises(ConvergenceError, match=r"residual stays at|does not converge|too many steps"):
        diagonal.solve(X, y, 1e-3)


# Potential and entropy


def test_the_potential_is_an_integral():
    z = np.array([1e-3, 0.1, 1.0, 7.0, 300.0])
    assert_allclose(diagonal.potential(z), [quad(lambda t: np.arcsinh(t / 2), 0, end)[0] for end in z], rtol=1e-9)
    assert_allclose(diagonal.potential(z), 2 - np.sqrt(4 + z**2) + z * np.arcsinh(z / 2), atol=1e-12)
    assert_array_equal(diagonal.potential(-z), diagonal.potential(z))


def test_the_potential_of_tiny_and_huge_numbers():
    tiny, huge = np.logspace(-150, -5, 30), np.logspace(8, 300, 30)
    assert_allclose(diagonal.potential(tiny), tiny**2 / 4, rtol=1e-9)
    assert_allclose(diagonal.potential(huge), huge * (np.log(huge) - 1) + 2, rtol=1e-12)
    z = np.logspace(-2, 3, 100)
    assert np.all(z**2 / 4 - z**4 / 192 <= diagonal.potential(z)) and np.all(diagonal.potential(z) <= z**2 / 4)
    excess = diagonal.potential(z) - z * (np.log(z) - 1)
    assert np.all((excess >= 0) & (excess <= 2))


def test_the_potential_keeps_the_shape():
    assert diagonal.potential(0) == 0 and np.shape(diagonal.potential(2.0)) == ()
    assert diagonal.potential(np.ones((2, 3, 4))).shape == (2, 3, 4)


def test_entropy():
    theta, origin = np.array([0.0, 1e-30, 1.0, 5.0]), np.array([2.0, 1e-30, 3.0, 1e-9])
    assert diagonal.entropy(theta, origin) == pytest.approx(kl_div(theta, origin).sum(), rel=1e-12)
    assert diagonal.entropy(theta, 0.5) == pytest.approx(kl_div(theta, 0.5).sum(), rel=1e-12)
    assert diagonal.entropy(origin, origin) == 0
    assert diagonal.entropy([0, 0], 3) == 6
    with pytest.raises(ValueError, match=r"^start must be a number or have shape \(4,\), got shape \(3,\)"):
        diagonal.entropy(theta, origin[:3])
