"""One integrator for the flows that have no closed form."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np

from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["capped", "integrated"]

Velocity = Callable[[float, FloatArray], FloatArray]
# Calls of the velocity, of which the longest flow of the book takes a tenth: in units that do not fit it never ends.
MOST_CALLS = 300_000


def integrated(
    velocity: Velocity,
    begin: FloatArray,
    moments: FloatArray,
    *,
    since: float = 0.0,
    smallest: float,
    clock: str = "time",
    jacobian: Callable[[float, FloatArray], FloatArray] | None = None,
) -> FloatArray:
    """Integrate ``velocity(time, state)`` from the state ``begin`` at ``since``, to about ten digits.

    Parameters
    ----------
    velocity : callable
    begin : (p,) array
    moments : (m,) array, increasing, from ``since`` on
    since : float
    smallest : float, > 0
        Entries below need not be known.
    clock : str
        What an error message calls the time.
    jacobian : callable, optional
        The (p, p) derivative of the velocity in the state, which stiff stretches need.

    Returns
    -------
    (m, p) array

    Raises
    ------
    ConvergenceError
        If the integrator (LSODA) gives up, or has asked for the velocity ``MOST_CALLS`` times.
    """
    from scipy.integrate import solve_ivp  # takes a while, and only flows need it

    if moments[-1] == since:
        return np.repeat(begin[np.newaxis], len(moments), axis=0)
    options = {"method": "LSODA", "rtol": 1e-11, "atol": smallest, "jac": jacobian}
    way = solve_ivp(capped(velocity, clock), (since, moments[-1]), begin, t_eval=moments, **options)
    if not way.success or not np.all(np.isfinite(way.y)):
        reached = way.t[-1] if len(way.t) else since
        raise ConvergenceError(f"the integration did not get beyond {clock} {reached:.4g}: {way.message}")
    return way.y.T


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
