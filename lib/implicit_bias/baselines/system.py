"""Equations in units in which neither the solver's absolute tolerances nor overflow matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implicit_bias import validate
from implicit_bias.scaling import exponents, length, restored, shifted, unit
from implicit_bias.validate import FloatArray

__all__ = ["System", "equilibrated", "system"]


@dataclass(frozen=True, eq=False)
class System:
    """The equations ``rows @ z == target`` for ``z = x / 2**exponent``.

    They are the independent ones (indices ``kept``) among ``X @ x == y``, divided by powers of two: the largest
    entry of a row is about 1, and so is that of the target.
    """

    X: FloatArray
    y: FloatArray
    rows: FloatArray
    target: FloatArray
    kept: NDArray[np.int64]
    row_exponents: NDArray[np.int64]
    exponent: int

    def x(self, z: FloatArray) -> FloatArray:
        """Return the solution in the caller's units."""
        return restored("y", z, self.exponent, "the solution")

    def dual(self, nu: FloatArray) -> FloatArray:
        """Return the multipliers in the caller's units, where dependent equations have none."""
        multipliers = np.zeros(len(self.y))
        multipliers[self.kept] = restored("X", shifted(nu, -self.row_exponents), 0, "a multiplier")
        return multipliers

    def residual(self, x: FloatArray) -> float:
        """Return ``norm(X @ x - y)``."""
        (X, a), (x, b), (y, c) = unit(self.X), unit(x), unit(self.y)
        common = max(a + b if np.any(x) else c, c)
        return float(shifted(length(shifted(X @ x, a + b - common) - shifted(y, c - common)), common))


def system(X: ArrayLike, y: ArrayLike) -> System:
    """Scale the equations, drop dependent ones, and refuse those without a solution."""
    from scipy.linalg import qr, solve_triangular  # SciPy takes its time

    precision = validate.precision(X)
    X, y = validate.regression(X, y)
    row_exponents = exponents(X, axis=1)
    rows = shifted(X, -row_exponents[:, np.newaxis])
    # The target is scaled by the largest quotient, which need not belong to the largest entry.
    mantissas, own = np.frexp(y)
    own = own - row_exponents
    exponent = int(np.max(own[y != 0], initial=-(10**6))) if np.any(y) else 0
    target = shifted(mantissas, own - exponent)
    balanced, r, _ = equilibrated(rows)
    R, order = qr(balanced.T, mode="r", pivoting=True)
    sizes = np.abs(R.diagonal())
    rank = int(np.count_nonzero(sizes > max(X.shape) * precision * sizes[0]))
    kept, dropped = order[:rank], order[rank:]
    combination = solve_triangular(R[:rank, :rank], R[:rank, rank:]) if rank else np.zeros((0, len(dropped)))
    balanced_target = shifted(target, -r)
    missing = shifted(combination.T @ balanced_target[kept] - balanced_target[dropped], r[dropped])
    # Nine digits, or as many as the type of X has.
    if np.linalg.norm(missing) > max(1e-9, max(X.shape) * precision) * np.linalg.norm(target):
        raise ValueError("y is not in the column space of X")
    kept = np.sort(kept)
    return System(X, y, rows[kept], target[kept], kept, row_exponents[kept], exponent)


def equilibrated(rows: FloatArray) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    """Return ``rows / 2**(r_i + c_j)`` with largest entries near 1 in each row and column, and ``r`` and ``c``."""
    r, c = np.zeros(len(rows), dtype=np.int64), np.zeros(rows.shape[1], dtype=np.int64)
    for _ in range(8):
        scaled = shifted(rows, -(r[:, np.newaxis] + c))
        r = r + exponents(scaled, axis=1) // 2
        c = c + exponents(shifted(rows, -(r[:, np.newaxis] + c)), axis=0)
    return shifted(rows, -(r[:, np.newaxis] + c)), r, c
