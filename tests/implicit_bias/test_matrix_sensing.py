"""Matrix sensing: operators against their matrices and their mean, descent against the slope of its loss."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import norm, svd
from numpy.testing import assert_allclose

from implicit_bias import ConvergenceError, data, matrix_sensing
from implicit_bias.matrix_sensing import CosineOperator, GaussianOperator

seeds = st.integers(0, 10**6)

OPERATORS = {
    "symmetric": lambda seed: GaussianOperator(4, 6, seed=seed),
    "wide": lambda seed: GaussianOperator((3, 5), 6, seed=seed),
    "cosine": lambda seed: CosineOperator(4, 6, seed=seed),
}
make = pytest.mark.parametrize("make", OPERATORS.values(), ids=OPERATORS.keys())


def units(shape):
    for place in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[place] = 1
        yield unit


def symmetric(rng, d):
    G = rng.standard_normal((d, d))
    return G + G.T


@make
@given(seeds)
@settings(max_examples=20)
def test_the_adjoint_has_the_same_inner_products(make, seed):
    operator, rng = make(seed), np.random.default_rng(seed)
    M, v = rng.standard_normal(operator.shape), rng.standard_normal(operator.n)
    assert_allclose(operator.measure(M) @ v, np.sum(M * operator.adjoint(v)), atol=1e-12)
    assert_allclose(operator.normal(M), operator.adjoint(operator.measure(M)))
    # Each entry is that of one matrix measured, of whose two halves symmetric operators see the mean.
    entries = np.array([operator.measure(unit) @ v for unit in units(operator.shape)])
    assert_allclose(operator.adjoint(v).ravel(), entries, atol=1e-12)


@make
def test_the_normal_operator_is_the_identity_on_average(make):
    mean, draws = 0.0, 4000
    shape = make(0).shape
    M = np.random.default_rng(0).standard_normal(shape)
    M = (M + M.T) / 2 if shape[0] == shape[1] else M
    for seed in range(draws):
        mean = mean + make(seed).normal(M) / draws
    # Each entry has a deviation of about norm(M) / sqrt(6): five times that of the mean.
    assert_allclose(mean, M, atol=5 * norm(M) / np.sqrt(6 * draws))


def test_measuring_all_coefficients_loses_nothing():
    operator = CosineOperator(5, 15, seed=1)
    M = symmetric(np.random.default_rng(1), 5)
    assert_allclose(operator.normal(M), M, atol=1e-12)
    assert_allclose(norm(operator.measure(M)), norm(M))


def test_signs_and_choice_are_random():
    first, second = (CosineOperator(6, 5, seed=seed).adjoint(np.eye(5)[0]) for seed in (0, 1))
    again = CosineOperator(6, 5, seed=0).adjoint(np.eye(5)[0])
    assert np.array_equal(first, again)
    # Signs do not change the sizes of a coefficient's entries; if all are kept, nothing is chosen.
    assert norm(np.abs(first) - np.abs(second)) > 0.1 * norm(first)
    first, second = (CosineOperator(6, 21, seed=seed).adjoint(np.eye(21)[0]) for seed in (0, 1))
    assert_allclose(np.abs(first), np.abs(second), atol=1e-12)
    assert norm(first - second) > 0.1 * norm(first)


def test_symmetric_gaussian_matrices_have_the_variances_of_low_rank_sensing():
    rows = np.array([GaussianOperator(3, 1, seed=seed).adjoint([1.0]) for seed in range(20_000)])
    assert_allclose(rows.var(axis=0), (1 + np.eye(3)) / 2, rtol=0.05)
    drawn = data.low_rank_sensing(size=3, rank=1, measurements=20_000, seed=0).X
    assert_allclose(drawn.var(axis=0), (1 + np.eye(3)) / 2, rtol=0.05)


@make
@given(seeds, st.booleans())
@settings(max_examples=20)
def test_a_step_goes_down_the_slope_of_the_loss(make, seed, two):
    operator, rng = make(seed), np.random.default_rng(seed)
    rows, columns = operator.shape
    two = two or rows != columns
    y, U = rng.standard_normal(operator.n), rng.standard_normal((rows, 2))
    factors = (U, rng.standard_normal((columns, 2))) if two else (U,)

    def loss(*factors):
        residual = operator.measure(factors[0] @ factors[-1].T) - y
        return norm(residual) ** 2 / (2 if two else 4)

    step = 1e-3
    result = matrix_sensing.gradient_descent(operator, y, *factors, step=step, steps=1)
    moved = result if two else (result,)
    for i, factor in enumerate(factors):
        slope = np.zeros_like(factor)
        for unit in units(factor.shape):
            ahead, back = ([*factors] for _ in range(2))
            ahead[i], back[i] = factor + 1e-5 * unit, factor - 1e-5 * unit
            slope += unit * (loss(*ahead) - loss(*back)) / 2e-5
        assert_allclose((factor - moved[i]) / step, slope, rtol=1e-6, atol=1e-6 * max(1.0, norm(slope)))


def test_steps_in_any_order_are_the_same_steps():
    operator, rng = GaussianOperator((3, 4), 9, seed=2), np.random.default_rng(2)
    y, U, V = rng.standard_normal(9), rng.standard_normal((3, 2)), rng.standard_normal((4, 2))
    U7, V7 = matrix_sensing.gradient_descent(operator, y, U, V, step=0.05, steps=7)
    path = matrix_sensing.gradient_descent(operator, y, U, V, step=0.05, steps=[7, 0, 3, 7])
    assert path[0].shape == (4, 3, 2) and path[1].shape == (4, 4, 2)
    for one, start, end in zip(path, (U, V), (U7, V7), strict=True):
        assert np.array_equal(one[0], end) and np.array_equal(one[3], end) and np.array_equal(one[1], start)
    between = matrix_sensing.gradient_descent(operator, y, path[0][2], path[1][2], step=0.05, steps=4)
    assert_allclose(between[0], U7)


def test_gradient_descent_recovers_a_matrix_of_low_rank():
    rng = np.random.default_rng(3)
    X = np.linalg.qr(rng.standard_normal((30, 2)))[0]
    operator = CosineOperator(30, 300, seed=4)
    U = matrix_sensing.gradient_descent(
        operator, operator.measure(X @ X.T), 1e-5 * rng.standard_normal((30, 30)), step=0.25, steps=300
    )
    assert norm(U @ U.T - X @ X.T) < 1e-4 * norm(X @ X.T)
    assert matrix_sensing.angle(U, X) < 1e-4
    signal, noise = matrix_sensing.signal_and_noise(U, X)
    assert abs(signal - 1) < 1e-4 and noise < 1e-2


def test_too_long_a_step_is_said():
    operator = GaussianOperator(3, 4, seed=0)
    with pytest.raises(ConvergenceError, match="choose a smaller step"):
        matrix_sensing.gradient_descent(operator, np.ones(4), np.ones((3, 1)), step=1e3, steps=200)


@given(seeds, st.integers(0, 30))
def test_the_power_method_multiplies(seed, steps):
    rng = np.random.default_rng(seed)
    Z, U = symmetric(rng, 4), rng.standard_normal((4, 2))
    expected = np.linalg.matrix_power(np.eye(4) + 0.1 * Z, steps) @ U
    size = max(1.0, norm(Z)) ** steps
    assert_allclose(matrix_sensing.power_method(Z, U, 0.1, steps), expected, atol=1e-12 * size, rtol=1e-9)
    assert matrix_sensing.power_method(Z, U, 0.1, [steps, 0]).shape == (2, 4, 2)
    with pytest.raises(ValueError, match=r"^steps must leave"):
        matrix_sensing.power_method(np.eye(4), U, 1.0, 10**6)
    assert_allclose(matrix_sensing.power_method(1e308 * np.eye(4), U / 1e9, 1e-3, 1), 1e296 * U)


@pytest.mark.parametrize("degrees", [0, 20, 90])
def test_the_angle_is_the_largest(degrees):
    turn = np.radians(degrees)
    U = np.array([[1.0, 0.0], [0.0, np.cos(turn)], [0.0, np.sin(turn)], [0.0, 0.0]]) @ np.diag([3.0, 2.0])
    X = np.eye(4)[:, [0, 1, 0]]
    assert_allclose(matrix_sensing.angle(U, X), np.sin(turn), atol=1e-12)
    # What is weaker than the leading directions does not count.
    weaker = np.hstack([U, [[0.0], [0.0], [0.0], [1.9]]])
    assert_allclose(matrix_sensing.angle(weaker, X), np.sin(turn), atol=1e-12)
    with pytest.raises(ValueError, match=r"^U must have a rank of at least 2"):
        matrix_sensing.angle(U[:, :1], X)


@given(seeds)
def test_signal_and_noise_are_parts_of_the_factor(seed):
    rng = np.random.default_rng(seed)
    U, X = rng.standard_normal((6, 4)), rng.standard_normal((6, 2))
    signal, noise = matrix_sensing.signal_and_noise(U, X)
    projector = X @ np.linalg.pinv(X)
    assert_allclose(signal, svd(projector @ U)[1][1])
    rest = np.eye(4) - np.linalg.pinv(projector @ U) @ (projector @ U)
    assert_allclose(noise, norm(U @ rest, 2))
    assert_allclose(projector @ U @ rest, 0, atol=1e-12)
    square = rng.standard_normal((6, 2))
    assert matrix_sensing.signal_and_noise(square, X)[1] == 0


@given(seeds)
def test_symmetrization_doubles_inner_products(seed):
    rng = np.random.default_rng(seed)
    A, D = rng.standard_normal((2, 3, 4))
    lifted = matrix_sensing.symmetrize(A)
    assert np.array_equal(lifted, lifted.T)
    assert_allclose(np.sum(lifted * matrix_sensing.symmetrize(D)), 2 * np.sum(A * D))
    U, V = rng.standard_normal((3, 2)), rng.standard_normal((4, 2))
    both, mirrored = np.vstack([U, V]), np.vstack([U, -V])
    assert_allclose(both.T @ mirrored, matrix_sensing.imbalance(U, V), atol=1e-12)


def sense(y, *factors, operator=None, step=0.1, steps=1):
    operator = GaussianOperator(2, 2, seed=0) if operator is None else operator
    return matrix_sensing.gradient_descent(operator, y, *factors, step=step, steps=steps)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: GaussianOperator(0, 3, seed=0), "shape"),
        (lambda: GaussianOperator((2, 3, 4), 3, seed=0), "shape"),
        (lambda: GaussianOperator((2, 0), 3, seed=0), "shape"),
        (lambda: GaussianOperator(2.0, 3, seed=0), "shape"),
        (lambda: GaussianOperator(2, 0, seed=0), "n"),
        (lambda: GaussianOperator(2, 3, seed=-1), "seed"),
        (lambda: CosineOperator(0, 1, seed=0), "d"),
        (lambda: CosineOperator(2, 4, seed=0), "n"),
        (lambda: CosineOperator(2, 3, seed=1.5), "seed"),
        (lambda: CosineOperator(2, 3, seed=0).measure(np.eye(3)), "M"),
        (lambda: GaussianOperator(2, 3, seed=0).measure([[1.0, np.nan], [0.0, 1.0]]), "M"),
        (lambda: GaussianOperator(2, 3, seed=0).adjoint(np.ones(2)), "v"),
        (lambda: CosineOperator(2, 3, seed=0).adjoint([1.0, np.inf, 0.0]), "v"),
        (
            lambda: matrix_sensing.gradient_descent(
                GaussianOperator((2, 3), 2, seed=0), [1.0, 2.0], np.ones((2, 1)), step=0.1, steps=1
            ),
            "V",
        ),
        (lambda: sense([1.0], np.ones((2, 1))), "y"),
        (lambda: sense([1.0, 2.0], np.ones((3, 1))), "U"),
        (lambda: sense([1.0, 2.0], np.ones((2, 1)), np.ones((2, 2))), "V"),
        (lambda: sense([1.0, 2.0], np.ones((2, 1)), step=0.0), "step"),
        (lambda: sense([1.0, 2.0], np.ones((2, 1)), steps=[]), "steps"),
        (lambda: sense([1.0, 2.0], np.ones((2, 1)), operator=np.eye(2)), "operator"),
        (lambda: matrix_sensing.power_method(np.ones((2, 3)), np.ones((2, 1)), 0.1, 1), "Z"),
        (lambda: matrix_sensing.power_method([[1.0, 2.0], [0.0, 1.0]], np.ones((2, 1)), 0.1, 1), "Z"),
        (lambda: matrix_sensing.power_method(np.eye(2), np.ones((3, 1)), 0.1, 1), "U"),
        (lambda: matrix_sensing.power_method(np.eye(2), np.ones((2, 1)), -0.1, 1), "step"),
        (lambda: matrix_sensing.power_method(np.eye(2), np.ones((2, 1)), 0.1, -1), "steps"),
        (lambda: matrix_sensing.angle(np.eye(2), np.zeros((2, 1))), "truth"),
        (lambda: matrix_sensing.angle(np.zeros((2, 2)), np.eye(2)), "U"),
        (lambda: matrix_sensing.angle(np.ones((3, 1)), np.eye(2)), "U"),
        (lambda: matrix_sensing.signal_and_noise(np.ones((3, 1)), np.eye(3)[:, :2]), "U"),
        (lambda: matrix_sensing.imbalance(np.ones((3, 1)), np.eye(2)), "V"),
        (lambda: matrix_sensing.symmetrize([1.0, 2.0]), "A"),
    ],
)
def test_wrong_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=rf"^{name} must"):
        call()


@pytest.mark.parametrize(
    ("operator", "got"),
    [(np.ones((30, 4, 4)), r"ndarray of shape \(30, 4, 4\)"), ([np.eye(4)] * 30, "list"), (None, "NoneType")],
)
def test_what_is_no_operator_is_named_in_short(operator, got):
    with pytest.raises(ValueError, match=rf"^operator must have shape, n, measure and adjoint, got {got}$"):
        matrix_sensing.gradient_descent(operator, np.ones(30), np.ones((4, 2)), step=0.1, steps=1)
