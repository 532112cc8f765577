"""What a baseline returns, and when it refuses to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from implicit_bias.errors import ConvergenceError
from implicit_bias.records import Record
from implicit_bias.validate import FloatArray

__all__ = ["GAP", "Solution", "certified", "each"]

GAP = 1e-6
RESIDUAL = 1e-9


@dataclass(frozen=True, eq=False)
class Solution(Record):
    """A solution and the evidence for it; for a sequence of penalties or scales, each with a first axis for it.

    Attributes
    ----------
    x : array
        The minimizer.
    objective : float
        Its objective.
    gap : float
        The objective minus a lower bound, the value of ``dual``, which is feasible up to rounding. At most
        ``GAP * objective``. Negative only by what ``residual`` allows.
    residual : float
        By how much ``x`` violates the constraints, in Euclidean norm.
    dual : array
        The dual point, one entry for each example.
    bias : float
        The unpenalized constant of ``hard_margin_svm(..., bias=True)``, else 0.
    """

    x: FloatArray
    objective: float | FloatArray
    gap: float | FloatArray
    residual: float | FloatArray
    dual: FloatArray
    bias: float = 0.0


def certified(solution: Solution, remedy: str) -> Solution:
    """Return a solution whose relative gap is small enough."""
    if not abs(solution.gap) <= GAP * abs(solution.objective):
        raise ConvergenceError(
            f"the gap stays at {solution.gap:.1e} for an objective of {solution.objective:.1e}, above {GAP:g} of it: "
            f"{remedy}"
        )
    return solution


def each(solve: Callable[[float], Solution], values: FloatArray) -> Solution:
    """Solve for one value, or for a sequence of them and put the results side by side."""
    if values.ndim == 0:
        return solve(float(values))
    solutions = [solve(float(value)) for value in values]
    stacked = {item.name: np.array([getattr(one, item.name) for one in solutions]) for item in fields(Solution)}
    return Solution(**{**stacked, "bias": 0.0})
