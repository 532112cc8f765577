"""Limits against arbitrary precision, small entries included, and one table of problems for optimality."""

import math

import numpy as np
import pytest
from diagonal_problems import BOTH, DEPTHS, assert_solves, integers, problem
from numpy.linalg import norm
from numpy.testing import assert_allclose
from precise import Precise

from implicit_bias import ConvergenceError, diagonal

GENERATOR = np.random.default_rng(7)
GAUSSIAN = GENERATOR.standard_normal((4, 10))
PAIR = np.exp(GENERATOR.standard_normal((2, 10)))


def decades(limit, precise):
    """By how many powers of ten the entries are wrong."""
    return np.abs(limit.log_beta - np.array(precise.log_beta)) / math.log(10)


@DEPTHS
@BOTH
@pytest.mark.parametrize("scale", [1e8, 1.0, 1e-6, 1e-60, 1e-300])
def test_every_entry_is_right_from_large_starts_to_small_ones(scale, depth, nonnegative):
    X, y = problem(4, 10, nonnegative, seed=1)
    alpha = scale ** (1 / depth)
    limit = diagonal.solve(X, y, alpha, depth=depth, nonnegative=nonnegative)
    precise = Precise(X, y, alpha, depth=depth, nonnegative=nonnegative)
    assert np.all(limit.resolved)
    assert decades(limit, precise).max() <= 1e-11
    assert_allclose(limit.beta, np.array(precise.signs) * np.exp(precise.log_beta), rtol=1e-10, atol=1e-300)
    assert_solves(X, y, limit.beta)


@pytest.mark.parametrize("alpha", [1e-30, 1e-100, 1e-300])
@pytest.mark.parametrize(
    ("n", "d", "sparsity", "nonnegative", "seed"),
    [(7, 20, 2, False, 0), (7, 20, 2, True, 0), (10, 30, 3, True, 0), (20, 60, 4, True, 0)],
)
def test_entries_far_below_the_rounding_of_the_targets(n, d, sparsity, nonnegative, seed, alpha):
    X, y = integers(n, d, sparsity, nonnegative, seed)
    limit = diagonal.solve(X, y, alpha, nonnegative=nonnegative)
    assert decades(limit, Precise(X, y, alpha, nonnegative=nonnegative)).max() <= 1e-11
    # Sixteen digits of y do not decide them.
    assert np.array_equal(limit.resolved, np.arange(d) < sparsity)


@pytest.mark.parametrize("depth", [2.5, 3, 4, 6, 10])
@pytest.mark.parametrize("scale", [1e-15, 1e-100, 1e-300])
def test_fewer_entries_than_equations_beyond_depth_2(scale, depth):
    X, y = integers(7, 20, 2, False, seed=5)
    alpha = scale ** (1 / depth)
    limit = diagonal.solve(X, y, alpha, depth=depth)
    assert decades(limit, Precise(X, y, alpha, depth=depth)).max() <= 1e-9


@pytest.mark.parametrize(("depth", "seed"), [(6, 26), (10, 13)])
def test_slacks_that_need_exact_points_on_the_way(depth, seed):
    # A path through points that are right to a tenth only loses its smallest slacks.
    X, y = problem(2, 13, False, seed=seed)
    alpha = 1e-120 ** (1 / depth)
    limit = diagonal.solve(X, y, alpha, depth=depth)
    assert decades(limit, Precise(X, y, alpha, depth=depth)).max() <= 1e-11


@pytest.mark.parametrize("depth", [2, 3, 6])
@pytest.mark.parametrize("alpha", [10.0, 1.0, 1e-3, 1e-20])
def test_weights_that_start_differently(depth, alpha):
    y = GAUSSIAN @ np.linspace(-1, 1, 10)
    limit = diagonal.solve(GAUSSIAN, y, alpha, depth=depth, shape=PAIR)
    precise = Precise(GAUSSIAN, y, alpha, depth=depth, shape=PAIR)
    assert decades(limit, precise).max() <= 1e-10
    assert np.array_equal(np.sign(limit.beta), precise.signs)


@pytest.mark.parametrize(
    ("X", "y", "shape"),
    [
        ([[1, 1, 1], [0, 1, 3]], [1, 1.25], None),  # a segment of solutions with the smallest sum
        ([[1, 1, 0.5]], [1], None),
        ([[1, 1, 0.5]], [1], [1, 2, 1]),
        ([[1, -1, 0], [2, 0, 1]], [1, 4], None),
    ],
)
@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("scale", [1e-10, 1e-60, 1e-300])
def test_ties(X, y, shape, depth, scale):
    alpha = scale ** (1 / depth)
    limit = diagonal.solve(X, y, alpha, depth=depth, shape=shape)
    precise = Precise(X, y, alpha, depth=depth, shape=shape)
    assert_allclose(limit.beta, np.array(precise.signs) * np.exp(precise.log_beta), rtol=1e-9, atol=1e-12)


