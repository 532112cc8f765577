"""Answers against exact arithmetic, small entries included."""

import numpy as np
import pytest
import rationals
from numpy.testing import assert_allclose
from problems import PROBLEMS

from implicit_bias import baselines, data, least_squares

# Independent rows, because the exact formulas divide by a determinant.
INDEPENDENT = [
    "easy",
    "one example",
    "one coordinate",
    "square",
    "zero column",
    "duplicate columns",
    "tied",
    "degenerate vertex",
    "tiny beside large target",
    "rows over 12 decades",
    "columns over 12 decades",
    "condition 1e6",
    "tiny target",
    "huge target",
    "squares underflow",
    "squares overflow",
]


def close(found, expected, digits):
    assert np.max(np.abs(found - expected)) <= 10.0**-digits * np.max(np.abs(expected))


# The singular values see the condition of X, the orthonormalized equations only what rows in the same unit have.
SINGULAR = {"condition 1e6": 9, "rows over 12 decades": 3, "columns over 12 decades": 10}
ORTHONORMAL = {"condition 1e6": 9, "columns over 12 decades": 10}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_min_norm(name):
    problem = PROBLEMS[name]
    expected = rationals.min_norm(problem.X, problem.y)
    close(least_squares.min_norm(problem.X, problem.y), expected, SINGULAR.get(name, 12))
    close(baselines.min_l2(problem.X, problem.y).x, expected, ORTHONORMAL.get(name, 12))


@pytest.mark.parametrize("penalty", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("name", [name for name in INDEPENDENT if "squares" not in name])
def test_ridge(name, penalty):
    problem = PROBLEMS[name]
    digits = 8 if name in ("condition 1e6", "rows over 12 decades", "columns over 12 decades") else 12
    close(
        least_squares.ridge(problem.X, problem.y, penalty),
        rationals.ridge(problem.X, problem.y, penalty),
        digits if penalty < 1 else 10,
    )


@pytest.mark.parametrize("fraction", [0.1, 0.9, 1.3])
@pytest.mark.parametrize("name", ["easy", "one example", "more examples than coordinates", "rank deficient", "tied"])
def test_gradient_descent(name, fraction):
    problem = PROBLEMS[name]
    step = float(fraction * least_squares.step_threshold(problem.X))
    start = np.linspace(-1, 2, problem.X.shape[1])
    found = least_squares.gradient_descent(problem.X, problem.y, step, [0, 1, 9], start)
    for beta, steps in zip(found, (0, 1, 9), strict=True):
        close(beta, rationals.descend(problem.X, problem.y, step, steps, start), 11)


@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize("name", [name for name in INDEPENDENT if name not in ("easy", "condition 1e6")])
def test_basis_pursuit(name, nonnegative):
    problem = PROBLEMS[name]
    found = baselines.basis_pursuit(problem.X, problem.y, nonnegative).objective
    assert found == pytest.approx(rationals.basis_pursuit(problem.X, problem.y, nonnegative), rel=1e-9)


@pytest.mark.parametrize("relative", [1e-9, 1e-4, 0.03, 0.5])
@pytest.mark.parametrize("scales", [(1, 1), (1e-4, 1e4)])
@pytest.mark.parametrize("shape", [(2, 5), (4, 3), (1, 3), (3, 1)])
def test_lasso(relative, scales, shape):
    X = data.gaussian_regression(n=shape[0], d=shape[1], seed=5).X * np.geomspace(*scales, shape[1])
    y = np.random.default_rng(0).standard_normal(shape[0])
    penalty = float(relative * np.max(np.abs(X.T @ y)))
    expected = rationals.lasso(X, y, penalty)
    found = baselines.lasso(X, y, penalty).x
    # In the units of the columns, because an entry of a small column is large.
    units = np.max(np.abs(X), axis=0)
    close(units * found, units * expected, 8)
    assert_allclose(found != 0, expected != 0)


@pytest.mark.parametrize("alpha", [10.0, 1.0, 1e-3, 1e-8])
@pytest.mark.parametrize("nonnegative", [False, True])
def test_diagonal_limit(nonnegative, alpha):
    X = data.gaussian_regression(n=3, d=6, seed=0).X
    y = X @ np.random.default_rng(0).exponential(size=6)
    expected, logarithms = rationals.diagonal_limit(X, y, alpha, nonnegative)
    found = baselines.diagonal_limit(X, y, alpha, nonnegative=nonnegative).x
    close(found, expected, 9)
    # Small entries have their digits as well, as long as the equations see them.
    seen = logarithms > np.max(logarithms) - 12
    assert_allclose(np.log10(np.abs(found[seen])), logarithms[seen], atol=1e-3)
