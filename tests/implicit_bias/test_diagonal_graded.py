"""Rows and columns of very different size: what is accepted holds row by row, what has no solution is refused by name.

Small integers times powers of two, so that a solution, or a combination of rows that excludes one (Farkas), is exact.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from numpy.linalg import norm
from numpy.testing import assert_allclose
from rationals import column, floats, matrix

from implicit_bias import ConvergenceError, diagonal
from implicit_bias.diagonal.equations import Rows

SIZES = [(3, 8), (5, 12)]
GRADES = list(product(["rows", "columns"], [3, 6, 8], ["falling", "rising", "mixed"]))
GRADED = pytest.mark.parametrize(("side", "decades", "order"), GRADES)


def grades(decades, count, order, generator):
    powers = np.exp2(np.round(np.linspace(-decades, decades, count) * np.log2(10)))
    return {"rising": powers, "falling": powers[::-1], "mixed": generator.permutation(powers)}[order]


def graded(X, y, truth, side, decades, order, generator):
    """The problem in other units of rows or columns, exactly."""
    if side == "rows":
        rows = grades(decades, len(X), order, generator)
        return rows[:, np.newaxis] * X, rows * y, truth
    columns = grades(decades, X.shape[1], order, generator)
    return X * columns, y, truth / columns


def feasible(n, d, generator, *, signed=False, tied=False, dependent=False):
    X, truth = generator.integers(-5, 6, (n, d)).astype(float), generator.integers(1, 8, d).astype(float)
    if tied:
        X[:, d // 2 :] = X[:, : d - d // 2]
    if dependent:
        X = np.vstack([X, X[0] + X[-1], X[0] - 2 * X[1]])
    truth *= generator.choice([-1, 1], d) if signed else 1
    return X, X @ truth, truth


def infeasible(n, d, generator, *, boundary):
    """Columns on one side of a plane; the targets on the other side, or in it, where half of the columns are."""
    normal, X = generator.integers(1, 4, n) * generator.choice([-1, 1], n), generator.integers(-5, 6, (n, d))
    X = X * np.where(normal @ X < 0, -1, 1)
    truth = generator.integers(1, 8, d)
    if not boundary:
        return X.astype(float), -(X @ truth).astype(float), normal
    half = normal[0] * X[:, : d // 2]
    half[0] -= normal @ X[:, : d // 2]
    X[:, : d // 2], truth[d // 2 :] = half, 0
    return X.astype(float), (X @ truth).astype(float), normal


def assert_accepted_results_hold(X, y, alpha, *, nonnegative, may_fail):
    try:
        limit = diagonal.solve(X, y, alpha, nonnegative=nonnegative)
    except ConvergenceError as error:
        assert may_fail, error
        assert "more evenly" in str(error)
        return
    units = np.exp2(np.ceil(np.log2(np.abs(X).max(axis=1))))
    misfits = floats(matrix(X / units[:, np.newaxis]) * column(limit.beta) - column(y / units))
    terms = np.abs(X / units[:, np.newaxis]) @ np.abs(limit.beta)
    assert np.all(np.abs(misfits) <= 1e-10 * norm(y / units) + 2e-15 * terms)
    # Exponents and logarithms of entries belong together, up to the rounding of the dual.
    u = floats(matrix(X).transpose() * column(limit.dual))
    ratio = limit.log_beta - 2 * np.log(alpha)
    wanted = np.where(ratio < 30, np.arcsinh(np.exp(np.minimum(ratio, 30)) / 2), ratio)
    wanted = ratio if nonnegative else np.sign(limit.beta) * wanted
    rounding = 1e-8 * (1 + np.abs(u)) + 1e-13 * (np.abs(X).T @ np.abs(limit.dual))
    assert np.all((np.abs(u - wanted) <= rounding)[limit.resolved])


@GRADED
@pytest.mark.parametrize("kind", ["", "tied", "dependent"])
@pytest.mark.parametrize("signed", [False, True], ids=["nonnegative", "signed"])
def test_solvable_graded_problems(kind, signed, side, decades, order):
    for seed, (n, d) in enumerate(SIZES):
        generator = np.random.default_rng(seed)
        X, y, truth = feasible(n, d, generator, signed=signed, **({kind: True} if kind else {}))
        X, y, truth = graded(X, y, truth, side, decades, order, generator)
        assert np.array_equal(floats(matrix(X) * column(truth)), y)
        hard = side == "columns" and decades > 3
        for relative in (0.1, 1e-10):
            alpha = relative * np.sqrt(np.abs(truth).max())
            assert_accepted_results_hold(X, y, alpha, nonnegative=not signed, may_fail=hard)


@pytest.mark.parametrize(("decades", "seed"), [(6, 1), (6, 8), (6, 10), (8, 8), (8, 10)])
def test_small_columns_correct_what_rounding_leaves(decades, seed):
    # Signed and tied: the factor of the limit does not reach the directions in which only small slopes add up.
    generator = np.random.default_rng(seed)
    X, y, truth = graded(*feasible(5, 12, generator, signed=True, tied=True), "columns", decades, "mixed", generator)
    alpha = 1e-10 * np.sqrt(np.abs(truth).max())
    assert_accepted_results_hold(X, y, alpha, nonnegative=False, may_fail=False)


@pytest.mark.parametrize("relative", [0.1, 1e-10])
@pytest.mark.parametrize(
    ("n", "d", "decades", "order", "seed"),
    [
        (3, 8, 5, "mixed", 0),
        (5, 12, 4, "falling", 4),
        (5, 12, 4, "mixed", 2),
        (5, 12, 5, "falling", 7),
        (5, 12, 5, "mixed", 7),
        (8, 20, 4, "mixed", 1),
        (3, 8, 6, "rising", 0),
        (5, 12, 6, "falling", 2),
    ],
)
def test_small_columns_carry_a_nonnegative_solution(n, d, decades, order, seed, relative):
    # Entries of large columns may be as small as 10**(-10**8), and do not hinder steps while they are.
    generator = np.random.default_rng(seed)
    X, y, truth = graded(*feasible(n, d, generator), "columns", decades, order, generator)
    alpha = relative * np.sqrt(truth.max())
    assert_accepted_results_hold(X, y, alpha, nonnegative=True, may_fail=False)


def test_right_hand_sides_side_by_side_are_those_one_by_one():
    generator = np.random.default_rng(6)
    X = graded(*feasible(3, 8, generator, dependent=True), "columns", 6, "falling", generator)[0]
    for plain, triangular in ((X, False), (generator.standard_normal((5, 9)), True)):
        rows = Rows.of(plain.copy())
        assert (rows.left is None) == triangular
        sides = generator.standard_normal((5, 5))
        together = rows.coordinates(sides)
        for index, side in enumerate(sides.T):
            assert_allclose(together[:, index], rows.coordinates(side), rtol=1e-12, atol=1e-14)


@GRADED
@pytest.mark.parametrize("boundary", [False, True])
def test_graded_problems_without_a_positive_solution(boundary, side, decades, order):
    for seed, (n, d) in enumerate(SIZES):
        generator = np.random.default_rng(seed)
        X, y, normal = infeasible(n, d, generator, boundary=boundary)
        plain = X
        X, y, _ = graded(X, y, np.ones(d), side, decades, order, generator)
        # The combination of rows whose terms are all of one sign, and not all zero, exactly.
        weights = [Fraction(int(a)) * Fraction(p[0]) / Fraction(q[0]) for a, p, q in _units(normal, plain, X, side)]
        sums = [sum(w * Fraction(v) for w, v in zip(weights, row, strict=True)) for row in X.T]
        assert min(sums) >= 0 and max(sums) > 0
        assert sum(w * Fraction(v) for w, v in zip(weights, y, strict=True)) <= 0
        with pytest.raises(ConvergenceError, match="no strictly positive interpolator was found"):
            diagonal.solve(X, y, 0.1, nonnegative=True)


def _units(normal, plain, X, side):
    """The normal's entries with a number of each row before and after its unit was changed."""
    for entry, before, after in zip(normal, plain, X, strict=True):
        (where,) = np.nonzero(before)
        yield entry, *((before[where], after[where]) if side == "rows" else (np.ones(1), np.ones(1)))


@GRADED
@pytest.mark.parametrize("nonnegative", [False, True])
def test_inconsistent_graded_problems(nonnegative, side, decades, order):
    for seed, (n, d) in enumerate(SIZES):
        generator = np.random.default_rng(seed)
        X, y, truth = feasible(n, d, generator, dependent=True)
        X, y, _ = graded(X, y + (np.arange(len(y)) == len(y) - 1), truth, side, decades, order, generator)
        with pytest.raises(ValueError, match=r"^y is not in the column space of X"):
            diagonal.solve(X, y, 0.1, nonnegative=nonnegative)
