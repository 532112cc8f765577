"""The baseline against the closed form, and its certificate against the definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_array_equal

from implicit_bias import ConvergenceError, baselines, data, least_squares


@st.composite
def consistent(draw):
    n, d = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    rank = draw(st.integers(1, min(n, d)))
    return data.gaussian_regression(n=n, d=d, rank=rank, seed=draw(st.integers(0, 10**6)))


units = st.sampled_from([1e-6, 1.0, 1e6])


@given(consistent(), units, units)
def test_min_l2_is_min_norm_in_any_units(problem, unit_X, unit_y):
    X, y = unit_X * problem.X, unit_y * problem.y
    solution = baselines.min_l2(X, y)
    assert norm(solution.x - least_squares.min_norm(X, y)) <= 1e-7 * norm(solution.x)
    assert solution.objective == pytest.approx(norm(solution.x))
    assert solution.residual == pytest.approx(norm(X @ solution.x - y), abs=1e-9 * norm(y))
    assert solution.residual <= 1e-8 * norm(y)
    assert abs(solution.gap) <= 1e-8 * solution.objective


@pytest.mark.parametrize("wrong", ["primal", "dual"])
def test_the_certificate_sees_through_a_solver_that_errs(monkeypatch, wrong):
    X, y = data.gaussian_regression(n=4, d=9, seed=0).xy
    shortest = norm(least_squares.min_norm(X, y))
    in_the_kernel = np.linalg.svd(X)[2][-1]
    honest_solve = baselines._solve

    def erring_solve(problem):
        honest_solve(problem)
        dual, unknown = problem.constraints[0].dual_variables[0], problem.variables()[0]
        if wrong == "primal":
            unknown.save_value(unknown.value + in_the_kernel)
        else:
            dual.save_value(dual.value * [1, 2, 3, 4])

    monkeypatch.setattr(baselines, "_solve", erring_solve)
    solution = baselines.min_l2(X, y)
    assert solution.residual <= 1e-8 * norm(y)
    assert solution.gap > 1e-3 * shortest
    assert solution.objective - solution.gap <= shortest * (1 + 1e-9)
    if wrong == "primal":
        assert solution.gap == pytest.approx(solution.objective - shortest)


def test_rows_in_different_units():
    problem = data.gaussian_regression(n=6, d=15, seed=0)
    units = np.logspace(-6, 6, 6)
    solution = baselines.min_l2(units[:, np.newaxis] * problem.X, units * problem.y)
    assert norm(solution.x - least_squares.min_norm(*problem.xy)) <= 1e-8 * solution.objective
    assert abs(solution.gap) <= 1e-8 * solution.objective


def test_zero_targets_and_zero_rows():
    X, y = data.gaussian_regression(n=3, d=5, seed=0).xy
    nothing = baselines.min_l2(X, np.zeros(3))
    assert_array_equal(nothing.x, np.zeros(5))
    assert nothing.objective == nothing.gap == nothing.residual == 0
    padded = baselines.min_l2(np.vstack([X, np.zeros(5)]), np.append(y, 0))
    assert norm(padded.x - least_squares.min_norm(X, y)) <= 1e-8 * padded.objective


@pytest.mark.parametrize("unit", [1e-6, 1, 1e6])
@pytest.mark.parametrize("X", [[[1, 2], [2, 4]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]])
def test_a_system_without_solution(X, unit):
    with pytest.raises(ValueError, match=r"^y is not in the column space of X"):
        baselines.min_l2(np.array(X) * unit, [1, 1])


def test_a_solver_that_stops_short_is_an_error():
    # Condition number 1e6: the solver does not reach ten digits, and must say so.
    generator = np.random.default_rng(0)
    U, _, Vt = np.linalg.svd(generator.standard_normal((8, 20)), full_matrices=False)
    with pytest.raises(ConvergenceError, match="solver"):
        baselines.min_l2(U @ np.diag(np.logspace(0, -6, 8)) @ Vt, generator.standard_normal(8))
