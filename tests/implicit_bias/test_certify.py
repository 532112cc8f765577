"""Every solver, every problem of the table: what comes out satisfies the conditions of optimality."""

import numpy as np
import pytest
from numpy.linalg import norm, svd
from problems import LABELLED, MEASURED, PROBLEMS

from implicit_bias import ConvergenceError, baselines, certify, diagonal, least_squares

pytestmark = pytest.mark.filterwarnings("error")

everywhere = pytest.mark.parametrize("name", PROBLEMS)
# The products X.T @ y are floats, and not all zero.
PENALIZED = [name for name, problem in PROBLEMS.items() if np.any(problem.y) and "squares" not in name]
POSITIVE = [name for name, problem in PROBLEMS.items() if problem.positive]


def relative_gap(solution):
    return abs(solution.gap) / solution.objective if solution.objective else abs(solution.gap)


@everywhere
def test_min_norm(name):
    problem = PROBLEMS[name]
    x = least_squares.min_norm(problem.X, problem.y)
    assert certify.min_norm(problem.X, problem.y, x).largest <= 1e-9


@everywhere
@pytest.mark.parametrize("relative", [1e-12, 1e-3, 1.0, 1e12])
def test_ridge(name, relative):
    problem = PROBLEMS[name]
    largest = float(np.max(np.abs(problem.X)))
    penalty = relative * min(max(largest, 1e-140), 1e140) ** 2
    x = least_squares.ridge(problem.X, problem.y, penalty)
    assert certify.ridge(problem.X, problem.y, penalty, x).largest <= 1e-9


@everywhere
def test_min_l2(name):
    problem = PROBLEMS[name]
    solution = baselines.min_l2(problem.X, problem.y)
    assert certify.min_norm(problem.X, problem.y, solution.x).largest <= 1e-8
    assert relative_gap(solution) <= 1e-8


@pytest.mark.parametrize(
    ("name", "nonnegative"), [*((name, False) for name in PROBLEMS), *((name, True) for name in POSITIVE)]
)
class TestOfInterpolators:
    """Basis pursuit and the limits of diagonal networks, of both kinds."""

    def test_basis_pursuit(self, name, nonnegative):
        problem = PROBLEMS[name]
        solution = baselines.basis_pursuit(problem.X, problem.y, nonnegative)
        certificate = certify.basis_pursuit(problem.X, problem.y, solution.x, solution.dual, nonnegative)
        assert certificate.largest <= 1e-9
        assert relative_gap(solution) <= 1e-9
        assert solution.x.min() >= 0 or not nonnegative

    @pytest.mark.parametrize("relative", [3.0, 1e-2, 1e-8])
    def test_diagonal_limit(self, name, nonnegative, relative):
        problem = PROBLEMS[name]
        size = np.max(np.abs(least_squares.min_norm(problem.X, problem.y))) or 1.0
        alpha = relative * np.sqrt(size)
        solution = baselines.diagonal_limit(problem.X, problem.y, alpha, nonnegative=nonnegative)
        certificate = certify.diagonal_limit(
            problem.X, problem.y, alpha, solution.x, solution.dual, nonnegative=nonnegative
        )
        assert certificate.largest <= 1e-6
        assert relative_gap(solution) <= 1e-8
        limit = diagonal.solve(problem.X, problem.y, alpha, nonnegative=nonnegative)
        certificate = certify.diagonal_limit(
            problem.X, problem.y, alpha, limit.beta, limit.dual, nonnegative=nonnegative
        )
        assert certificate.feasibility <= 1e-6 and certificate.stationarity <= 1e-9

    @pytest.mark.parametrize("depth", [2.5, 3, 6])
    @pytest.mark.parametrize("relative", [3.0, 1e-2, 1e-8])
    def test_limits_of_any_depth(self, name, nonnegative, relative, depth):
        problem = PROBLEMS[name]
        size = np.max(np.abs(least_squares.min_norm(problem.X, problem.y))) or 1.0
        alpha = (relative**2 * size) ** (1 / depth)
        limit = diagonal.solve(problem.X, problem.y, alpha, depth=depth, nonnegative=nonnegative)

        def certificate(beta=limit.beta, dual=limit.dual):
            return certify.diagonal_limit(problem.X, problem.y, alpha, beta, dual, nonnegative=nonnegative, depth=depth)

        right = certificate()
        assert right.feasibility <= 1e-6 and right.dual <= 1e-10 and right.stationarity <= 1e-9
        if not np.any(problem.y):
            return
        signs = np.random.default_rng(0).choice([-1, 1], limit.beta.size)
        assert certificate(beta=limit.beta * (1 + 1e-6 * signs)).largest > 1e-8
        assert certificate(dual=2 * limit.dual).largest > 1e-8


