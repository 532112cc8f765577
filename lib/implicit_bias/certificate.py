"""What ``certify`` returns, and the quotients it is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.records import Record
from implicit_bias.scaling import shifted, unit
from implicit_bias.validate import FloatArray

__all__ = ["Certificate", "quotient", "residuals", "scaled", "sizes_of", "slopes_of"]


@dataclass(frozen=True, eq=False)
class Certificate(Record):
    """The largest relative violation of each kind of condition; 0 where a problem has none of the kind.

    Attributes
    ----------
    feasibility : float
        Of the constraints, row by row, relative to ``abs(X) @ abs(x) + abs(y)``.
    dual : float
        Of the domain of the multipliers.
    complementarity : float
        Of the rule that a multiplier or an entry is zero, summed up, relative to the objective.
    stationarity : float
        Of the equation between the gradient and the multipliers.
    """

    feasibility: float = 0.0
    dual: float = 0.0
    complementarity: float = 0.0
    stationarity: float = 0.0

    @property
    def largest(self) -> float:
        """The largest of the four."""
        return max(self.feasibility, self.dual, self.complementarity, self.stationarity)


def scaled(X: ArrayLike, y: ArrayLike, x: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ``X``, ``y`` and ``x`` in units in which ``X`` and ``x`` are about 1 and ``X @ x - y`` is what it was."""
    X, y = validate.regression(X, y)
    (X, a), (x, b) = unit(X), unit(validate.vector("x", x, length=X.shape[1]))
    return X, shifted(y, -a - b), x


def residuals(X: FloatArray, y: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``X @ x - y`` and the sums of the absolute values of its terms."""
    return X @ x - y, np.abs(X) @ np.abs(x) + np.abs(y)


def slopes_of(X: ArrayLike, dual: ArrayLike) -> FloatArray:
    """Return ``X.T @ dual``."""
    X = validate.matrix("X", X)
    (X, a), (dual, b) = unit(X), unit(validate.vector("dual", dual, length=len(X)))
    return shifted(X.T @ dual, a + b)


def sizes_of(X: ArrayLike, dual: ArrayLike) -> FloatArray:
    """Return ``abs(X).T @ abs(dual)``, the sums of the absolute values of the terms of the slopes."""
    return slopes_of(np.abs(validate.matrix("X", X)), np.abs(validate.vector("dual", dual)))


def quotient(violation: ArrayLike, size: ArrayLike) -> float:
    """Return the largest quotient, where what is violated without any terms counts as 1."""
    violation, size = np.abs(violation), np.asarray(size, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        quotients = np.where(violation == 0, 0, violation / size)
    return float(np.max(np.where(np.isfinite(quotients), quotients, 1)))
