"""Checks of the arguments that only diagonal networks have."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.scaling import exponents
from implicit_bias.spectrum import spectrum
from implicit_bias.validate import FloatArray

__all__ = ["depth_of", "shape_of", "single", "system", "times_of"]

# Between 2 and this depth the power depth / (depth - 2) is so large that fewer than eleven digits of weights are left.
SHALLOWEST = 2.001


def depth_of(depth: float) -> float:
    """Return a finite number of at least 2, and not so near to 2 that the two formulas lose digits in each other."""
    depth = validate.positive("depth", depth)
    if depth != 2 and depth < SHALLOWEST:
        reason = "between them powers of depth / (depth - 2) lose more digits than the change of the network is worth"
        raise ValueError(f"depth must be 2 or at least {SHALLOWEST}, got {depth}: {reason}")
    return depth


def shape_of(shape: ArrayLike | None, d: int, nonnegative: bool) -> FloatArray:
    """Return the absolute shape (d,), or (2, d) where ``w_plus`` and ``w_minus`` start differently."""
    if shape is None:
        return np.ones(d)
    if _dimensions(shape) != 2:
        return np.abs(validate.nonzero("shape", shape, length=d))
    pair = np.abs(validate.matrix("shape", shape))
    if nonnegative or pair.shape != (2, d):
        allowed = f"({d},)" if nonnegative else f"({d},) or (2, {d})"
        raise ValueError(f"shape must have shape {allowed} to match X, got {pair.shape}")
    if not np.all(pair):
        raise ValueError("shape must be nonzero")
    return pair


def system(X: ArrayLike, y: ArrayLike, *, several: bool = False) -> tuple[FloatArray, FloatArray]:
    """Return rows (n, d) and finite targets (n,), or (n, m) for m of them at once if there may be several.

    Single precision rounds rows that depend on each other apart. The rank is that which X has in its own type, with
    rows of like size: smaller singular values are taken off, and with them what ``y`` has outside of the column
    space, if it is that small too.
    """
    precision, rows = validate.precision(X), validate.matrix("X", X)
    if not several:
        single(y)
    values = _targets(y, len(rows), several)
    validate.aligned(X, y)
    if precision <= np.finfo(np.float64).eps:
        return rows, values
    units = np.ldexp(1.0, exponents(rows, axis=1))[:, np.newaxis]
    left, sigma, right = spectrum(rows / units, precision)
    if len(sigma) == len(rows):
        return rows, values
    columns = values.reshape(len(rows), -1) / units
    size = np.max(np.abs(columns), axis=0) + np.finfo(np.float64).tiny
    fitted = left @ (left.T @ (columns / size))
    if np.any(np.linalg.norm(columns / size - fitted, axis=0) > max(rows.shape) * precision):
        raise ValueError("y is not in the column space of X")
    return (left * sigma) @ right * units, (fitted * size * units).reshape(values.shape)


def single(y: ArrayLike) -> None:
    """Refuse several targets where there is one axis for scales already, and one for times."""
    if _dimensions(y) == 2:
        reason = "only solve and limit take them at once"
        raise ValueError(f"y must have one dimension, not several targets as its columns: {reason}")


def _targets(y: ArrayLike, n: int, several: bool) -> FloatArray:
    if not several or _dimensions(y) != 2:
        return validate.vector("y", y, length=n)
    array = validate.matrix("y", y)
    if len(array) != n:
        raise ValueError(f"y must have {n} rows to match X, got shape {array.shape}")
    return array


def times_of(times: ArrayLike) -> FloatArray:
    """Return one time, as an array of shape (), or a 1-D array of them, each at least 0 and possibly infinite."""
    if _dimensions(times) == 0:
        return validate.times("times", [times]).reshape(())
    return validate.times("times", times)


def _dimensions(value: ArrayLike) -> int:
    """Return how many dimensions an array has, or a list down its first entries; checks say what else is wrong."""
    # Not by converting lists: NumPy warns of masked entries in them.
    if isinstance(value, list | tuple):
        return 1 + (_dimensions(value[0]) if value else 0)
    try:
        return np.ndim(value)
    except ValueError:
        return 1
