"""The path of limits as the initialization varies: Newton's method at a point, and from one point to the next.

The equations ``X @ beta == y`` with ``beta`` a function of ``u = X.T @ dual`` say that the gradient of a convex
function of ``dual`` vanishes. Their derivative with respect to the logarithm of ``alpha**depth``, here the scale, is a
linear system with the same matrix as a Newton step. As the initialization vanishes the path becomes straight, in the
scale at depth 2 and in ``alpha**(depth - 2)`` beyond, so that predictions need fewer and fewer corrections.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.linalg import norm

from implicit_bias.diagonal.equations import Equations
from implicit_bias.diagonal.hessian import Factor, OneLevel, factor
from implicit_bias.diagonal.network import Network, Power
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["Point", "first", "follow"]

# The last step of Newton's method changes logarithms of slopes by less than this.
TOLERANCE = 1e-11
# A factor is replaced if a step with it leaves more than this part of the error.
STALE = 0.05
# Between the points that are asked for it need not be exact, and a step that would change logarithms of slopes by
# more than FAR is not worth a factor.
ROUGH = 0.1
FAR = 30.0


@dataclass(frozen=True, eq=False)
class Point:
    """A limit on the path: ``nu`` with ``basis @ nu`` the exponents, and what the next point begins with.

    ``tangent`` is the derivative of ``nu`` with respect to ``log_scale``, ``rate`` that of the exponents, and
    ``stride`` is the longest change of ``log_scale`` that is worth trying.
    """

    log_scale: float
    nu: FloatArray
    position: FloatArray
    beta: FloatArray
    factor: Factor | None
    tangent: FloatArray
    rate: FloatArray
    stride: float
    iterations: int

    def at(self, network: Network, log_scale: float) -> Point:
        """Return the point with the same exponents at another scale, a solution of homogeneous equations."""
        return replace(self, log_scale=log_scale, beta=network.beta(log_scale, self.position)[0])


def first(
    equations: Equations, network: Network, log_scale: float, guess: FloatArray | None = None, most: int = 200
) -> Point:
    """Return a point of the path from nothing, best with an initialization at least as large as the solution."""
    nu = np.zeros_like(equations.target) if guess is None else guess
    position = network.position(equations.basis @ nu)
    if not nu.size:
        beta, _ = network.beta(log_scale, position)
        return Point(log_scale, nu, position, beta, None, nu, np.zeros_like(beta), np.inf, 0)
    point = Point(log_scale, nu, position, nu, None, nu, nu, np.inf, 0)
    try:
        return _correct(equations, network, point, log_scale, nu, position, most)
    except np.linalg.LinAlgError as error:
        raise ConvergenceError(f"Newton's method does not converge: {error}") from error


def follow(equations: Equations, network: Network, point: Point, goal: float) -> Point:
    """Follow the path to another initialization, in as few moves as possible."""
    stride, failures = point.stride, 0
    while point.log_scale != goal:
        left = goal - point.log_scale
        change = float(np.clip(left, -stride, stride))
        log_scale = goal if change == left else point.log_scale + change
        try:
            nu, position = _predict(equations, network, point, change)
            point = _correct(
                equations, network, point, log_scale, nu, position, tolerance=TOLERANCE if log_scale == goal else ROUGH
            )
        except (ConvergenceError, np.linalg.LinAlgError):
            failures += 1
            if failures > 60:
                raise ConvergenceError(
                    "Newton's method does not converge: scale the columns of X or the entries of shape more evenly"
                ) from None
            stride = abs(change) / 2
        else:
            stride = 2 * stride if abs(change) == stride else stride
    return replace(point, stride=stride)


def _predict(equations: Equations, network: Network, point: Point, change: float) -> tuple[FloatArray, FloatArray]:
    """Return the prediction of ``nu`` and of the position for a change of ``log_scale``."""
    if network.is_balanced and network.nonlinearity(point.position) < 0.3:
        # The network is nearly linear, and its exponents answer to the size of the start.
        nu = point.nu * np.exp(-change)
        return nu, network.position(equations.basis @ nu)
    nu = point.nu + network.span(change) * point.tangent
    position = network.predict(point.position, point.rate, change)
    if not network.is_safe(point.position, position, change):
        raise ConvergenceError("the prediction goes too far")
    if isinstance(network, Power):
        position = network.tied(position, equations.basis)
    return nu, position


def _correct(
    equations: Equations,
    network: Network,
    point: Point,
    log_scale: float,
    nu: FloatArray,
    position: FloatArray,
    most: int = 25,
    tolerance: float = TOLERANCE,
) -> Point:
    """Return the point of the path at a scale, by Newton's method from a guess, with old factors while they serve."""
    basis, target, inverse = equations.basis, equations.target, point.factor
    known, before = inverse, np.inf
    for iteration in range(1, most + 1):
        beta, slope = network.beta(log_scale, position)
        fresh = inverse is None or (iteration == 1 and not inverse.serves(network, log_scale, position, slope))
        if not fresh:
            step, move = inverse.step(target, network, log_scale, position, beta, slope)
            growth = network.growth(position, move)
            if growth > FAR and most < 200 and network.overshoot(position, move) > FAR:
                raise ConvergenceError("the prediction is too far away")
            fresh = not growth <= min(0.1, STALE * before)
        if fresh:
            if not np.all(np.isfinite(slope)):
                break
            known = factor(equations, network, log_scale, position, slope, known)
            inverse = known
            step, move = inverse.step(target, network, log_scale, position, beta, slope)
            growth = network.growth(position, move)
            if not np.isfinite(growth):
                break
        if growth > 1:
            damping = network.damping(network.overshoot(position, move))
            step, move = damping * step, damping * move
        nu, position = nu + step, network.moved(position, move)
        if _is_last(network, position, growth, before, fresh, tolerance) or (
            fresh and 0.5 * before < growth < 1e-6 and _is_rounding(target, basis, beta, position)
        ):
            return _point(equations, network, point, log_scale, nu, position, inverse, iteration)
        before = growth
        if growth > 0.05:
            inverse = None
    raise ConvergenceError("Newton's method does not converge")


