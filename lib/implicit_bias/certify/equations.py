"""Certificates for solutions of equations, or of least squares."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.certificate import Certificate, quotient, residuals, scaled, sizes_of, slopes_of
from implicit_bias.scaling import shifted, unit
from implicit_bias.spectrum import spectrum
from implicit_bias.validate import FloatArray

__all__ = ["basis_pursuit", "lasso", "min_norm", "potential", "ridge"]


def min_norm(X: ArrayLike, y: ArrayLike, x: ArrayLike) -> Certificate:
    """Test whether ``x`` is the shortest minimizer of ``norm(X @ x - y)``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    x : (d,) array

    Returns
    -------
    Certificate
        Feasibility is ``X.T @ (X @ x - y) == 0``, stationarity that ``x`` is in the row space of ``X``, relative to
        its largest entry.

    Raises
    ------
    ValueError
        If shapes disagree or an entry is not finite.
    """
    precision = validate.precision(X)
    X, y, x = scaled(X, y, x)
    _, _, rows = spectrum(X, precision)
    outside = x - (x @ rows.T) @ rows
    residual, size = residuals(X, y, x)
    return Certificate(
        feasibility=quotient(X.T @ residual, np.abs(X).T @ size),
        stationarity=quotient(outside, np.full(len(x), np.max(np.abs(x)))),
    )


def ridge(X: ArrayLike, y: ArrayLike, penalty: float, x: ArrayLike) -> Certificate:
    """Test whether ``x`` minimizes ``norm(X @ x - y)**2 + penalty * norm(x)**2``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    penalty : float, > 0
    x : (d,) array

    Returns
    -------
    Certificate
        Stationarity is ``X.T @ (y - X @ x) == penalty * x``, relative to the largest entry.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or ``penalty`` is not positive.
    """
    mantissa, own = np.frexp(validate.positive("penalty", penalty))
    exponent = unit(validate.matrix("X", X))[1]
    X, y, x = scaled(X, y, x)
    residual, size = residuals(X, y, x)
    # In the unit of x the shrinkage may be beyond all floats; a common power of two does not change the quotient.
    own = int(own) - 2 * exponent
    slopes, shrinkage = shifted(X.T @ residual, min(0, -own)), shifted(mantissa * x, min(own, 0))
    sizes = shifted(np.abs(X).T @ size, min(0, -own))
    return Certificate(stationarity=quotient(slopes + shrinkage, np.max(sizes + np.abs(shrinkage))))


def basis_pursuit(X: ArrayLike, y: ArrayLike, x: ArrayLike, dual: ArrayLike, nonnegative: bool = False) -> Certificate:
    """Test whether ``x`` is a shortest solution of ``X @ x == y`` in the sum of absolute values.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    x : (d,) array
    dual : (n,) array
    nonnegative : bool
        Whether entries must not be negative.

    Returns
    -------
    Certificate
        Feasibility is ``X @ x == y`` and ``x >= 0`` if nonnegative; the dual domain ``abs(X.T @ dual) <= 1``, or
        ``X.T @ dual <= 1``; complementarity ``abs(x).sum() == x @ X.T @ dual``.

    Raises
    ------
    ValueError
        If shapes disagree or an entry is not finite.
    """
    nonnegative = validate.boolean("nonnegative", nonnegative)
    slopes = slopes_of(X, dual)
    X, y, x = scaled(X, y, x)
    residual, size = residuals(X, y, x)
    negative = np.maximum(0, -x) if nonnegative else np.zeros(1)
    return Certificate(
        feasibility=max(quotient(residual, size), quotient(negative, np.full(len(negative), np.max(np.abs(x))))),
        dual=float(max(0, np.max(slopes if nonnegative else np.abs(slopes)) - 1)),
        complementarity=quotient(np.sum(np.abs(x)) - x @ slopes, np.sum(np.abs(x))),
    )


def lasso(X: ArrayLike, y: ArrayLike, penalty: float, x: ArrayLike, dual: ArrayLike | None = None) -> Certificate:
    """Test whether ``x`` minimizes ``norm(X @ x - y)**2 / 2 + penalty * abs(x).sum()``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    penalty : float, > 0
    x : (d,) array
    dual : (n,) array, default ``y - X @ x``

    Returns
    -------
    Certificate
        The dual domain is ``abs(X.T @ dual) <= penalty``; complementarity
        ``penalty * abs(x).sum() == x @ X.T @ dual``; stationarity ``dual == y - X @ x``.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or ``penalty`` is not positive.
    """
    penalty = validate.positive("penalty", penalty)
    (examples, a), (target, c) = unit(validate.matrix("X", X)), unit(validate.regression(X, y)[1])
    (weights, b) = unit(validate.vector("x", x, length=examples.shape[1]))
    common = max(a + b, c)
    residual = shifted(target, c - common) - shifted(examples @ weights, a + b - common)
    size = shifted(np.abs(target), c - common) + shifted(np.abs(examples) @ np.abs(weights), a + b - common)
    nu = residual if dual is None else shifted(validate.vector("dual", dual, length=len(target)), -common)
    slopes = examples.T @ nu / float(shifted(penalty, -common - a))
    return Certificate(
        dual=float(max(0, np.max(np.abs(slopes)) - 1)),
        complementarity=quotient(np.sum(np.abs(weights)) - weights @ slopes, np.sum(np.abs(weights))),
        stationarity=quotient(nu - residual, size),
    )


def potential(
    X: ArrayLike, y: ArrayLike, gradient: Callable[[FloatArray], ArrayLike], x: ArrayLike, dual: ArrayLike
) -> Certificate:
    """Test whether ``x`` minimizes a convex function over ``X @ x == y``, given the gradient of the function.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    gradient : callable
        Maps a (d,) array to the (d,) gradient there.
    x : (d,) array
    dual : (n,) array

    Returns
    -------
    Certificate
        Feasibility is ``X @ x == y``; stationarity ``gradient(x) == X.T @ dual``.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or ``gradient`` returns anything but d finite numbers.
    """
    point = validate.vector("x", x)
    slopes, size = slopes_of(X, dual), sizes_of(X, dual)
    X, y, x = scaled(X, y, x)
    own = validate.returned("gradient", validate.function("gradient", gradient)(point), point.shape)
    residual, rows = residuals(X, y, x)
    return Certificate(feasibility=quotient(residual, rows), stationarity=quotient(own - slopes, np.abs(own) + size))
