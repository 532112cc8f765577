"""The smallest nuclear norm against closed forms, and its certificate against the definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.linalg import norm
from numpy.testing import assert_allclose, assert_array_equal

from implicit_bias import ConvergenceError, baselines, certify, matrix_sensing
from implicit_bias.baselines import nuclear, solvers


def measured(measurements, M):
    return np.einsum("nij,ij->n", measurements, M)


@st.composite
def instances(draw):
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    psd = draw(st.booleans())
    d1, d2 = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    shape = (d1, d1) if psd else (d1, d2)
    measurements = generator.standard_normal((draw(st.integers(1, 6)), *shape))
    M = generator.standard_normal(shape)
    return measurements, M @ M.T if psd else M, psd


@given(instances(), st.sampled_from([1e-6, 1.0, 1e6]))
def test_the_bounds_meet_in_any_units(instance, unit):
    measurements, M, psd = instance
    measurements = unit * measurements
    y = measured(measurements, M)
    found = baselines.nuclear_norm(measurements, y, psd=psd)
    assert norm(measured(measurements, found.x) - y) <= 1e-9 * norm(y)
    assert found.objective == pytest.approx(norm(found.x, "nuc"), rel=1e-9)
    assert found.objective <= norm(M, "nuc") * (1 + 1e-6)
    S = np.tensordot(found.dual, measurements, 1)
    assert (np.linalg.eigvalsh((S + S.T) / 2)[-1] if psd else norm(S, 2)) <= 1 + 1e-9
    assert y @ found.dual == pytest.approx(found.objective, rel=1e-6)
    assert found.gap == pytest.approx(found.objective - y @ found.dual, abs=1e-9 * found.objective)
    if psd:
        assert np.linalg.eigvalsh(found.x)[0] >= -1e-6 * found.objective


def test_diagonal_measurements_are_basis_pursuit():
    generator = np.random.default_rng(0)
    X, basis = generator.standard_normal((3, 6)), np.linalg.qr(generator.standard_normal((6, 6)))[0]
    y = X @ np.array([1.0, 0, 0, -2, 0, 0])
    measurements = np.einsum("ab,nb,cb->nac", basis, X, basis)
    for psd, target in ((False, y), (True, X @ np.array([1.0, 0, 0, 2, 0, 0]))):
        expected = baselines.basis_pursuit(X, target, nonnegative=psd)
        found = baselines.nuclear_norm(measurements, target, psd=psd)
        assert found.objective == pytest.approx(expected.objective, rel=1e-6)
        assert_allclose(found.x, basis * expected.x @ basis.T, atol=1e-4)


def test_one_entry_is_completed_at_no_cost():
    # The largest entry of a rank-one matrix of which the other three are known.
    places = np.eye(4).reshape(4, 2, 2)[1:]
    found = baselines.nuclear_norm(places, [1.0, 1.0, 1.0])
    assert_allclose(found.x, np.ones((2, 2)), atol=1e-5)
    assert found.objective == pytest.approx(2)


def test_all_entries_leave_no_choice():
    M = np.array([[3.0, 0, 1], [0, -2, 1]])
    found = baselines.nuclear_norm(np.eye(6).reshape(6, 2, 3), M.ravel())
    assert_allclose(found.x, M, atol=1e-9)
    assert found.objective == pytest.approx(norm(M, "nuc"))


def test_only_the_symmetric_part_measures_semidefinite_matrices():
    corner = baselines.nuclear_norm([[[0.0, 1.0], [0.0, 0.0]]], [2.0], psd=True)
    assert_allclose(corner.x, [[2, 2], [2, 2]], atol=1e-5)
    assert baselines.nuclear_norm([[[0.0, 1.0], [0.0, 0.0]]], [2.0]).objective == pytest.approx(2)


def test_dependent_measurements_and_zero_targets():
    A = np.array([[1.0, 2.0], [0.0, 1.0]])
    twice = baselines.nuclear_norm([A, 2 * A, 0 * A], [1.0, 2.0, 0.0])
    assert twice.objective == pytest.approx(1 / norm(A, 2))
    nothing = baselines.nuclear_norm([A, A.T], [0.0, 0.0])
    assert_array_equal(nothing.x, np.zeros((2, 2)))
    assert nothing.objective == nothing.gap == nothing.residual == 0


def test_what_nothing_measures_is_an_error_that_says_so():
    trace = np.eye(2)[np.newaxis]
    with pytest.raises(ValueError, match=r"^y is not what any matrix measures"):
        baselines.nuclear_norm([*trace, *trace], [1.0, 2.0])
    assert baselines.nuclear_norm(trace, [-1.0]).objective == pytest.approx(1)
    with pytest.raises(ValueError, match=r"^y is not what a positive semidefinite matrix measures"):
        baselines.nuclear_norm(trace, [-1.0], psd=True)
    turn = [[[0.0, 1.0], [-1.0, 0.0]]]
    assert baselines.nuclear_norm(turn, [1.0]).objective == pytest.approx(1)
    with pytest.raises(ValueError, match=r"^y is not what a positive semidefinite matrix measures"):
        baselines.nuclear_norm(turn, [1.0], psd=True)
    with pytest.raises(ValueError, match=r"^measurements must have shape \(n, d, d\)"):
        baselines.nuclear_norm(np.ones((1, 2, 3)), [1.0], psd=True)
    with pytest.raises(ValueError, match=r"^y must have length 1"):
        baselines.nuclear_norm(trace, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"^measurements is out of range"):
        baselines.nuclear_norm(1e-310 * trace, [1e-310])


def test_an_operator_is_refused_with_what_is_wanted_and_that_is_taken():
    for operator in (
        matrix_sensing.CosineOperator(3, 4, seed=0),
        matrix_sensing.GaussianOperator(3, 4, seed=0),
        matrix_sensing.GaussianOperator((2, 3), 4, seed=0),
    ):
        y = operator.measure(np.outer(np.arange(1.0, operator.shape[0] + 1), [1.0, 0.5, 0.25]))
        wanted = rf"^measurements must be an array \(n, d1, d2\) of matrices, got a {type(operator).__name__}: for "
        with pytest.raises(ValueError, match=wanted) as refused:
            baselines.nuclear_norm(operator, y)
        with pytest.raises(ValueError, match=wanted):
            certify.nuclear_norm(operator, y, np.eye(3), y)
        advice = str(refused.value).split("pass ")[1]
        found = baselines.nuclear_norm(eval(advice, {"np": np, "operator": operator}), y)
        assert_allclose(operator.measure(found.x), y, atol=1e-9)


def test_the_certificate_sees_through_a_solver_that_errs(monkeypatch):
    generator = np.random.default_rng(1)
    measurements = generator.standard_normal((5, 3, 4))
    y = measured(measurements, generator.standard_normal((3, 4)))

    def erring(problem, infeasible):
        solvers.clarabel(problem, infeasible)
        for constraint in problem.constraints:
            for variable in constraint.dual_variables:
                variable.save_value(variable.value * np.linspace(1, 3, variable.size).reshape(variable.shape))

    monkeypatch.setattr(nuclear, "clarabel", erring)
    with pytest.raises(ConvergenceError, match=r"^the gap stays at .* badly conditioned"):
        baselines.nuclear_norm(measurements, y)


def test_what_is_only_nearly_measured_is_no_fault_of_X():
    # With M_11 = 1e-9 and M_12 = 1/2 M_22 is 2.5e8; with M_11 = 0 there is none, and no hyperplane says so.
    places = [[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]]
    with pytest.raises((ValueError, ConvergenceError), match=r"^y is not what|measurements are too badly conditioned"):
        baselines.nuclear_norm(places, [0.0, 1.0], psd=True)


def test_negative_eigenvalues_are_seen(monkeypatch):
    def erring(problem, infeasible):
        solvers.clarabel(problem, infeasible)
        (unknown,) = problem.variables()
        unknown.save_value(unknown.value + np.diag([0.0, 0.0, -0.1]))

    monkeypatch.setattr(nuclear, "clarabel", erring)
    with pytest.raises(ConvergenceError, match=r"^the solver left negative eigenvalues"):
        baselines.nuclear_norm([np.diag([1.0, 1.0, 0.0])], [1.0], psd=True)
