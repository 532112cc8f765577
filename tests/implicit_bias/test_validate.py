"""What the checks promise beyond what the walk through the public functions sees."""

import numpy as np
import pandas as pd
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


def test_a_list_of_masked_rows_keeps_its_mask():
    row = np.ma.array([1.0, 2.0], mask=[False, True])
    for value in ([row, row], [[1.0, np.ma.masked]], (row,)):
        with pytest.raises(ValueError, match=r"^X must not have masked entries"):
            validate.matrix("X", value)


def test_dummies_and_nullable_frames_are_numbers():
    frame = pd.get_dummies(pd.DataFrame({"place": ["here", "there", "here"], "count": [1, 2, 3]}))
    assert_array_equal(validate.matrix("X", frame), [[1, 1, 0], [2, 0, 1], [3, 1, 0]])
    nullable = pd.DataFrame({"a": pd.array([1, 2], dtype="Int64"), "b": pd.array([0.5, 1.5], dtype="Float32")})
    assert_array_equal(validate.matrix("X", nullable), [[1, 0.5], [2, 1.5]])
    with pytest.raises(ValueError, match=r"^X must not have missing entries"):
        validate.matrix("X", pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": ["x", "y"]}))
    with pytest.raises(ValueError, match=r"^X must hold real numbers, got dtype object"):
        validate.matrix("X", pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))


def test_rows_in_another_order_are_not_paired_without_a_word():
    frame, series = pd.DataFrame({"a": [1.0, 2.0]}, index=[0, 1]), pd.Series([3.0, 4.0], index=[1, 0])
    with pytest.raises(ValueError, match=r"^y must have the index of X: .*\.to_numpy\(\)"):
        validate.regression(frame, series)
    _, y = validate.regression(frame, series.to_numpy())
    assert_array_equal(y, [3.0, 4.0])
    _, y = validate.regression(frame, series.sort_index())
    assert_array_equal(y, [4.0, 3.0])


def test_a_column_is_told_the_way_out():
    with pytest.raises(ValueError, match=r"^y must have 1 dimension\(s\), got shape \(3, 1\) \(pass its \.ravel\(\)\)"):
        validate.vector("y", np.ones((3, 1)))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([[1, 2]], "f8"),
        (np.ones((1, 2), "f4"), "f4"),
        (np.ones((1, 2), ">f4"), "f4"),
        (np.ones((1, 2), "f2"), "f2"),
        (np.ones((1, 2), "i4"), "f8"),
        ([np.ones(2, "f4")], "f4"),
        (pd.DataFrame(np.ones((1, 2), "f4")), "f4"),
        (pd.DataFrame({"a": [1, 2], "b": np.ones(2, "f4")}), "f4"),
        (pd.DataFrame({"a": pd.array([1.0], dtype="Float32")}), "f4"),
        (pd.DataFrame({"a": [1.0], "b": [True]}), "f8"),
    ],
)
def test_the_precision_is_that_of_the_coarsest_float(value, kind):
    assert validate.precision(value) == np.finfo(kind).eps


def test_integers_end_below_2_to_the_63():
    assert validate.integers("steps", [1, 2**63 - 1]).dtype == np.int64
    for value in (2**63, np.uint64(2**63), [1, 2**63]):
        with pytest.raises(ValueError, match=r"^steps must be an integer below 2\*\*63"):
            validate.integers("steps", value)


def test_labels():
    with pytest.raises(ValueError, match=r"^y must be 1 or -1, got 2.0 at index \(1,\)"):
        validate.classification([[1.0], [2.0]], [1, 2])