# In the units of the columns the step along the kernel is no rounding of the equations.
@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize("depth", [2, 2.5, 3, 6])
@pytest.mark.parametrize("relative", [3.0, 1e-2, 1e-8])
@pytest.mark.parametrize("start", [None, "graded", "unlike"])
def test_another_solution_is_no_limit(nonnegative, depth, relative, start):
    problem = PROBLEMS["easy"]
    n, d = problem.X.shape
    shape = {None: None, "graded": np.geomspace(0.5, 2, d), "unlike": np.geomspace([0.5] * 2, [2, 1], d).T}[start]
    if nonnegative and start == "unlike":
        shape = shape[0]
    alpha = relative ** (2 / depth)
    limit = diagonal.solve(problem.X, problem.y, alpha, depth=depth, shape=shape, nonnegative=nonnegative)
    other = limit.beta + 1e-6 * norm(limit.beta) * svd(problem.X)[2][n]
    right, wrong = (
        certify.diagonal_limit(problem.X, problem.y, alpha, beta, limit.dual, shape, nonnegative, depth=depth)
        for beta in (limit.beta, other)
    )
    assert right.largest <= 1e-9
    assert wrong.feasibility <= 1e-12 and wrong.stationarity > 1e-8


def test_exponents_beyond_the_domain():
    # At depth 3 the weight of 1 has the slack 0.1; no weight has a negative one.
    inside = certify.diagonal_limit([[1.0]], [1.0], 0.1, [1.0], [0.9], depth=3, nonnegative=True)
    assert inside.largest <= 1e-12
    assert certify.diagonal_limit([[1.0]], [1.0], 0.1, [1.0], [1.001], depth=3, nonnegative=True).dual > 1e-4
    assert certify.diagonal_limit([[1.0]], [-1.0], 0.1, [-1.0], [-1.001], depth=3).dual > 1e-4
    assert certify.diagonal_limit([[1.0]], [-1.0], 0.1, [-1.0], [-1.0], depth=3, nonnegative=True).largest == 1


@pytest.mark.parametrize("name", PENALIZED)
@pytest.mark.parametrize("relative", [2.0, 0.5, 1e-3])
def test_lasso(name, relative):
    problem = PROBLEMS[name]
    penalty = relative * np.max(np.abs(problem.X.T @ problem.y))
    solution = baselines.lasso(problem.X, problem.y, penalty)
    assert certify.lasso(problem.X, problem.y, penalty, solution.x, solution.dual).largest <= 1e-6
    assert relative_gap(solution) <= 1e-6
    assert np.any(solution.x) == (relative < 1)


def test_lasso_of_what_is_not_penalized_here():
    assert set(PROBLEMS) - set(PENALIZED) == {"nothing to fit", "squares underflow", "squares overflow"}
    assert not np.any(baselines.lasso(PROBLEMS["nothing to fit"].X, PROBLEMS["nothing to fit"].y, 1.0).x)
    for name, argument in (("squares underflow", "y"), ("squares overflow", "penalty")):
        with pytest.raises(ValueError, match=f"^{argument} is out of range"):
            baselines.lasso(PROBLEMS[name].X, PROBLEMS[name].y, 1.0)


def test_lasso_refuses_a_penalty_far_below_the_rounding_of_y():
    # The dual point is the residual, of the size of the penalty, and rounding of y is all there is of it.
    problem = PROBLEMS["easy"]
    with pytest.raises(ConvergenceError, match="penalty is too small for X and y"):
        baselines.lasso(problem.X, problem.y, 1e-30 * np.max(np.abs(problem.X.T @ problem.y)))


# With a bias one class has no largest margin.
@pytest.mark.parametrize(
    ("name", "bias"),
    [(name, bias) for name in LABELLED for bias in (False, True) if not (bias and name == "one example")],
)
def test_hard_margin_svm(name, bias):
    X, y = LABELLED[name]
    solution = baselines.hard_margin_svm(X, y, bias)
    certificate = certify.hard_margin_svm(X, y, solution.x, solution.dual, solution.bias if bias else None)
    assert certificate.largest <= 1e-8
    assert relative_gap(solution) <= 1e-8


