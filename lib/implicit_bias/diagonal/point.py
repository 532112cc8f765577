"""A limit on the path of limits, and where the next one is to be expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.linalg import norm

from implicit_bias.diagonal.hessian import Factor, OneLevel
from implicit_bias.diagonal.network import Exponential, State
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["Point"]

# Through how many points before a polynomial is laid, at most, and by how much the last term that counts may change
# logarithms of slopes if it is to be better than the tangent.
MOST = 6
SMOOTH = 0.1

Motion = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Polynomial:
    """Newton's form of the polynomial through the last points: ``nodes``, the last one first, and ``differences``."""

    nodes: list[float]
    differences: list[FloatArray]

    @classmethod
    def through(cls, node: float, value: FloatArray, past: Polynomial | None) -> Polynomial:
        """Add a point, and drop the one that is too many."""
        if past is None:
            return cls([node], [value])
        differences = [value]
        for other, difference in zip(past.nodes[: MOST - 1], past.differences, strict=False):
            differences.append((differences[-1] - difference) / (node - other))
        return cls([node, *past.nodes[: MOST - 1]], differences)

    def at(self, x: float, skipped: int) -> tuple[FloatArray, float]:
        """Return the value for the degree with the smallest last term, and this term, beyond ``skipped`` entries."""
        value, factor, best = self.differences[0], 1.0, np.inf
        for degree in range(1, len(self.nodes)):
            factor *= x - self.nodes[degree - 1]
            term = factor * self.differences[degree]
            size = np.inf if degree == 1 else float(np.abs(term[skipped:]).max())
            if degree > 1 and not size < best:
                break
            value, best = value + term, size
        return value, best


@dataclass(frozen=True, eq=False)
class Point:
    """A limit on the path, a state whose exponents are ``basis @ nu``, and what the next point begins with.

    ``surprise`` says by how much the logarithms of slopes differed from their prediction, ``bend`` how far the network
    is from a linear one, ``stride`` is the longest change of ``log_scale`` that is worth trying, ``past`` the
    polynomial through the points that were asked for, and ``carried`` what the last point's motion lets expect here.
    """

    nu: FloatArray
    state: State
    factor: Factor | None
    surprise: float = np.inf
    bend: float = 1.0
    stride: float = np.inf
    iterations: int = 0
    past: Polynomial | None = None
    carried: Motion | None = None

    def at(self, log_scale: float) -> Point:
        """Return the point with the same exponents at another scale, a solution of homogeneous equations."""
        return replace(self, state=State.of(self.state.network, log_scale, self.state.position))

    def reached(self, stride: float) -> Point:
        """Return the point as one that was asked for."""
        if isinstance(self.state.network, Exponential):
            value = np.concatenate([self.nu, self.state.position])
            return replace(self, stride=stride, past=Polynomial.through(self.state.log_scale, value, self.past))
        return replace(self, stride=stride)

    @cached_property
    def motion(self) -> Motion:
        """The derivatives of ``nu`` and of the exponents with respect to ``log_scale``."""
        zero = np.zeros_like(self.nu)
        if self.factor is None:
            return zero, np.zeros_like(self.state.beta)
        if self.carried is not None and isinstance(self.factor, OneLevel):
            # An old factor errs by a part of what it solves for, and here that is only what the last point lacks.
            tangent, rate = self.carried
            step, move = self.factor.step(zero, self.state._replace(beta=self.state.beta + self.state.slope * rate))
            if norm(step) < 0.1 * norm(tangent):
                return tangent + step, rate + move
        return self.factor.step(zero, self.state)

    def carry(self, log_scale: float) -> Motion | None:
        """Return the motion at another scale of a straight path, if the motion here is known."""
        if "motion" not in self.__dict__:
            return None
        shrink = self.state.network.shrink(log_scale - self.state.log_scale)
        return shrink * self.motion[0], shrink * self.motion[1]

    def predict(self, log_scale: float, basis: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        """Return ``nu`` and the position that are to be expected at another scale, and the surprise then."""
        network, now, here, *_ = self.state
        change = log_scale - now
        if network.is_balanced and self.bend < 0.3:
            # The network is nearly linear, and its exponents answer to the size of the start.
            nu = self.nu * np.exp(-change)
            return nu, network.position(basis @ nu), self.surprise
        if self.past is not None and self.past.nodes[0] == now:
            value, term = self.past.at(log_scale, self.nu.size)
            if term < SMOOTH:
                return value[: self.nu.size], value[self.nu.size :], term
        tangent, rate = self.motion
        position = network.predict(here, rate, change)
        if not network.is_safe(here, position, change):
            raise ConvergenceError("the prediction goes too far")
        return self.nu + network.span(change) * tangent, network.tied(position, basis), self.surprise
