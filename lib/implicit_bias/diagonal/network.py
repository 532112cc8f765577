"""How ``beta`` follows from the exponents ``u``: the two maps that all solvers share.

With ``log_scale`` the logarithm of ``alpha**depth`` and the shapes s₊ and s₋ at the start, gradient flow keeps

    β = exp(log_scale) (s₊² exp(u) − s₋² exp(−u))                        depth 2,
    β = exp(log_scale) ((c₊ − u)^-p − (c₋ + u)^-p)                       depth D > 2,

where p = D / (D − 2) and c = s^(2 − D); the nonnegative network lacks the second term. The limit is where
``u = X.T @ dual``. Both maps are increasing, and both are of the form exp(log_scale) h(u): changing the initialization
multiplies by a number. Everything is computed from logarithms, which are ordinary numbers where β is not.
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
