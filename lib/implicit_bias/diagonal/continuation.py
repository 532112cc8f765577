"""The path of limits as the initialization varies: Newton's method at a point, and from one point to the next.

The equations ``X @ beta == y`` with ``beta`` a function of ``u = X.T @ dual`` say that the gradient of a convex
function of ``dual`` vanishes. Their derivative with respect to the logarithm of ``alpha**depth``, here the scale, is a
linear system with the same matrix as a Newton step. As the initialization vanishes the path becomes straight, in the
scale at depth 2 and in ``alpha**(depth - 2)`` beyond, so that predictions need fewer and fewer corrections.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.linalg import norm

from implicit_bias.diagonal.equations import Equations
from implicit_bias.diagonal.hessian import factor
from implicit_bias.diagonal.network import Exponential, Network, State
from implicit_bias.diagonal.point import Guess, Point
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["first", "follow"]

# The last step of Newton's method changes logarithms of slopes by less than this.
TOLERANCE = 1e-11
# A step that changes them by less has changed beta as its slope says, to all digits.
NEAR = 1e-8
# How many steps with an old factor are worth a new one.
PATIENCE = 3
# Between the points that are asked for it need not be exact, at a first try. A first step that would change logarithms
# of slopes by more than FAR is not worth a factor, one that does by more than HOPELESS with a new one not another step.
ROUGH = 0.1
FAR = 30.0
HOPELESS = 1000.0


def first(
    equations: Equations, network: Network, log_scale: float, guess: FloatArray | None = None, most: int = 200
) -> Point:
    """Return a point of the path from nothing, best with an initialization at least as large as the solution."""
    nu = np.zeros_like(equations.target) if guess is None else guess
    point = Point(nu, State.of(network, log_scale, network.position(equations.basis @ nu)), None)
    if not nu.size:
        return point
    try:
        return _correct(equations, point, log_scale, Guess(nu, point.state.position, np.inf, None, None), most)
    except np.linalg.LinAlgError as error:
        raise ConvergenceError(f"Newton's method does not converge: {error}") from error


def follow(equations: Equations, point: Point, goal: float) -> Point:
    """Follow the path to another initialization, in as few moves as possible."""
    try:
        return _follow(equations, point, goal, ROUGH)
    except ConvergenceError:
        return _follow(equations, point, goal, TOLERANCE)


def _follow(equations: Equations, point: Point, goal: float, between: float) -> Point:
    """Follow the path, with a tolerance for the points between."""
    stride, failures = point.stride, 0
    while point.state.log_scale != goal:
        left = goal - point.state.log_scale
        change = max(-stride, min(left, stride))
        log_scale = goal if change == left else point.state.log_scale + change
        tolerance = TOLERANCE if log_scale == goal else between
        try:
            guess = point.predict(log_scale, equations.basis)
            point = _correct(equations, point, log_scale, guess, tolerance=tolerance)
        except (ConvergenceError, np.linalg.LinAlgError):
            failures += 1
            if failures > 60:
                raise ConvergenceError(
                    "Newton's method does not converge: scale the columns of X or the entries of shape more evenly"
                ) from None
            stride = abs(change) / 2
        else:
            stride = 2 * stride if abs(change) == stride else stride
    return point if stride == point.stride else replace(point, stride=stride)


def _correct(
    equations: Equations,
    point: Point,
    log_scale: float,
    guess: Guess,
    most: int = 25,
    tolerance: float = TOLERANCE,
) -> Point:
    """Return the point of the path at a scale, by Newton's method from a guess, with old factors while they serve."""
    target, network, inverse = equations.target, point.state.network, point.factor
    nu, position, surprise, motion, past = guess
    known, before, expected, bend = inverse, np.inf, surprise, 0.0
    for iteration in range(1, most + 1):
        state = State.of(network, log_scale, position)
        fresh = inverse is None
        if iteration == 1 and not fresh:
            # A step with an old factor leaves at most this part of the error.
            rest = inverse.lost(state)
            fresh = not rest < 1 or expected * rest**PATIENCE > tolerance
        if not fresh:
            step, move = inverse.step(target, state)
            growth = network.growth(position, move)
            rest = growth / before
            fresh = not (growth <= 0.1 and growth * rest**PATIENCE <= tolerance)
        if fresh:
            if not np.isfinite(state.largest):
                break
            inverse = known = factor(equations, state, known)
            step, move = inverse.step(target, state)
            growth = network.growth(position, move)
            if not np.isfinite(growth):
                break
        if iteration == 1:
            surprise = growth
            far = HOPELESS if fresh else FAR
            if growth > far and most < 200 and _overshoot(equations, state, move) > far:
                raise ConvergenceError("the prediction is too far away")
        if growth > 1:
            damping = network.damping(_overshoot(equations, state, move))
            step, move = damping * step, damping * move
        nu, position = nu + step, network.moved(position, move)
        if growth <= max(1e-6, tolerance):
            bend = bend or network.nonlinearity(position) or 1.0
        if (bend and _is_last(growth / bend, growth, before, fresh, tolerance)) or (
            fresh and 0.5 * before < growth < 1e-6 and _is_rounding(equations, state)
        ):
            return Point(
                nu,
                state.near(position, move) if growth <= NEAR else State.of(network, log_scale, position),
                inverse,
                surprise,
                bend or network.nonlinearity(position),
                point.stride,
                point.iterations + iteration,
                tolerance == TOLERANCE,
                past,
                motion,
            )
        before = growth
        if growth > 0.05:
            inverse = None
    raise ConvergenceError("Newton's method does not converge")


def _overshoot(equations: Equations, state: State, move: FloatArray) -> float:
    """Return by how much a step increases the logarithm of a slope at most that matters then."""
    network, position = state.network, state.position
    if isinstance(network, Exponential) and network.nonnegative:
        # Far below the rounding of the largest term an entry may grow as it likes.
        terms = state.log_slope() + np.log(equations.rows.lengths)
        move = move - np.maximum(np.max(terms) - FAR - terms, 0)
    return network.overshoot(position, move)


def _is_last(change: float, growth: float, before: float, fresh: bool, tolerance: float) -> bool:
    """Return whether a step that changes slopes by ``growth``, after one by ``before``, leaves nothing to do."""
    # A new factor squares the error, an old one divides it by the same number again and again.
    factors = growth / before if before < np.inf else growth if fresh else 1e-2
    return change <= tolerance or (change < 1e-6 and change * factors <= 0.1 * tolerance)


def _is_rounding(equations: Equations, state: State) -> bool:
    """Return whether the equations hold as well as the digits of their terms allow."""
    exponents = state.position if state.position.ndim == 1 else state.position[0]
    noise = 1e-15 * norm(state.beta * (1 + np.abs(exponents)))
    target = equations.target
    return bool(norm(target - state.beta @ equations.basis) <= noise + 1e-13 * norm(target))
