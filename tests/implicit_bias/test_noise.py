"""Descent with label noise against exact expectations, and the regularizer against determinants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose

from implicit_bias import ConvergenceError, least_squares
from implicit_bias.noise import label_noise_descent, regularizer

seeds = st.integers(0, 10**6)


def linear(X):
    return lambda theta: (theta @ X.T, np.broadcast_to(X, (len(theta), *X.shape)))


def valley(theta):
    return theta.prod(axis=1, keepdims=True), theta[:, np.newaxis, ::-1]


@given(seeds)
@settings(max_examples=10)
def test_without_noise_it_is_gradient_descent(seed):
    rng = np.random.default_rng(seed)
    X, y, start = rng.standard_normal((4, 3)), rng.standard_normal(4), rng.standard_normal((2, 3))
    found = label_noise_descent(linear(X), y, start, step=0.02, steps=[5, 0], sigma=0)
    assert found.shape == (2, 2, 3)
    assert_allclose(found[1], start)
    for run in range(2):
        goal = least_squares.gradient_descent(X, y, 0.02 / 4, 5, start[run])
        assert_allclose(found[0, run], goal, rtol=1e-10, atol=1e-12)


@given(seeds, st.sampled_from([None, 1, 2, 7]))
@settings(max_examples=8, deadline=None)
def test_the_second_moments_of_a_step(seed, batch):
    # Away from an interpolator single examples are noise as well, with the residuals in the place of sigma.
    rng = np.random.default_rng(seed)
    X, y, theta = rng.standard_normal((3, 2)), rng.standard_normal(3), rng.standard_normal(2)
    runs, size, sigma = 40_000, 3 if batch is None else batch, 0.7
    moved = label_noise_descent(
        linear(X), y, np.tile(theta, (runs, 1)), step=1.0, steps=1, sigma=sigma, batch=batch, seed=seed
    )
    residuals = X @ theta - y
    mean = X.T @ residuals / 3
    each = (X.T * (sigma**2 + (0 if batch is None else residuals**2))) @ X / 3
    covariance = (each - (0 if batch is None else np.outer(mean, mean))) / size
    moved = theta - moved
    scale = np.sqrt(np.trace(covariance))
    assert norm(moved.mean(axis=0) - mean) < 6 * scale / np.sqrt(runs)
    assert norm(np.cov(moved.T) - covariance) < 0.06 * scale**2


def test_runs_are_independent_and_seeds_count():
    call = {"step": 0.1, "steps": 30, "sigma": 0.5}
    start = np.tile([2.0, 0.5], (3, 1))
    first = label_noise_descent(valley, [1.0], start, **call)
    assert norm(first[0] - first[1]) > 1e-3
    assert_allclose(label_noise_descent(valley, [1.0], start, **call), first)
    assert norm(label_noise_descent(valley, [1.0], start, **call, seed=1) - first) > 1e-3


def test_a_step_that_is_too_large():
    with pytest.raises(ConvergenceError, match="smaller step"):
        label_noise_descent(valley, [1.0], [[9.0, 9.0]], step=1.0, steps=50, sigma=0.1)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda theta: theta, "model must return the predictions and their derivatives"),
        (lambda theta: (theta[0], theta), "predictions of shape"),
        (lambda theta: (theta, theta), "y must have length 2"),
        (lambda theta: (theta[:, :1], theta), "derivatives of shape"),
        (lambda theta: (np.nan * theta[:, :1], theta), "model must be finite"),
    ],
)
def test_models_of_another_shape(model, message):
    with pytest.raises(ValueError, match=message):
        label_noise_descent(model, [1.0], [[1.0, 2.0]], step=0.1, steps=1, sigma=0.1)


@given(seeds, st.floats(0.01, 0.99))
@settings(max_examples=20)
def test_the_regularizer_is_a_logarithm_of_a_determinant(seed, share):
    root = np.random.default_rng(seed).standard_normal((3, 4))
    H = root.T @ root
    step = 2 * share / norm(H, 2)
    expected = -np.linalg.slogdet(np.eye(4) - step / 2 * H)[1] / (2 * step)
    assert_allclose(regularizer(H, step), expected, rtol=1e-10)
    assert regularizer(H, step) >= np.trace(H) / 4
    assert_allclose(regularizer(H, step * 1e-9), np.trace(H) / 4, rtol=1e-7)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [([[4.0]], "eigenvalues below 2 / step"), ([[1.0, 2.0]], "symmetric"), ([[1.0, 0.5], [0.0, 1.0]], "symmetric")],
)
def test_matrices_that_are_refused(matrix, message):
    with pytest.raises(ValueError, match=message):
        regularizer(matrix, 0.5)


def test_a_model_may_return_lists_and_change_what_it_is_given():
    def careless(theta):
        predictions, slopes = valley(theta.copy())
        theta *= 0
        return predictions.tolist(), slopes.tolist()

    for batch in (None, 2):
        call = {"y": [1.0], "start": [[2.0, 0.5]], "step": 0.1, "steps": [0, 1, 5], "sigma": 0.1, "batch": batch}
        assert_allclose(label_noise_descent(careless, **call), label_noise_descent(valley, **call))
