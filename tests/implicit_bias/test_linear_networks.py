"""Linear networks against finite differences, closed forms and what their flow conserves."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose

from implicit_bias import ConvergenceError, least_squares, linear_networks

seeds = st.integers(0, 10**6)


def drawn(seed, widths=(4, 3, 2), n=5):
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((after, before)) / 2 for before, after in pairwise(widths)]
    return rng.standard_normal((n, widths[0])), rng.standard_normal((n, widths[-1])), weights


def loss(X, Y, weights):
    return norm(X @ linear_networks.product(weights).T - Y) ** 2 / 2


def moved(weights, flat):
    parts = np.split(flat, np.cumsum([layer.size for layer in weights])[:-1])
    return [layer + part.reshape(layer.shape) for layer, part in zip(weights, parts, strict=True)]


def flat(layers):
    return np.concatenate([np.ravel(layer) for layer in layers])


@given(seeds, st.lists(st.integers(1, 4), min_size=2, max_size=5))
@settings(max_examples=30)
def test_the_gradient_is_the_slope_of_the_loss(seed, widths):
    X, Y, weights = drawn(seed, widths)
    slope = flat(linear_networks.gradient(X, Y, weights))
    for i, move in enumerate(1e-5 * np.eye(len(slope))):
        measured = (loss(X, Y, moved(weights, move)) - loss(X, Y, moved(weights, -move))) / 2e-5
        assert measured == pytest.approx(slope[i], rel=1e-4, abs=1e-4)


@given(seeds)
@settings(max_examples=20)
def test_the_hessian_is_the_slope_of_the_gradient(seed):
    X, Y, weights = drawn(seed)
    found = linear_networks.hessian(X, Y, weights)
    moves = 1e-5 * np.eye(len(found))
    measured = [
        flat(linear_networks.gradient(X, Y, moved(weights, move)))
        - flat(linear_networks.gradient(X, Y, moved(weights, -move)))
        for move in moves
    ]
    assert_allclose(np.array(measured) / 2e-5, found, rtol=1e-4, atol=1e-4)
    assert_allclose(found, found.T, atol=1e-12)


@given(seeds)
@settings(max_examples=10)
def test_one_layer_is_linear_regression(seed):
    X, Y, weights = drawn(seed, (4, 2))
    times = [0.3, 0.0, 2.0]
    (flow,) = linear_networks.gradient_flow(X, Y, weights, times)
    (steps,) = linear_networks.gradient_descent(X, Y, weights, 0.01, [7, 0])
    for output, (target, start) in enumerate(zip(Y.T, weights[0], strict=True)):
        assert_allclose(flow[:, output], least_squares.gradient_flow(X, target, times, start), rtol=1e-8, atol=1e-8)
        assert_allclose(steps[:, output], least_squares.gradient_descent(X, target, 0.01, [7, 0], start), atol=1e-12)


@pytest.mark.parametrize("unit", [1, 1e-20])
def test_one_layer_moves_from_zero_too(unit):
    X, Y, _ = drawn(0, (7, 4))
    X = np.linalg.qr(X.T)[0].T  # off its row space all is rounding, which need not be followed
    (flow,) = linear_networks.gradient_flow(X, unit * Y, [np.zeros((4, 7))], [0.0, 1.0])
    assert not np.any(flow[0])
    assert_allclose(flow[1], unit * -np.expm1(-1) * (X.T @ Y).T, atol=1e-9 * unit)


@given(seeds, st.lists(st.integers(1, 3), min_size=3, max_size=5))
@settings(max_examples=15)
def test_the_flow_conserves_and_descends(seed, widths):
    X, Y, weights = drawn(seed, widths)
    times = np.array([0.0, 0.5, 3.0])
    path = linear_networks.gradient_flow(X, Y, weights, times)
    start = linear_networks.conserved(weights)
    losses = []
    for t in range(3):
        layers = [layer[t] for layer in path]
        losses.append(loss(X, Y, layers))
        for now, before in zip(linear_networks.conserved(layers), start, strict=True):
            assert_allclose(now, before, atol=1e-8 * (1 + norm(flat(layers)) ** 2))
    assert losses[0] >= losses[1] - 1e-12 and losses[1] >= losses[2] - 1e-12
    (first, *_) = linear_networks.gradient_flow(X, Y, weights, 0.5)
    assert_allclose(first, path[0][1], atol=1e-7)


@pytest.mark.filterwarnings("error")
@given(seeds, st.integers(-70, 70), st.integers(-70, 70))
@settings(max_examples=15)
def test_the_flow_is_the_same_in_every_unit(seed, a, b):
    # X in units of 2**a and weights in units of 2**b: those of the targets and of the time follow.
    X, Y, weights = drawn(seed)
    times = np.array([0.0, 0.3, 2.0, 1e150])
    expected = linear_networks.gradient_flow(X, Y, weights, times)
    units = [np.exp2(float(b)) * layer for layer in weights]
    ages = times * np.exp2(-2.0 * (a + b))
    found = linear_networks.gradient_flow(np.exp2(float(a)) * X, np.exp2(a + 2.0 * b) * Y, units, ages)
    for one, other in zip(found, expected, strict=True):
        assert_allclose(one, np.exp2(float(b)) * other, rtol=1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("layers", [1, 2, 3, 4])
@pytest.mark.parametrize("unit", [1e-160, 1e-100, 1e10, 1e100, 1e160])
def test_the_flow_at_every_scale_goes_where_it_has_to(layers, unit):
    X, Y, weights = drawn(0, (3, *[4] * (layers - 1), 2), n=5)
    best = np.linalg.lstsq(X, Y)[0].T
    late = linear_networks.gradient_flow(X, Y, weights, 1e308)
    assert_allclose(linear_networks.product(late), best, rtol=1e-9)
    same = linear_networks.gradient_flow(X, Y, weights, 1e12)
    assert_allclose(flat(same), flat(late), rtol=1e-9)
    for before, after in zip(linear_networks.conserved(weights), linear_networks.conserved(late), strict=True):
        assert_allclose(before, after, atol=1e-9)
    if unit > 1:
        far = linear_networks.gradient_flow(unit * X, unit * Y, weights, 1.0)
        assert_allclose(flat(far), flat(late), rtol=1e-8)
    else:
        assert_allclose(flat(linear_networks.gradient_flow(X, Y, weights, unit)), flat(weights), rtol=1e-15)
        assert_allclose(flat(linear_networks.gradient_flow(unit * X, Y, weights, 1.0)), flat(weights), rtol=1e-15)


def test_short_steps_follow_the_flow():
    X, Y, weights = drawn(3)
    flow = linear_networks.gradient_flow(X, Y, weights, 0.2)
    steps = linear_networks.gradient_descent(X, Y, weights, 1e-5, 20_000)
    for one, other in zip(flow, steps, strict=True):
        assert_allclose(one, other, atol=1e-4)


def test_a_step_that_is_too_large_is_said():
    X, Y, weights = drawn(0)
    with pytest.raises(ConvergenceError, match="choose a smaller step"):
        linear_networks.gradient_descent(X, Y, weights, 10.0, 100)
