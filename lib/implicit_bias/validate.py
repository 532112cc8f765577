"""Argument checks: the one place where what a caller passes becomes a number or a float64 array.

Every check takes the argument's name and its value. It returns a fresh C-contiguous array or a plain number,
and never touches the value itself. What does not fit raises a ``ValueError`` that starts with the name.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FloatArray",
    "boolean",
    "function",
    "integer",
    "integers",
    "matrix",
    "nonnegative",
    "nonnegatives",
    "nonzero",
    "numbers",
    "positive",
    "positives",
    "regression",
    "returned",
    "times",
    "vector",
]

FloatArray = NDArray[np.float64]


def matrix(name: str, value: ArrayLike) -> FloatArray:
    """Return a non-empty, finite (n, d) array."""
    return _finite(name, _real(name, value, ndim=2))


def vector(name: str, value: ArrayLike, length: int | None = None) -> FloatArray:
    """Return a non-empty, finite 1-D array, of the given length if there is one to match."""
    array = _finite(name, _real(name, value, ndim=1))
    if length not in (None, len(array)):
        raise ValueError(f"{name} must have length {length} to match X, got length {len(array)}")
    return array


def regression(X: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the examples ``X`` (n, d) and their targets ``y`` (n,)."""
    examples = matrix("X", X)
    return examples, vector("y", y, length=len(examples))


def nonnegatives(name: str, value: ArrayLike, length: int | None = None) -> FloatArray:
    """Return a finite 1-D array without negative entries."""
    array = vector(name, value, length)
    return _require(array >= 0, name, array, "at least 0")


def nonzero(name: str, value: ArrayLike, length: int | None = None) -> FloatArray:
    """Return a finite 1-D array without zeros."""
    array = vector(name, value, length)
    return _require(array != 0, name, array, "nonzero")


def numbers(name: str, value: ArrayLike) -> FloatArray:
    """Return a finite array of any shape."""
    return _finite(name, _real(name, value, empty=True))


def times(name: str, value: ArrayLike) -> FloatArray:
    """Return a 1-D array of times, each at least 0; infinity stands for the limit."""
    array = _real(name, value, ndim=1)
    return _require(array >= 0, name, array, "at least 0")


def returned(name: str, value: ArrayLike, shape: tuple[int]) -> FloatArray:
    """Return what the callable argument ``name`` computed, a finite 1-D array of the given shape."""
    array = _real(name, value, ndim=1, empty=True)
    if array.shape != shape:
        raise ValueError(f"{name} must return an array of shape {shape}, got shape {array.shape}")
    return _finite(name, array)


def positive(name: str, value: float) -> float:
    """Return a finite number above 0."""
    number = _number(name, value)
    if not number > 0:
        raise ValueError(f"{name} must be positive, got {number}")
    return number


def positives(name: str, value: ArrayLike) -> FloatArray:
    """Return one finite number above 0, as an array of shape (), or a 1-D array of them."""
    array = _array(name, value)
    if array.ndim > 1 or array.size == 0 or array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be a real number or a 1-D sequence of them, got {value!r}")
    array = _finite(name, array.astype(np.float64, copy=False))
    return _require(array > 0, name, array, "positive")


def nonnegative(name: str, value: float) -> float:
    """Return a finite number of at least 0."""
    number = _number(name, value)
    if not number >= 0:
        raise ValueError(f"{name} must be at least 0, got {number}")
    return number


def integer(name: str, value: int, minimum: int = 0, maximum: int | None = None) -> int:
    """Return an integer between ``minimum`` and ``maximum``, both included."""
    array = _array(name, value)
    if array.ndim > 0 or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be an integer below 2**63, got {value!r}")
    if array < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {array}")
    if maximum is not None and array > maximum:
        raise ValueError(f"{name} must be at most {maximum}, got {array}")
    return int(array)


def integers(name: str, value: ArrayLike) -> NDArray[np.integer[Any]]:
    """Return one integer of at least 0, as an array of shape (), or a 1-D array of them."""
    array = _array(name, value)
    if array.ndim > 1 or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be an integer below 2**63 or a 1-D sequence of them, got {value!r}")
    return _require(array >= 0, name, array, "at least 0")


def boolean(name: str, value: bool) -> bool:
    """Return True or False, and refuse everything that is only truthy."""
    if not isinstance(value, bool | np.bool):
        raise ValueError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def function(name: str, value: Callable[..., Any]) -> Callable[..., Any]:
    """Return something that can be called."""
    if not callable(value):
        raise ValueError(f"{name} must be callable, got {value!r}")
    return value


def _array(name: str, value: ArrayLike) -> NDArray[Any]:
    if hasattr(value, "toarray"):
        raise ValueError(f"{name} must be a dense array, got a sparse one: pass its .toarray()")
    if np.ma.is_masked(value):
        raise ValueError(f"{name} must not have masked entries: fill or drop them")
    try:
        return np.array(value, order="C")
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array: {error}") from error


def _real(name: str, value: ArrayLike, ndim: int | None = None, empty: bool = False) -> FloatArray:
    array = _array(name, value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if ndim not in (None, array.ndim):
        raise ValueError(f"{name} must have {ndim} dimension(s), got shape {array.shape}")
    if array.size == 0 and not empty:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    return array.astype(np.float64, copy=False)


def _number(name: str, value: float) -> float:
    array = _array(name, value)
    if array.ndim > 0 or array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be a real number, got {value!r}")
    if not math.isfinite(array):
        raise ValueError(f"{name} must be finite, got {array}")
    return float(array)


def _finite(name: str, array: FloatArray) -> FloatArray:
    return _require(np.isfinite(array), name, array, "finite")


def _require(holds: NDArray[np.bool], name: str, array: NDArray[Any], what: str) -> NDArray[Any]:
    """Return the array, or name its first entry of which ``what`` does not hold."""
    if not np.all(holds):
        index = tuple(np.argwhere(~np.asarray(holds))[0].tolist())
        place = f" at index {index}" if index else ""
        raise ValueError(f"{name} must be {what}, got {array[index]}{place}")
    return array
