"""Gradient flow on the logistic or the exponential loss, in the logarithm of time.

In ``s = log t`` the flow ``dw/dt = sum_i z_i exp(-m_i)``, with ``z_i = y_i x_i`` and ``m_i = z_i @ w``, becomes

    dw/ds = sum_i z_i exp(s - m_i).

On separable data ``m_i`` grows like ``s``, so the right-hand side settles at the maximum margin vector and an
integrator takes longer and longer steps: ``t = exp(1000)`` costs little more than ``t = exp(10)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.integration import integrated
from implicit_bias.scaling import restored, shifted, unit
from implicit_bias.spectrum import spectrum
from implicit_bias.support import nearest, sharpened
from implicit_bias.validate import FloatArray

__all__ = ["gradient_flow", "max_margin_direction"]

# The exponent of a force that no flow reaches, only a trial step.
STRONGEST = 300.0
LOSSES = ("logistic", "exponential")
# Later the gradient of data that are not separable is all rounding, in units of 1 / t.
LATEST_WITHOUT_MARGIN = 25.0
# Later the logarithm of a time has too few digits left for the weights to have some.
LATEST = 1e12
# Where the direction is looked for, and how large a part of the margin may be unproved: to stop early, and at all.
MOMENTS, SETTLED, GAP = (1e2, 1e3, 1e4, 1e5, 1e6), 1e-11, 1e-9
# On small matrices several threads of BLAS wait for each other longer than they compute, above all on a busy machine.
ONE_THREAD = threadpool_limits.wrap(limits=1, user_api="blas")
INSEPARABLE = "y must be labels that a hyperplane through the origin separates, and none is found"


@ONE_THREAD
def gradient_flow(
    X: ArrayLike, y: ArrayLike, log_times: ArrayLike, start: ArrayLike | None = None, *, loss: str = "logistic"
) -> FloatArray:
    """Return gradient flow at times that are given by their logarithms.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    log_times : float or 1-D sequence, at most 1e12, in any order
        Natural logarithms of flow times.
    start : (d,) array, default zeros
    loss : "logistic" or "exponential"
        The sum of ``log(1 + exp(-m))`` or ``exp(-m)`` with ``m = y * (X @ w)``.

    Returns
    -------
    (d,) array if ``log_times`` is a number, else (len(log_times), d) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, the loss is another, the logarithm
        of a time is above 1e12, or above ``25 - 2 * log(largest)`` although no hyperplane separates the classes;
        ``largest`` is the power of two above the largest entry of X.
    ConvergenceError
        If the integration fails, which takes a start far on the wrong side and the exponential loss.

    Notes
    -----
    To about ten digits (LSODA). Slides on gradient descent, Theorem 3, in continuous time.
    """
    flow = _Flow.of(X, y, loss)
    log_times = validate.reals("log_times", log_times)
    if log_times.max() > LATEST:
        raise ValueError(f"log_times must be at most {LATEST:g}, got {log_times.max():g}")
    moments = log_times - flow.unit_of_time
    begin = np.zeros(flow.width) if start is None else validate.vector("start", start, length=flow.width)
    if moments.max() > LATEST_WITHOUT_MARGIN and not _separable(flow.Z):
        raise ValueError(
            f"log_times must be at most {LATEST_WITHOUT_MARGIN + flow.unit_of_time:.4g} for classes that no "
            "hyperplane through the origin separates: the flow has stopped by then, up to rounding"
        )
    return flow.at(moments, begin)


@ONE_THREAD
def max_margin_direction(X: ArrayLike, y: ArrayLike) -> FloatArray:
    """Return the direction in which gradient flow on the logistic loss goes to infinity.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1

    Returns
    -------
    (d,) array of norm 1, which maximizes ``min(y * (X @ w))`` among all of norm 1

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, or no hyperplane through the origin
        separates the classes.
    ConvergenceError
        If more than ``1e-9`` of the margin stays unproved, as when it is less than some millionths of the size of X.

    Notes
    -----
    Not the iterate, whose direction has an error of order ``1 / log t``, but its velocity: ``-t * gradient(w_t)``
    tends to the maximum margin vector exponentially in ``log t``, unless a support vector has the multiplier 0. As
    soon as it says who the support vectors are, linear equations give the rest. If the margin is so small that the
    flow cannot be followed, the nearest point of the hull of the rows ``Z = y[:, None] * X`` to 0 says who they are.
    No margin exceeds ``norm(alpha @ Z) / sum(alpha)`` for any ``alpha >= 0``, which certifies the result.
    Soudry et al. 2018, Theorem 3; slides on gradient descent, Theorem 3.
    """
    flow = _Flow.of(X, y, "logistic")
    if not _separable(flow.Z):
        raise ValueError(INSEPARABLE)
    best = (np.inf, np.zeros(flow.width))
    for pull in flow.pulls():
        for weights, _, multipliers in ((pull @ flow.Z, 0.0, pull), *sharpened(flow.Z, pull)):
            size, bound = norm(weights), norm(multipliers @ flow.Z)
            if size > 0 and bound > 0:
                gap = 1 - np.min(flow.Z @ weights) / size * np.sum(multipliers) / bound
                best = min(best, (float(gap), weights @ flow.basis / size), key=lambda one: one[0])
        if best[0] <= SETTLED:
            break
    if not best[0] <= GAP:
        raise ConvergenceError(
            f"the direction settles too slowly, with {best[0]:.1e} of the margin unproved: the classes of y nearly "
            "touch, or many support vectors are not needed"
        )
    return best[1] / norm(best[1])


@dataclass(frozen=True, eq=False)
class _Flow:
    """The flow in the coordinates of the row space, in units in which the largest entry of X is near 1.

    The examples times their labels are ``Z @ basis``, in the unit ``2**exponent``.
    """

    rows: FloatArray
    Z: FloatArray
    basis: FloatArray
    exponent: int
    loss: str

    @classmethod
    def of(cls, X: ArrayLike, y: ArrayLike, loss: str) -> _Flow:
        loss = validate.one_of("loss", loss, LOSSES)
        precision = validate.precision(X)
        X, y = validate.classification(X, y)
        X, exponent = unit(X)
        rows = y[:, np.newaxis] * X
        U, sigma, basis = spectrum(rows, precision)
        return cls(rows, U * sigma, basis, exponent, loss)

    @property
    def width(self) -> int:
        return self.rows.shape[1]

    @property
    def unit_of_time(self) -> float:
        """The logarithm of the unit of time: it goes like the square of the weights, which go like 1 / X."""
        return -2 * self.exponent * np.log(2)

    def pull(self, moment: float, weights: FloatArray) -> FloatArray:
        """Return ``t`` times the force of each example."""
        margins = self.Z @ weights
        exponent = moment - (np.logaddexp(0, margins) if self.loss == "logistic" else margins)
        # A trial step that is far too long must look so to the integrator, and not overflow.
        return np.exp(np.minimum(exponent, STRONGEST))

    def pulls(self) -> Iterator[FloatArray]:
        """Yield the forces of the flow at later and later moments, and those of its limit by an active-set method."""
        weights, reached = np.zeros(len(self.basis)), None
        for moment in MOMENTS:
            try:
                weights, reached = self.integrate(weights, [moment], reached)[0], moment
            except ConvergenceError:  # the margin is too small to be followed so far
                break
            pull = self.pull(moment, weights)
            if np.max(pull) > 0:
                yield pull
        yield nearest(self.Z)

    def at(self, moments: FloatArray, begin: FloatArray) -> FloatArray:
        """Return the weights at log-times, in the caller's unit."""
        scaled = shifted(begin, self.exponent)
        order, places = np.unique(moments, return_inverse=True)
        inside = self.integrate(self.basis @ scaled, order)
        outside = scaled - self.basis.T @ (self.basis @ scaled)
        path = inside @ self.basis + outside
        return restored("X", path[places].reshape((*moments.shape, self.width)), -self.exponent, "the flow")

    def integrate(self, weights: FloatArray, moments: ArrayLike, since: float | None = None) -> FloatArray:
        """Return the weights in row space at increasing log-times, from those at ``since`` or at time 0."""
        moments = np.asarray(moments, dtype=np.float64)
        if len(self.basis) == 0:
            return np.zeros((len(moments), 0))
        if since is None:
            return self._from_zero(weights, moments)
        return self._solved(weights, since, moments)

    def _from_zero(self, weights: FloatArray, moments: FloatArray) -> FloatArray:
        # So early that a straight line is exact to rounding: t times the curvature is 1e-14 at most.
        curvature = np.log(np.sum(self.Z**2)) + float(np.logaddexp(0, -np.min(self.Z @ weights)))
        early = np.log(1e-14) - curvature
        line = [weights + self.pull(moment, weights) @ self.Z for moment in moments[moments <= early]]
        late = moments[moments > early]
        if not len(late):
            return np.array(line)
        first = weights + self.pull(early, weights) @ self.Z
        return np.vstack([*line, self._solved(first, early, late)])

    def _solved(self, weights: FloatArray, since: float, moments: FloatArray) -> FloatArray:
        def velocity(moment: float, weights: FloatArray) -> FloatArray:
            return self.pull(moment, weights) @ self.Z

        def jacobian(moment: float, weights: FloatArray) -> FloatArray:
            pull = self.pull(moment, weights)
            if self.loss == "logistic":
                pull = pull * np.exp(-np.logaddexp(0, -self.Z @ weights))
            return -(self.Z.T * pull) @ self.Z

        return integrated(velocity, weights, moments, since=since, smallest=1e-13, clock="log t", jacobian=jacobian)


def _separable(rows: FloatArray) -> bool:
    """Return whether some weights give every row a positive product."""
    from scipy.optimize import linprog

    sizes = norm(rows, axis=1)
    if not np.all(sizes > 0):
        return False
    directions = rows / sizes[:, np.newaxis]
    n, d = directions.shape
    if n == d:  # the rows are independent: any margins can be had
        return True
    # The largest margin over weights between -1 and 1, of examples of length 1.
    found = linprog(
        np.append(np.zeros(d), -1.0),
        A_ub=np.column_stack([-directions, np.ones(n)]),
        b_ub=np.zeros(n),
        bounds=[(-1, 1)] * d + [(None, 1)],
    )
    return bool(found.status == 0 and -found.fun > 1e-9)
