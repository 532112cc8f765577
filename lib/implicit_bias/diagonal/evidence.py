"""From points of the path to what the solvers return, if the equations hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import norm

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


def evidence(equations: Equations, net: Network, points: list[Point]) -> list[tuple[Any, ...] | ConvergenceError]:
    """Return the fields of ``Limit`` for each point, or an error if its equations do not hold."""
    betas = np.array([point.state.beta for point in points])
    misfits = equations.misfits(betas)
    worst = equations.worst(betas, misfits)
    fields: list[tuple[Any, ...] | ConvergenceError] = []
    lengths = np.sqrt(np.einsum("jk,jk->j", equations.basis, equations.basis))
    with np.errstate(all="ignore"):
        nus = np.array([point.nu for point in points])
        duals = equations.rows.multipliers(nus)
        scales, positions = (
            np.array([[point.state.log_scale] for point in points]),
            [point.state.position for point in points],
        )
        stacked = np.stack(positions, axis=-2)
        signs, logs = net.logarithms(scales, stacked)
        log_betas = np.where(signs == 0, -np.inf, logs + equations.shift * np.log(2))
        # Exponents that nearly cancel have few digits, and so has the logarithm of their sinh.
        resolved = np.abs(net.width(stacked)) >= CANCELLED * norm(nus, axis=1)[:, np.newaxis] * lengths
        for index, (point, beta, misfit, largest) in enumerate(zip(points, betas, misfits, worst, strict=True)):
            if largest > 1e-12:
                beta, misfit, largest = _corrected(equations, point)
            if not largest <= TOLERANCE:
                reason = f"the residual stays at {largest:.1e} of y: scale the columns of X or shape more evenly"
                fields.append(ConvergenceError(reason))
                continue
            unresolved = point.factor and point.factor.unresolved(point.state)
            if unresolved is not None:
                resolved[index] &= ~unresolved
            beta, residual = np.ldexp(beta, equations.shift), equations.residual(misfit)
            fields.append((beta, log_betas[index], resolved[index], duals[index], residual, point.iterations))
    return fields


def _corrected(equations: Equations, point: Point) -> tuple[FloatArray, FloatArray, float]:
    """Return ``beta`` after linear corrections of what rounding of the exponents has left of the residual."""
    beta = point.state.beta
    for turn in range(3):
        misfit = equations.misfits(beta)
        largest = float(equations.worst(beta, misfit))
        rounding = ROUNDING * max(1.0, float(norm(beta) / norm(equations.y)))
        if turn == 2 or point.factor is None or not 1e-12 < largest < rounding:
            break
        lacking = equations.rows.coordinates(-misfit)
        beta = beta + point.state.slope * (equations.basis @ point.factor.correction(lacking, point.state))
    return beta, misfit, largest
