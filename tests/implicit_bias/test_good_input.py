"""Every public function: the same numbers in any container give the same answer, and no input is changed."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from walk import FUNCTIONS, WALK


def values(result):
    """All numbers of a result, as a list of arrays."""
    if dataclasses.is_dataclass(result):
        named = {item.name: getattr(result, item.name) for item in dataclasses.fields(result) if item.name != "message"}
        # Logarithms of zeros are not finite, and right.
        result = [np.exp(value) if name == "log_beta" else value for name, value in named.items()]
    return [np.asarray(value, dtype=float) for value in (result if isinstance(result, list | tuple) else [result])]


def same(first, second):
    for one, other in zip(values(first), values(second), strict=True):
        assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def arrays_to(change, good):
    return {name: change(value) if isinstance(value, np.ndarray) else value for name, value in good.items()}


def strided(array):
    """The same numbers with gaps between them and the axes in Fortran's order."""
    wide = np.zeros([2 * length for length in array.shape], order="F")
    wide[tuple(slice(None, None, 2) for _ in array.shape)] = array
    return wide[tuple(slice(None, None, 2) for _ in array.shape)]


def read_only(array):
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def framed(array):
    """A frame or a series; pandas has nothing for three axes."""
    return {1: pd.Series, 2: pd.DataFrame}.get(array.ndim, np.array)(array)


CHANGES = {
    "integers": lambda array: array.astype(np.int32),
    "lists": lambda array: array.tolist(),
    "lists of integers": lambda array: array.astype(int).tolist(),
    "single precision": lambda array: array.astype(np.float32),
    "gaps": strided,
    "reversed": lambda array: array[::-1].copy()[::-1],
    "read-only": read_only,
    "big-endian": lambda array: array.astype(">f8"),
    "objects": lambda array: array.astype(object),
    "without masked entries": lambda array: np.ma.array(array, mask=np.zeros(array.shape)),
    "frames": framed,
    "nullable frames": lambda array: framed(array).astype("Float64" if array.ndim < 3 else float),
    "frames of objects": lambda array: framed(array).astype(object),
}


WITH_ARRAYS = [name for name in WALK if not name.startswith("data.")]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_the_same_numbers_in_another_container(name, change):
    good = WALK[name].good
    same(FUNCTIONS[name](**arrays_to(change, good)), FUNCTIONS[name](**good))


@pytest.mark.parametrize("name", WALK)
def test_numpy_scalars_are_numbers(name):
    good = WALK[name].good
    numpy_types = {int: np.int64, float: np.float64, bool: np.bool}
    changed = {key: numpy_types.get(type(value), lambda v: v)(value) for key, value in good.items()}
    same(FUNCTIONS[name](**changed), FUNCTIONS[name](**good))


# Without its mean a single target is 0, which the function refuses.
WITH_ONE = [name for name in WALK if name != "two_layer.first_step_features"]


@pytest.mark.parametrize("name", [name for name in WITH_ONE if "X" in WALK[name].good or name not in WITH_ARRAYS])
def test_one_example_is_enough(name):
    good = WALK[name].good
    if "X" in good:
        one = {**good, **{key: good[key][:1] for key in ("X", "y", "Y", "dual") if key in good}}
        same(FUNCTIONS[name](**{**one, "X": [[1, 2, 0]]}), FUNCTIONS[name](**one))
        assert all(np.all(np.isfinite(value)) for value in values(FUNCTIONS[name](**one)))
    else:
        ones = {key: 1 if kind == "size" else good[key] for key, kind in WALK[name].kinds.items()}
        problem = FUNCTIONS[name](**ones)
        assert len(problem.X) == len(problem.y) == 1
        assert np.all(np.isfinite(problem.X)) and np.all(np.isfinite(problem.y))


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_the_input_is_left_as_it_was(name):
    before = arrays_to(np.copy, WALK[name].good)
    FUNCTIONS[name](**WALK[name].good)
    for key, value in before.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(WALK[name].good[key], value)
