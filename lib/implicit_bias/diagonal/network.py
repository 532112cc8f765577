"""How ``beta`` follows from the exponents ``u``: the two maps that all solvers share.

With the logarithm of ``alpha**depth``, the scale, all is of the form exp(scale) h(u), and h is increasing: changing the
initialization multiplies by a number. The limit is where ``u = X.T @ dual``. Everything is computed from logarithms,
which are ordinary numbers where ``beta`` is not.
"""

from __future__ import annotations

import numpy as np

from implicit_bias.diagonal.exponential import Exponential
from implicit_bias.diagonal.power import Power
from implicit_bias.validate import FloatArray

__all__ = ["Exponential", "Network", "Power", "network"]

Network = Exponential | Power


def network(depth: float, shape: FloatArray, nonnegative: bool) -> Network:
    """Return the map for ``shape`` (d,), or (2, d) with different starts of ``w_plus`` and ``w_minus``."""
    logs = np.log(np.abs(shape))
    plus, minus = logs if logs.ndim == 2 else (logs, logs)
    return (Exponential if depth == 2 else Power).of(depth, plus, minus, nonnegative)
