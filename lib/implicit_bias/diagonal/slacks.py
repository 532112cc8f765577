"""Coordinates in which the flow beyond depth 2 keeps the digits of slacks, however small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from implicit_bias.diagonal.power import Power
from implicit_bias.validate import FloatArray

__all__ = ["Slacks"]


@dataclass(frozen=True, eq=False)
class Slacks:
    """One number v for each entry: ``T = c exp(-v)`` if nonnegative, else ``T_plus, T_minus = half (1 -+ tanh(v))``.

    Where a weight escapes its slack falls by many decades in a moment, and v grows by their logarithm.
    """

    network: Power

    def start(self) -> FloatArray:
        """Return v at the start, where ``u = 0``."""
        c = self.network.c
        return np.zeros_like(c[0]) if self.network.nonnegative else 0.5 * np.log(c[1] / c[0])

    def stretch(self, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the derivative of v with respect to ``u``, and that of its logarithm with respect to v."""
        c = self.network.c
        if self.network.nonnegative:
            return np.exp(v) / c[0], np.ones_like(v)
        return np.exp(2 * _log_cosh(v)) / c.mean(axis=0), 2 * np.tanh(v)

    def beta(self, log_scale: float, v: FloatArray, ceiling: float) -> tuple[FloatArray, FloatArray]:
        """Return ``beta`` and its derivative with respect to v, with logarithms cut at ``ceiling``."""
        p, c = self.network.p, self.network.c
        start = log_scale - p * np.log(c.mean(axis=0))
        if self.network.nonnegative:
            beta = np.exp(np.minimum(start + p * v, ceiling))
            return beta, p * beta
        size, log_cosh = np.abs(v), _log_cosh(v)
        # The difference of two powers is 2 cosh(v)**p sinh(p v).
        log_term = np.minimum(start + p * (log_cosh + size), ceiling)
        beta = np.copysign(np.exp(log_term) * -np.expm1(-2 * p * size), v)
        return beta, p * np.exp(log_term + size - log_cosh) * (1 + np.exp(-2 * (p + 1) * size))


def _log_cosh(v: FloatArray) -> FloatArray:
    return np.abs(v) + np.log1p(np.exp(-2 * np.abs(v))) - np.log(2)
