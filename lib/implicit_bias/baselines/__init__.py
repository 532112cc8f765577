"""Exact answers by convex programming, each with a certificate: what the fast methods are compared with.

Linear programmes go to HiGHS, quadratic, exponential and semidefinite ones to Clarabel through cvxpy. Whatever a
solver says of itself, the gap of a ``Solution`` is computed here from its answer and from a dual point, and a relative
gap above ``GAP = 1e-6`` is a ``ConvergenceError``. Mind the losses: ``lasso`` has ½‖Xβ − y‖², with the ½.
"""

from implicit_bias.baselines.entropic import diagonal_limit
from implicit_bias.baselines.margins import hard_margin_svm
from implicit_bias.baselines.nuclear import nuclear_norm
from implicit_bias.baselines.penalized import lasso
from implicit_bias.baselines.shortest import basis_pursuit, min_l2
from implicit_bias.baselines.solution import GAP, Solution
from implicit_bias.baselines.variation import Units, variation_margin

__all__ = [
    "GAP",
    "Solution",
    "Units",
    "basis_pursuit",
    "diagonal_limit",
    "hard_margin_svm",
    "lasso",
    "min_l2",
    "nuclear_norm",
    "variation_margin",
]
