"""How ``beta`` follows from the exponents ``u``: the two maps that all solvers share.

With ``l`` the logarithm of ``alpha**depth`` and the shapes s₊ and s₋ at the start, gradient flow keeps

    β = exp(l) (s₊² exp(u) − s₋² exp(−u))                        depth 2,
    β = exp(l) ((c₊ − u)^-p − (c₋ + u)^-p)                       depth D > 2,

where p = D / (D − 2) and c = s^(2 − D); the nonnegative network lacks the second term. The limit is where
``u = X.T @ dual``. Both maps are increasing, and both are of the form exp(l) h(u): changing the initialization
multiplies by a number. Everything is computed from logarithms, which are ordinary numbers where β is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.linalg import norm

from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["Exponential", "Network", "Power", "network"]

# Beyond, sinh overflows.
LARGEST_EXPONENT = 700.0


def network(depth: float, shape: FloatArray, nonnegative: bool) -> Network:
    """Return the map for ``shape`` (d,), or (2, d) with different starts of ``w_plus`` and ``w_minus``."""
    logs = np.log(np.abs(shape))
    plus, minus = logs if logs.ndim == 2 else (logs, logs)
    return (Exponential if depth == 2 else Power).of(depth, plus, minus, nonnegative)


@dataclass(frozen=True, eq=False)
class Exponential:
    """Depth 2: ``2 exp(l + origin) sinh(u + offset)``, or ``exp(l + origin + u)`` if nonnegative.

    A position is the array ``u``.
    """

    origin: FloatArray
    offset: FloatArray
    nonnegative: bool

    @classmethod
    def of(cls, _: float, plus: FloatArray, minus: FloatArray, nonnegative: bool) -> Exponential:
        """Start from the logarithms of the shapes."""
        if nonnegative:
            return cls(2 * plus, np.zeros_like(plus), True)
        return cls(plus + minus, plus - minus, False)

    @cached_property
    def is_balanced(self) -> bool:
        """Whether the network starts at zero."""
        return not self.nonnegative and not np.any(self.offset)

    def position(self, u: FloatArray) -> FloatArray:
        """Return the position of given exponents."""
        return u

    def moved(self, position: FloatArray, step: FloatArray) -> FloatArray:
        """Return the position after a step of the exponents."""
        return position + step

    def beta(self, l: float, position: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``beta`` and its derivative with respect to ``u``."""
        if self.nonnegative:
            grown = np.exp(l + self.origin + position)
            return grown, grown
        v = position + self.offset
        if np.abs(v).max() < LARGEST_EXPONENT and l > -LARGEST_EXPONENT:
            start = 2 * np.exp(l + self.origin)
            return start * np.sinh(v), start * np.cosh(v)
        grown, fraction = np.exp(l + self.origin + np.abs(v)), np.exp(-2 * np.abs(v))
        return np.copysign(grown, v) * -np.expm1(-2 * np.abs(v)), grown * (1 + fraction)

    def bounded(self, l: float, u: FloatArray, ceiling: float) -> FloatArray:
        """Return the position of exponents, cut where the logarithm of a weight's power exceeds ``ceiling``."""
        highest = ceiling - l - self.origin
        return np.clip(u, -np.inf if self.nonnegative else -highest - self.offset, highest - self.offset)

    def least_slack(self, l: float, size: float) -> float:
        """Return the precision that exponents need for ``beta`` up to ``size``: that of ``beta`` itself."""
        return 1.0

    def logarithms(self, l: FloatArray, position: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the signs of ``beta`` and the logarithms of its absolute values."""
        if self.nonnegative:
            return np.ones_like(position), l + self.origin + position
        v = position + self.offset
        with np.errstate(divide="ignore"):
            return np.sign(v), l + self.origin + np.abs(v) + np.log(-np.expm1(-2 * np.abs(v)))

    def log_slope(self, l: float, position: FloatArray) -> FloatArray:
        """Return the logarithm of the derivative."""
        if self.nonnegative:
            return l + self.origin + position
        v = np.abs(position + self.offset)
        return l + self.origin + v + np.log1p(np.exp(-2 * v))

    def growth(self, _: FloatArray, step: FloatArray) -> float:
        """Return by how much a step changes the logarithm of a slope at most, to first order."""
        return float(np.abs(step).max())

    def overshoot(self, position: FloatArray, step: FloatArray) -> float:
        """Return by how much a step increases the logarithm of a slope at most, to first order."""
        return max(0.0, float(step.max())) if self.nonnegative else self.growth(position, step)

    def damping(self, growth: float) -> float:
        """Return which part of a step to take: so that slopes grow by ``1 + growth`` at most."""
        return 1.0 if growth <= 1 else float(np.log1p(growth) / growth)

    def nonlinearity(self, position: FloatArray) -> float:
        """Return how far the map is from a linear one: about 0 near its start, 1 if far from it."""
        if self.nonnegative:
            return 1.0
        return min(1.0, float(np.abs(position + self.offset).max()))

    def span(self, change: float) -> float:
        """Return the length of a change of ``l`` in units in which the exponents of vanishing starts are affine."""
        return change

    def predict(self, position: FloatArray, rate: FloatArray, change: float) -> FloatArray:
        """Return the position after a change of ``l``, where ``rate`` is the derivative of the exponents."""
        return position + change * rate

    def is_safe(self, position: FloatArray, prediction: FloatArray, change: float) -> bool:
        """Return whether a prediction stays where the map is defined: everywhere."""
        return True


@dataclass(frozen=True, eq=False)
class Power:
    """Depth D > 2: ``exp(l) (T_plus**-p - T_minus**-p)`` for the slacks ``T = c -+ u``.

    A position has the rows ``u``, ``T_plus`` and, unless nonnegative, ``T_minus``. They move together, and each
    keeps its digits: near the start those of ``u`` count, far from it those of slacks far below 1e-16.
    """

    p: float
    c: FloatArray
    nonnegative: bool

    @classmethod
    def of(cls, depth: float, plus: FloatArray, minus: FloatArray, nonnegative: bool) -> Power:
        """Start from the logarithms of the shapes."""
        logs = np.array([plus] if nonnegative else [plus, minus])
        return cls(depth / (depth - 2), np.exp((2 - depth) * logs), nonnegative)

    @property
    def origin(self) -> FloatArray:
        """The logarithm of the start for ``l = 0``."""
        return -self.p * np.log(self.c)

    @cached_property
    def is_balanced(self) -> bool:
        """Whether the network starts at zero."""
        return not self.nonnegative and np.array_equal(*self.c)

    @cached_property
    def signs(self) -> FloatArray:
        """The derivative of a position with respect to ``u``, as a column."""
        return np.array([[1.0], [-1.0]] if self.nonnegative else [[1.0], [-1.0], [1.0]])

    def position(self, u: FloatArray) -> FloatArray:
        """Return the position of given exponents."""
        return np.vstack([u, self.c + self.signs[1:] * u])

    def moved(self, position: FloatArray, step: FloatArray) -> FloatArray:
        """Return the position after a step of the exponents."""
        return position + self.signs * step

    def _terms(self, l: float, position: FloatArray) -> tuple[FloatArray, ...]:
        """Return the sign of ``beta``, the smaller slack, the larger one, and the logarithms of what belongs to them.

        These are of the larger term, and of its ratio to the smaller one.
        """
        # The difference of the slacks; the slacks themselves have no digits of a tiny one.
        width = 2 * position[0] + (self.c[1] - self.c[0])
        small, large = np.minimum(position[1], position[2]), np.maximum(position[1], position[2])
        return np.sign(width), small, large, l - self.p * np.log(small), self.p * np.log1p(np.abs(width) / small)

    def beta(self, l: float, position: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``beta`` and its derivative with respect to ``u``; NaN where a slack is negative."""
        if self.nonnegative:
            beta = np.exp(l - self.p * np.log(position[1]))
            return beta, self.p * beta / position[1]
        sign, small, large, log_term, log_ratio = self._terms(l, position)
        term, missing = np.exp(log_term), -np.expm1(-log_ratio)
        return sign * term * missing, self.p * term * (1 / small + (1 - missing) / large)

    def bounded(self, l: float, u: FloatArray, ceiling: float) -> FloatArray:
        """Return the position of exponents, cut where the logarithm of a weight's power exceeds ``ceiling``."""
        position = self.position(u)
        position[1:] = np.maximum(position[1:], np.exp((l - ceiling) / self.p))
        return position

    def least_slack(self, l: float, size: float) -> float:
        """Return the precision that exponents need for ``beta`` up to ``size``, in units of its own."""
        return min(1.0, float(np.exp((l - np.log(size)) / self.p))) if size > 0 else 1.0

    def logarithms(self, l: FloatArray, position: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the signs of ``beta`` and the logarithms of its absolute values."""
        if self.nonnegative:
            return np.ones_like(position[1]), l - self.p * np.log(position[1])
        sign, _, _, log_term, log_ratio = self._terms(l, position)
        with np.errstate(divide="ignore"):
            return sign, log_term + np.log(-np.expm1(-log_ratio))

    def log_slope(self, l: float, position: FloatArray) -> FloatArray:
        """Return the logarithm of the derivative."""
        small, large = position[1:].min(axis=0), position[1:].max(axis=0)
        other = 0 if self.nonnegative else np.log1p((small / large) ** (self.p + 1))
        return l + np.log(self.p) - (self.p + 1) * np.log(small) + other

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
        middle = (self.c[1] - self.c[0]) / 2
        return min(1.0, (self.p + 1) * float((np.abs(position[0] + middle) / self.c).max()))

    def span(self, change: float) -> float:
        """Return the length of a change of ``l`` in units in which the exponents of vanishing starts are affine."""
        return float(np.expm1(change / self.p) * self.p)

    def predict(self, position: FloatArray, rate: FloatArray, change: float) -> FloatArray:
        """Return the position after a change of ``l``, where ``rate`` is the derivative of the exponents."""
        slacks, shrink = position[1:], np.exp(change / self.p)
        # A slack is affine in the change of span: what it loses is in proportion to its distance from its limit,
        # and where the limit cannot be told from 0 it is in proportion to itself.
        limits = slacks - self.signs[1:] * self.p * rate
        limits[(slacks < 1e-6 * self.c) & (np.abs(limits) <= 1e-14 * self.c)] = 0
        return np.vstack([position[0] + self.span(change) * rate, shrink * slacks + (1 - shrink) * limits])

    def tied(self, position: FloatArray, basis: FloatArray) -> FloatArray:
        """Return the position with small slacks that satisfy the equations among them to all their digits.

        More slacks than dimensions vanish together only where they are a linear function of fewer numbers. What
        rounding adds to it does not vanish with them.
        """
        side, entry = np.nonzero(position[1:] < 1e-6 * self.c)
        rows = self.signs[1:][side] * basis[entry]
        if not _dependent(rows):
            return position
        directions, sigma, _ = np.linalg.svd(rows, full_matrices=False)
        directions = directions[:, : np.count_nonzero(sigma > 1e-9 * sigma[0])]
        slacks, whole = position[1 + side, entry], self.c[side, entry]
        if norm(whole - directions @ (directions.T @ whole)) > 1e-12 * norm(whole):
            return position  # they cannot all vanish
        # The smallest first: the factorisation of graded rows is accurate in this order.
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
        """Return whether no slack shrinks much more than a vanishing start makes it shrink."""
        return bool(np.all(prediction[1:] > 0.05 * min(1.0, np.exp(change / self.p)) * position[1:]))


def _dependent(rows: FloatArray) -> bool:
    """Return whether rows are linearly dependent, or nearly so."""
    if not rows.size:
        return False
    if len(rows) > rows.shape[1]:
        return True
    units = rows / norm(rows, axis=1)[:, np.newaxis]
    return bool(np.linalg.eigvalsh(units @ units.T)[0] < 1e-9)


Network = Exponential | Power
