"""Perceptron, logistic flow and steepest descent against definitions, closed forms and the exact machine."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose
from threadpoolctl import threadpool_info, threadpool_limits

from implicit_bias import ConvergenceError, baselines, data, margins
from implicit_bias.margins import flow

seeds = st.integers(0, 10**6)
CORNER = np.array([[1.0, 0.0], [1.0, 1.0]]), np.ones(2)


def slope(X, y, w, loss):
    m = y * (X @ w)
    return -(y * (1 / (1 + np.exp(m)) if loss == "logistic" else np.exp(-m))) @ X


@pytest.mark.parametrize("loss", ["logistic", "exponential"])
@given(seeds, st.booleans())
@settings(max_examples=15)
def test_the_flow_goes_down_the_slope(loss, seed, separable):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((5, 3)), np.array([1.0, -1.0, 1.0, 1.0, -1.0])
    if separable:
        X[:, 0] = y * (0.1 + abs(X[:, 0]))
    start, times = rng.standard_normal(3), np.exp([-1e-4, 0.0, 1e-4])
    before, now, after = margins.gradient_flow(X, y, np.log(times), start, loss=loss)
    speed = (after - before) / (times[2] - times[0])
    assert_allclose(speed, -slope(X, y, now, loss), rtol=1e-5, atol=1e-5)
    assert_allclose(margins.gradient_flow(X, y, -60.0, start, loss=loss), start, atol=1e-15)
    steps = margins.gradient_descent(X, y, 1e-4, [0, 10_000], start, loss=loss)
    assert_allclose(steps[0], start)
    assert_allclose(steps[1], now, atol=2e-3 * (1 + norm(slope(X, y, start, loss))) ** 2)


def test_a_flow_with_an_invariant():
    # The exponential loss of (1, 0) and (1, 1) keeps w_2 + exp(w_2) - w_1.
    moments = [0.0, 3.0, 10.0, 100.0, 1000.0]
    w = margins.gradient_flow(*CORNER, moments, loss="exponential")
    assert_allclose(w[:, 1], np.log1p(w[:, 0] - w[:, 1]), rtol=1e-7)
    assert_allclose(w[3:, 0], moments[3:], atol=0.02)


@given(seeds, st.integers(2, 25), st.integers(2, 30))
@settings(max_examples=25)
def test_the_direction_is_that_of_the_machine(seed, n, d):
    problem = data.separable(n=n, d=d, margin=0.2, seed=seed)
    u = margins.max_margin_direction(*problem.xy)
    assert norm(u) == pytest.approx(1, abs=1e-12)
    exact = baselines.hard_margin_svm(*problem.xy)
    assert np.min(problem.y * (problem.X @ u)) == pytest.approx(1 / exact.objective, rel=2e-9)
    assert_allclose(u, exact.x / norm(exact.x), atol=1e-4)


@pytest.mark.parametrize(("n", "d"), [(1000, 20), (400, 100), (100, 1000)])
def test_the_direction_proves_itself_to_rounding(n, d):
    # Among a thousand examples some are nearly support vectors, and the velocity alone settles for too long.
    problem = data.separable(n=n, d=d, margin=0.1, seed=1)
    u = margins.max_margin_direction(*problem.xy)
    exact = baselines.hard_margin_svm(*problem.xy)
    assert exact.dual.sum() * np.min(problem.y * (problem.X @ u)) == pytest.approx(1, abs=1e-12)


def test_a_support_vector_with_multiplier_zero():
    assert_allclose(margins.max_margin_direction(*CORNER), [1, 0], atol=2e-5)


@given(seeds, st.integers(-150, 150))
@settings(max_examples=15)
def test_units_do_not_matter(seed, a):
    problem, unit = data.separable(n=6, d=3, margin=0.3, seed=seed), float(f"1e{a}")
    X, y = problem.xy
    assert_allclose(margins.max_margin_direction(unit * X, y), margins.max_margin_direction(X, y), atol=1e-8)
    found = margins.perceptron(unit * X, y, bias=True)
    same = margins.perceptron(X, y, bias=True)
    assert list(found.mistakes) == list(same.mistakes)
    assert_allclose(found.weights / unit, same.weights, rtol=1e-12)
    later = 2 * a * np.log(10)
    flow = margins.gradient_flow(unit * X, y, np.array([0.0, 50.0]) - later) * unit
    assert_allclose(flow, margins.gradient_flow(X, y, [0.0, 50.0]), rtol=1e-7, atol=1e-9)
    if abs(a) < 100:
        steps = margins.gradient_descent(unit * X, y, 0.1 / unit**2, 5) * unit
        assert_allclose(steps, margins.gradient_descent(X, y, 0.1, 5), rtol=1e-9)
    for norm_ in (1, 2, np.inf):
        steps = margins.steepest_descent(unit * X, y, np.ones(3) / unit, norm=norm_) * unit
        assert_allclose(steps, margins.steepest_descent(X, y, np.ones(3), norm=norm_), rtol=1e-9, atol=1e-12)


@given(seeds, st.booleans())
@settings(max_examples=30)
def test_the_perceptron_separates_within_its_bound(seed, bias):
    problem = data.separable(n=20, d=3, margin=0.2, seed=seed)
    X = problem.X + (0.3 * problem.truth if bias else 0)
    found = margins.perceptron(X, problem.y, bias=bias, passes=100_000)
    k, radius = len(found.mistakes), norm(X, axis=1).max()
    assert np.all(problem.y * (X @ found.weights + found.bias) > 0)
    assert_allclose(found.weights, problem.y[found.mistakes] @ X[found.mistakes], atol=1e-9)
    exact = baselines.hard_margin_svm(X, problem.y, bias=bias)
    assert k <= (4 if bias else 1) * (radius * exact.objective) ** 2
    if bias:
        assert found.bias == pytest.approx(radius**2 * problem.y[found.mistakes].sum(), abs=1e-9)


def test_the_bound_of_the_perceptron_is_reached():
    for n in (1, 4, 9):
        assert len(margins.perceptron(np.eye(n), np.ones(n)).mistakes) == n


@pytest.mark.parametrize(("norm_", "dual"), [(1, np.inf), (2, 2), (np.inf, 1)])
def test_a_step_has_its_length_and_the_steepest_slope(norm_, dual):
    problem = data.separable(n=6, d=4, margin=0.2, seed=2)
    sizes = np.array([1.0, 0.5, 2.0])
    path = margins.steepest_descent(*problem.xy, sizes, norm=norm_)
    scaled = margins.steepest_descent(*problem.xy, sizes, norm=norm_, normalized=False)
    assert path.shape == (4, 4) and not path[0].any()
    for w, after, size in zip(path, path[1:], sizes, strict=False):
        gradient = slope(*problem.xy, w, "exponential")
        assert norm(after - w, ord=norm_) == pytest.approx(size)
        assert gradient @ (after - w) == pytest.approx(-size * norm(gradient, ord=dual))
    total = np.exp(-problem.y * (problem.X @ path[0])).sum()
    first = norm(slope(*problem.xy, path[0], "exponential") / total, ord=dual)
    assert_allclose(scaled[1], path[1] * first)


def test_what_cannot_be_separated_is_said():
    X, y = np.array([[1.0, 0.0], [-1.0, 0.1], [-1.0, -0.2]]), np.ones(3)
    with pytest.raises(ValueError, match=r"^y must be labels that a hyperplane through the origin separates"):
        margins.max_margin_direction(X, y)
    with pytest.raises(ValueError, match=r"^log_times must be at most 25"):
        margins.gradient_flow(X / 2, y, 26.0)
    with pytest.raises(ValueError, match=r"^log_times must be at most 1e\+12, got 1e\+15"):
        margins.gradient_flow(-X[1:], y[1:], [3.0, 1e15])
    with pytest.raises(ConvergenceError, match="mistakes in pass 50: no hyperplane through the origin"):
        margins.perceptron(X, y, passes=50)
    assert np.all(np.isfinite(margins.gradient_flow(X, y, 15.0)))
    with pytest.raises(ValueError, match=r"^y must be labels"):
        margins.max_margin_direction(np.zeros((1, 2)), [1.0])


@pytest.mark.filterwarnings("ignore:lsoda:UserWarning")
@pytest.mark.parametrize("margin", [1e-2, 1e-4, 1e-6, 1e-7])
def test_the_direction_of_a_small_margin(margin):
    # (0, 1) has the margins margin, margin and 1, of which only the first two need be kept.
    X = [[1.0, margin], [-1.0, margin], [0.5, 1.0]]
    solution = baselines.hard_margin_svm(X, np.ones(3))
    assert_allclose(solution.x * margin, [0, 1], atol=1e-12)
    if margin > 1e-7:
        assert_allclose(margins.max_margin_direction(X, np.ones(3)), [0, 1], atol=1e-12)
    else:
        with pytest.raises(ConvergenceError, match="the classes of y nearly touch"):
            margins.max_margin_direction(X, np.ones(3))


def test_small_matrices_have_one_thread(monkeypatch):
    seen, real = [], flow.spectrum

    def threads():
        return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}

    monkeypatch.setattr(flow, "spectrum", lambda *given: seen.append(threads()) or real(*given))
    X, y = [[1.0, 2.0], [-1.0, 1.0]], [1, -1]
    margins.max_margin_direction(X, y)  # loads what it needs, with as many threads as it likes
    seen.clear()
    with threadpool_limits(2):
        given = threads()  # of those that can be told
        margins.max_margin_direction(X, y)
        margins.gradient_flow(X, y, 1.0)
        assert seen == [{1}, {1}] and threads() == given != {1}
