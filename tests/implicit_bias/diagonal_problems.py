"""Problems for the tests of diagonal networks."""

import numpy as np
import pytest
from numpy.linalg import norm

BOTH = pytest.mark.parametrize("nonnegative", [False, True], ids=["signed", "nonnegative"])
DEPTHS = pytest.mark.parametrize("depth", [2, 2.5, 3, 4, 6, 10])
# The only solution without negative entries is (1, 0, 0).
ONE_SOLUTION = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([1.0, 0.0])


def problem(n, d, nonnegative, seed):
    """Targets that a dense, positive or signed, truth explains."""
    generator = np.random.default_rng(seed)
    X, truth = generator.standard_normal((n, d)), generator.exponential(size=d)
    return X, X @ (truth if nonnegative else truth * generator.choice([-1, 1], d))


def integers(n, d, sparsity, nonnegative, seed):
    """Targets that few columns explain exactly, in the numbers of a computer as well."""
    generator = np.random.default_rng(seed)
    X, truth = generator.integers(-9, 10, (n, d)).astype(float), np.zeros(d)
    truth[:sparsity] = 1 if nonnegative else generator.choice([-1, 1], sparsity)
    return X, X @ truth


def assert_solves(X, y, beta):
    """Row by row, in units of the row and of the row-scaled targets, up to the rounding of the terms."""
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    rows = np.abs(X).max(axis=1)
    rows[rows == 0] = 1
    X, y = X / rows[:, np.newaxis], y / rows
    size = np.abs(y).max() or 1.0
    beta, y = beta / size, y / size
    assert np.all(np.abs(X @ beta - y) <= 1e-10 * norm(y) + 2e-15 * (np.abs(X) @ np.abs(beta)))
