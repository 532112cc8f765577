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
