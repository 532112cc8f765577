"""One integrator for the flows that have no closed form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import exponents, shifted
from implicit_bias.validate import FloatArray

__all__ = ["capped", "integrated", "scaled_times", "unit_of_weights"]

Velocity = Callable[[float, FloatArray], FloatArray]
# Calls of the velocity, of which the longest flow of the book takes a tenth: in units that do not fit it never ends.
MOST_CALLS = 300_000
# Where data and weights are at most 1: times before which the flow is a straight line to twenty digits, and times
# that are not told from later ones.
EARLY, LATEST = 1e-20, 1e290
# How large a part of its terms may be the rounding of their sum.
ROUNDING = 8 * float(np.finfo(np.float64).eps)


def integrated(
    velocity: Velocity,
    begin: FloatArray,
    moments: FloatArray,
    *,
    since: float = 0.0,
    smallest: float,
    relative: float = 1e-11,
    clock: str = "time",
    jacobian: Callable[[float, FloatArray], FloatArray] | None = None,
    terms: Callable[[FloatArray], FloatArray] | None = None,
) -> FloatArray:
    """Integrate ``velocity(time, state)`` from the state ``begin`` at ``since``.

    Parameters
    ----------
    velocity : callable
    begin : (p,) array
    moments : (m,) array, increasing, from ``since`` on
    since : float
    smallest : float, > 0
        Entries below need not be known.
    relative : float, > 0
        The relative tolerance of a step.
    clock : str
        What an error message calls the time.
    jacobian : callable, optional
        The (p, p) derivative of the velocity in the state, which stiff stretches need.
    terms : callable, optional
        The sum of the absolute values of the terms of each entry of the velocity. Where all entries are rounding of
        their terms, the flow has ended, as far as anybody can tell.

    Returns
    -------
    (m, p) array

    Raises
    ------
    ConvergenceError
        If the integrator (LSODA) gives up, or has asked for the velocity ``MOST_CALLS`` times.
    """
    from scipy.integrate import LSODA  # takes a while, and only flows need it

    path = begin + np.outer(moments - since, velocity(since, begin))  # early it is a straight line
    waiting = int(np.count_nonzero(moments - since <= EARLY))
    if waiting == len(moments):
        return path
    # By itself it takes a first step as long as the way is.
    options = {"rtol": relative, "atol": smallest, "jac": jacobian, "first_step": min(1e-3, moments[-1] - since)}
    solver = LSODA(capped(velocity, clock), since, begin, moments[-1], **options)
    while waiting < len(moments):
        if terms and np.all(np.abs(velocity(solver.t, solver.y)) <= ROUNDING * terms(solver.y)):
            path[waiting:] = solver.y
            break
        message = solver.step()
        if solver.status == "failed" or not np.all(np.isfinite(solver.y)):
            raise ConvergenceError(f"the integration did not get beyond {clock} {solver.t:.4g}: {message}")
        interpolant = solver.dense_output()
        while waiting < len(moments) and moments[waiting] <= solver.t:
            path[waiting] = interpolant(moments[waiting])
            waiting += 1
    return path


def unit_of_weights(depth: int, data: FloatArray, targets: FloatArray, weights: Sequence[FloatArray]) -> int:
    """Return an exponent e such that weights in units of 2**e, and targets in units of their product, are below 1."""
    sizes = [int(exponents(layer)) for layer in weights if layer.any()]
    if data.any() and targets.any():
        sizes.append(-((int(exponents(data)) - int(exponents(targets))) // depth))
    return max(sizes, default=0)


def scaled_times(times: ArrayLike, exponent: int) -> FloatArray:
    """Return finite flow times in the unit ``2**-exponent`` of a flow whose data and weights are at most 1.

    Raises
    ------
    ValueError
        If a time is negative or not finite.
    """
    return np.minimum(shifted(validate.numbers("times", validate.times("times", times)), exponent), LATEST)


def capped(velocity: Velocity, clock: str = "time") -> Velocity:
    """Return a velocity that raises a ``ConvergenceError`` when it is asked for more than ``MOST_CALLS`` times."""
    calls = count(1)

    def counted(now: float, state: FloatArray) -> FloatArray:
        if next(calls) > MOST_CALLS:
            raise ConvergenceError(
                f"the integration did not get beyond {clock} {now:.4g} in {MOST_CALLS} evaluations: "
                "ask for an earlier one, or scale the data"
            )
        return velocity(now, state)

    return counted
