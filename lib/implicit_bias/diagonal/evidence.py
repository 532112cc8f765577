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
    with np.errstate(all="ignore"):
        for index in np.flatnonzero(worst > 1e-12):
            betas[index], misfits[index], worst[index] = _corrected(equations, points[index])
        nus = np.array([point.nu for point in points])
        positions = np.stack([point.state.position for point in points], axis=-2)
        scales = np.array([[point.state.log_scale] for point in points])
        signs, logs = net.logarithms(scales, positions)
        log_betas = np.where(signs == 0, -np.inf, logs + equations.shift * np.log(2))
        # Exponents that nearly cancel have few digits, and so has the logarithm of their sinh.
        lengths = np.sqrt(np.einsum("jk,jk->j", equations.basis, equations.basis))
        resolved = np.abs(net.width(positions)) >= CANCELLED * norm(nus, axis=1)[:, np.newaxis] * lengths
        for index, point in enumerate(points):
            unresolved = point.factor and point.factor.unresolved(point.state)
            if unresolved is not None:
                resolved[index] &= ~unresolved
        duals, residuals = equations.rows.multipliers(nus), equations.residuals(misfits)
        columns = np.ldexp(betas, equations.shift), log_betas, resolved, duals, residuals.tolist()
    return [
        (*fields, point.iterations)
        if largest <= TOLERANCE
        else ConvergenceError(f"the residual stays at {largest:.1e} of y: scale the columns of X or shape more evenly")
        for *fields, point, largest in zip(*columns, points, worst, strict=True)
    ]


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
