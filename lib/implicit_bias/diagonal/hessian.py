"""Newton steps for ``basis.T @ beta(basis @ nu) == target``, from factors that serve several of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.linalg import norm
from numpy.typing import NDArray

from implicit_bias.diagonal.equations import Equations
from implicit_bias.diagonal.lapack import solved, triangle
from implicit_bias.diagonal.network import State
from implicit_bias.validate import FloatArray

IntArray = NDArray[np.integer[Any]]

__all__ = ["Levels", "OneLevel", "blur", "factor"]

# Slopes below a part of the largest add no more than it to any curvature, as the rows are orthonormal. They do not
# matter if all curvatures are ten thousand times as large: with the first part they may not be, with the last they are.
NEGLIGIBLE = 1e-7, 1e-11
# A product of more multiplications is faster as a square, which is symmetric.
SMALL = 1e6
# The smallest pivot, in units of the largest, of a Hessian that is solved with as it is.
SMALLEST_PIVOT = 1e-3
# By how much a slope that counts may shrink before a factor is of no use, in units of the largest.
COLLAPSE = 30.0
# Equations whose right-hand side is smaller, in units of the norm of all, are read as homogeneous.
ROUNDING = 1e-14
# Entries in the rest whose terms are all smaller, in the same units, are not resolved by data of 16 digits.
UNRESOLVED = 1e-8


def factor(equations: Equations, state: State, before: Factor | None = None) -> Factor:
    """Factorize the Hessian ``basis.T @ (slope * basis)``, the derivative of the equations.

    Which slopes matter is guessed from the factor ``before``.
    """
    weight = state.slope / state.largest
    negligible, least = NEGLIGIBLE
    if before is not None:
        negligible = min(max(1e-5 * before.smallest**2, least), negligible)
    cholesky, smallest = _cholesky(equations.basis, weight, negligible)
    if smallest**2 <= 1e4 * negligible and negligible > least:
        cholesky, smallest = _cholesky(equations.basis, weight, least)
    if smallest > SMALLEST_PIVOT * float(cholesky.diagonal().max()):
        return OneLevel(equations, cholesky, smallest, weight)
    return Levels.of(equations, state)


def blur(equations: Equations, state: State) -> float:
    """Return by how much the rounding of the original rows may move logarithms of slopes, at a solution."""
    basis, rows = equations.basis, equations.rows.X
    # Each direction in a unit of its own: columns of very different size have curvatures as different.
    with np.errstate(all="ignore"):
        curvatures = state.slope @ basis**2
        units = np.sqrt(curvatures)
        scaled = basis / units
        rounding = np.finfo(np.float64).eps * (np.abs(rows) @ np.abs(state.beta) + np.abs(equations.y))
        try:
            cholesky = triangle(_gram(scaled, state.slope))
        except np.linalg.LinAlgError:
            return np.inf
        steps = solved(cholesky, equations.rows.coordinates(np.diag(rounding)) / units[:, np.newaxis])
        growth = state.network.growth(state.position, np.abs(scaled @ steps).sum(axis=1))
    return growth if np.isfinite(growth) else np.inf


def _cholesky(basis: FloatArray, weight: FloatArray, negligible: float) -> tuple[FloatArray, float]:
    """Return the Cholesky factor of ``basis.T @ (weight * basis)`` and its smallest pivot, 0 if there is none."""
    (chosen,) = (weight > negligible).nonzero()
    if chosen.size < 0.8 * weight.size:
        basis, weight = basis.take(chosen, axis=0), weight.take(chosen)
    try:
        cholesky = triangle(_gram(basis, weight))
    except np.linalg.LinAlgError:
        return np.eye(basis.shape[1]), 0.0
    return cholesky, float(cholesky.diagonal().min())


def _gram(rows: FloatArray, weights: FloatArray) -> FloatArray:
    """Return ``rows.T @ (weights * rows)``."""
    if rows.size * rows.shape[1] < SMALL:
        return rows.T @ (weights[:, np.newaxis] * rows)
    half = np.sqrt(weights)[:, np.newaxis] * rows
    return half.T @ half


@dataclass(frozen=True, eq=False)
class OneLevel:
    """The Cholesky factor of the Hessian, for slopes in units of the largest."""

    equations: Equations
    cholesky: FloatArray
    smallest: float  # of its pivots
    weight: FloatArray  # the slopes, in units of the largest

    def lost(self, state: State) -> float:
        """Return by which part curvatures have changed since, at most."""
        # The smallest one depends on these slopes.
        (heavy,) = (self.weight > 0.03 * self.smallest**2).nonzero()
        ratio = state.slope.take(heavy) / (self.weight.take(heavy) * state.largest)
        return max(1 - float(ratio.min()), float(ratio.max()) - 1)

    def step(self, target: FloatArray, state: State) -> tuple[FloatArray, FloatArray]:
        """Return ``x`` and ``basis @ x`` for the solution of ``basis.T @ (slope * (basis @ x) + beta) == target``."""
        basis = self.equations.basis
        x = self.correction(target - state.beta @ basis, state)
        return x, basis @ x

    def correction(self, misfit: FloatArray, state: State) -> FloatArray:
        """Return the solution ``x`` of ``basis.T @ (slope * (basis @ x)) == misfit``."""
        return solved(self.cholesky, misfit) / state.largest

    def unresolved(self, _: State, below: float = UNRESOLVED) -> None:
        """Return which entries rounding decides: none."""
        return


@dataclass(frozen=True, eq=False)
class Levels:
    """The Hessian in two blocks: the ``main`` directions, in which large slopes add up, and the ``rest``.

    Both are orthonormal columns, (k, r) and (k, k - r), and ``far`` (d, k - r) is ``basis @ rest``. The part
    of a large entry in the rest is zero if it is only rounding. What is left there may be smaller by hundreds of orders
    of magnitude, and is summed in a unit of its own, the largest curvature in the rest.
    """

    smallest: ClassVar[float] = 0.0

    equations: Equations
    main: FloatArray
    rest: FloatArray
    far: FloatArray
    lengths: FloatArray  # the logarithms of the squared lengths of the rows of ``far``
    size: FloatArray  # the logarithms of the slopes
    cholesky: FloatArray  # of the Hessian of the main directions, in units of the largest slope
    mixed: FloatArray  # main by rest, in units of the largest slope in the rest
    inverse: FloatArray  # of the Schur complement in the rest, in these units

    @classmethod
    def of(cls, equations: Equations, state: State) -> Levels:
        """Split the directions that slopes within a million of the largest determine from all others."""
        from scipy.linalg import qr

        basis, size = equations.basis, state.log_slope()
        relative = size - np.max(size)
        large = relative > -np.log(1e6)
        half = basis[large]
        half *= np.exp(relative[large] / 2)[:, np.newaxis]
        if len(half) > half.shape[1]:
            half = np.linalg.qr(half, mode="r")
        directions, graded, _ = qr(half.T, pivoting=True)
        sizes = np.abs(graded.diagonal())
        rank = np.count_nonzero(sizes > 1e-3 * sizes[0])
        main, rest = directions[:, :rank], directions[:, rank:]
        far = basis @ rest
        far[large & (np.einsum("jk,jk->j", far, far) <= 1e-24 * equations.rows.lengths**2)] = 0
        lengths = np.log(np.einsum("jk,jk->j", far, far))
        matters = relative > np.log(1e-14)
        cholesky = triangle(main.T @ _gram(basis[matters], np.exp(relative[matters])) @ main)
        scale = float(np.max(size + lengths, initial=-np.inf))
        half = far * np.exp(np.minimum(size - scale, 1400.0) / 2)[:, np.newaxis]
        schur = half.T @ half
        mixed = main.T @ (basis.T @ (far * np.exp(np.minimum(size - scale, 700.0))[:, np.newaxis]))
        schur -= mixed.T @ (np.exp(scale - np.max(size)) * solved(cholesky, mixed))
        return cls(equations, main, rest, far, lengths, size, cholesky, mixed, np.linalg.pinv(schur, rcond=1e-15))

    def lost(self, state: State) -> float:
        """Return 0, or infinity if a curvature has collapsed since, in the main directions or in the rest."""
        now, room = state.log_slope(), np.log(COLLAPSE)
        main = self.size > np.max(self.size) - np.log(1e6)
        lost = (self.size - np.max(self.size)) - (now - np.max(now))
        if np.any(lost[main] > room):
            return np.inf
        curvatures = self.size + self.lengths
        before, after = np.max(curvatures), np.max(now + self.lengths)
        rest = curvatures > before - np.log(1e3)
        return np.inf if np.any(((self.size - before) - (now - after))[rest] > room) else 0.0

    def step(self, target: FloatArray, state: State) -> tuple[FloatArray, FloatArray]:
        """Return ``x`` and ``basis @ x`` for the solution of ``basis.T @ (slope * (basis @ x) + beta) == target``."""
        size = state.log_slope()
        # The logarithm of the largest curvature in the rest.
        top, scale = float(np.max(size)), float(np.max(size + self.lengths))
        misfit = self.main.T @ (target - state.beta @ self.equations.basis)
        main = solved(self.cholesky, misfit) * np.exp(-top)
        if not np.isfinite(scale):
            main = self.main @ main
            return main, self.equations.basis @ main
        goal = self.rest.T @ target
        goal[np.abs(goal) <= ROUNDING * norm(target)] = 0
        network, position = state.network, state.position
        beta = np.copysign(np.exp(network.log_beta(state.log_scale - scale, position)), network.width(position))
        goal = goal * np.exp(min(-scale, 700.0)) - np.where(self.lengths > -np.inf, beta, 0) @ self.far
        goal -= self.mixed.T @ main
        rest = self.inverse @ goal
        main -= np.exp(scale - top) * solved(self.cholesky, self.mixed @ rest)
        # Entries without a part in the rest do not move with it, not even by rounding.
        main = self.main @ main
        return main + self.rest @ rest, self.equations.basis @ main + self.far @ rest

    def correction(self, misfit: FloatArray, state: State) -> FloatArray:
        """Return a solution ``x`` in the main directions of ``basis.T @ (slope * (basis @ x)) == misfit``."""
        return self.main @ solved(self.cholesky, self.main.T @ misfit) / state.largest

    def unresolved(self, state: State, below: float = UNRESOLVED) -> NDArray[np.bool] | None:
        """Return which entries rounding decides: those in the rest, if all terms there are small."""
        terms = np.exp(state.network.log_beta(state.log_scale, state.position) + self.lengths / 2)
        if np.max(terms, initial=0) > below * norm(self.equations.target):
            return None
        return self.lengths > -np.inf


Factor = OneLevel | Levels
