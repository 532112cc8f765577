"""The hard-margin baseline against LIBSVM, and what it refuses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog
from sklearn.svm import SVC

from implicit_bias import baselines, data


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("unit", [1e-100, 1.0, 1e100])
def test_the_margin_is_that_of_libsvm(bias, unit):
    X, y = data.separable(n=30, d=4, margin=0.2, seed=0).xy
    if bias:
        X = X + 3.0
        machine = SVC(kernel="linear", C=1e8, tol=1e-10).fit(X, y)
        weights, constant = machine.coef_[0], machine.intercept_[0]
    else:
        # LIBSVM always has a bias; mirrored examples make it zero.
        machine = SVC(kernel="linear", C=1e8, tol=1e-10).fit(np.vstack([X, -X]), np.append(y, -y))
        weights, constant = machine.coef_[0], 0.0
    solution = baselines.hard_margin_svm(unit * X, y, bias)
    assert_allclose(unit * solution.x, weights, rtol=1e-4, atol=1e-6)
    assert solution.bias == pytest.approx(constant, abs=1e-4)
    assert np.min(y * (unit * X @ solution.x + solution.bias)) >= 1 - 1e-12


def by_linear_programme(signed, labels, norm):
    """The length of the shortest weights, as a difference of nonnegative vectors, with a bias of any sign."""
    n, d = signed.shape
    split, bias = np.hstack([signed, -signed]), labels[:, np.newaxis]
    free = [(0, None)] * (2 * d) + [(None, None)]
    if norm == 1:
        costs, rows, right = np.append(np.ones(2 * d), 0), np.hstack([-split, -bias]), -np.ones(n)
    else:
        costs, free = np.append(np.zeros(2 * d + 1), 1), [*free, (0, None)]
        rows = np.vstack([np.hstack([-split, -bias, np.zeros((n, 1))]), np.eye(2 * d, 2 * d + 2)])
        rows[n:, -1] = -1
        right = np.append(-np.ones(n), np.zeros(2 * d))
    return linprog(costs, A_ub=rows, b_ub=right, bounds=free).fun


@pytest.mark.parametrize("norm", [1, np.inf])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_margins_in_other_norms_are_those_of_a_linear_programme(norm, bias, seed):
    X, y = data.separable(n=20, d=5, margin=0.2, seed=seed).xy
    X = X + 0.5 * bias
    solution = baselines.hard_margin_svm(X, y, bias, norm=norm)
    signed = y[:, np.newaxis] * X
    assert solution.objective == pytest.approx(by_linear_programme(signed, y * bias, norm), rel=1e-7)
    assert solution.objective == np.linalg.norm(solution.x, ord=norm)
    assert np.min(signed @ solution.x + y * solution.bias) >= 1 - 1e-12
    dual = {1: np.inf, np.inf: 1}[norm]
    assert np.all(solution.dual >= 0) and np.linalg.norm(signed.T @ solution.dual, ord=dual) <= 1 + 1e-12
    assert solution.dual.sum() == pytest.approx(solution.objective, rel=1e-6)
    assert not bias or solution.dual @ y == pytest.approx(0, abs=1e-9)


def test_each_norm_has_its_own_margin_in_closed_form():
    found = [1 / baselines.hard_margin_svm([[3.0, -4.0]], [1], norm=norm).objective for norm in (1, 2, np.inf)]
    assert_allclose(found, [4, 5, 7], rtol=1e-7)


def test_what_the_hard_margin_refuses():
    X = [[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]
    for bias in (False, True):
        with pytest.raises(ValueError, match=r"^y must be labels that a hyperplane separates, and none is found$"):
            baselines.hard_margin_svm(X, [1, -1, 1], bias)
    with pytest.raises(ValueError, match=r"^y must be 1 or -1, got 0.0 at index \(1,\)"):
        baselines.hard_margin_svm(X, [1, 0, 1])
    with pytest.raises(ValueError, match=r"^norm must be one of 1, 2, inf, got 3"):
        baselines.hard_margin_svm(X, [1, 1, 1], norm=3)
    for norm in (1, np.inf):
        with pytest.raises(ValueError, match=r"^y must be labels that a hyperplane separates"):
            baselines.hard_margin_svm(X, [1, -1, 1], norm=norm)
    with pytest.raises(ValueError, match=r"^y has one class only: with a bias"):
        baselines.hard_margin_svm(X, [-1, -1, -1], bias=True)
    assert baselines.hard_margin_svm(X, [-1, -1, -1]).x[0] == pytest.approx(-1)
