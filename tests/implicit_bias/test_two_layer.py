"""Two-layer networks against finite differences, a linear solver, and the definition of their start."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal

from implicit_bias import ConvergenceError, data, two_layer

seeds = st.integers(0, 10**6)


def drawn(seed, n=4, d=3, units=5, outputs=2):
    rng = np.random.default_rng(seed)
    network = two_layer.Network(rng.standard_normal((units, d)), rng.standard_normal((units, outputs)))
    return network, rng.standard_normal((n, d)), rng.standard_normal((n, outputs))


def derivatives(network, f, h=1e-6):
    """Of ``f(network)`` in all weights, by differences."""
    weights = np.concatenate([network.hidden.ravel(), network.outer.ravel()])
    cut, shapes = network.hidden.size, (network.hidden.shape, network.outer.shape)

    def at(w):
        return f(two_layer.Network(w[:cut].reshape(shapes[0]), w[cut:].reshape(shapes[1])))

    return np.array([(at(weights + e) - at(weights - e)) / (2 * h) for e in h * np.eye(len(weights))])


def far_from_kinks(network, X):
    return np.abs(X @ network.hidden.T).min() > 1e-4


@given(seeds)
def test_gradient(seed):
    network, X, y = drawn(seed)
    if far_from_kinks(network, X):
        slope = two_layer.gradient(network, X, y)
        found = np.concatenate([slope.hidden.ravel(), slope.outer.ravel()])
        measured = derivatives(network, lambda w: norm(two_layer.predict(w, X) - y) ** 2)
        assert_allclose(found, measured, atol=1e-5 * (1 + norm(measured)))


@given(seeds, seeds)
def test_tangent_kernel(seed, other_seed):
    network, X, _ = drawn(seed)
    other = drawn(other_seed)[0]
    if far_from_kinks(network, X) and far_from_kinks(other, X):
        first, second = (derivatives(each, lambda w: two_layer.predict(w, X).ravel()) for each in (network, other))
        found = two_layer.tangent_kernel(network, X, other).reshape(8, 8)
        assert_allclose(found, first.T @ second, atol=1e-5 * (1 + norm(first) * norm(second)))


@given(seeds, st.floats(1e-3, 1e3))
def test_an_unbiased_start_is_zero_at_every_scale(seed, alpha):
    start = two_layer.unbiased_start(d=3, units=4, outputs=2, seed=seed)
    assert start.hidden.shape == (8, 3) and start.outer.shape == (8, 2)
    outputs = two_layer.predict(start.scaled(alpha), np.random.default_rng(seed).standard_normal((5, 3)))
    assert np.abs(outputs).max() <= 1e-10 * alpha**2


def test_an_unbiased_start_has_the_variances_of_its_docstring():
    start = two_layer.unbiased_start(d=20, units=2000, outputs=10, seed=0)
    assert start.hidden.var() == pytest.approx(2, rel=0.05)
    assert start.outer.var() == pytest.approx(1 / 4000, rel=0.05)


@given(seeds)
def test_the_linear_model_is_the_tangent(seed):
    start, X, _ = drawn(seed)
    change = drawn(seed + 1)[0]
    if far_from_kinks(start, X):
        moved = two_layer.Network(start.hidden + 1e-6 * change.hidden, start.outer + 1e-6 * change.outer)
        slope = (two_layer.predict(moved, X) - two_layer.predict(start, X)) / 1e-6
        found = two_layer.linearized(start, change, X) - two_layer.predict(start, X)
        assert_allclose(found, slope, atol=1e-4 * (1 + norm(slope)))


@given(seeds, st.sampled_from([0.5, 0.05, 1e-3]))
def test_the_linear_flow_stops_at_the_loss_and_goes_along_the_gradients(seed, loss):
    start, X, y = drawn(seed, units=12)
    speeds = np.linalg.eigvalsh(two_layer.tangent_kernel(start, X).reshape(y.size, y.size))
    assume(speeds[0] > 1e-6 * speeds[-1] and far_from_kinks(start, X))
    change = two_layer.linear_flow(X, y, start, loss=loss)
    left = norm(two_layer.linearized(start, change, X) - y) ** 2 / norm(y) ** 2
    before = norm(two_layer.predict(start, X) - y) ** 2 / norm(y) ** 2
    assert left == pytest.approx(min(loss, before), rel=1e-6)
    # What descent cannot reach is orthogonal to all gradients: the change is a combination of them.
    slopes = derivatives(start, lambda w: two_layer.predict(w, X).ravel())
    way = np.concatenate([change.hidden.ravel(), change.outer.ravel()])
    rest = way - slopes @ np.linalg.lstsq(slopes, way)[0]
    assert norm(rest) <= 1e-4 * (norm(way) + 1e-12)


def test_the_linear_flow_is_the_flow_of_the_linear_model():
    start, X, y = drawn(3, units=12)
    K = two_layer.tangent_kernel(start, X).reshape(y.size, y.size)
    residuals, step, change = (two_layer.predict(start, X) - y).ravel(), 1e-5, np.zeros(y.size)
    while norm(residuals) ** 2 > 0.05 * norm(y) ** 2:
        change += -2 * step * residuals
        residuals = residuals - 2 * step * K @ residuals
    slopes = derivatives(start, lambda w: two_layer.predict(w, X).ravel())
    found = two_layer.linear_flow(X, y, start, loss=0.05)
    assert_allclose(np.concatenate([found.hidden.ravel(), found.outer.ravel()]), slopes @ change, atol=2e-3)


@given(st.integers(0, 30), st.sampled_from([0.01, 0.3, 1.0]))
def test_training_stops_just_below_the_loss(seed, alpha):
    split = data.digits(train=15, seed=seed)
    y = np.eye(10)[split.y.astype(int)] - 0.1
    start = two_layer.unbiased_start(d=64, units=20, outputs=10, seed=seed).scaled(alpha)
    trained = two_layer.train(split.X, y, start, loss=0.1)
    assert trained.loss == pytest.approx(norm(two_layer.predict(trained, split.X) - y) ** 2 / norm(y) ** 2)
    assert 0.05 < trained.loss <= 0.1
    assert trained.steps > 0 and trained.time > 0


def test_training_follows_gradient_flow():
    split = data.digits(train=15, seed=0)
    y = np.eye(10)[split.y.astype(int)] - 0.1
    start = two_layer.unbiased_start(d=64, units=20, outputs=10, seed=0).scaled(0.1)
    trained = two_layer.train(split.X, y, start, loss=0.1)
    hidden, outer, steps = start.hidden, start.outer, 20_000
    for _ in range(steps):
        slope = two_layer.gradient(two_layer.Network(hidden, outer), split.X, y)
        hidden, outer = hidden - trained.time / steps * slope.hidden, outer - trained.time / steps * slope.outer
    flow = two_layer.Network(hidden, outer)
    assert trained.minus(flow).size < 0.1 * flow.minus(start).size
    assert norm(two_layer.predict(flow, split.X) - y) ** 2 / norm(y) ** 2 == pytest.approx(0.1, rel=0.1)


def test_in_the_kernel_regime_training_agrees_with_the_linear_model():
    split = data.digits(train=10, seed=1)
    y = np.eye(10)[split.y.astype(int)] - 0.1
    start = two_layer.unbiased_start(d=64, units=50, outputs=10, seed=1).scaled(6)
    trained = two_layer.train(split.X, y, start)
    change = two_layer.linear_flow(split.X, y, start)
    expected = two_layer.linearized(start, change, split.X_test)
    assert norm(two_layer.predict(trained, split.X_test) - expected) < 0.02 * norm(expected)


def test_what_cannot_be_fitted_is_said():
    dead = two_layer.Network([[-1.0]], [[1.0]])
    with pytest.raises(ConvergenceError, match="after 0 steps"):
        two_layer.train([[1.0]], [[1.0]], dead)
    with pytest.raises(ConvergenceError, match="linearized"):
        two_layer.linear_flow([[1.0]], [[1.0]], dead)
    alive = two_layer.Network([[1.0]], [[1e-3]])
    with pytest.raises(ConvergenceError, match="after 2 steps"):
        two_layer.train([[1.0]], [[1.0]], alive, loss=1e-9, steps=2)


@pytest.mark.parametrize("alpha", [1e-3, 0.1, 0.5, 2.0, 200.0])
def test_the_last_step_lands_however_deep_the_loss(alpha):
    twins = two_layer.Network([[1.0], [1.0]], [[1.0], [-1.0]])
    trained = two_layer.train([[1.0]], [[1.0]], twins.scaled(alpha), loss=1e-12)
    assert 0.95e-12 <= trained.loss <= 1e-12


def test_a_loss_below_rounding_is_not_sought_for_ever():
    twins = two_layer.Network([[1.0], [1.0]], [[1.0], [-1.0]])
    with pytest.raises(ConvergenceError, match="stop at a larger loss"):
        two_layer.train([[1.0]], [[1.0]], twins, loss=1e-40, steps=200)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200])
def test_a_loss_needs_one_to_be_measured_by(size):
    twins = two_layer.Network([[1.0], [1.0]], [[1.0], [-1.0]])
    with pytest.raises(ValueError, match=r"^y must not be"):
        two_layer.train([[1.0]], [[size]], twins)


def test_networks_must_fit():
    small, large = drawn(0)[0], drawn(0, units=6)[0]
    with pytest.raises(ValueError, match=r"^other"):
        small.minus(large)
    with pytest.raises(ValueError, match=r"^outer"):
        two_layer.Network(small.hidden, large.outer)
    with pytest.raises(ValueError, match=r"^alpha"):
        small.scaled(0)


@given(seeds)
def test_the_first_step_is_the_derivative_of_the_mean_loss_at_the_function_zero(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((6, 3)), rng.standard_normal(6)
    start = two_layer.unbiased_start(d=4, units=2, outputs=1, seed=seed)
    with_ones = np.column_stack([X, np.ones(6)])
    if far_from_kinks(start, with_ones):
        measured = derivatives(start, lambda w: np.mean((two_layer.predict(w, with_ones)[:, 0] - y) ** 2))
        found = two_layer.first_step_gradients(X, y, start.hidden[:, :3], start.hidden[:, 3])
        slopes = measured[: start.hidden.size].reshape(4, 4)[:, :3]
        assert_allclose(-2 * start.outer * found, slopes, atol=1e-6 * (1 + norm(slopes)))


def test_without_biases_every_half_space_has_the_origin_on_its_border():
    rng = np.random.default_rng(0)
    X, y, hidden = rng.standard_normal((6, 3)), rng.standard_normal(6), rng.standard_normal((4, 3))
    assert_allclose(
        two_layer.first_step_gradients(X, y, hidden), two_layer.first_step_gradients(X, y, 5 * hidden, np.zeros(4))
    )


def test_mean_and_slope_are_taken_out():
    X = data.gaussian_regression(n=100_000, d=3, seed=0).X
    curved = X[:, 0] ** 2 - 1
    left = two_layer.without_linear_part(X, 5 + 3 * X[:, 1] + curved)
    assert abs(left.mean()) < 0.1 and norm(left @ X / len(X)) < 0.1
    assert norm(left - curved) < 0.1 * norm(curved)


def test_the_slope_is_that_of_the_centred_targets():
    assert_allclose(two_layer.without_linear_part([[1.0], [3.0]], [2.0, 4.0]), [-2.0, -2.0])
    assert_allclose(two_layer.without_linear_part([[3.0]], [7.0]), [0.0])


def test_a_unit_is_active_on_the_border_of_its_half_space():
    assert_allclose(two_layer.first_step_gradients([[1.0, 0.0]], [3.0], [[0.0, 1.0]]), [[3.0, 0.0]])
    assert_allclose(two_layer.first_step_gradients([[1.0]], [3.0], [[1.0]], [-1.0]), [[3.0]])


@given(seeds, st.floats(1e-150, 1e150))
def test_first_step_features_do_not_depend_on_the_unit_of_the_targets(seed, unit):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    features, in_units = (two_layer.first_step_features(X, z, units=5, seed=seed) for z in (y, unit * y))
    assert_allclose(in_units.hidden, features.hidden, rtol=1e-6, atol=1e-9)
    assert np.array_equal(in_units.biases, features.biases)
    assert norm(features.hidden) == pytest.approx(np.sqrt(5))


def test_first_step_features_point_into_the_span_of_the_directions():
    problem = data.multi_index(n=20_000, d=10, directions=2, link=lambda z: z[:, 0] * z[:, 1] + z[:, 0] + 3, seed=0)
    features = two_layer.first_step_features(*problem.xy, units=200, seed=1)
    assert norm(features.hidden @ problem.truth.T) ** 2 > 0.95 * norm(features.hidden) ** 2
    assert features.biases.std() == pytest.approx(1, rel=0.15) and abs(features.biases.mean()) < 0.2


def test_features_are_active_on_their_half_spaces():
    features = two_layer.Features([[1.0, 0.0], [0.0, -2.0]], [0.5, 1.0])
    assert_allclose(features.of([[1.0, 2.0], [-3.0, 0.25]]), [[1.5, 0.0], [0.0, 0.5]])
    with pytest.raises(ValueError, match="biases must have length 2"):
        two_layer.Features([[1.0], [2.0]], [1.0])
    with pytest.raises(ValueError, match="hidden must have 3 columns"):
        features.of([[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("y", [[0.0, 0.0], [2.0, 2.0]])
def test_the_first_step_needs_more_than_a_mean(y):
    with pytest.raises(ValueError, match="y must have more than a mean"):
        two_layer.first_step_features([[1.0, 2.0], [0.5, -1.0]], y, units=3, seed=0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("exponent", [-500, 500])
def test_units_of_the_data_do_not_matter_for_training(exponent):
    X, y = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]), np.array([[1.0], [-2.0]])
    start, unit = two_layer.unbiased_start(d=3, units=4, outputs=1, seed=0), 2.0**exponent
    same, found = two_layer.train(X, y, start), two_layer.train(unit * X, unit * y, start)
    assert_array_equal(found.hidden, same.hidden)
    assert (found.loss, found.steps, found.time) == (same.loss, same.steps, same.time / unit / unit)
    # The weights follow y: from nearly nothing to the size of its root, and nowhere from far above it.
    assert two_layer.train(X, 2.0**500 * y, start).loss <= 0.05
    with pytest.raises(ConvergenceError, match="start elsewhere"):
        two_layer.train(X, y, start.scaled(2.0**500), steps=10)