def optimality(X, y, alpha, limit, depth=2, shape=None, nonnegative=False):
    """Feasibility, the dual's domain, complementarity and stationarity, of the resolved entries."""
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    assert_solves(X, y, limit.beta)
    u = X.T @ limit.dual
    s = np.ones(X.shape[1]) if shape is None else np.abs(shape)
    log_scale, seen = depth * np.log(alpha), limit.resolved & np.isfinite(limit.log_beta)
    rounding = 1e-9 + 1e-13 * (np.abs(X).T @ np.abs(limit.dual))
    ratio = np.where(np.isfinite(limit.log_beta), limit.log_beta - log_scale, -1e9) - depth * np.log(s)
    if depth == 2:
        wanted = np.where(ratio < 30, np.arcsinh(np.exp(np.minimum(ratio, 30)) / 2), ratio)
        wanted = ratio if nonnegative else np.sign(limit.beta) * wanted
        assert np.all(np.abs(u - wanted)[seen] <= (rounding * (1 + np.abs(u)))[seen])
        return
    # |u| stays below c, and where an entry is large it is c up to (beta / start)**(-1 / p).
    c, p = s ** (2 - depth), depth / (depth - 2)
    assert np.all(u <= c * (1 + rounding)) and (nonnegative or np.all(-u <= c * (1 + rounding)))
    slack = np.where(limit.beta >= 0, c - u, c + u)
    large, sums = seen & (ratio > 10), np.abs(X).T @ np.abs(limit.dual)
    assert np.all(np.abs(slack - c * np.exp(-np.maximum(ratio, 0) / p))[large] <= (1e-9 * c + 1e-11 * sums)[large])


EASY = problem(4, 9, False, seed=4)
ROWS, COLUMNS = np.logspace(-6, 6, 4), np.logspace(-6, 6, 9)
TABLE = {
    "easy": EASY,
    "sparse": integers(5, 12, 2, False, seed=3),
    "tied": (np.array([[1.0, 1, 1], [0, 1, 3]]), np.array([1, 1.25])),
    "duplicate columns": (np.hstack([EASY[0], EASY[0][:, :3]]), EASY[1]),
    "zero column": (np.hstack([EASY[0], np.zeros((4, 1))]), EASY[1]),
    "zero row": (np.vstack([EASY[0], np.zeros(9)]), np.append(EASY[1], 0)),
    "dependent rows": (np.vstack([EASY[0], EASY[0].sum(axis=0)]), np.append(EASY[1], EASY[1].sum())),
    "scaled rows": (ROWS[:, np.newaxis] * EASY[0], ROWS * EASY[1]),
    "scaled columns": (EASY[0] * COLUMNS, EASY[1]),
    "square": (EASY[0][:, :4], EASY[1]),
    "one": (np.array([[3.0]]), np.array([-2.0])),
    "zero targets": (EASY[0], np.zeros(4)),
    "tiny targets": (EASY[0], 1e-100 * EASY[1]),
    "huge targets": (EASY[0], 1e100 * EASY[1]),
    "tiny matrix": (1e-100 * EASY[0], EASY[1]),
    "huge matrix": (1e100 * EASY[0], EASY[1]),
}


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("depth", [2, 3, 6])
def test_the_table_of_problems(name, depth):
    X, y = TABLE[name]
    unit = norm(y) / np.abs(X).max() if np.any(y) else 1.0
    for relative in (1e3, 1.0, 1e-3, 1e-12, 1e-60):
        alpha = (relative * unit) ** (1 / depth)
        limit = diagonal.solve(X, y, alpha, depth=depth)
        optimality(X, y, alpha, limit, depth)


@pytest.mark.parametrize("name", TABLE)
def test_the_table_of_problems_as_paths(name):
    X, y = TABLE[name]
    unit = norm(y) / np.abs(X).max() if np.any(y) else 1.0
    alphas = np.sqrt(unit * np.logspace(6, -60, 12))
    path = diagonal.path(X, y, alphas)
    assert np.all(path.success)
    for index, alpha in enumerate(alphas):
        single = diagonal.solve(X, y, alpha)
        both = single.resolved & path.resolved[index]
        assert_allclose(path.log_beta[index][both], single.log_beta[both], rtol=1e-9, atol=1e-8)
        assert_solves(X, y, path.beta[index])


