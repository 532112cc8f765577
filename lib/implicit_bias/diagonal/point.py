"""A limit on the path of limits, and where the next one is to be expected."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.linalg import norm

from implicit_bias.diagonal.hessian import Factor, OneLevel
from implicit_bias.diagonal.network import Exponential, State
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["Guess", "Point"]

# Through how many points before a polynomial is laid, at most, and by how much the last term that counts may change
# logarithms of slopes if it is to be better than the tangent.
MOST = 7
SMOOTH = 0.1
# A motion that predicts logarithms of slopes so well needs no correction.
STRAIGHT = 1e-11

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

    def at(self, x: float, basis: FloatArray) -> tuple[FloatArray, float]:
        """Return the value for the degree with the smallest last term, and the largest entry of ``basis @ term``."""
        if len(self.nodes) < 3:
            return self.differences[0], np.inf
        factors = list(accumulate((x - node for node in self.nodes[:-1]), mul, initial=1.0))
        terms = np.array(factors)[:, np.newaxis] * self.differences
        sizes = np.abs(terms[2:] @ basis.T).max(axis=1).tolist()
        degree = 2
        while degree < len(factors) - 1 and sizes[degree - 1] < sizes[degree - 2]:
            degree += 1
        return terms[: degree + 1].sum(axis=0), sizes[degree - 2]


class Guess(NamedTuple):
    """What is to be expected at another scale; ``surprise`` is the change of logarithms of slopes that may be wrong."""

    nu: FloatArray
    position: FloatArray
    surprise: float
    motion: Motion | None
    past: Polynomial | None


@dataclass(frozen=True, eq=False)
class Point:
    """A limit on the path, a state whose exponents are ``basis @ nu``, and what the next point begins with.

    ``surprise`` says by how much the logarithms of slopes differed from their prediction, ``bend`` how far the network
    is from a linear one, ``stride`` is the longest change of ``log_scale`` that is worth trying, ``exact`` whether the
    point was asked for, ``past`` the points before that were, and ``carried`` the motion that was to be expected.
    """

    nu: FloatArray
    state: State
    factor: Factor | None
    surprise: float = np.inf
    bend: float = 1.0
    stride: float = np.inf
    iterations: int = 0
    exact: bool = True
    past: Polynomial | None = None
    carried: Motion | None = None

    def at(self, log_scale: float) -> Point:
        """Return the point with the same exponents at another scale, a solution of homogeneous equations."""
        return replace(self, state=State.of(self.state.network, log_scale, self.state.position))

    @cached_property
    def motion(self) -> Motion:
        """The derivatives of ``nu`` and of the exponents with respect to ``log_scale``."""
        zero = np.zeros_like(self.nu)
        if self.factor is None:
            return zero, np.zeros_like(self.state.beta)
        if self.carried is not None and self.surprise <= STRAIGHT:
            return self.carried
        if self.carried is not None and isinstance(self.factor, OneLevel):
            # An old factor errs by a part of what it solves for, and here that is only what the last point lacks.
            tangent, rate = self.carried
            step, move = self.factor.step(zero, self.state._replace(beta=self.state.beta + self.state.slope * rate))
            if norm(step) < 0.1 * norm(tangent):
                return tangent + step, rate + move
        return self.factor.step(zero, self.state)

    def predict(self, log_scale: float, basis: FloatArray) -> Guess:
        """Return what is to be expected at another scale."""
        network, now, here, *_ = self.state
        change = log_scale - now
        if network.is_balanced and self.bend < 0.3:
            # The network is nearly linear, and its exponents answer to the size of the start.
            nu = self.nu * math.exp(-change)
            return Guess(nu, network.position(basis @ nu), self.surprise, None, None)
        past = self.past
        if self.exact and isinstance(network, Exponential):
            past = Polynomial.through(now, self.nu, self.past)
            nu, term = past.at(log_scale, basis)
            if term < SMOOTH:
                # Extrapolated exponents would leave the row space, more and more.
                return Guess(nu, basis @ nu, term, None, past)
        tangent, rate = self.motion
        position = network.predict(here, rate, change)
        if not network.is_safe(here, position, change):
            raise ConvergenceError("the prediction goes too far")
        nu = self.nu + network.span(change) * tangent
        shrink = network.shrink(change)
        return Guess(nu, network.tied(position, basis), self.surprise, (shrink * tangent, shrink * rate), past)
