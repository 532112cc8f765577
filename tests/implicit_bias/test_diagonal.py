"""Limits of diagonal networks against closed forms, optimality and other solvers."""

import numpy as np
import pytest
from diagonal_problems import BOTH, ONE_SOLUTION, assert_solves, problem
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog

from implicit_bias import ConvergenceError, baselines, data, diagonal, least_squares


@st.composite
def problems(draw):
    nonnegative = draw(st.booleans())
    n = draw(st.integers(1, 6))
    X, y = problem(n, draw(st.integers(n, 15)), nonnegative, seed=draw(st.integers(0, 10**6)))
    shape = draw(st.sampled_from([None, np.linspace(-2, 0.3, X.shape[1])]))
    return X, y, shape, nonnegative


def start(X, alpha, shape=None):
    return np.full(X.shape[1], alpha**2) * (1 if shape is None else shape**2)


@given(problems(), st.floats(-30, 3))
def test_the_limit_interpolates_and_is_optimal(case, exponent):
    X, y, shape, nonnegative = case
    alpha = 10.0**exponent
    solution = diagonal.solve(X, y, alpha, shape=shape, nonnegative=nonnegative)
    beta, u, origin = solution.beta, X.T @ solution.dual, start(X, alpha, shape)
    assert solution.residual == pytest.approx(norm(X @ beta - y), abs=1e-14 * norm(X) * norm(beta))
    assert_solves(X, y, beta)
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


@pytest.mark.parametrize("nonnegative", [True, False])
def test_without_equations_it_stays_at_the_start_and_nothing_is_said(nonnegative, capfd):
    assert_array_equal(
        diagonal.limit(np.zeros((2, 3)), np.zeros(2), 0.5, nonnegative=nonnegative), 0.25 * nonnegative * np.ones(3)
    )
    diagonal.gradient_flow(np.zeros((2, 3)), np.zeros(2), 0.5, [1.0])
    assert capfd.readouterr() == ("", "")


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
        assert_solves(X, X @ truth, solution.beta)


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
        path = diagonal.path(X, y, [1e-2, 1e-4, 1e-30], nonnegative=nonnegative)
        errors = norm(path.beta - sparse, axis=1)
        assert errors[0] > errors[1] > 1e-7
        assert errors[2] <= 1e-7 * norm(sparse)


def test_a_large_start_gives_the_shortest_solution():
    X, y = problem(5, 12, False, seed=7)
    assert_allclose(diagonal.limit(X, y, 1e3), least_squares.min_norm(X, y), atol=1e-10)
    shape = np.linspace(0.5, 2, 12)
    assert_allclose(diagonal.limit(X, y, 1e3, shape=shape) / shape, least_squares.min_norm(X * shape, y), atol=1e-10)
    distances = norm(diagonal.path(X, y, [4, 8, 16]).beta - least_squares.min_norm(X, y), axis=1)
    assert_allclose(distances[:-1] / distances[1:], 16, rtol=0.1)


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
    largest = diagonal.path(X, y, 10.0**exponents, nonnegative=True).beta[:, off].max(axis=1)
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
def test_without_a_positive_solution_there_is_no_minimizer(X, y, alpha):
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
