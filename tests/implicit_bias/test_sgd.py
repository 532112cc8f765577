"""Stochastic descent against closed forms: sums, means, gradient descent, and what is wrong with its input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal

from implicit_bias import ConvergenceError, data, diagonal, least_squares, noise

seeds = st.integers(0, 10**6)


def spring(theta, sample):
    return theta + sample


@given(seeds, st.integers(1, 6))
@settings(max_examples=30)
def test_steps_1_over_k_average_the_samples(seed, T):
    samples = np.random.default_rng(seed).standard_normal((T, 3))
    path = noise.sgd(lambda theta, z: theta - z, samples, 1 / np.arange(1, T + 1), np.zeros(3))
    assert_allclose(path[-1], samples.mean(axis=0), atol=1e-12)


@given(seeds)
@settings(max_examples=20)
def test_constant_weights_are_gradient_descent(seed):
    problem = data.gaussian_regression(n=4, d=7, seed=seed)
    X, y = problem.xy
    step = least_squares.step_threshold(X) / 2

    def gradient(beta, weights):
        return X.T @ (weights * (X @ beta - y))

    path = noise.sgd(gradient, np.ones((20, 4)), step, np.ones(7), every=5)
    exact = least_squares.gradient_descent(X, y, step, [0, 5, 10, 15, 20], start=np.ones(7))
    assert_allclose(path, exact, atol=1e-12 * norm(exact))


def test_descent_on_squares_is_that_of_diagonal_networks():
    X, y = data.sparse_regression(n=5, d=8, sparsity=2, seed=0).xy

    def gradient(w, _):
        return 4 * w * (X.T @ (X @ (w * w) - y))

    path = noise.sgd(gradient, np.ones(50), 0.002, np.full(8, 0.3))
    exact = diagonal.gradient_descent(X, y, 0.3, 0.002, range(51), nonnegative=True)
    assert_allclose(path**2, exact, rtol=1e-12)


@given(seeds, st.integers(1, 7))
@settings(max_examples=20)
def test_every_keeps_every_so_many(seed, every):
    samples = np.random.default_rng(seed).standard_normal((17, 2))
    whole = noise.sgd(spring, samples, 0.1, np.ones(2))
    assert_array_equal(noise.sgd(spring, samples, 0.1, np.ones(2), every=every), whole[::every])


def test_runs_side_by_side_are_those_of_each():
    samples = np.random.default_rng(1).standard_normal((9, 4, 2))
    together = noise.sgd(spring, samples, 0.3, np.ones((4, 2)))
    for run in range(4):
        assert_array_equal(together[:, run], noise.sgd(spring, samples[:, run], 0.3, np.ones(2)))


def test_a_number_is_an_iterate():
    assert_allclose(noise.sgd(spring, [1, 2], 0.5, 4), [4, 1.5, -0.25])


def test_overflow_is_no_result():
    with pytest.raises(ConvergenceError, match="choose a smaller step"):
        noise.sgd(lambda theta, _: theta**3, np.ones(100), 1.0, np.full(2, 3.0))


def test_a_gradient_may_not_move_the_iterate():
    def moving(theta, _):
        theta += 1
        return theta

    with pytest.raises(ValueError, match="read-only"):
        noise.sgd(moving, [1.0, 2.0], 0.5, np.ones(2))


def test_one_step_for_each_sample():
    with pytest.raises(ValueError, match=r"^step must have length 3"):
        noise.sgd(spring, np.ones(3), [0.1, 0.2], np.ones(2))
    with pytest.raises(ValueError, match=r"^start must not be empty"):
        noise.sgd(spring, np.ones(3), 0.1, [])
    with pytest.raises(ValueError, match=r"^gradient must return"):
        noise.sgd(lambda theta, _: [[1.0], [2.0, 3.0]], np.ones(3), 0.1, np.ones(2))
