"""The hard-margin baseline against LIBSVM, and what it refuses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
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


def test_what_the_hard_margin_refuses():
    X = [[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]
    for bias in (False, True):
        with pytest.raises(ValueError, match=r"^y must be the labels of two classes that a hyperplane separates"):
            baselines.hard_margin_svm(X, [1, -1, 1], bias)
    with pytest.raises(ValueError, match=r"^y must be 1 or -1, got 0.0 at index \(1,\)"):
        baselines.hard_margin_svm(X, [1, 0, 1])
    one_class = baselines.hard_margin_svm(X, [-1, -1, -1], bias=True)
    assert one_class.objective == 0 and one_class.bias == -1
