"""From points of the path to what the solvers return, if the equations hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import norm
from numpy.typing import NDArray

from implicit_bias.diagonal.equations import Equations
from implicit_bias.diagonal.network import Network
from implicit_bias.diagonal.point import Point
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["evidence"]

# The largest residual of a row, in units of the norm of the row-scaled targets.
TOLERANCE = 1e-10
# Larger residuals, in units of y or of beta, are not rounding: corrected, beta would be a solution but no limit.
ROUNDING = 1e-6
# The smallest exponent with enough digits, in units of the terms that add up to it.
CANCELLED = 1e-8


def evidence(
    equations: Equations, net: Network, found: list[Point | ConvergenceError | ValueError]
) -> tuple[tuple[NDArray[Any], ...], list[ConvergenceError | ValueError | None]]:
    """Return the fields of ``Path`` up to ``iterations``, and errors: those found, and where equations do not hold."""
    rows, count = equations.rows, len(found)
    errors = [None if isinstance(item, Point) else item for item in found]
    points = [(row, item) for row, item in enumerate(found) if isinstance(item, Point)]
    beta, log_beta = np.full((2, count, len(rows.basis)), np.nan)
    nu, iterations = np.full((count, equations.target.size), np.nan), np.zeros(count, dtype=np.int64)
    resolved = np.zeros(beta.shape, dtype=bool)
    for row, point in points:
        beta[row], nu[row], iterations[row] = point.state.beta, point.nu, point.iterations
    with np.errstate(all="ignore"):
        misfits = equations.misfits(beta)
        worst = equations.worst(beta, misfits)
        for row in np.flatnonzero(worst > 1e-12):
            beta[row], misfits[row], worst[row] = _corrected(equations, found[row])
        # Row by row: large temporary arrays cost more than what is computed.
        sizes, cancelled = norm(nu, axis=1).tolist(), CANCELLED * rows.lengths
        for row, point in points:
            position = point.state.position
            log_beta[row] = net.log_beta(point.state.log_scale, position)
            # Exponents that nearly cancel have few digits, and so has the logarithm of their sinh.
            resolved[row] = np.abs(net.width(position)) >= sizes[row] * cancelled
            unresolved = point.factor and point.factor.unresolved(point.state)
            if unresolved is not None:
                resolved[row] &= ~unresolved
        np.ldexp(beta, equations.shift, out=beta)
        log_beta += equations.shift * np.log(2)
        dual, residual = rows.multipliers(nu), equations.residuals(misfits)
    for row, _ in points:
        if not worst[row] <= TOLERANCE:
            reason = f"the residual stays at {worst[row]:.1e} of y: scale the columns of X or shape more evenly"
            errors[row] = ConvergenceError(reason)
            beta[row] = log_beta[row] = dual[row] = residual[row] = np.nan
            resolved[row], iterations[row] = False, 0
    return (beta, log_beta, resolved, dual, residual, iterations), errors


def _corrected(equations: Equations, point: Point) -> tuple[FloatArray, FloatArray, float]:
    """Return ``beta`` after linear corrections of what rounding of the exponents has left of the residual."""
    beta, slope = point.state.beta, point.state.slope
    for turn in range(4):
        misfit = equations.misfits(beta)
        largest = float(equations.worst(beta, misfit))
        rounding = ROUNDING * max(1.0, float(norm(beta) / norm(equations.y)))
        if turn == 3 or point.factor is None or not 1e-12 < largest < rounding:
            break
        if turn < 2:
            lacking = equations.rows.coordinates(-misfit)
            beta = beta + slope * (equations.basis @ point.factor.correction(lacking, point.state))
        elif largest > TOLERANCE:
            # The same step without squares: factors do not reach directions in which only small slopes add up.
            half = np.sqrt(slope)
            beta = beta + half * np.linalg.lstsq(equations.rows.X * half, -misfit)[0]
    return beta, misfit, largest