def _is_last(
    network: Network, position: FloatArray, growth: float, before: float, fresh: bool, tolerance: float
) -> bool:
    """Return whether a step that changes slopes by ``growth``, after one by ``before``, leaves nothing to do."""
    if growth > max(1e-6, tolerance):
        return False
    change = growth / (network.nonlinearity(position) or 1.0)
    # A new factor squares the error, an old one divides it by the same number again and again.
    factors = growth / before if before < np.inf else growth if fresh else 1e-2
    return change <= tolerance or (change < 1e-6 and change * factors <= 0.1 * tolerance)


def _is_rounding(target: FloatArray, basis: FloatArray, beta: FloatArray, position: FloatArray) -> bool:
    """Return whether the equations hold as well as the digits of their terms allow."""
    exponents = position if position.ndim == 1 else position[0]
    noise = 1e-15 * norm(beta * (1 + np.abs(exponents)))
    return bool(norm(target - beta @ basis) <= noise + 1e-13 * norm(target))


def _point(
    equations: Equations,
    network: Network,
    point: Point,
    log_scale: float,
    nu: FloatArray,
    position: FloatArray,
    inverse: Factor,
    iterations: int,
) -> Point:
    beta, slope = network.beta(log_scale, position)
    tangent, rate = _tangent(network, point, log_scale, position, beta, slope, inverse)
    return Point(log_scale, nu, position, beta, inverse, tangent, rate, point.stride, point.iterations + iterations)


def _tangent(
    network: Network,
    point: Point,
    log_scale: float,
    position: FloatArray,
    beta: FloatArray,
    slope: FloatArray,
    inverse: Factor,
) -> tuple[FloatArray, FloatArray]:
    """Return the tangent and the rate, from those of the point before where the path is nearly straight."""
    zero = np.zeros_like(point.nu)
    if point.factor is not None and isinstance(inverse, OneLevel):
        # An old factor errs by a part of what it solves for, and here that is only what the last point lacks.
        shrink = network.shrink(log_scale - point.log_scale)
        tangent, rate = shrink * point.tangent, shrink * point.rate
        step, move = inverse.step(zero, network, log_scale, position, beta + slope * rate, slope)
        if norm(step) < 0.1 * norm(tangent):
            return tangent + step, rate + move
    return inverse.step(zero, network, log_scale, position, beta, slope)
