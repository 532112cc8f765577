"""Argument checks: the one place where what a caller passes becomes a number or a float64 array.

Every check takes the argument's name and its value. It returns a fresh C-contiguous array or a plain number,
and never touches the value itself. What does not fit raises a ``ValueError`` that starts with the name.

Arrays may be lists, data frames, series, masked arrays without masked entries, of any byte order and of any real
type, objects included. Sparse matrices are refused: every method here is a dense factorization.
"""

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "FloatArray",
    "Seed",
    "aligned",
    "boolean",
    "classification",
    "function",
    "generator",
    "integer",
    "integers",
    "matrix",
    "nonnegative",
    "nonnegatives",
    "nonzero",
    "numbers",
    "one_of",
    "positive",
    "positives",
    "precision",
    "reals",
    "regression",
    "returned",
    "times",
    "vector",
]

FloatArray = NDArray[np.float64]
Seed = int | np.random.Generator

LARGEST_INTEGER = int(np.iinfo(np.int64).max)


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
    """Return the examples ``X`` (n, d) and their targets ``y`` (n,), which go together by position."""
    examples = matrix("X", X)
    targets = vector("y", y, length=len(examples))
    aligned(X, y)
    return examples, targets


def aligned(X: ArrayLike, y: ArrayLike) -> None:
    """Refuse two frames of pandas whose rows are in another order: they would be paired wrongly without a word."""
    if _is_frame(X) and _is_frame(y) and not X.index.equals(y.index):
        raise ValueError("y must have the index of X: align the two, or pass y.to_numpy() to pair them by position")


def classification(X: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the examples ``X`` (n, d) and their labels ``y`` (n,) of 1 and -1."""
    X, y = regression(X, y)
    return X, _require(np.abs(y) == 1, "y", y, "1 or -1")


def precision(value: ArrayLike) -> float:
    """Return the relative error of an entry: that of double precision, or of the coarsest float the value holds."""
    columns = getattr(value, "dtypes", None)
    if columns is None:
        kinds = [value.dtype if isinstance(value, np.ndarray) else _array("X", value).dtype]
    else:
        # Nullable columns wrap their type, and a series has a single one.
        columns = [columns] if not hasattr(columns, "array") else list(columns.array)
        kinds = [getattr(column, "numpy_dtype", column) for column in columns]
    floats = [np.finfo(kind).eps for kind in kinds if isinstance(kind, np.dtype) and kind.kind == "f"]
    return float(max([np.finfo(np.float64).eps, *floats]))


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
    """Return one time of at least 0, as an array of shape (), or a 1-D array of them; infinity is the limit."""
    array = _scalar_or_sequence(name, value)
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
    array = _finite(name, _scalar_or_sequence(name, value))
    return _require(array > 0, name, array, "positive")


def reals(name: str, value: ArrayLike) -> FloatArray:
    """Return one finite number, as an array of shape (), or a 1-D array of them."""
    return _finite(name, _scalar_or_sequence(name, value))


def one_of(name: str, value: Any, options: tuple[Any, ...]) -> Any:  # noqa: ANN401  the options have any type
    """Return one of the options."""
    array = _array(name, value)
    for option in options:
        if array.ndim == 0 and array.dtype.kind in "iufU" and array == option:
            return option
    raise ValueError(f"{name} must be one of {', '.join(map(str, options))}, got {value!r}")


def nonnegative(name: str, value: float) -> float:
    """Return a finite number of at least 0."""
    number = _number(name, value)
    if not number >= 0:
        raise ValueError(f"{name} must be at least 0, got {number}")
    return number


def integer(name: str, value: int, minimum: int = 0, maximum: int | None = None) -> int:
    """Return an integer between ``minimum`` and ``maximum``, both included."""
    array = _array(name, value)
    if array.ndim > 0 or array.dtype.kind not in "iu" or array > LARGEST_INTEGER:
        raise ValueError(f"{name} must be an integer below 2**63, got {value!r}")
    if array < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {array}")
    if maximum is not None and array > maximum:
        raise ValueError(f"{name} must be at most {maximum}, got {array}")
    return int(array)


def integers(name: str, value: ArrayLike) -> NDArray[np.int64]:
    """Return one integer of at least 0, as an array of shape (), or a 1-D array of them."""
    array = _array(name, value)
    if array.ndim > 1 or array.size == 0 or array.dtype.kind not in "iu" or np.any(array > LARGEST_INTEGER):
        raise ValueError(f"{name} must be an integer below 2**63 or a 1-D sequence of them, got {value!r}")
    return _require(array >= 0, name, array, "at least 0").astype(np.int64, copy=False)


def generator(name: str, value: Seed) -> np.random.Generator:
    """Return a generator of random numbers: the given one, which moves on, or a new one from an integer seed."""
    return value if isinstance(value, np.random.Generator) else np.random.default_rng(integer(name, value))


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


def _is_frame(value: Any) -> bool:  # noqa: ANN401  anything that a caller may pass
    return hasattr(value, "to_numpy") and hasattr(getattr(value, "index", None), "equals")


def _has_masked(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, list | tuple):
        return any(_has_masked(entry) for entry in value)
    return bool(np.ma.is_masked(value))


def _array(name: str, value: ArrayLike) -> NDArray[Any]:
    """Return a copy, in double precision if it holds Python's objects that are real numbers."""
    if hasattr(value, "toarray"):
        raise ValueError(f"{name} must be a dense array, got a sparse one: pass its .toarray()")
    if _has_masked(value):
        raise ValueError(f"{name} must not have masked entries: fill or drop them")
    try:
        array = np.array(value, order="C")
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a rectangular array: {error}") from error
    # Frames of unlike or nullable columns arrive as objects, and so do integers of more than 64 bits.
    if array.dtype.kind == "O" and all(isinstance(entry, Real | np.bool) for entry in array.flat):
        try:
            return array.astype(np.float64)
        except OverflowError:
            raise ValueError(f"{name} must be finite, got an integer beyond the range of floats") from None
    return array


def _real(name: str, value: ArrayLike, ndim: int | None = None, empty: bool = False) -> FloatArray:
    array = _array(name, value)
    if array.dtype.kind == "O" and any(type(entry).__name__ in ("NAType", "NoneType") for entry in array.flat):
        raise ValueError(f"{name} must not have missing entries: fill or drop them")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if ndim not in (None, array.ndim):
        column = " (pass its .ravel())" if ndim == 1 and array.ndim == 2 and 1 in array.shape else ""
        raise ValueError(f"{name} must have {ndim} dimension(s), got shape {array.shape}{column}")
    if array.size == 0 and not empty:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    return array.astype(np.float64, copy=False)


def _scalar_or_sequence(name: str, value: ArrayLike) -> FloatArray:
    array = _array(name, value)
    if array.ndim > 1 or array.size == 0 or array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be a real number or a 1-D sequence of them, got {value!r}")
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
