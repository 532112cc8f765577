"""Matrix factorization: gradient flow on ``U`` and ``V`` whose product ``U @ V.T`` is measured.

The loss is ``sum((measured - y)**2)`` with ``measured[i] = (measurements[i] * (U @ V.T)).sum()``. Width costs nothing:
the flow of the product depends on the inner products of the rows of U and V only, which a width of rows + columns can
have as well.
"""

from collections.abc import Callable

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.integration import EARLY, capped, integrated, scaled_times, unit_of_weights
from implicit_bias.scaling import exponents, restored, shifted
from implicit_bias.validate import FloatArray, Seed

__all__ = ["gradient_flow", "limit", "narrowed", "random_start"]

RELATIVE = 1e-9
# Where no entry of an argument exceeds 1, the time after which the way to a limit is all rounding.
LATEST = 1e15


def random_start(*, size: int, width: int, scale: float, seed: Seed) -> tuple[FloatArray, FloatArray]:
    """Draw Gaussian factors whose product has entries of mean square ``scale**2``.

    Parameters
    ----------
    size, width : int, >= 1
        Numbers of rows and of columns of both factors.
    scale : float, > 0
        The lecture's sigma, the root mean square of the entries of the product.
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    U, V : (size, width) arrays
        Their entries have variance ``scale / sqrt(width)``.

    Raises
    ------
    ValueError
        If a number or the seed is out of range.

    Notes
    -----
    Kernel and rich regimes, Effect of width.
    """
    size, width = validate.integer("size", size, minimum=1), validate.integer("width", width, minimum=1)
    deviation = np.sqrt(validate.positive("scale", scale)) / width**0.25
    generator = validate.generator("seed", seed)
    U = deviation * generator.standard_normal((size, width))
    return U, deviation * generator.standard_normal((size, width))


