"""Every function in every unit: multiply X and y by powers of ten, and the answer is the same times a power of ten."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import implicit_bias
from implicit_bias import ConvergenceError, baselines, certify, data, diagonal, least_squares

pytestmark = pytest.mark.filterwarnings("error")

exponents = st.integers(-150, 150)


def ten(exponent):
    """The power of ten, exactly rounded; what is no float is not needed."""
    return float(f"1e{exponent}")


@dataclass
class Answer:
    """What a function returned, and the power of ten that it should carry."""

    value: object
    power: int


X, Y = data.gaussian_regression(n=4, d=7, seed=1).X, data.gaussian_regression(n=4, d=7, seed=1).X @ np.arange(1.0, 8.0)
START, LABELS = np.linspace(-1, 1, 7), np.array([1.0, -1.0, 1.0, 1.0])
STEP = 0.3 * least_squares.step_threshold(X)


# Each takes the exponents of X and of y.
def by_min_norm(a, b):
    return [Answer(least_squares.min_norm(ten(a) * X, ten(b) * Y), b - a)]


def by_filter(a, b):
    return [Answer(least_squares.spectral_filter(ten(a) * X, ten(b) * Y, lambda mu: mu / mu[0]), b - a)]


def by_ridge(a, b):
    return [Answer(least_squares.ridge(ten(a) * X, ten(b) * Y, [3 * ten(2 * a), ten(2 * a)]), b - a)]


def by_threshold(a, b):
    return [Answer(least_squares.step_threshold(ten(a) * X), -2 * a)]


def by_descent(a, b):
    # The unit of the start is that of the answer.
    start = START * ten(b - a)
    value = least_squares.gradient_descent(ten(a) * X, ten(b) * Y, STEP * ten(-2 * a), [0, 1, 7, 10**15], start)
    return [Answer(value, b - a)]


def by_flow(a, b):
    times = [0, 0.1 * ten(-2 * a), 3 * ten(-2 * a), np.inf]
    start = START * ten(b - a)
    return [Answer(least_squares.gradient_flow(ten(a) * X, ten(b) * Y, times, start), b - a)]


def solved(solution, x, objective, dual):
    return [Answer(solution.x, x), Answer(solution.objective, objective), Answer(solution.dual, dual)]


def by_min_l2(a, b):
    return solved(baselines.min_l2(ten(a) * X, ten(b) * Y), b - a, b - a, -a)


def by_basis_pursuit(a, b):
    return solved(baselines.basis_pursuit(ten(a) * X, ten(b) * Y), b - a, b - a, -a)


def by_nonnegative_basis_pursuit(a, b):
    return solved(baselines.basis_pursuit(ten(a) * X, ten(b) * Y, nonnegative=True), b - a, b - a, -a)


def by_lasso(a, b):
    return solved(baselines.lasso(ten(a) * X, ten(b) * Y, 2.0 * ten(a + b)), b - a, 2 * b, b)


def by_hard_margin_svm(a, b):
    return solved(baselines.hard_margin_svm(ten(a) * X, LABELS), -a, -a, -a)


def by_diagonal_limit(a, b):
    # Even, so that the root of the unit of x is a power of ten.
    b += (a + b) % 2
    alpha = 0.1 * ten((b - a) // 2)
    return solved(baselines.diagonal_limit(ten(a) * X, ten(b) * Y, alpha), b - a, b - a, -a)


def by_variation_margin(a, b):
    found = baselines.variation_margin(ten(a) * X[:, :3], LABELS)
    return [Answer(found.objective, -a), Answer(found.dual, -a)]


MATRICES = np.random.default_rng(2).standard_normal((5, 3, 3))
MEASURED = np.einsum("nij,i,j->n", MATRICES, [1.0, 2.0, -1.0], [1.0, 2.0, -1.0])


def by_nuclear_norm(a, b, psd=False):
    # A gap of ten digits fixes five digits of the matrix.
    found = baselines.nuclear_norm(ten(a) * MATRICES, ten(b) * MEASURED, psd=psd)
    return [Answer(found.objective, b - a), Answer(ten(b) * MEASURED @ found.dual, b - a)]


def by_psd_nuclear_norm(a, b):
    return by_nuclear_norm(a, b, psd=True)


def certificates(a, b):
    """What ``certify`` says of right answers in any unit: nothing."""
    X_, y = ten(a) * X, ten(b) * Y
    pursued, even = baselines.basis_pursuit(X_, y), b + (a + b) % 2
    alpha = 0.1 * ten((even - a) // 2)
    limit = baselines.diagonal_limit(X_, ten(even) * Y, alpha)
    shortest = baselines.min_l2(X_, y)
    machine = baselines.hard_margin_svm(X_, LABELS)
    penalty = 2.0 * ten(a + b)
    penalized = baselines.lasso(X_, y, penalty) if abs(b) < 145 else None
    length = np.max(np.abs(shortest.x))
    # Of depth 3, with the unit of x the third power of a power of ten.
    b3 = b + (a - b) % 3
    deep_alpha = 0.1 * ten((b3 - a) // 3)
    deep = diagonal.solve(X_, ten(b3) * Y, deep_alpha, depth=3)
    low = baselines.nuclear_norm(ten(a) * MATRICES, ten(b) * MEASURED)
    units = baselines.variation_margin(X_[:, :3], LABELS)
    found = [
        certify.diagonal_limit(X_, ten(b3) * Y, deep_alpha, deep.beta, deep.dual, depth=3),
        certify.nuclear_norm(ten(a) * MATRICES, ten(b) * MEASURED, low.x, low.dual),
        certify.variation_margin(X_[:, :3], LABELS, units.x, units.dual, units.hidden),
        certify.min_norm(X_, y, shortest.x),
        certify.ridge(X_, y, 3 * ten(2 * a), least_squares.ridge(X_, y, 3 * ten(2 * a))),
        certify.basis_pursuit(X_, y, pursued.x, pursued.dual),
        certify.diagonal_limit(X_, ten(even) * Y, alpha, limit.x, limit.dual),
        certify.hard_margin_svm(X_, LABELS, machine.x, machine.dual),
        certify.potential(X_, y, lambda x: (x / length) / np.linalg.norm(x / length), shortest.x, shortest.dual),
    ]
    if penalized:
        found.append(certify.lasso(X_, y, penalty, penalized.x, penalized.dual))
    assert max(one.largest for one in found) <= 1e-7
    return []


BY = {
    "least_squares.min_norm": by_min_norm,
    "least_squares.spectral_filter": by_filter,
    "least_squares.ridge": by_ridge,
    "least_squares.step_threshold": by_threshold,
    "least_squares.gradient_descent": by_descent,
    "least_squares.gradient_flow": by_flow,
    "baselines.min_l2": by_min_l2,
    "baselines.basis_pursuit": by_basis_pursuit,
    "baselines.basis_pursuit, nonnegative": by_nonnegative_basis_pursuit,
    "baselines.lasso": by_lasso,
    "baselines.hard_margin_svm": by_hard_margin_svm,
    "baselines.variation_margin": by_variation_margin,
    "baselines.diagonal_limit": by_diagonal_limit,
    "baselines.nuclear_norm": by_nuclear_norm,
    "baselines.nuclear_norm, psd": by_psd_nuclear_norm,
}


def test_every_function_is_here():
    modules = {"least_squares": least_squares, "baselines": baselines}
    names = {f"{short}.{name}" for short, module in modules.items() for name in module.__all__ if name.islower()}
    assert names == {name.split(",")[0] for name in BY}
    assert set(implicit_bias.__all__) == {
        *(
            "ConvergenceError",
            "certify",
            "data",
            "diagonal",
            "factorization",
            "linear_networks",
            "margins",
            "matrix_sensing",
            "noise",
            "two_layer",
        ),
        *modules,
    }


@pytest.mark.parametrize("name", BY)
@given(exponents, exponents)
def test_units_do_not_matter(name, a, b):
    expected = BY[name](0, 0)
    try:
        answers = BY[name](a, b)
    except ValueError as error:
        # Only a square is beyond the floats: the objective of the lasso, or eigenvalues that filters are told.
        assert "out of range" in str(error) and not isinstance(error, ConvergenceError)
        assert (name == "baselines.lasso" and abs(b) > 145) or (name.endswith("filter") and abs(a) > 145)
        return
    for answer, reference in zip(answers, expected, strict=True):
        value = np.asarray(answer.value)
        assert np.all(np.isfinite(value))
        # Both are brought near 1 in two steps, because a power of ten may be beyond the floats.
        half = answer.power // 2
        unit = value / ten(half) / ten(answer.power - half)
        size = np.max(np.abs(reference.value))
        assert_allclose(unit, reference.value, rtol=1e-7, atol=1e-7 * size)


@given(exponents, exponents)
def test_certificates_do_not_depend_on_units(a, b):
    certificates(a, b)


EXTREMES = [1e-308, 1e-200, 1e-160, 1e160, 1e200, 1e307]


@pytest.mark.parametrize("unit_y", EXTREMES)
@pytest.mark.parametrize("unit_X", EXTREMES)
def test_beyond_the_promised_range_an_answer_is_finite_or_an_error(unit_X, unit_y):
    small = np.array([[1.0, 0.5, 0.25], [0.5, -1.0, 0.125]])
    calls = [
        lambda X, y: least_squares.min_norm(X, y),
        lambda X, y: least_squares.ridge(X, y, 1.0),
        lambda X, y: least_squares.gradient_descent(X, y, 1.0, [1, 10**9]),
        lambda X, y: least_squares.gradient_flow(X, y, [1e-300, 1.0, 1e300, np.inf]),
        lambda X, y: least_squares.step_threshold(X),
        lambda X, y: baselines.min_l2(X, y).x,
        lambda X, y: baselines.basis_pursuit(X, y).x,
        lambda X, y: baselines.lasso(X, y, 1.0).x,
        lambda X, y: baselines.diagonal_limit(X, y, 1.0).x,
        lambda X, y: baselines.hard_margin_svm(X, np.sign(y)).x,
        lambda X, y: baselines.nuclear_norm(X[:, np.newaxis], y).x,
    ]
    for call in calls:
        try:
            answer = call(unit_X * small, unit_y * np.array([1.0, -0.5]))
        except ValueError as error:
            assert str(error).startswith(
                tuple(f"{name} is out of range" for name in ("X", "y", "penalty", "measurements"))
            )
        except ConvergenceError as error:
            assert "step" in str(error) or "alpha" in str(error) or "penalty" in str(error)
        else:
            assert np.all(np.isfinite(answer))


def test_the_values_of_the_report():
    assert_allclose(baselines.basis_pursuit([[1e200, 1e200]], [1.0]).objective, 1e-200)
    assert_allclose(baselines.min_l2([[1e200, 1e200]], [1.0]).x, [5e-201, 5e-201])
    assert_allclose(baselines.basis_pursuit([[1.0, 2.0]], [1e-200]).x, [0, 5e-201])
    assert_allclose(baselines.basis_pursuit([[1e-200, 2e-200]], [1.0]).x, [0, 5e199])
    assert_allclose(least_squares.ridge([[1e155]], [1e155], 1.0), [1.0])
    with pytest.raises(ValueError, match=r"^y is out of range: the objective"):
        baselines.lasso([[1.0, 2.0]], [1e200], 1e199)
    with pytest.raises(ValueError, match=r"^y is out of range"):
        least_squares.min_norm([[1e-200, 0.0]], [1e200])
    with pytest.raises(ValueError, match=r"^X is out of range: 2 / sigma_1\*\*2"):
        least_squares.step_threshold(1e-170 * X)


def test_single_precision_has_its_own_rank():
    exact = data.gaussian_regression(n=20, d=50, rank=3, seed=0)
    coarse = exact.X.astype(np.float32)
    for solve in (least_squares.min_norm, lambda X, y: baselines.min_l2(X, y).x):
        assert_allclose(solve(coarse, exact.y), solve(exact.X, exact.y), atol=1e-4)
