"""Certificates for the limits of diagonal networks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.certificate import Certificate, quotient, residuals, scaled, sizes_of, slopes_of
from implicit_bias.diagonal import arguments
from implicit_bias.scaling import unit
from implicit_bias.validate import FloatArray

__all__ = ["diagonal_limit"]

# The part of the largest entry that the equations do not see.
UNSEEN = 1e-14


def diagonal_limit(
    X: ArrayLike,
    y: ArrayLike,
    alpha: float,
    x: ArrayLike,
    dual: ArrayLike,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
    *,
    depth: float = 2,
) -> Certificate:
    """Test whether ``x`` is where gradient flow on a diagonal network ends.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    x : (d,) array
    dual : (n,) array
    shape : (d,) array without zeros, default all ones; or (2, d), for ``w_plus`` and ``w_minus``
    nonnegative : bool
        Whether the network is ``abs(w)**depth`` instead of ``abs(w_plus)**depth - abs(w_minus)**depth``.
    depth : float, 2 or at least 2.001

    Returns
    -------
    Certificate
        Feasibility is ``X @ x == y``. With ``u = X.T @ dual`` stationarity is ``x == start * 2 * sinh(u)``, or
        ``start * exp(u)`` if nonnegative, for ``start = alpha**2 * shape**2``, entry by entry; beyond depth 2
        ``x == alpha**depth * ((c - u)**-p - (c + u)**-p)`` for ``p = depth / (depth - 2)`` and
        ``c = shape**(2 - depth)``, without the second term if nonnegative, as an equation for u; the dual domain is
        ``abs(u) <= c``, or ``u <= c``. What is below 1e-14 of the largest entry of x counts as zero.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive, ``depth`` is below 2, or an entry of
        ``shape`` is zero.
    """
    alpha = validate.positive("alpha", alpha)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    depth = arguments.depth_of(depth)
    slopes, sizes = slopes_of(X, dual), sizes_of(X, dual)
    shape = arguments.shape_of(shape, len(slopes), nonnegative)
    pair = np.log(shape if shape.ndim == 2 else np.array([shape, shape]))
    exponent = unit(validate.vector("x", x))[1]
    X, y, x = scaled(X, y, x)
    log_scale = depth * np.log(alpha) - exponent * np.log(2)
    residual, size = residuals(X, y, x)
    if depth == 2:
        dual, stationarity = 0.0, _exponential(x, slopes, sizes, log_scale, pair, nonnegative)
    else:
        dual, stationarity = _power(x, slopes, sizes, log_scale, pair, nonnegative, depth)
    return Certificate(feasibility=quotient(residual, size), dual=dual, stationarity=stationarity)


def _exponential(
    x: FloatArray, slopes: FloatArray, sizes: FloatArray, log_scale: float, pair: FloatArray, nonnegative: bool
) -> float:
    """Return the violation of the equation between an entry and its exponent at depth 2."""
    log_start = log_scale + (2 * pair[0] if nonnegative else pair.sum(axis=0))
    if not nonnegative:
        # From starts that differ the network is that which starts at zero, some way along.
        offset = pair[0] - pair[1]
        slopes, sizes = slopes + offset, sizes + np.abs(offset)
    with np.errstate(over="ignore"):
        grown, shrunk = np.exp(log_start + slopes), np.exp(log_start - slopes)
        # sinh(u) = -exp(u) expm1(-2u) / 2, where neither cancels.
        signed = -np.sign(slopes) * np.exp(log_start + np.abs(slopes)) * np.expm1(-2 * np.abs(slopes))
    network = np.clip(grown if nonnegative else signed, -1e300, 1e300)
    weight = np.minimum(grown if nonnegative else grown + shrunk, 1e300)
    # Rounding of the exponent, and below it what the equations do not see.
    terms = np.abs(x) + weight * sizes + UNSEEN * np.max(np.abs(x))
    return quotient(x - network, terms)


def _power(
    x: FloatArray,
    slopes: FloatArray,
    sizes: FloatArray,
    log_scale: float,
    pair: FloatArray,
    nonnegative: bool,
    depth: float,
) -> tuple[float, float]:
    """Return the violations of the domain and of the equation beyond depth 2, in the exponent.

    An entry far above its start says nothing of its exponent but that it is c, and the exponent nothing of the entry.
    """
    p, c = depth / (depth - 2), np.exp((2 - depth) * pair)
    above = np.maximum(0, slopes - c[0])
    below = 0 * above if nonnegative else np.maximum(0, -c[1] - slopes)
    own = _positive if nonnegative else _signed
    unseen = UNSEEN * np.max(np.abs(x))
    (least, _), (most, _) = own(x - unseen, log_scale, p, c), own(x + unseen, log_scale, p, c)
    _, term = own(np.copysign(np.maximum(np.abs(x), unseen), x), log_scale, p, c)
    apart = np.maximum(0, np.maximum(least - slopes, slopes - most))
    return quotient(np.maximum(above, below), sizes + c[0]), quotient(apart, sizes + term)


def _positive(x: FloatArray, log_scale: float, p: float, c: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the exponents that belong to entries, and what a relative error of an entry is worth in them."""
    with np.errstate(divide="ignore", over="ignore"):
        slack = np.exp((log_scale - np.log(np.maximum(x, 0))) / p)
    return c[0] - slack, c[0] + slack / p


def _signed(x: FloatArray, log_scale: float, p: float, c: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the same if there are two weights, with the slacks ``half * (1 -+ tanh(v))`` and v by bisection."""
    half, middle = c.mean(axis=0), (c[0] - c[1]) / 2
    with np.errstate(divide="ignore"):
        goal = np.log(np.abs(x)) - log_scale + p * np.log(half)
    low, high = np.full(len(x), -700.0), np.full(len(x), 20.0)
    with np.errstate(over="ignore", under="ignore"):
        for _ in range(70):
            log_v = (low + high) / 2
            v = np.exp(log_v)
            # The logarithm of 2 cosh(v)**p sinh(p v).
            reached = p * (2 * v + np.log1p(np.exp(-2 * v)) - np.log(2)) + np.log(-np.expm1(-2 * p * v))
            low, high = np.where(reached < goal, log_v, low), np.where(reached < goal, high, log_v)
        v, t = np.exp(low), np.tanh(np.exp(low))
        bend = half / np.cosh(np.minimum(v, 300)) ** 2 / (p * (t + 1 / np.tanh(p * v)))
    return middle + half * np.where(x == 0, 0, np.copysign(t, x)), np.abs(middle) + bend
