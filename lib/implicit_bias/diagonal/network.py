"""How ``beta`` follows from the exponents ``u``: the two maps that all solvers share.

With the logarithm of ``alpha**depth``, the scale, all is of the form exp(scale) h(u), and h is increasing: changing the
initialization multiplies by a number. The limit is where ``u = X.T @ dual``. Everything is computed from logarithms,
which are ordinary numbers where ``beta`` is not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from implicit_bias.diagonal.exponential import Exponential
from implicit_bias.diagonal.power import Power
from implicit_bias.validate import FloatArray

__all__ = ["Exponential", "Network", "Power", "State", "network"]

Network = Exponential | Power


class State(NamedTuple):
    """A network of some scale at a position, with its ``beta`` there, the slope of ``beta`` and the largest slope."""

    network: Network
    log_scale: float
    position: FloatArray
    beta: FloatArray
    slope: FloatArray
    largest: float

    @classmethod
    def of(cls, network: Network, log_scale: float, position: FloatArray) -> State:
        """Evaluate the network."""
        beta, slope = network.beta(log_scale, position)
        return cls(network, log_scale, position, beta, slope, float(slope.max()))

    def near(self, position: FloatArray, move: FloatArray) -> State:
        """Return the state after a move so small that its square is below the rounding of ``beta``."""
        return self._replace(position=position, beta=self.beta + self.slope * move)

    def log_slope(self) -> FloatArray:
        """Return the logarithm of the slope."""
        return self.network.log_slope(self.log_scale, self.position)


def network(depth: float, shape: FloatArray, nonnegative: bool) -> Network:
    """Return the map for ``shape`` (d,), or (2, d) with different starts of ``w_plus`` and ``w_minus``."""
    logs = np.log(np.abs(shape))
    plus, minus = logs if logs.ndim == 2 else (logs, logs)
    return (Exponential if depth == 2 else Power).of(depth, plus, minus, nonnegative)
