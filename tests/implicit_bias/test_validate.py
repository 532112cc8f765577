"""What the checks promise beyond what the walk through the public functions sees."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from implicit_bias import validate


def test_the_message_says_what_was_wrong_and_where():
    with pytest.raises(ValueError, match=r"^X must be finite, got nan at index \(1, 0\)$"):
        validate.matrix("X", [[1, 2], [np.nan, 4]])
    with pytest.raises(ValueError, match=r"^X must have 2 dimension\(s\), got shape \(3,\)$"):
        validate.matrix("X", [1, 2, 3])
    with pytest.raises(ValueError, match=r"^y must have length 2 to match X, got length 3$"):
        validate.regression([[1], [2]], [1, 2, 3])
    with pytest.raises(ValueError, match=r"^step must be positive, got -0.5$"):
        validate.positive("step", -0.5)
    with pytest.raises(ValueError, match=r"^rank must be at most 4, got 5$"):
        validate.integer("rank", 5, maximum=4)


def test_sparse_matrices_are_told_the_way_out():
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(ValueError, match=r"^X must be a dense array.*\.toarray\(\)"):
        validate.matrix("X", sparse.eye_array(3))


def test_nonzero():
    assert_array_equal(validate.nonzero("shape", [1, -2]), [1.0, -2.0])
    with pytest.raises(ValueError, match=r"^shape must be nonzero, got 0.0 at index \(1,\)"):
        validate.nonzero("shape", [1, 0])


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_integers_of_every_kind(value):
    assert validate.integer("n", value) == 3 and type(validate.integer("n", value)) is int
    assert validate.integers("steps", value).shape == ()


def test_integers_beyond_64_bits():
    with pytest.raises(ValueError, match=r"^n must be an integer below"):
        validate.integer("n", 10**30)
    with pytest.raises(ValueError, match=r"^steps must be an integer below"):
        validate.integers("steps", [10**30])


def test_the_result_is_a_copy():
    X = np.ones((2, 2))
    validate.matrix("X", X)[0, 0] = 7
    assert X[0, 0] == 1
