"""The largest margin in the variation norm against a grid of units, closed forms, and what it refuses."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_array_equal
from scipy.optimize import linprog

from implicit_bias import ConvergenceError, baselines
from implicit_bias.baselines import patterns, variation


def relu(z):
    return np.maximum(z, 0)


def circle(count):
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.column_stack([np.cos(angles), np.sin(angles)])


@st.composite
def instances(draw):
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, d = draw(st.integers(1, 7)), draw(st.integers(1, 3))
    X = np.column_stack([generator.standard_normal((n, d - 1)), np.ones(n)])
    return X, generator.choice([-1.0, 1.0], n) if d > 1 else np.ones(n)


@settings(max_examples=30)
@given(instances(), st.sampled_from([1e-6, 1.0, 1e6]))
def test_the_bounds_meet_in_any_units(instance, unit):
    X, y = instance
    found = baselines.variation_margin(unit * X, y)
    assert np.min(y * (relu(unit * X @ found.hidden.T) @ found.x)) >= 1 - 1e-9
    assert norm(found.hidden, axis=1) == pytest.approx(1)
    assert found.objective == pytest.approx(np.abs(found.x).sum())
    assert len(found.x) <= len(y)
    assert found.dual.sum() == pytest.approx(found.objective, rel=1e-6)
    directions = np.random.default_rng(0).standard_normal((20_000, X.shape[1]))
    directions /= norm(directions, axis=1, keepdims=True)
    assert np.all(found.dual >= 0)
    assert np.abs(relu(unit * X @ directions.T).T @ (found.dual * y)).max() <= 1 + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_a_grid_of_units_in_the_plane_comes_close_from_below(seed):
    generator = np.random.default_rng(seed)
    X, y = generator.standard_normal((6, 2)), generator.choice([-1.0, 1.0], 6)
    # With the corners of the sums, the error of the grid is of second order.
    corners = X[:, ::-1] * [1, -1] / norm(X, axis=1, keepdims=True)
    columns = y[:, np.newaxis] * relu(X @ np.vstack([circle(20_000), corners, -corners]).T)
    split = np.hstack([columns, -columns])
    grid = linprog(np.ones(split.shape[1]), A_ub=-split, b_ub=-np.ones(6)).fun
    exact = baselines.variation_margin(X, y).objective
    assert exact * (1 - 1e-9) <= grid <= exact * (1 + 1e-6)


def test_closed_forms():
    alone = baselines.variation_margin([[3.0, 4.0]], [-1])
    assert (alone.objective, alone.x[0]) == (pytest.approx(0.2), pytest.approx(-0.2))
    # Two opposite examples: a unit for each.
    opposite = baselines.variation_margin([[2.0, 0.0], [-1.0, 0.0]], [1, -1])
    assert opposite.objective == pytest.approx(0.5 + 1)
    assert sorted(opposite.x) == pytest.approx([-1, 0.5])
    # Orthogonal examples of one class: one unit between them, cheaper than one for each.
    assert baselines.variation_margin(np.eye(2), [1, 1]).objective == pytest.approx(2**0.5)
    # Orthonormal examples: one unit for each class.
    found = baselines.variation_margin(np.eye(8), [1, 1, -1, -1, -1, -1, 1, 1])
    assert found.objective == pytest.approx(4) and len(found.x) == 2


@pytest.mark.parametrize("angle", [1e-2, 1e-4, 1e-6, 1e-8])
def test_the_bound_holds_if_the_classes_nearly_touch(angle):
    # Each unit is at right angles to the other example.
    found = baselines.variation_margin([[1.0, 0.0], [np.cos(angle), np.sin(angle)]], [1, -1])
    assert found.objective == pytest.approx(2 / np.sin(angle), rel=1e-9)
    assert found.dual.sum() == pytest.approx(found.objective, rel=1e-9)


def test_what_is_orthogonal_to_all_examples_costs_nothing():
    X, y = np.random.default_rng(0).standard_normal((5, 2)), [1, -1, 1, 1, -1]
    frame = np.linalg.qr(np.random.default_rng(1).standard_normal((6, 6)))[0][:2]
    assert baselines.variation_margin(X @ frame, y).objective == pytest.approx(
        baselines.variation_margin(X, y).objective
    )


def test_the_signs_are_those_of_the_regions_of_lines():
    # Three lines through the origin of a plane: six sectors, six rays, the origin.
    assert len(patterns.all_signs(circle(7)[:3])) == 13
    # Four planes in general position: 14 cones, 24 walls, 12 rays, the origin.
    general = np.random.default_rng(0).standard_normal((4, 3))
    signs = patterns.all_signs(general / norm(general, axis=1, keepdims=True))
    zeros = np.sum(signs == 0, axis=1)
    assert [np.sum(zeros == count) for count in (0, 1, 2, 4)] == [14, 24, 12, 1]
    assert patterns.most_faces(4, 3) == 51 and patterns.most_faces(3, 2) == 13
    seen = np.sign(np.random.default_rng(1).standard_normal((200_000, 3)) @ general.T)
    assert {tuple(row) for row in seen} == {tuple(row) for row in signs if np.all(row)}


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[1.0, 2.0], [2.0, 4.0]], [1, -1]),
        ([[1.0, 2.0], [0.0, 0.0]], [1, -1]),
        ([[0.0, 0.0]], [1]),
        ([[1.0, 0.0], [0.0, 1e-300]], [1, 1]),
        # relu(u) - relu(-u) is linear, and the three linear functions add up to zero.
        ([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]], [1, -1, 1, -1, -1, 1]),
    ],
)
def test_classes_that_no_network_separates(X, y):
    with pytest.raises(ValueError, match=r"^y must be the labels of two classes that a two-layer network separates"):
        baselines.variation_margin(X, y)


def test_arguments_that_do_not_fit():
    with pytest.raises(ValueError, match=r"^y must be 1 or -1"):
        baselines.variation_margin(np.eye(2), [1, 0])
    for shape in ((40, 5), (12, 11)):
        with pytest.raises(ValueError, match=r"^X must have at most \d+ faces of cones of directions"):
            baselines.variation_margin(np.random.default_rng(0).standard_normal(shape), np.ones(shape[0]))


def test_a_programme_that_stops_too_early_is_found_out(monkeypatch):
    generator = np.random.default_rng(3)
    X, y = np.column_stack([generator.standard_normal((12, 2)), np.ones(12)]), generator.choice([-1.0, 1.0], 12)
    monkeypatch.setattr(variation, "ROUNDS", 4)
    with pytest.raises(ConvergenceError, match=r"^the gap stays at .* nearly touch"):
        baselines.variation_margin(X, y)


def test_the_result_travels():
    found = baselines.variation_margin(np.eye(2), [1, -1])
    assert_array_equal(pickle.loads(pickle.dumps(found)).hidden, found.hidden)