# Half the digits of a margin are those of its direction, in the norms in which the solver has no second opinion.
@pytest.mark.parametrize("measure", [1, np.inf])
@pytest.mark.parametrize("name", [name for name in LABELLED if name != "one example"])
@pytest.mark.parametrize("bias", [False, True])
def test_hard_margins_in_other_norms(name, bias, measure):
    X, y = LABELLED[name]
    found = baselines.hard_margin_svm(X, y, bias, norm=measure)
    constant = found.bias if bias else None
    assert certify.hard_margin_svm(X, y, found.x, found.dual, constant, norm=measure).largest <= 1e-6
    assert certify.hard_margin_svm(X, y, 1.001 * found.x, found.dual, constant, norm=measure).largest >= 1e-5
    assert certify.hard_margin_svm(X, y, found.x, 1.001 * found.dual, constant, norm=measure).largest >= 1e-5


@pytest.mark.parametrize("bias", [False, True])
def test_a_slightly_wrong_hard_margin(bias):
    X, y = LABELLED["easy"]
    found = baselines.hard_margin_svm(X, y, bias)
    constant = found.bias if bias else None

    def largest(x=found.x, dual=found.dual, constant=constant):
        return certify.hard_margin_svm(X, y, x, dual, constant).largest

    assert largest() <= 1e-8
    assert min(largest(x=0.999999 * found.x), largest(x=1.000001 * found.x), largest(dual=1.000001 * found.dual)) > 1e-7
    assert largest(x=found.x + 1e-6 * norm(found.x) * svd(X)[2][0]) > 1e-7
    if bias:
        assert min(largest(constant=found.bias + 1e-6), largest(constant=found.bias - 1e-6)) > 1e-8


@pytest.mark.parametrize(("name", "psd"), MEASURED)
def test_nuclear_norm(name, psd):
    A, y = MEASURED[name, psd]
    found = baselines.nuclear_norm(A, y, psd=psd)

    def certificate(x=found.x, dual=found.dual):
        return certify.nuclear_norm(A, y, x, dual, psd=psd)

    # The solver's tolerance; the equations and the dual domain hold to rounding.
    right = certificate()
    assert right.largest <= 1e-6 and right.dual <= 1e-12
    if not np.any(y):
        return
    assert certificate(x=found.x * (1 + 1e-5)).feasibility > 1e-6
    assert certificate(dual=found.dual * (1 + 1e-5)).dual > 1e-6
    assert certificate(dual=found.dual * (1 - 1e-5)).complementarity > 1e-6


def test_another_matrix_with_the_measurements_is_refused():
    for name, psd in (("easy", True), ("wide", False)):
        A, y = MEASURED[name, psd]
        found = baselines.nuclear_norm(A, y, psd=psd)
        rows = (A + A.transpose(0, 2, 1) if psd else A).reshape(len(A), -1)
        if psd:
            # Antisymmetric matrices are measured as zero.
            other = found.x + 1e-3 * norm(found.x) * np.triu(np.ones_like(found.x), 1)
            other -= 1e-3 * norm(found.x) * np.tril(np.ones_like(found.x), -1)
            assert certify.nuclear_norm(A, y, other, found.dual, psd=True).feasibility > 1e-4
        else:
            other = found.x + 1e-3 * norm(found.x) * svd(rows)[2][-1].reshape(found.x.shape)
            wrong = certify.nuclear_norm(A, y, other, found.dual)
            assert wrong.feasibility <= 1e-12 and wrong.complementarity > 1e-6
    # Of trace 1 and without a negative part in the sum, but not positive semidefinite.
    x, dual = np.diag([1.5, -0.5]), [1.0]
    assert certify.nuclear_norm([np.eye(2)], [1.0], x, dual, psd=True).feasibility > 0.1


# Beyond, there are too many cones of directions to try.
@pytest.mark.parametrize("name", LABELLED)
def test_variation_margin(name):
    X, y = LABELLED[name]
    X, y = (X[:9], y[:9]) if len(X) > 9 else (X, y)
    found = baselines.variation_margin(X, y)

    def certificate(x=found.x, dual=found.dual, hidden=found.hidden):
        return certify.variation_margin(X, y, x, dual, hidden)

    assert certificate().largest <= 1e-6
    assert certificate(x=0.9999 * found.x).feasibility > 1e-5
    assert certificate(x=1.0001 * found.x).complementarity > 1e-5
    assert certificate(dual=1.0001 * found.dual).dual > 1e-5
    assert certificate(dual=-found.dual).dual == 1
    assert certificate(hidden=0.9999 * found.hidden).feasibility > 1e-5
    # A unit that no example needs costs, and gives nothing.
    idle = certificate(x=np.append(found.x, 0.001 * np.sum(np.abs(found.x))), hidden=[*found.hidden, -found.hidden[0]])
    assert idle.largest > 1e-5
