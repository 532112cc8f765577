"""Is it optimal? The conditions themselves, for an answer from anywhere: this library, another one, or a guess.

Each function has the name and the arguments of the solver, and takes the answer as ``x`` and its multipliers as
``dual``. Every condition is an equation or an inequality between sums, and its violation is divided by the sum of
the absolute values of its terms, so that about 1e-15 is rounding, whatever the units, and 1 is nothing of the kind.
"""

from implicit_bias.certificate import Certificate
from implicit_bias.certify.equations import basis_pursuit, lasso, min_norm, potential, ridge
from implicit_bias.certify.limits import diagonal_limit
from implicit_bias.certify.margins import hard_margin_svm, variation_margin
from implicit_bias.certify.matrices import nuclear_norm

__all__ = [
    "Certificate",
    "basis_pursuit",
    "diagonal_limit",
    "hard_margin_svm",
    "lasso",
    "min_norm",
    "nuclear_norm",
    "potential",
    "ridge",
    "variation_margin",
]
