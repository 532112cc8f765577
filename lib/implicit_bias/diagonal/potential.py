"""What the limits minimize: the potential of the signed network and the entropy of the nonnegative one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.diagonal import arguments
from implicit_bias.scaling import finite
from implicit_bias.validate import FloatArray

__all__ = ["entropy", "potential"]


@np.errstate(over="ignore", invalid="ignore")
def potential(z: ArrayLike, depth: float = 2) -> FloatArray:
    """Return the function whose sum the limit of the signed network minimizes.

    Parameters
    ----------
    z : array of any shape, or a number
    depth : float, >= 2

    Returns
    -------
    array of the same shape
        ``2 - sqrt(4 + z**2) + z * arcsinh(z / 2)`` at depth 2, beyond the integral from 0 of the inverse of
        ``h(s) = (1 - s)**-p - (1 + s)**-p`` with ``p = depth / (depth - 2)``; to full relative accuracy.

    Raises
    ------
    ValueError
        If an entry is not finite, ``depth`` is below 2, or a value is beyond the range of floats.

    Notes
    -----
    At depth 2 the integral of ``arcsinh(z / 2)``: about ``z**2 / 4`` near 0, and between ``z * log(z) - z`` and that
    plus 2 for z > 0. Beyond about ``z**2 * (depth - 2) / (4 * depth)`` near 0 and ``abs(z)`` far from it, less
    ``depth / 2 * abs(z)**(2 / depth)``; times ``p`` it tends to the potential of depth 2. At depth 4 it is the
    squared distance, from the start 1, of weights of depth 2. Kernel and rich regimes, Theorems 1 and 3.
    """
    z = validate.numbers("z", z)
    depth = arguments.depth_of(depth)
    if depth == 2:
        u = np.arcsinh(z / 2)
        # The formula above cancels near 0. In u it reads 2 u sinh(u) - 2 (cosh(u) - 1).
        return finite("z", z * u - 4 * np.sinh(u / 2) ** 2)
    p, size = depth / (depth - 2), np.abs(z)
    a = _inverse(size, p)
    s, log_plus = -np.expm1(-a), np.log1p(-np.expm1(-a))
    # The integral of h is ((1 - s)**(1 - p) + (1 + s)**(1 - p) - 2) / (p - 1), as a sum of positive terms.
    middle = (p - 1) / 2 * np.where(s < 0.5, -np.log1p(-s * np.minimum(s, 0.5)), a - log_plus)
    half_gap = (p - 1) / 2 * (a + log_plus)
    integral = 2 * (np.expm1(middle) + 2 * np.exp(middle) * np.sinh(half_gap / 2) ** 2) / (p - 1)
    return size * s - integral


def _inverse(z: FloatArray, p: float) -> FloatArray:
    """Return ``a = -log(1 - s)`` for the solution s of ``h(s) = (1 - s)**-p - (1 + s)**-p = z >= 0``."""
    positive = np.where(z > 0, z, 1)
    # From above: (1 + s)**-p is at most 1. In log(a) the logarithm of h is convex, so that all steps go down.
    a = np.log1p(positive) / p
    for _ in range(60):
        log_plus = np.log1p(-np.expm1(-a))
        gap = p * (a + log_plus)
        misfit = p * a + np.log(-np.expm1(-gap)) - np.log(positive)
        slope = p * a * (1 + (1 + np.exp(-a - log_plus)) / np.expm1(np.minimum(gap, 700)))
        a = a * np.exp(-misfit / slope)
        if np.all(np.abs(misfit) <= 1e-13 * slope):
            break
    return np.where(z > 0, a, 0)


@np.errstate(over="ignore", invalid="ignore")
def entropy(theta: ArrayLike, start: ArrayLike) -> float:
    """Return the function that the limit of the nonnegative network of depth 2 minimizes.

    Parameters
    ----------
    theta : (d,) array, >= 0
    start : float, > 0, or (d,) array of them
        Where the flow starts, ``alpha**2 * shape**2``.

    Returns
    -------
    float
        The relative entropy ``(theta * log(theta / start) - theta + start).sum()``, with 0 log 0 = 0.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, negative in ``theta`` or not positive in ``start``, or the result
        is beyond the range of floats.

    Notes
    -----
    Lecture 13, Theorem 13.4, the limit of the flow.
    """
    theta = validate.nonnegatives("theta", theta)
    start = validate.positives("start", start)
    if start.shape not in ((), theta.shape):
        raise ValueError(f"start must be a number or have shape {theta.shape}, got shape {start.shape}")
    logarithm = np.log(np.where(theta > 0, theta, 1)) - np.log(start)
    far = theta * logarithm - theta + start
    # Near the start the terms cancel: theta - start is exact there, and what is left is theta (v**2 / 2 - v**3 / 6 ...)
    # for v, the logarithm of their ratio.
    near = (theta > start / 2) & (theta < 2 * start)
    v = np.log1p(np.where(near, (theta - start) / start, 0))
    series = np.zeros_like(v)
    for k in range(20, 1, -1):
        series = (1 - series) * v / k
    return float(finite("theta", np.sum(np.where(near, theta * v * series, far))))
