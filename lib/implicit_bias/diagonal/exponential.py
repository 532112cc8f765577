"""The network of depth 2, whose powers of weights are exponentials of the exponents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from implicit_bias.validate import FloatArray

__all__ = ["Exponential"]

# Beyond, sinh overflows.
LARGEST_EXPONENT = 700.0


@dataclass(frozen=True, eq=False)
class Exponential:
    """Depth 2: ``2 exp(log_scale + origin) sinh(u + offset)``, or ``exp(log_scale + origin + u)`` if nonnegative.

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

    def width(self, position: FloatArray) -> FloatArray:
        """Return what has the sign of ``beta``: the exponents from zero on, or ones if nonnegative."""
        return np.ones_like(position) if self.nonnegative else position + self.offset

    def moved(self, position: FloatArray, step: FloatArray) -> FloatArray:
        """Return the position after a step of the exponents."""
        return position + step

    def beta(self, log_scale: float, position: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``beta`` and its derivative with respect to ``u``."""
        if self.nonnegative:
            grown = np.exp(log_scale + self.origin + position)
            return grown, grown
        v = position + self.offset
        if np.abs(v).max() < LARGEST_EXPONENT and log_scale > -LARGEST_EXPONENT:
            start = 2 * np.exp(log_scale + self.origin)
            return start * np.sinh(v), start * np.cosh(v)
        grown, fraction = np.exp(log_scale + self.origin + np.abs(v)), np.exp(-2 * np.abs(v))
        return np.copysign(grown, v) * -np.expm1(-2 * np.abs(v)), grown * (1 + fraction)

    def bounded(self, log_scale: float, u: FloatArray, ceiling: float) -> FloatArray:
        """Return the position of exponents, cut where the logarithm of a weight's power exceeds ``ceiling``."""
        highest = ceiling - log_scale - self.origin
        return np.clip(u, -np.inf if self.nonnegative else -highest - self.offset, highest - self.offset)

    def least_slack(self, log_scale: float, size: float) -> float:
        """Return the precision that exponents need for ``beta`` up to ``size``: that of ``beta`` itself."""
        return 1.0

    def log_beta(self, log_scale: float, position: FloatArray) -> FloatArray:
        """Return the logarithm of the absolute value of ``beta``."""
        if self.nonnegative:
            return log_scale + self.origin + position
        v = np.abs(position + self.offset)
        return log_scale + self.origin + v + np.log(-np.expm1(-2 * v))

    def log_slope(self, log_scale: float, position: FloatArray) -> FloatArray:
        """Return the logarithm of the derivative."""
        if self.nonnegative:
            return log_scale + self.origin + position
        v = np.abs(position + self.offset)
        return log_scale + self.origin + v + np.log1p(np.exp(-2 * v))

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
        """Return the length of a change of scale in units in which the exponents of vanishing starts are affine."""
        return change

    def shrink(self, change: float) -> float:
        """Return the derivative of ``span``: how tangents change along a straight path."""
        return 1.0

    def predict(self, position: FloatArray, rate: FloatArray, change: float) -> FloatArray:
        """Return the position after a change of ``log_scale``, where ``rate`` is the derivative of the exponents."""
        return position + change * rate

    def tied(self, position: FloatArray, _: FloatArray) -> FloatArray:
        """Return the position."""
        return position

    def is_safe(self, position: FloatArray, prediction: FloatArray, change: float) -> bool:
        """Return whether a prediction stays where the map is defined: everywhere."""
        return True
