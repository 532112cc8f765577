"""What the solvers return: arrays that nobody can change, with the evidence for them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_bias.validate import FloatArray

__all__ = ["Limit", "Path"]


@dataclass(frozen=True, eq=False)
class _ReadOnly:
    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def __reduce__(self) -> tuple[Any, ...]:
        # NumPy forgets the flag when it pickles.
        return type(self), tuple(getattr(self, item.name) for item in fields(self))


@dataclass(frozen=True, eq=False)
class Limit(_ReadOnly):
    """Where gradient flow ends, and the evidence for it. With m targets at once every field has a first axis of m.

    Attributes
    ----------
    beta : (d,) array
        The limit, in the units of ``y`` over those of ``X``.
    log_beta : (d,) array
        The natural logarithm of ``abs(beta)``, also where ``beta`` is too small for a number; ``-inf`` for zeros.
    resolved : (d,) array of bool
        Whether the data determine ``log_beta``. Where not, all that depends on the entry is below the rounding of
        ``y``, and the entry is what it would be if ``y`` were exactly in the span of the larger ones.
    dual : (n,) array
        The multipliers of ``X @ beta == y``, the shortest ones if ``X`` is rank deficient.
    residual : float
        ``norm(X @ beta - y)``.
    iterations : int
        The number of Newton steps, along the whole path to ``alpha``.
    """

    beta: FloatArray
    log_beta: FloatArray
    resolved: NDArray[np.bool]
    dual: FloatArray
    residual: float
    iterations: int


@dataclass(frozen=True, eq=False)
class Path(_ReadOnly):
    """Limits for m initializations: the fields of ``Limit`` with a first axis in the order of ``alphas``.

    Attributes
    ----------
    beta, log_beta, resolved : (m, d) arrays
    dual : (m, n) array
    residual : (m,) array
    iterations : (m,) array of int
        The number of Newton steps from the first point of the path to this one.
    success : (m,) array of bool
    message : tuple of m str
        Empty, or why there is no limit; then its numbers are NaN.
    """

    beta: FloatArray
    log_beta: FloatArray
    resolved: NDArray[np.bool]
    dual: FloatArray
    residual: FloatArray
    iterations: NDArray[np.integer[Any]]
    success: NDArray[np.bool]
    message: tuple[str, ...]
