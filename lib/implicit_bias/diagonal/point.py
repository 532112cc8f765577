"""A limit on the path of limits, and where the next one is to be expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from implicit_bias.diagonal.hessian import Factor, OneLevel
from implicit_bias.diagonal.network import Exponential, State
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["Guess", "Point"]

# Through how many points before a polynomial is laid, at most, and how long its last term that counts may be if it is
# to be better than the tangent. The rows of the basis are orthonormal: no exponent changes by more than this length.
# One point more or less costs no time. On grids of hundreds of initializations a better prediction takes more steps, as
# old factors serve longer, and fewer factors: for 513 of them at 50 by 500, through 2, 3 and 4 points, 704, 833 and 844
# steps with 482, 314 and 297 factors.
MOST = 3
SMOOTH = 0.3
# A motion that predicts logarithms of slopes so well needs no correction.
STRAIGHT = 1e-11
# The part of a tangent that its last correction may be, and how many corrections are worth it.
CLOSE = 1e-2
TURNS = 3

Motion = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Polynomial:
    """Newton's form of Hermite's polynomial, through the last points and along their tangents.

    Each point is two of the ``nodes``, the last one first; ``differences`` are the coefficients (len(nodes), k).
    """

    nodes: list[float]
    differences: FloatArray

    @classmethod
    def through(cls, node: float, value: FloatArray, tangent: FloatArray, past: Polynomial | None) -> Polynomial:
        """Add a point, and drop the one that is too many."""
        if past is None:
            return cls([node, node], np.array([value, tangent]))
        nodes = past.nodes[: 2 * MOST - 2]
        once, twice = value, tangent
        differences = [value, tangent]
        for other, difference in zip(nodes, past.differences, strict=False):
            once = (once - difference) / (node - other)
            twice = (twice - once) / (node - other)
            differences.append(twice)
        return cls([node, node, *nodes], np.array(differences))

    def at(self, x: float) -> tuple[FloatArray, float]:
        """Return value and derivative (2, k) for the degree with the smallest last term, and its length."""
        factors, slopes = [1.0], [0.0]
        for node in self.nodes[:-1]:
            slopes.append(slopes[-1] * (x - node) + factors[-1])
            factors.append(factors[-1] * (x - node))
        lengths = np.sqrt(np.einsum("ij,ij->i", self.differences, self.differences)).tolist()
        sizes = [abs(factor) * length for factor, length in zip(factors, lengths, strict=True)]
        degree = 1
        while degree < len(factors) - 1 and sizes[degree + 1] < sizes[degree]:
            degree += 1
        return np.array([factors, slopes])[:, : degree + 1] @ self.differences[: degree + 1], sizes[degree]


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
    def tangent(self) -> FloatArray:
        """The derivative of ``nu`` with respect to ``log_scale``."""
        if not isinstance(self.factor, OneLevel):
            return self.motion[0]
        equations, slope = self.factor.equations, self.state.slope
        tangent, rate = self.carried or (np.zeros_like(self.nu), np.zeros_like(slope))
        # An old factor errs by a part of what it solves for, which is less and less.
        for _ in range(TURNS):
            step = self.factor.correction(-equations.target - (slope * rate) @ equations.basis, self.state)
            tangent = tangent + step
            if step @ step <= CLOSE**2 * (tangent @ tangent):
                break
            rate = equations.basis @ tangent
        return tangent

    @cached_property
    def motion(self) -> Motion:
        """The derivatives of ``nu`` and of the exponents with respect to ``log_scale``."""
        if self.factor is None:
            return np.zeros_like(self.nu), np.zeros_like(self.state.beta)
        if self.carried is not None and self.surprise <= STRAIGHT:
            return self.carried
        if isinstance(self.factor, OneLevel):
            return self.tangent, self.factor.equations.basis @ self.tangent
        return self.factor.step(np.zeros_like(self.nu), self.state)

    def predict(self, log_scale: float, basis: FloatArray) -> Guess:
        """Return what is to be expected at another scale."""
        network, now, here, *_ = self.state
        change = log_scale - now
        if network.is_balanced and self.bend < 0.3:
            # The network is nearly linear, and its exponents answer to the size of the start.
            nu = self.nu * np.exp(-change)
            return Guess(nu, network.position(basis @ nu), self.surprise, None, None)
        past = self.past
        if self.exact and isinstance(network, Exponential):
            past = Polynomial.through(now, self.nu, self.tangent, self.past)
            guess, term = past.at(log_scale)
            if term < SMOOTH:
                # Extrapolated exponents would leave the row space, more and more.
                (nu, tangent), (position, rate) = guess, guess @ basis.T
                return Guess(nu, position, term, (tangent, rate), past)
        tangent, rate = self.motion
        position = network.predict(here, rate, change)
        if not network.is_safe(here, position, change):
            raise ConvergenceError("the prediction goes too far")
        nu = self.nu + network.span(change) * tangent
        shrink = network.shrink(change)
        return Guess(nu, network.tied(position, basis), self.surprise, (shrink * tangent, shrink * rate), past)