def narrowed(U: ArrayLike, V: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return factors of width at most rows + columns with the same inner products of all rows, and so the same flow.

    Parameters
    ----------
    U : (rows, width) array
    V : (columns, width) array

    Returns
    -------
    U, V : (rows, k) and (columns, k) arrays, k at most rows + columns

    Raises
    ------
    ValueError
        If the factors are not two matrices of the same width.
    """
    U, V = _factors(U, V)
    both = np.vstack([U, V])
    if both.shape[1] > len(both):
        both = np.linalg.qr(both.T, mode="r").T
    return both[: len(U)], both[len(U) :]


def gradient_flow(measurements: ArrayLike, y: ArrayLike, U: ArrayLike, V: ArrayLike, times: ArrayLike) -> FloatArray:
    """Return the product on its way, at flow times in any order.

    Parameters
    ----------
    measurements : (n, rows, columns) array
    y : (n,) array
    U : (rows, width) array
    V : (columns, width) array
    times : float or 1-D sequence, finite

    Returns
    -------
    (rows, columns) array, or (len(times), rows, columns) for a sequence

    Raises
    ------
    ValueError
        If an argument does not fit the others, or a time is negative or not finite.
    ConvergenceError
        If the integration fails.
    """
    flow = _Flow(measurements, y, U, V)
    moments, places = np.unique(scaled_times(times, flow.unit_of_speed), return_inverse=True)
    path = integrated(flow.slope, flow.begin, moments, smallest=flow.smallest, relative=RELATIVE, terms=flow.terms)
    products = np.array([flow.restored(weights) for weights in path])
    return products[places.reshape(np.shape(times))]


def limit(
    measurements: ArrayLike, y: ArrayLike, U: ArrayLike, V: ArrayLike, *, residual: float = 1e-8, longest: float = 1e9
) -> FloatArray:
    """Return where gradient flow on the factors takes their product.

    Parameters
    ----------
    measurements : (n, rows, columns) array
    y : (n,) array
    U : (rows, width) array
    V : (columns, width) array
    residual : float, > 0
        Where to stop, as a part of ``norm(y)``, or of the residual at the start if y is zero.
    longest : float, > 0
        The longest flow time.

    Returns
    -------
    (rows, columns) array

    Raises
    ------
    ValueError
        If an argument does not fit the others.
    ConvergenceError
        If the residual is still larger then, because no product fits or the flow stands at a saddle.
    """
    flow = _Flow(measurements, y, U, V)
    begun = norm(flow.residuals(flow.begin))
    size, name = (norm(flow.y), "norm(y)") if flow.y.any() else (begun, "that at the start")
    goal = validate.positive("residual", residual) * size
    longest = validate.positive("longest", longest)
    until = min(LATEST, float(shifted(longest, flow.unit_of_speed)))
    if begun <= goal:
        return flow.restored(flow.begin)

    def missing(_: float, weights: FloatArray) -> float:
        return float(norm(flow.residuals(weights)) - goal)

    missing.terminal = True  # type: ignore[attr-defined]
    way = flow.solve(until, missing) if until > EARLY else None
    if way is None or not len(way.t_events[0]):
        left = (begun if way is None else norm(flow.residuals(way.y[:, -1]))) / size
        raise ConvergenceError(
            f"the residual is {left:.1g} of {name} at time {longest:g}: allow more, or start elsewhere"
        )
    return flow.restored(way.y[:, -1])


class _Flow:
    """Gradient flow of two factors as one vector of weights, in units in which no entry of an argument exceeds 1."""

    def __init__(self, measurements: ArrayLike, y: ArrayLike, U: ArrayLike, V: ArrayLike) -> None:
        U, V = _factors(U, V)
        array = validate.numbers("measurements", measurements)
        if array.ndim != 3 or array.size == 0 or array.shape[1:] != (len(U), len(V)):
            raise ValueError(f"measurements must have shape (n, {len(U)}, {len(V)}), got {array.shape}")
        y = validate.vector("y", y)
        if len(y) != len(array):
            raise ValueError(f"y must have length {len(array)} to match measurements, got length {len(y)}")
        measured, self.unit = int(exponents(array)), unit_of_weights(2, array, y, (U, V))
        self.unit_of_speed = 2 * (measured + self.unit)
        self.measurements = shifted(array.reshape(len(array), -1), -measured)
        self.y = shifted(y, -measured - 2 * self.unit)
        U, V = narrowed(shifted(U, -self.unit), shifted(V, -self.unit))
        self.rows, self.shape = len(U), (len(U) + len(V), U.shape[1])
        self.begin = np.vstack([U, V]).ravel()
        self.smallest = 1e-12 * max(1e-150, float(np.abs(self.begin).max()))

    def product(self, weights: FloatArray) -> FloatArray:
        both = weights.reshape(self.shape)
        return both[: self.rows] @ both[self.rows :].T

    def restored(self, weights: FloatArray) -> FloatArray:
        """Return the product in the caller's unit."""
        return restored("y", self.product(weights), 2 * self.unit, "the product")

    def residuals(self, weights: FloatArray) -> FloatArray:
        return self.measurements @ self.product(weights).ravel() - self.y

    def terms(self, weights: FloatArray) -> FloatArray:
        """Return the sums of the absolute values of the terms of the slope."""
        both, measurements = np.abs(weights).reshape(self.shape), np.abs(self.measurements)
        sizes = measurements @ self.product(both).ravel() + np.abs(self.y)
        pulled = (2 * sizes @ measurements).reshape(self.rows, -1)
        return np.vstack([pulled @ both[self.rows :], pulled.T @ both[: self.rows]]).ravel()

    def slope(self, _: float, weights: FloatArray) -> FloatArray:
        both = weights.reshape(self.shape)
        pulled = (2 * self.residuals(weights) @ self.measurements).reshape(self.rows, -1)
        return -np.vstack([pulled @ both[self.rows :], pulled.T @ both[: self.rows]]).ravel()

    def solve(self, until: float, event: Callable[[float, FloatArray], float]):  # noqa: ANN202  what scipy returns
        """Integrate until an event."""
        from scipy.integrate import solve_ivp  # takes a while, and only flows need it

        options = {"method": "LSODA", "rtol": RELATIVE, "atol": self.smallest, "events": event}
        way = solve_ivp(capped(self.slope), (0, until), self.begin, **options)
        if not (way.success and np.all(np.isfinite(way.y))):
            raise ConvergenceError(f"the integration stopped at time {way.t[-1]:.3g} of {until:g}: {way.message}")
        return way


def _factors(U: ArrayLike, V: ArrayLike) -> tuple[FloatArray, FloatArray]:
    U, V = validate.matrix("U", U), validate.matrix("V", V)
    if U.shape[1] != V.shape[1]:
        raise ValueError(f"V must have {U.shape[1]} columns, as U, got {V.shape[1]}")
    return U, V
