"""What is too large for a float is an error that names an argument, without a warning, and not a result."""

import numpy as np
import pytest

from implicit_bias import ConvergenceError, data, diagonal, linear_networks, matrix_sensing, noise, two_layer

pytestmark = pytest.mark.filterwarnings("error")

X = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
Y = np.array([[5.0], [6.0]])
LAYERS = np.array([[1.0, 0.5, 2.0], [-1.0, 1.0, 0.5]]), np.array([[1.0, 2.0]])
NETWORK = two_layer.Network(LAYERS[0], LAYERS[1].T)
# Products of two of them are no floats.
LARGE, LARGE_NETWORK = tuple(1e200 * layer for layer in LAYERS), NETWORK.scaled(1e200)
GAUSSIAN, COSINE = matrix_sensing.GaussianOperator(3, 4, seed=0), matrix_sensing.CosineOperator(3, 4, seed=0)

CALLS = {
    "product": lambda: linear_networks.product(LARGE),
    "conserved": lambda: linear_networks.conserved(LARGE),
    "gradient of layers": lambda: linear_networks.gradient(X, Y, LARGE),
    "gradient of layers, large X": lambda: linear_networks.gradient(1e200 * X, Y, LAYERS),
    "hessian": lambda: linear_networks.hessian(X, Y, LARGE),
    "predict": lambda: two_layer.predict(LARGE_NETWORK, X),
    "gradient": lambda: two_layer.gradient(LARGE_NETWORK, X, Y),
    "tangent kernel": lambda: two_layer.tangent_kernel(NETWORK, 1e200 * X),
    "imbalance": lambda: matrix_sensing.imbalance(1e200 * X, X),
    "measure": lambda: GAUSSIAN.measure(np.full((3, 3), 1e308)),
    "adjoint": lambda: COSINE.adjoint(np.full(4, 1.5e308)),
    "regularizer": lambda: noise.regularizer([[-1e200]], 1e200),
    "potential": lambda: diagonal.potential(1.7e308),
    "entropy": lambda: diagonal.entropy([1e308, 1.0], 1e-300),
    "noise": lambda: data.gaussian_regression(n=9, d=2, noise=1.7e308, seed=0),
    "noise on few": lambda: data.sparse_regression(n=9, d=2, sparsity=1, noise=1.7e308, seed=0),
    "linearized": lambda: two_layer.linearized(NETWORK, LARGE_NETWORK, 1e200 * X),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_is_too_large_is_said(name):
    with pytest.raises(ValueError, match=r"^\w+ is out of range: .* would exceed"):
        CALLS[name]()


def test_sizes_whose_squares_are_no_floats():
    assert two_layer.Network([[3e200]], [[4e200]]).size == pytest.approx(5e200)
    assert two_layer.Network([[3e-200]], [[4e-200]]).size == pytest.approx(5e-200)


def test_a_descent_whose_measurements_overflow_has_diverged():
    with pytest.raises(ConvergenceError, match="choose a smaller step"):
        matrix_sensing.gradient_descent(GAUSSIAN, np.ones(4), np.full((3, 2), 6e153), step=0.1, steps=1)


def test_a_power_that_overflows_of_what_is_not_there():
    found = matrix_sensing.power_method(np.diag([1.0, -1.0]), [[0.0], [1.0]], 1.0, [0, 5000])
    assert found.tolist() == [[[0.0], [1.0]], [[0.0], [0.0]]]


def test_an_entropy_that_is_a_float_though_a_step_to_it_is_not():
    assert diagonal.entropy([0.0, 1.0], [1e-300, 1e308]) == 1e308
