"""The network of depth D > 2, whose powers of weights are powers of slacks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.linalg import norm

from implicit_bias.diagonal.lapack import triangle
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["Power"]


@dataclass(frozen=True, eq=False)
class Power:
    """Depth D > 2: ``exp(log_scale) (T_plus**-p - T_minus**-p)`` for the slacks ``T = c -+ u``.

    A position has the rows ``u``, ``T_plus`` and, unless nonnegative, ``T_minus``. They move together, and each
    keeps its digits: near the start those of ``u`` count, far from it those of slacks far below 1e-16.
    """

    p: float
    c: FloatArray
    nonnegative: bool
    # Sets of slacks whose rows are known to be independent.
    independent: set[bytes] = field(default_factory=set)

    @classmethod
    def of(cls, depth: float, plus: FloatArray, minus: FloatArray, nonnegative: bool) -> Power:
        """Start from the logarithms of the shapes."""
        logs = np.array([plus] if nonnegative else [plus, minus])
        return cls(depth / (depth - 2), np.exp((2 - depth) * logs), nonnegative)

    @property
    def origin(self) -> FloatArray:
        """The logarithm of the start for ``log_scale = 0``."""
        return -self.p * np.log(self.c)

    @cached_property
    def is_balanced(self) -> bool:
        """Whether the network starts at zero."""
        return not self.nonnegative and np.array_equal(*self.c)

    @cached_property
    def tiny(self) -> FloatArray:
        """The slacks below which the part that moves is all that counts."""
        return 1e-6 * self.c

    @cached_property
    def signs(self) -> FloatArray:
        """The derivative of a position with respect to ``u``, as a column."""
        return np.array([[1.0], [-1.0]] if self.nonnegative else [[1.0], [-1.0], [1.0]])

    def position(self, u: FloatArray) -> FloatArray:
        """Return the position of given exponents."""
        return np.vstack([u, self.c + self.signs[1:] * u])

    def width(self, position: FloatArray) -> FloatArray:
        """Return what has the sign of ``beta``: the difference of the two slacks, or ones if nonnegative."""
        if self.nonnegative:
            return np.ones_like(position[0])
        return 2 * position[0] if self.is_balanced else 2 * position[0] + (self.c[1] - self.c[0])

    def moved(self, position: FloatArray, step: FloatArray) -> FloatArray:
        """Return the position after a step of the exponents."""
        return position + self.signs * step

    def _terms(self, log_scale: float, position: FloatArray) -> tuple[FloatArray, ...]:
        """Return the width, the smaller slack, the larger one, and the logarithms of what belongs to them.

        These are of the larger term, and of the ratio of the smaller term to it.
        """
        # The difference of the slacks; the slacks themselves have no digits of a tiny one.
        width = self.width(position)
        small, large = np.minimum(position[1], position[2]), np.maximum(position[1], position[2])
        return width, small, large, log_scale - self.p * np.log(small), -self.p * np.log1p(np.abs(width) / small)

    def beta(self, log_scale: float, position: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``beta`` and its derivative with respect to ``u``; NaN where a slack is negative."""
        if self.nonnegative:
            beta = np.exp(log_scale - self.p * np.log(position[1]))
            return beta, self.p * beta / position[1]
        width, small, large, log_term, log_ratio = self._terms(log_scale, position)
        term, missing = np.exp(log_term), np.expm1(log_ratio)
        return np.copysign(term * missing, width), self.p * term * (1 / small + (1 + missing) / large)

    def bounded(self, log_scale: float, u: FloatArray, ceiling: float) -> FloatArray:
        """Return the position of exponents, cut where the logarithm of a weight's power exceeds ``ceiling``."""
        position = self.position(u)
        position[1:] = np.maximum(position[1:], np.exp((log_scale - ceiling) / self.p))
        return position

    def least_slack(self, log_scale: float, size: float) -> float:
        """Return the precision that exponents need for ``beta`` up to ``size``, in units of its own."""
        return min(1.0, float(np.exp((log_scale - np.log(size)) / self.p))) if size > 0 else 1.0

    def log_beta(self, log_scale: float, position: FloatArray) -> FloatArray:
        """Return the logarithm of the absolute value of ``beta``."""
        if self.nonnegative:
            return log_scale - self.p * np.log(position[1])
        *_, log_term, log_ratio = self._terms(log_scale, position)
        return log_term + np.log(-np.expm1(log_ratio))

    def log_slope(self, log_scale: float, position: FloatArray) -> FloatArray:
        """Return the logarithm of the derivative."""
        small, large = position[1:].min(axis=0), position[1:].max(axis=0)
        other = 0 if self.nonnegative else np.log1p((small / large) ** (self.p + 1))
        return log_scale + np.log(self.p) - (self.p + 1) * np.log(small) + other

    def growth(self, position: FloatArray, step: FloatArray) -> float:
        """Return by how much a step changes the logarithm of a slope at most, to first order."""
        return (self.p + 1) * float((np.abs(step) / position[1:]).max())

    def overshoot(self, position: FloatArray, step: FloatArray) -> float:
        """Return by how much a step increases the logarithm of a slope at most, to first order."""
        if self.nonnegative:
            return max(0.0, (self.p + 1) * float((step / position[1]).max()))
        return self.growth(position, step)

    def damping(self, growth: float) -> float:
        """Return which part of a step to take: so that slopes grow by ``1 + growth`` at most."""
        if growth <= 1:
            return 1.0
        return float(-np.expm1(-np.log1p(growth) / (self.p + 1)) * (self.p + 1) / growth)

    def nonlinearity(self, position: FloatArray) -> float:
        """Return how far the map is from a linear one: about 0 near its start, 1 if far from it."""
        if self.nonnegative:
            return 1.0
        closest = self.c[0] if self.is_balanced else self.c.min(axis=0)
        return min(1.0, (self.p + 1) / 2 * float((np.abs(self.width(position)) / closest).max()))

    def span(self, change: float) -> float:
        """Return the length of a change of scale in units in which the exponents of vanishing starts are affine."""
        return math.expm1(change / self.p) * self.p

    def shrink(self, change: float) -> float:
        """Return the derivative of ``span``: how tangents change along a straight path."""
        return math.exp(change / self.p)

    def predict(self, position: FloatArray, rate: FloatArray, change: float) -> FloatArray:
        """Return the position after a change of ``log_scale``, where ``rate`` is the derivative of the exponents."""
        slacks, shrink = position[1:], self.shrink(change)
        # A slack is affine in the change of span: what it loses is in proportion to its distance from its limit,
        # and where the limit cannot be told from 0 it is in proportion to itself.
        limits = slacks - self.signs[1:] * (self.p * rate)
        limits[(slacks < self.tiny) & (np.abs(limits) <= 1e-14 * self.c)] = 0
        prediction = np.empty_like(position)
        prediction[0] = position[0] + self.span(change) * rate
        prediction[1:] = shrink * slacks + (1 - shrink) * limits
        return prediction

    def tied(self, position: FloatArray, basis: FloatArray) -> FloatArray:
        """Return the position with small slacks that satisfy the equations among them to all their digits.

        More slacks than dimensions vanish together only where they are a linear function of fewer numbers. What
        rounding adds to it does not vanish with them.
        """
        small = position[1:] < self.tiny
        known = small.tobytes()
        if known in self.independent:
            return position
        side, entry = np.nonzero(small)
        rows = self.signs[1:][side] * basis[entry]
        if not _dependent(rows):
            self.independent.add(known)
            return position
        directions, sigma, _ = np.linalg.svd(rows, full_matrices=False)
        directions = directions[:, : np.count_nonzero(sigma > 1e-9 * sigma[0])]
        slacks, whole = position[1 + side, entry], self.c[side, entry]
        if norm(whole - directions @ (directions.T @ whole)) > 1e-12 * norm(whole):
            return position  # they cannot all vanish
        # The smallest first: the factorization of graded rows is accurate in this order.
        order = np.argsort(slacks)
        graded = directions[order] / slacks[order, np.newaxis]
        Q = np.linalg.qr(graded)[0]
        ratio = Q @ Q.sum(axis=0)
        if not np.all(np.abs(ratio - 1) < 0.1):
            raise ConvergenceError("the prediction violates the equations among small slacks")
        position = position.copy()
        position[1 + side[order], entry[order]] *= ratio
        return position

    def is_safe(self, position: FloatArray, prediction: FloatArray, change: float) -> bool:
        """Return whether no slack shrinks much more than a vanishing start makes it shrink, or loses its digits."""
        shrink, new, old = self.shrink(change), prediction[1:], position[1:]
        ratio = new / old
        least = float(ratio.min())
        return least > 0.3 * min(1.0, shrink) and (least > 1e-4 or bool(np.all((ratio > 1e-4) | (new == shrink * old))))


def _dependent(rows: FloatArray) -> bool:
    """Return whether rows are linearly dependent, or nearly so."""
    if not rows.size:
        return False
    if len(rows) > rows.shape[1]:
        return True
    units = rows / norm(rows, axis=1)[:, np.newaxis]
    try:
        return bool(triangle(units @ units.T).diagonal().min() < 3e-5)
    except np.linalg.LinAlgError:
        return True
