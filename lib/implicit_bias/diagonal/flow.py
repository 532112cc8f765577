"""Gradient flow on the weights: the limit of gradient descent with vanishing steps, as a flow of n numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.diagonal import arguments
from implicit_bias.diagonal.equations import Rows
from implicit_bias.diagonal.limits import limit
from implicit_bias.diagonal.network import Network, network
from implicit_bias.diagonal.power import Power
from implicit_bias.diagonal.slacks import Slacks
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import exponents
from implicit_bias.validate import FloatArray

__all__ = ["gradient_flow"]

# The integrator's tolerance for exponents, relative and in units of their size. It grows by 100 while it is at most
# the loosest, late in a flow without a positive limit, where rounding allows no better.
TOLERANCE = 1e-12
LOOSEST = 1e-7
# The flow has ended when it would change beta by less than this part.
ENDED = 1e-10
# The smallest slack, beyond depth 2, of which rounding of the exponents leaves nine digits.
SMALLEST_SLACK = 1e-6
MOST_STEPS = 50_000
# Each weight that escapes from a start of a hundred decades takes some thousands.
MOST_STEPS_OF_SLACKS = 500_000
# Times later than exp(LATEST) times the first that counts are not told from it.
LATEST = 600.0
# The logarithm of alpha**depth above which its square, next to the solution's, overflows or loses its digits.
LARGEST = 665.0


def gradient_flow(
    X: ArrayLike,
    y: ArrayLike,
    alpha: ArrayLike,
    times: ArrayLike,
    *,
    depth: float = 2,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
) -> FloatArray:
    """Return gradient flow on the weights, the limit of gradient descent with vanishing steps.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
        One target; ``solve`` takes several.
    alpha : float, > 0, or 1-D sequence of them
        Scale of the initialization ``w = alpha * shape``.
    times : float, >= 0, or 1-D sequence of them
        Flow time of the weights for the loss ``norm(X @ beta - y)**2``, that is number of steps times step
        size, in any order. ``numpy.inf`` gives the limit.
    depth : float, 2 or at least 2.001
        The network is ``abs(w_plus)**depth - abs(w_minus)**depth``.
    shape : (d,) array without zeros, default all ones; or (2, d), for ``w_plus`` and ``w_minus``
    nonnegative : bool
        Whether the network is ``abs(w)**depth``.

    Returns
    -------
    (len(times), len(alpha), d) array of ``beta``, without the axis of an argument that is a single number

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive or, at finite times, ``alpha**depth``
        above 1e288, a time is negative, ``depth`` is below 2 or an entry of ``shape`` is zero; at infinity if no
        ``beta`` solves the system to ten digits.
    ConvergenceError
        If the integrator fails; at infinity if ``nonnegative`` and no strictly positive ``beta`` solves the system.

    Notes
    -----
    The exponents ``u = X.T @ nu`` of the notes of ``solve``, where ``nu`` starts at 0 and ``y - X @ beta`` times 8, or
    ``2 * depth * (depth - 2) * alpha**(depth - 2)`` beyond depth 2, is its velocity. Integrated in the logarithm of
    time, to about nine digits of ``beta`` or of the time, until nothing moves. Beyond depth 2 an entry escapes within
    a part of about ``alpha**(depth - 2)`` of the time, when its slack ``c - u`` falls to that size. Where this is
    below 1e-6 the logarithms of all slacks are integrated instead of ``nu``: d numbers instead of n, and steps with
    matrices (d, d). A flow without a positive limit never ends: late in it rounding
    makes steps tiny, and the tolerance is then loosened a hundredfold at a time, from 1e-12 up to 1e-8, without
    a warning: fewer digits are left. Kernel and rich regimes, proof of Theorem 1.
    """
    X, y = arguments.system(X, y)
    alphas = validate.positives("alpha", alpha)
    moments = arguments.times_of(times)
    depth = arguments.depth_of(depth)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    shapes = arguments.shape_of(shape, X.shape[1], nonnegative)
    net = network(depth, shapes, nonnegative)
    betas = np.empty((moments.size, alphas.size, X.shape[1]))
    finite = moments.reshape(-1) < np.inf
    if np.any(finite) and depth * np.log(np.max(alphas)) > LARGEST:
        raise ValueError(
            f"alpha must be smaller at depth {depth:g}: alpha**depth is above 1e288, got {np.max(alphas):g}"
        )
    rows = Rows.of(X.copy())
    with np.errstate(all="ignore"):
        for index, scale in enumerate(alphas.reshape(-1)):
            if np.any(finite):
                flow = _Flow.of(rows, y, net, depth, float(scale))
                betas[finite, index] = flow.at(moments.reshape(-1)[finite])
            if not np.all(finite):
                ended = limit(X, y, float(scale), depth=depth, shape=shape, nonnegative=nonnegative)
                betas[~finite, index] = ended
    return betas.reshape(*moments.shape, *alphas.shape, X.shape[1])


@dataclass(frozen=True, eq=False)
class _Flow:
    """``nu' = drive - metric @ basis.T @ beta`` in the time ``exp(log_speed) * t``, all in scaled units."""

    basis: FloatArray
    drive: FloatArray
    metric: FloatArray
    log_speed: float
    net: Network
    log_scale: float
    shift: int
    size: float  # of the shortest solution
    most_steps: ClassVar[int] = MOST_STEPS

    @classmethod
    def of(cls, rows: Rows, y: FloatArray, net: Network, depth: float, alpha: float) -> _Flow:
        """Scale the flow of the original rows."""
        scaled = y / rows.units
        shift = int(exponents(scaled))
        largest = np.max(rows.units)
        squares = (rows.units / largest) ** 2
        mixing = rows.mixing()
        metric = mixing.T @ (squares[:, np.newaxis] * mixing)
        drive = mixing.T @ (squares * np.ldexp(scaled, -shift))
        speed = np.log(8) if depth == 2 else np.log(2 * depth * (depth - 2)) + (depth - 2) * np.log(alpha)
        log_scale = depth * np.log(alpha) - shift * np.log(2)
        size = float(norm(np.linalg.lstsq(metric, drive)[0])) if drive.size else 0.0
        small = depth > 2 and size > 0 and (log_scale - np.log(size)) * (1 - 2 / depth) < np.log(SMALLEST_SLACK)
        kind = _FlowOfSlacks if small else _Flow
        log_speed = float(speed + 2 * np.log(largest) + shift * np.log(2))
        return kind(rows.basis, drive, metric, log_speed, net, float(log_scale), shift, size)

    @property
    def ceiling(self) -> float:
        """The logarithm of what would be absurd as ``beta``."""
        return float(20 + max(self.log_scale + float(np.max(self.net.origin)), np.log(self.size or 1.0)))

    @property
    def start(self) -> FloatArray:
        """The state at time 0."""
        return np.zeros_like(self.drive)

    @property
    def precision(self) -> float:
        """The size of the states, of which the integrator keeps its tolerance."""
        steepest = np.max(self.net.log_slope(self.log_scale, self.net.position(self.basis @ self.start)))
        size = float(np.exp(min(0.0, np.log(self.size) - steepest)))
        return size * self.net.least_slack(self.log_scale, self.size)

    def beta(self, nu: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``beta`` and its derivative with respect to exponents, cut where ``beta`` would be absurd."""
        return self.net.beta(self.log_scale, self.net.bounded(self.log_scale, self.basis @ nu, self.ceiling))

    def force(self, beta: FloatArray) -> FloatArray:
        """Return the derivative of ``nu``."""
        return self.drive - self.metric @ (beta @ self.basis)

    def velocity(self, state: FloatArray) -> FloatArray:
        """Return the derivative of the state."""
        return self.force(self.beta(state)[0])

    def jacobian(self, nu: FloatArray) -> FloatArray:
        """Return the derivative of the velocity."""
        slope = self.beta(nu)[1]
        heavy = slope > 1e-12 * np.max(slope)
        half = self.basis[heavy] * np.sqrt(slope[heavy])[:, np.newaxis]
        return -self.metric @ (half.T @ half)

    def at(self, times: FloatArray) -> FloatArray:
        """Return ``beta`` (len(times), d) in original units."""
        stops, position = np.unique(times, return_inverse=True)
        states = np.tile(self.start, (stops.size, 1))
        if self.drive.size and stops[-1] > 0 and np.any(self.velocity(states[0])):
            self._integrate(np.log(stops) + self.log_speed, states)
        return np.ldexp(np.array([self.beta(state)[0] for state in states]), self.shift)[position]

    def _integrate(self, log_times: FloatArray, states: FloatArray) -> None:
        """Write the states at all times but 0."""
        from scipy.integrate import LSODA  # takes a third of a second

        state = self.start
        # Until then little happens. The integrator's time is s = log(1 + time / unit).
        unit = 1 / (np.max(np.abs(self.jacobian(state))) + np.max(np.abs(self.basis @ self.force(self.beta(state)[0]))))
        logs = np.minimum(np.logaddexp(0, log_times - np.log(unit)), LATEST)
        tolerance, now, waiting = TOLERANCE, 0.0, int(np.count_nonzero(logs == 0))
        if waiting == logs.size:  # so early that nothing moves
            return
        steps = 0
        while tolerance <= LOOSEST:
            solver = LSODA(
                lambda s, state: unit * np.exp(s) * self.velocity(state),
                now,
                state,
                logs[-1],
                jac=lambda s, state: unit * np.exp(s) * self.jacobian(state),
                rtol=tolerance,
                atol=tolerance * self.precision,
                first_step=min(1e-3, logs[-1] - now),
            )
            since, steps = steps, steps + 1
            while steps < self.most_steps:
                steps += 1
                message = solver.step()
                if solver.status == "failed" or not np.all(np.isfinite(solver.y)):
                    raise ConvergenceError(f"the integrator stopped: {message}; ask for earlier times or scale X")
                interpolant = solver.dense_output()
                while waiting < logs.size and logs[waiting] <= solver.t:
                    states[waiting] = interpolant(logs[waiting])
                    waiting += 1
                now, state = solver.t, solver.y
                if waiting == logs.size:
                    return
                if steps % 20 == 0:
                    if self._has_ended(state):
                        states[waiting:] = state
                        return
                    noise = 1e-16 * unit * np.exp(now) * norm(self.metric) * norm(self.beta(state)[0])
                    if steps > since + 200 and solver.step_size < 1e-3 and noise > 100 * tolerance:
                        break  # steps follow the rounding of the velocity
            tolerance *= 100
        raise ConvergenceError("the integrator makes too small steps: ask for earlier times or scale X and shape")

    def _has_ended(self, state: FloatArray) -> bool:
        """Return whether the rest of the way, one Newton step, would not change ``beta``."""
        beta, slope = self.beta(state)
        lacking = np.linalg.solve(self.metric, self.force(beta))
        if norm(lacking) > 1e-6 * self.size:
            return False
        largest = np.max(slope)
        hessian = (self.basis * (slope / largest)[:, np.newaxis]).T @ self.basis
        step = np.linalg.lstsq(hessian, lacking, rcond=1e-14)[0]
        return bool(norm(slope / largest * (self.basis @ step)) <= ENDED * norm(beta))


@dataclass(frozen=True, eq=False)
class _FlowOfSlacks(_Flow):
    """The same flow with the logarithms of slacks as its state, d numbers, where n would lose their digits."""

    most_steps: ClassVar[int] = MOST_STEPS_OF_SLACKS
    precision: ClassVar[float] = 0.1

    @cached_property
    def slacks(self) -> Slacks:
        """The coordinates."""
        assert isinstance(self.net, Power)
        return Slacks(self.net)

    @cached_property
    def start(self) -> FloatArray:
        """The state at time 0."""
        return self.slacks.start()

    def beta(self, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``beta`` and its derivative with respect to exponents."""
        beta, slope = self.slacks.beta(self.log_scale, v, self.ceiling)
        return beta, slope * self.slacks.stretch(v)[0]

    def velocity(self, v: FloatArray) -> FloatArray:
        """Return the derivative of the state."""
        return self.slacks.stretch(v)[0] * (self.basis @ self.force(self.beta(v)[0]))

    def jacobian(self, v: FloatArray) -> FloatArray:
        """Return the derivative of the velocity."""
        beta, slope = self.slacks.beta(self.log_scale, v, self.ceiling)
        stretch, change = self.slacks.stretch(v)
        hessian = (self.basis @ self.metric) @ (self.basis.T * slope)
        return np.diag(stretch * change * (self.basis @ self.force(beta))) - stretch[:, np.newaxis] * hessian
