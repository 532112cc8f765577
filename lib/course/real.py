"""Numbers that a reader or a chapter passes in."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["real"]


def real(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """Return the real numbers in ``value`` as a flat array.

    Parameters
    ----------
    name : str
        What to call the value in the error.
    value : number, or list or array of numbers

    Returns
    -------
    (size,) array

    Raises
    ------
    ValueError
        If something else than real numbers is in it; infinities and NaN are left to the caller.
    """
    try:
        if np.asarray(value).dtype.kind in "biufO":
            return np.asarray(value, dtype=float).ravel()
    except (OverflowError, TypeError, ValueError):
        pass
    raise ValueError(f"{name} must be a real number or an array of them, got {value!r}")