@pytest.mark.parametrize(
    ("X", "y", "alpha"),
    [
        ([[1, -1, 0], [0, 1e-4, 1e4]], [0, 10000.0001], 1e4),
        ([[1, -1, 0], [0, 1e-3, 1]], [0, 1.001], 300.0),
        ([[1, -1, 0], [0, 1e-3, 1]], [0, 1.001], 1e4),
        ([[1, 0, 1], [0, 1, 1]], [1, 1e-9], 0.1),
    ],
)
def test_mixed_units(X, y, alpha):
    limit = diagonal.solve(X, y, alpha, nonnegative=True)
    assert_solves(X, y, limit.beta)
    assert np.all(limit.beta >= 0) and np.all(np.isfinite(limit.log_beta))


def test_the_third_entry_in_mixed_units():
    beta = diagonal.limit([[1, -1, 0], [0, 1e-4, 1e4]], [0, 10000.0001], 1e4, nonnegative=True)
    assert beta[2] == pytest.approx((10000.0001 - 1e-4 * beta[1]) / 1e4, abs=1e-12)
    assert beta[2] == pytest.approx(1.798e-7, rel=1e-3)


@pytest.mark.parametrize("alpha", [1.0, 1e8, 1.5e9, 3e9, 1e10, 1e150])
def test_signed_starts_far_above_the_solution(alpha):
    assert_allclose(diagonal.limit([[1, 2]], [1], alpha), [0.2, 0.4], rtol=1e-13 if alpha > 1 else 1)
    assert_allclose(diagonal.limit([[1, 2]], [1e-25], 1.0), [2e-26, 4e-26], rtol=1e-13)


def test_shapes_over_twenty_decades():
    limit = diagonal.solve([[1, 2, 3]], [1], 1.0, shape=[1e10, 1, 1e-10])
    precise = Precise([[1, 2, 3]], [1], 1.0, shape=[1e10, 1, 1e-10])
    assert decades(limit, precise).max() <= 1e-12


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("scale", [1e6, 1.0, 1e-6, 1e-30])
@pytest.mark.parametrize(("n", "d", "first", "last"), [(6, 15, -6, 6), (6, 15, 6, -6), (4, 40, -6, 6)])
def test_columns_over_twelve_decades(n, d, first, last, scale, depth):
    # The entries of small columns have all their digits, too.
    X, y = problem(n, d, False, seed=0)
    X, alpha = X * np.logspace(first, last, d), scale ** (1 / depth)
    limit = diagonal.solve(X, y, alpha, depth=depth)
    assert decades(limit, Precise(X, y, alpha, depth=depth))[limit.resolved].max() <= 1e-11


@BOTH
@pytest.mark.parametrize("exponents", [(-150, -150), (-150, 150), (150, -150), (150, 150), (60, 0)])
def test_powers_of_two_change_nothing_but_the_unit(exponents, nonnegative):
    X, y = problem(4, 9, nonnegative, seed=4)
    columns, targets = (math.ldexp(1, round(exponent * math.log2(10))) for exponent in exponents)
    unit = targets / columns
    for depth in (2, 3):
        plain = diagonal.solve(X, y, 0.1, depth=depth, nonnegative=nonnegative)
        alpha = 0.1 * unit ** (1 / depth)
        scaled = diagonal.solve(columns * X, targets * y, alpha, depth=depth, nonnegative=nonnegative)
        assert_allclose(scaled.beta / unit, plain.beta, rtol=1e-11)
        assert scaled.residual / targets == pytest.approx(plain.residual, abs=1e-12)


def test_what_is_out_of_range_is_named():
    with pytest.raises(ValueError, match=r"^y is too large for X"):
        diagonal.solve([[1e-200]], [1e200], 1.0)
    with pytest.raises(ValueError, match=r"^alpha must be larger at depth 10"):
        diagonal.solve([[1.0]], [1.0], 1e-100, depth=10)
    with pytest.raises(ValueError, match=r"^y is not in the column space of X"):
        diagonal.solve([[1.0, 2.0], [1.0, 2.0]], [1.0, 1 + 3e-10], 1.0)
    diagonal.solve([[1.0, 2.0], [1.0, 2.0]], [1.0, 1 + 1e-11], 1.0)
    with pytest.raises(ConvergenceError, match="no strictly positive"):
        diagonal.solve([[1.0, 0.0]], [-1.0], 1.0, nonnegative=True)
