"""Diagonal networks at the ends of the range: single precision, huge and tiny starts, and flows that never end."""

from functools import partial
from unittest import mock

import numpy as np
import pytest
from numpy.testing import assert_allclose

from implicit_bias import ConvergenceError, data, diagonal, factorization, integration

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("depth", [2, 3])
def test_single_precision_has_its_own_rank_in_diagonal_networks(depth):
    exact = data.gaussian_regression(n=6, d=9, rank=2, seed=0)
    X, y = exact.X, exact.X @ np.ones(9)
    coarse = X.astype(np.float32), y.astype(np.float32)
    flow = partial(diagonal.gradient_flow, alpha=0.5, times=0.1, depth=depth)
    for solve in (partial(diagonal.limit, alpha=0.5, depth=depth), flow):
        assert_allclose(solve(*coarse), solve(X, y), atol=1e-5)
    assert_allclose(
        diagonal.path(*coarse, [0.5], depth=depth).beta[0], diagonal.limit(X, y, 0.5, depth=depth), atol=1e-5
    )
    tall = np.vstack([X, X[:1] + X[1:2]]).astype(np.float32)
    assert_allclose(
        tall @ diagonal.limit(tall, tall @ np.ones(9, np.float32), 0.5, depth=depth), tall.sum(axis=1), atol=1e-4
    )
    # Rows of other units are no rounding of each other.
    units = np.array([1, 1e-9], dtype=np.float32)
    graded = data.gaussian_regression(n=2, d=4, seed=0).X.astype(np.float32)
    found = diagonal.limit(units[:, np.newaxis] * graded, units * graded.sum(axis=1), 0.5, depth=depth)
    assert_allclose(found, diagonal.limit(graded, graded.sum(axis=1), 0.5, depth=depth), atol=1e-5)
    with pytest.raises(ValueError, match=r"^y is not in the column space of X$"):
        diagonal.limit(coarse[0], y + np.arange(6), 0.5, depth=depth)


@pytest.mark.parametrize(
    ("depth", "alphas"), [(2, [1e4, 1e-300]), (2, [1.0, 1e-300]), (4, [1e4, 1e-75]), (10, [10, 1e-30])]
)
def test_a_path_of_two_points_far_apart(depth, alphas):
    problem = data.sparse_regression(n=10, d=30, sparsity=3, seed=1)
    path = diagonal.path(*problem.xy, alphas, depth=depth)
    assert path.success.all()
    assert_allclose(path.beta[1], diagonal.limit(*problem.xy, alphas[1], depth=depth), atol=1e-10)


def test_flows_from_huge_starts():
    for depth, alpha in ((2, 1e140), (4, 1e70)):
        assert_allclose(diagonal.gradient_flow([[1.0, 2.0]], [1.0], alpha, 1.0, depth=depth), [0.2, 0.4])
    with pytest.raises(
        ValueError, match=r"^alpha must be smaller at depth 2: alpha\*\*depth is above 1e288, got 1e\+160"
    ):
        diagonal.gradient_flow([[1.0, 2.0]], [1.0], 1e160, 1.0)


def test_flows_in_units_that_do_not_fit_end():
    with mock.patch.object(integration, "MOST_CALLS", 1000), pytest.raises(ConvergenceError, match="scale the data"):
        factorization.gradient_flow(1e50 * np.ones((1, 2, 2)), [1.0], np.eye(2), np.eye(2), 1.0)
