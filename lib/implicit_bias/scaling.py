"""Powers of two, which change the unit of a number and none of its digits.

A square of 1e160 overflows and one of 1e-170 underflows. So a function that squares first takes the largest entry
to between 1/2 and 1, and takes the power of two out of its answer at the end.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implicit_bias.validate import FloatArray

__all__ = ["TooLarge", "exponents", "finite", "length", "restored", "shifted", "unit"]

INFO = np.finfo(np.float64)


class TooLarge(ValueError):
    """An argument whose answer exceeds the largest float."""


def exponents(array: ArrayLike, axis: int | None = None) -> NDArray[np.integer[Any]]:
    """Return the least ``e`` with ``abs(array) < 2**e``, along an axis or for all entries; 0 where all are zero."""
    return np.frexp(np.max(np.abs(array), axis=axis, initial=0))[1].astype(np.int64)


def shifted(array: ArrayLike, exponent: ArrayLike) -> FloatArray:
    """Return ``array * 2**exponent``, for exponents beyond the range of floats as well."""
    # ldexp takes a C int, and outside this range everything is zero or infinite anyway.
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(np.asarray(array, dtype=np.float64), np.clip(exponent, -10_000, 10_000).astype(np.int32))


def unit(array: FloatArray) -> tuple[FloatArray, int]:
    """Return the array with its largest entry between 1/2 and 1, and the exponent that was taken out."""
    exponent = int(exponents(array))
    return shifted(array, -exponent), exponent


def length(array: FloatArray) -> float:
    """Return the Euclidean norm, without squares that overflow or underflow."""
    scaled, exponent = unit(array)
    return float(shifted(np.linalg.norm(scaled), exponent))


def finite(name: str, array: FloatArray, what: str = "the result") -> FloatArray:
    """Return the array; if a number in it is too large for a float, the argument ``name`` is to blame."""
    if not np.all(np.isfinite(array)):
        raise TooLarge(f"{name} is out of range: {what} would exceed {INFO.max:.1e}")
    return array


def restored(name: str, array: FloatArray, exponent: ArrayLike, what: str = "the result") -> FloatArray:
    """Return ``array * 2**exponent``; if that is no finite array of normal size, the argument ``name`` is to blame."""
    result = finite(name, shifted(array, exponent), what)
    if np.any(array) and np.max(np.abs(result)) < INFO.tiny:
        raise ValueError(f"{name} is out of range: {what} would be below {INFO.tiny:.1e}, but not zero")
    return result
