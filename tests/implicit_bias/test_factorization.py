"""Matrix factorization against its definition, its conserved quantities and diagonal networks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose

from implicit_bias import ConvergenceError, diagonal, factorization

seeds = st.integers(0, 10**6)


def drawn(seed, n=2, rows=3, columns=2, width=4):
    rng = np.random.default_rng(seed)
    measurements = rng.standard_normal((n, rows, columns))
    y = np.einsum("nij,ij->n", measurements, rng.standard_normal((rows, columns)))
    return measurements, y, rng.standard_normal((rows, width)), rng.standard_normal((columns, width))


def residuals(measurements, y, M):
    return np.einsum("nij,ij->n", measurements, M) - y


@given(seeds)
@settings(max_examples=20)
def test_the_flow_goes_down_the_slope_of_the_loss(seed):
    measurements, y, U, V = drawn(seed)

    def loss(U, V):
        return norm(residuals(measurements, y, U @ V.T)) ** 2

    slopes = []
    for factor, at in ((U, lambda Z: loss(Z, V)), (V, lambda Z: loss(U, Z))):
        slope = np.zeros_like(factor)
        for index in np.ndindex(factor.shape):
            move = np.zeros_like(factor)
            move[index] = 1e-6
            slope[index] = (at(factor + move) - at(factor - move)) / 2e-6
        slopes.append(slope)
    expected = -(slopes[0] @ V.T + U @ slopes[1].T)
    speed = max(1.0, norm(expected))
    start, later = factorization.gradient_flow(measurements, y, U, V, [0, 1e-6 / speed])
    assert_allclose(start, U @ V.T, atol=1e-12)
    assert_allclose((later - start) * speed / 1e-6, expected, atol=1e-3 * speed)


@given(seeds, st.integers(1, 40))
def test_narrowed_factors_have_the_same_inner_products(seed, width):
    _, _, U, V = drawn(seed, width=width)
    A, B = factorization.narrowed(U, V)
    assert A.shape == (3, min(width, 5)) and B.shape == (2, min(width, 5))
    for one, other in (((A, A), (U, U)), ((A, B), (U, V)), ((B, B), (V, V))):
        assert_allclose(one[0] @ one[1].T, other[0] @ other[1].T, atol=1e-10)


@given(seeds)
@settings(max_examples=20)
def test_a_limit_interpolates_and_is_where_the_flow_ends(seed):
    measurements, y, U, V = drawn(seed)
    M = factorization.limit(measurements, y, U, V)
    assert norm(residuals(measurements, y, M)) <= 1.1e-8 * norm(y)
    late = factorization.gradient_flow(measurements, y, U, V, 1e3)
    assert_allclose(M, late, atol=1e-4 * (1 + norm(M)))


@pytest.mark.filterwarnings("error")
@given(seeds, st.integers(-70, 70), st.integers(-70, 70))
@settings(max_examples=15)
def test_the_flow_is_the_same_in_every_unit(seed, a, b):
    # Measurements in units of 2**a and factors in units of 2**b: those of the targets and of the time follow.
    measurements, y, U, V = drawn(seed)
    times = np.array([0.0, 0.3, 1e150])
    expected = factorization.gradient_flow(measurements, y, U, V, times)
    one, other = np.exp2(float(a)), np.exp2(float(b))
    scaled = one * measurements, one * other**2 * y, other * U, other * V
    ages = times * np.exp2(-2.0 * (a + b))
    assert_allclose(factorization.gradient_flow(*scaled, ages), other**2 * expected, rtol=1e-12)
    longest = 1e9 * np.exp2(-2.0 * (a + b))
    limit = factorization.limit(measurements, y, U, V)
    assert_allclose(factorization.limit(*scaled, longest=longest), other**2 * limit, rtol=1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("unit", [1e-160, 1e-100, 1e10, 1e100, 1e160])
def test_the_flow_at_every_scale_goes_where_it_has_to(unit):
    measurements, y, U, V = drawn(0)
    start, late = U @ V.T, factorization.gradient_flow(measurements, y, U, V, 1e308)
    assert norm(residuals(measurements, y, late)) <= 1e-12 * norm(y)
    if unit > 1:
        assert_allclose(factorization.gradient_flow(unit * measurements, unit * y, U, V, 1.0), late, rtol=1e-6)
        assert norm(residuals(measurements, y, factorization.limit(unit * measurements, unit * y, U, V))) < 2e-8 * norm(
            y
        )
    else:
        assert_allclose(factorization.gradient_flow(unit * measurements, y, U, V, 1.0), start, rtol=1e-12)
        assert_allclose(factorization.gradient_flow(measurements, y, U, V, unit), start, rtol=1e-12)
        with pytest.raises(ConvergenceError, match="at time 1e\\+09: allow more"):
            factorization.limit(unit * measurements, unit * y, U, V)


def test_a_limit_that_is_the_start():
    measurements, _, U, V = drawn(0)
    y = np.einsum("nij,ij->n", measurements, U @ V.T)
    assert_allclose(factorization.limit(measurements, y, U, V), U @ V.T, atol=1e-12)


def test_a_limit_that_is_measured_as_zero():
    measurements, y, U, V = drawn(0)
    M = factorization.limit(measurements, 0 * y, U, V)
    assert 0 < norm(residuals(measurements, 0 * y, M)) <= 1.1e-8 * norm(residuals(measurements, 0 * y, U @ V.T))
    assert_allclose(factorization.limit(measurements, 0 * y, 0 * U, V), 0)
    with pytest.raises(ConvergenceError, match="that at the start"):
        factorization.limit(measurements, 0 * y, U, V, longest=1e-6)


def test_times_may_come_in_any_order():
    measurements, y, U, V = drawn(1)
    some = factorization.gradient_flow(measurements, y, U, V, [0.1, 0.0, 0.1, 0.02])
    assert some.shape == (4, 3, 2)
    assert_allclose(some[0], some[2])
    assert_allclose(some[3], factorization.gradient_flow(measurements, y, U, V, 0.02), atol=1e-7)
    assert factorization.gradient_flow(measurements, y, U, V, 0).shape == (3, 2)


@pytest.mark.parametrize("mu", [5.0, 0.1])
def test_diagonal_measurements_are_a_diagonal_network(mu):
    X, y = np.array([[1.0, 2.0, -1.0], [0.0, 1.0, 1.5]]), np.array([1.0, -2.0])
    root, nothing = np.sqrt(mu) * np.eye(3), np.zeros((3, 3))
    start = np.hstack([root, nothing]), np.hstack([nothing, root])
    found = factorization.limit([np.diag(x) for x in X], y, *start)
    assert_allclose(found, np.diag(diagonal.limit(X, y, np.sqrt(mu / 2))), atol=1e-6)


@given(seeds, st.sampled_from([1e-3, 1.0, 10.0]))
@settings(max_examples=20)
def test_a_random_start_has_its_scale_at_any_width(seed, scale):
    for width in (1, 3, 1000):
        U, V = factorization.random_start(size=30, width=width, scale=scale, seed=seed)
        assert U.shape == V.shape == (30, width)
        assert np.mean(U**2) == pytest.approx(scale / np.sqrt(width), rel=1.2)
    assert np.sqrt(np.mean((U @ V.T) ** 2)) == pytest.approx(scale, rel=0.3)


def test_what_cannot_be_fitted_is_said():
    with pytest.raises(ConvergenceError, match="the residual is"):
        factorization.limit([[[1.0]], [[1.0]]], [1.0, 2.0], [[1.0]], [[1.0]], longest=10)
    with pytest.raises(ConvergenceError, match="the residual is 1 of"):
        factorization.limit([[[1.0]]], [1.0], [[0.0]], [[0.0]], longest=10)
