"""Descent on the loss of a two-layer network."""

from dataclasses import dataclass

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import exponents, restored, shifted
from implicit_bias.two_layer.network import Network, features_of, problem, pull

__all__ = ["Trained", "train"]


@dataclass(frozen=True, eq=False)
class Trained(Network):
    """A network after training, its ``loss`` as a part of that of the function 0, ``steps`` and ``time`` taken."""

    loss: float
    steps: int
    time: float


@np.errstate(over="ignore", invalid="ignore")  # from a start out of all proportion nothing converges
def train(X: ArrayLike, y: ArrayLike, start: Network, *, loss: float = 0.05, steps: int = 100_000) -> Trained:
    """Descend the loss from ``start`` until it is small, close to gradient flow.

    Parameters
    ----------
    X : (n, d) array
    y : (n, outputs) array, not all zero
    start : Network
    loss : float, > 0
        Where to stop, as a part of ``norm(y)**2``.
    steps : int, >= 1
        The most steps to take.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If an argument does not fit the others, or the time is beyond the range of floats.
    ConvergenceError
        If the loss is larger after ``steps`` steps, or rounding ends the descent before.

    Notes
    -----
    A step is short enough for no unit to change by more than its size, and for the loss to fall by what its slope
    promises, up to a tenth; but never shorter than the inverse of a bound on the curvature, for at a kink
    no step may be short enough. The last one is cut so that the loss ends within 5 % below ``loss``.
    """
    X, y, start, loss = problem(X, y, start, loss)
    steps = validate.integer("steps", steps, minimum=1)
    # In units in which X and y are about 1 their powers are floats, and digits are the same.
    a = int(exponents(X))
    b = (int(exponents(y)) - a) // 2
    X, y, hidden, outer = shifted(X, -a), shifted(y, -a - 2 * b), shifted(start.hidden, -b), shifted(start.outer, -b)
    goal, longest = loss * norm(y) ** 2, norm(X, 2)
    features = features_of(hidden, X)
    residuals = features @ outer - y
    elapsed, step = 0.0, np.inf
    for taken in range(steps + 1):
        left = float(np.sum(residuals**2))
        if left <= goal:
            time = float(restored("X", np.array(elapsed), -2 * (a + b), "the time"))
            return Trained(shifted(hidden, b), shifted(outer, b), left / norm(y) ** 2, taken, time)
        slopes = pull(X, features, outer, 2 * residuals)
        promised = float(np.sum(slopes[0] ** 2) + np.sum(slopes[1] ** 2))
        if promised == 0 or taken == steps:
            break
        growth = 2 * longest * np.sqrt(left)
        curvature = 2 * (norm(features) ** 2 + longest**2 * norm(outer, 2) ** 2) + growth
        step = max(min(1.1 * step, 1 / growth), 1 / curvature)
        for _ in range(100):
            tried = hidden - step * slopes[0], outer - step * slopes[1]
            new_features = features_of(tried[0], X)
            new_residuals = new_features @ tried[1] - y
            # A difference of squares, which does not cancel while the outputs are small.
            fallen = np.sum((residuals - new_residuals) * (residuals + new_residuals))
            if left - fallen < 0.95 * goal:
                step = _where_left(max(0.98 * goal, 1e-8 * left), left, promised, fallen, step)
            elif step * curvature <= 1 or abs(fallen / (step * promised) - 1) <= 0.1:
                break
            else:
                step = max(step / 2, 1 / curvature)
        else:  # rounding: no step ends between 0.95 * goal and left
            break
        (hidden, outer), features, residuals = tried, new_features, new_residuals
        elapsed += step
    raise ConvergenceError(
        f"the loss is {left / norm(y) ** 2:.2g} of that of the function 0 after {taken} steps, not {loss:.2g}: "
        "allow more steps, stop at a larger loss, or start elsewhere"
    )


def _where_left(goal: float, left: float, promised: float, fallen: float, step: float) -> float:
    """Return the step after which ``goal`` is left, by the parabola through what a longer step has left."""
    bend = (promised - fallen / step) / step
    return float(2 * (left - goal) / (promised + np.sqrt(np.square(promised) - 4 * bend * (left - goal))))
