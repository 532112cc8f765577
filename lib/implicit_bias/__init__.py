"""The implicit bias of gradient descent: closed forms, exact baselines, and problems with known truth."""

from implicit_bias import (
    baselines,
    certify,
    data,
    diagonal,
    factorization,
    least_squares,
    linear_networks,
    margins,
    matrix_sensing,
    noise,
    two_layer,
)
from implicit_bias.errors import ConvergenceError

__all__ = [
    "ConvergenceError",
    "baselines",
    "certify",
    "data",
    "diagonal",
    "factorization",
    "least_squares",
    "linear_networks",
    "margins",
    "matrix_sensing",
    "noise",
    "two_layer",
]
