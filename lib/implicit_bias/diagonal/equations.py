"""The equations ``X @ beta == y`` in units in which nothing overflows, and with orthonormal rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.linalg import norm
from numpy.typing import NDArray

from implicit_bias.diagonal.lapack import transformed, triangle
from implicit_bias.scaling import exponents
from implicit_bias.spectrum import spectrum
from implicit_bias.validate import FloatArray

__all__ = ["Equations", "Rows"]

# How far from the column space of X the targets may be, relative to their norm and to that of their row.
INCONSISTENT = 5e-11
# A row is independent of others if what they leave of it is more than this part of the columns that are left, and
# dependent if that is only rounding. Between the two singular values tell.
SINGULAR = 1e-8


@dataclass(frozen=True, eq=False)
class Rows:
    """The matrix ``X``, its rows divided by powers of two, ``units``, and an orthonormal basis of their span.

    ``basis`` (d, k) has orthonormal columns, as many as ``X`` has independent rows. The matrix ``factor`` (n, k), a
    lower triangle above any dependent rows, maps them to the scaled rows in the given ``order``, or the singular
    vectors ``left`` with the singular values ``sigma`` do.
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
        """Scale ``X`` in place and orthonormalize its rows."""
        units = np.ldexp(1.0, exponents(X, axis=1))
        X /= units[:, np.newaxis]
        factor, order = _plain(X) or _graded(X)
        k = _independent(X, np.abs(factor.diagonal()))
        if k is not None:
            # Solved for column by column, so that those of small columns of X keep their digits.
            basis = transformed(factor[:k, :k], X[order[:k]]).T
            return cls(X, units, basis, order, np.asfortranarray(factor[:, :k]), None, None)
        left, sigma, basis = spectrum(X, float(np.finfo(np.float64).eps))
        return cls(X, units, np.ascontiguousarray(basis.T), order, None, left, sigma)

    @cached_property
    def lengths(self) -> FloatArray:
        """The lengths of the rows of ``basis``."""
        return np.sqrt(np.einsum("jk,jk->j", self.basis, self.basis))

    def coordinates(self, y: FloatArray) -> FloatArray:
        """Return the right-hand sides that belong to ``basis.T``, for some (n,) or (n, m) of the scaled rows."""
        if self.factor is None:
            return ((self.left.T @ y).T / self.sigma).T
        k = self.factor.shape[1]
        return transformed(self.factor[:k], y[self.order[:k]])

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
        k = self.factor.shape[1]
        if k < len(self.factor):
            rows, triangle = np.linalg.qr(self.factor)
            dual = (rows @ transformed(triangle.T, nu.T)).T
        else:
            dual = transformed(self.factor, nu.T, transposed=True).T
        return dual[..., np.argsort(self.order)] / self.units

    def equations(self, y: FloatArray) -> Equations:
        """Add targets, or raise a ``ValueError`` if they are not in the column space of ``X``."""
        with np.errstate(over="ignore"):
            scaled = y / self.units
        if not np.all(np.isfinite(scaled)):
            raise ValueError("y is too large for X: the solution overflows")
        shift = int(exponents(scaled))
        scaled = np.ldexp(scaled, -shift)
        target = self.coordinates(scaled)
        if len(target) < len(scaled):
            missing = np.abs(self.mixing() @ target - scaled)
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

    def residuals(self, misfits: FloatArray) -> FloatArray:
        """Return the norms (…) of residuals (…, n) of the original rows."""
        original = self.rows.units * np.ldexp(misfits, self.shift)
        largest = np.max(np.abs(original), axis=-1, keepdims=True)
        largest[largest == 0] = 1
        return largest[..., 0] * norm(original / largest, axis=-1)


def _independent(X: FloatArray, pivots: FloatArray) -> int | None:
    """Return how many rows are independent, by the pivots of a triangle, or nothing if they do not tell."""
    # A pivot is as small as the columns that are left, and not by far smaller if rows are independent.
    columns = np.sort(np.abs(X).max(axis=0))[::-1][: pivots.size]
    k = np.count_nonzero(pivots > SINGULAR * columns)
    small = max(X.shape) * np.finfo(np.float64).eps * columns
    ordered = np.all(pivots[:k] > SINGULAR * columns[:k]) and np.all(pivots[k:] <= small[k:])
    return k if ordered else None


def _plain(X: FloatArray) -> tuple[FloatArray, NDArray[np.integer[Any]]] | None:
    """Return the lower triangle of ``X @ X.T`` with the rows in their own order, if it has its digits."""
    try:
        factor = np.tril(triangle(X @ X.T))
    except np.linalg.LinAlgError:
        return None
    pivots = factor.diagonal()
    return None if pivots.min() < 1e-4 * pivots.max() else (factor, np.arange(len(X)))


def _graded(X: FloatArray) -> tuple[FloatArray, NDArray[np.integer[Any]]]:
    """Return the lower triangle of ``X @ X.T`` with the rows in the order of their weight, and this order.

    It has all its digits also where some columns of ``X`` are far larger than others, because those come first.
    """
    from scipy.linalg import qr

    heaviest = np.argsort(-np.abs(X).max(axis=0))
    graded, order = qr(X[:, heaviest].T, mode="r", pivoting=True)
    return graded[: len(X)].T, order
