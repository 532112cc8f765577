"""Every solver, every problem of the table: what comes out satisfies the conditions of optimality."""

import numpy as np
import pytest
from problems import LABELLED, PROBLEMS

from implicit_bias import ConvergenceError, baselines, certify, diagonal, least_squares

pytestmark = pytest.mark.filterwarnings("error")

everywhere = pytest.mark.parametrize("name", PROBLEMS)
# The products X.T @ y are floats, and not all zero.
PENALISED = [name for name, problem in PROBLEMS.items() if np.any(problem.y) and "squares" not in name]
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


@pytest.mark.parametrize("name", PENALISED)
@pytest.mark.parametrize("relative", [2.0, 0.5, 1e-3])
def test_lasso(name, relative):
    problem = PROBLEMS[name]
    penalty = relative * np.max(np.abs(problem.X.T @ problem.y))
    solution = baselines.lasso(problem.X, problem.y, penalty)
    assert certify.lasso(problem.X, problem.y, penalty, solution.x, solution.dual).largest <= 1e-6
    assert relative_gap(solution) <= 1e-6
    assert np.any(solution.x) == (relative < 1)


def test_lasso_of_what_is_not_penalised_here():
    assert set(PROBLEMS) - set(PENALISED) == {"nothing to fit", "squares underflow", "squares overflow"}
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
