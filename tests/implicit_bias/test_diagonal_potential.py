"""The potential and the entropy against integrals, other formulas and bounds."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.special import kl_div

from implicit_bias import diagonal


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


@pytest.mark.parametrize("depth", [2.5, 3, 4, 6, 10])
def test_the_potential_beyond_depth_2_is_an_integral_of_the_inverse(depth):
    p = depth / (depth - 2)
    s = np.array([1e-6, 1e-2, 0.3, 0.9, 0.999])
    z = (1 - s) ** -p - (1 + s) ** -p

    def h(t):
        return (1 - t) ** -p - (1 + t) ** -p

    # By parts: z s minus the integral of h.
    exact = z * s - np.array([quad(h, 0, end, epsrel=1e-13)[0] for end in s])
    assert_allclose(diagonal.potential(z, depth), exact, rtol=1e-8)
    assert_array_equal(diagonal.potential(-z, depth), diagonal.potential(z, depth))
    tiny, huge = np.logspace(-150, -6, 20), np.logspace(40, 300, 20)
    assert_allclose(diagonal.potential(tiny, depth), tiny**2 * (depth - 2) / (4 * depth), rtol=1e-9)
    assert_allclose(diagonal.potential(huge, depth) - huge, -depth / 2 * huge ** (2 / depth), atol=1e-13 * huge[-1])
    assert np.all(np.diff(diagonal.potential(np.logspace(-150, 300, 400), depth)) > 0)


def test_the_potential_of_depth_4_is_the_distance_of_weights_of_depth_2():
    # min (u - 1)**2 + (v - 1)**2 over u**2 - v**2 = z, at u = 1 / (1 - m) and v = 1 / (1 + m).
    m = np.array([1e-7, 1e-3, 0.2, 0.8, 0.99])
    z = 4 * m / (1 - m**2) ** 2
    assert_allclose(diagonal.potential(z, 4), 2 * m**2 * (1 + m**2) / (1 - m**2) ** 2, rtol=1e-11)


def test_the_potential_near_depth_2_is_that_of_depth_2():
    z = np.logspace(-5, 5, 11)
    depth = 2.001
    assert_allclose(depth / (depth - 2) * diagonal.potential(z, depth), diagonal.potential(z), rtol=2e-2)
    with pytest.raises(ValueError, match=r"^depth must be 2 or at least 2\.001"):
        diagonal.potential(z, 2.00001)


def test_the_entropy_near_its_minimum():
    assert diagonal.entropy([1 + 1e-9], 1) == pytest.approx(5e-19, rel=1e-6)
    assert diagonal.entropy([1 - 1e-12, 1], [1, 1]) == pytest.approx(5e-25, rel=1e-3)
    for ratio in (0.5001, 0.4999, 1.9999, 2.0001):
        assert diagonal.entropy([ratio], 1) == pytest.approx(ratio * np.log(ratio) - ratio + 1, rel=1e-12)
