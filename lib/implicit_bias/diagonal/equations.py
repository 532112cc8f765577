"""The equations ``X @ beta == y`` in units in which nothing overflows, and with orthonormal rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.linalg import norm
from numpy.typing import NDArray

from implicit_bias.spectrum import spectrum
from implicit_bias.validate import FloatArray

__all__ = ["Equations", "Rows", "exponent"]

# How far from the column space of X the targets may be, relative to their norm and to that of their row.
INCONSISTENT = 5e-11
# Where the smallest pivot is a smaller part of the largest, singular values tell which rows are independent.
SINGULAR = 1e-8


@dataclass(frozen=True, eq=False)
class Rows:
    """The matrix ``X``, its rows divided by powers of two, ``units``, and an orthonormal basis of their span.

    ``basis`` (d, k) has orthonormal columns, as many as ``X`` has independent rows. The lower triangle ``factor``
    maps them to the scaled rows in the given ``order``, or the singular vectors ``left`` with the singular values
    ``sigma`` do.
    """

    X: FloatArray
    units: FloatArray
    basis: FloatArray
    order: NDArray[np.integer[Any]]
    factor: FloatArray | None
    left: FloatArray | None
    sigma: FloatArray | None

    @classmethod
    def of(cls, X: FloatArray) -> Rows:
        """Scale ``X`` in place and orthonormalise its rows."""
        from scipy.linalg.lapack import dpotrf, dtrtrs  # SciPy takes its time

        units = np.ldexp(1.0, [exponent(row) for row in X])
        X /= units[:, np.newaxis]
        n, order = len(X), np.arange(len(X))
        factor, failed = dpotrf(X @ X.T, lower=1)
        if failed or factor.diagonal().min() < 1e-4 * factor.diagonal().max():
            factor, order = _graded(X)
        pivots = np.abs(factor.diagonal())
        if factor.shape == (n, n) and np.min(pivots) > SINGULAR * np.max(pivots):
            # Solved for column by column, so that those of small columns of X keep their digits.
            return cls(X, units, dtrtrs(factor, X[order], lower=1)[0].T, order, factor, None, None)
        left, sigma, basis = spectrum(X, float(np.finfo(np.float64).eps))
        return cls(X, units, np.ascontiguousarray(basis.T), order, None, left, sigma)

    def coordinates(self, y: FloatArray) -> FloatArray:
        """Return the right-hand side that belongs to ``basis.T``, for one that belongs to the scaled rows."""
        if self.factor is None:
            return self.left.T @ y / self.sigma
        from scipy.linalg.lapack import dtrtrs

        return dtrtrs(self.factor, y[self.order], lower=1)[0]

    def mixing(self) -> FloatArray:
        """Return the matrix that maps ``basis.T`` to the scaled rows."""
        return self.left * self.sigma if self.factor is None else self.factor[np.argsort(self.order)]

    def coordinates_of(self, dual: FloatArray) -> FloatArray:
        """Return the ``nu`` with ``basis @ nu == X.T @ dual``, the inverse of ``multipliers``."""
        return self.basis.T @ (self.X.T @ (dual * self.units))

    def multipliers(self, nu: FloatArray) -> FloatArray:
        """Return the ``dual`` (…, n) of the original rows with ``X.T @ dual == basis @ nu``, for ``nu`` (…, k)."""
        if self.factor is None:
            return (nu / self.sigma) @ self.left.T / self.units
        from scipy.linalg.lapack import dtrtrs

        return dtrtrs(self.factor, nu.T, lower=1, trans=1)[0].T[..., np.argsort(self.order)] / self.units

    def equations(self, y: FloatArray) -> Equations:
        """Add targets, or raise a ``ValueError`` if they are not in the column space of ``X``."""
        with np.errstate(over="ignore"):
            scaled = y / self.units
        if not np.all(np.isfinite(scaled)):
            raise ValueError("y is too large for X: the solution overflows")
        shift = exponent(scaled)
        scaled = np.ldexp(scaled, -shift)
        target = self.coordinates(scaled)
        if self.factor is None:
            missing = np.abs(self.left @ (self.sigma * target) - scaled)
            if np.any(missing > INCONSISTENT * norm(scaled)):
                raise ValueError("y is not in the column space of X")
        return Equations(self, scaled, target, shift)


@dataclass(frozen=True, eq=False)
class Equations:
    """``basis.T @ beta == target``, where ``beta`` is ``2**shift`` times smaller than that of the original rows."""

    rows: Rows
    y: FloatArray
    target: FloatArray
    shift: int

    @property
    def basis(self) -> FloatArray:
        """The orthonormal rows, as columns."""
        return self.rows.basis

    def scale(self, depth: float, alpha: FloatArray) -> FloatArray:
        """Return the logarithms of ``alpha**depth`` (m,), less that of ``2**shift``, the unit of ``beta`` here."""
        return depth * np.log(alpha) - self.shift * np.log(2)

    def misfits(self, beta: FloatArray) -> FloatArray:
        """Return the residuals ``beta @ X.T - y`` of the scaled rows, for ``beta`` (…, d)."""
        return beta @ self.rows.X.T - self.y

    def worst(self, beta: FloatArray, misfits: FloatArray) -> FloatArray:
        """Return the largest residual (…) in units of the norm of the scaled targets.

        What rounding contributes to a sum of terms far above the targets does not count.
        """
        largest, size = np.max(np.abs(misfits), axis=-1), norm(self.y)
        if np.all(largest <= 1e-12 * size):
            return largest / (size or 1.0)
        rounding = 1e-15 * (np.abs(beta) @ np.abs(self.rows.X).T)
        excess = np.max(np.abs(misfits) - rounding, axis=-1, initial=0)
        return excess / (size or np.finfo(float).tiny)

    def residual(self, misfits: FloatArray) -> float:
        """Return the norm of the residual of the original rows."""
        original = self.rows.units * np.ldexp(misfits, self.shift)
        largest = np.max(np.abs(original))
        return float(largest * norm(original / largest)) if largest > 0 else 0.0


def _graded(X: FloatArray) -> tuple[FloatArray, NDArray[np.integer[Any]]]:
    """Return the lower triangle of ``X @ X.T`` with the rows in the order of their weight, and this order.

    It has all its digits also where some columns of ``X`` are far larger than others, because those come first.
    """
    from scipy.linalg import qr

    heaviest = np.argsort(-np.abs(X).max(axis=0))
    triangle, order = qr(X[:, heaviest].T, mode="r", pivoting=True)
    return triangle[: len(X)].T, order


def exponent(numbers: FloatArray) -> int:
    """Return the power of two just above the largest entry, 0 if there is none but zeros."""
    return int(np.frexp(np.max(np.abs(numbers)))[1]) if np.any(numbers) else 0
