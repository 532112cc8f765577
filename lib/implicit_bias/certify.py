"""Is it optimal? The conditions themselves, for an answer from anywhere: this library, another one, or a guess.

Each function has the name and the arguments of the solver, and takes the answer as ``x`` and its multipliers as
``dual``. Every condition is an equation or an inequality between sums, and its violation is divided by the sum of
the absolute values of its terms, so that about 1e-15 is rounding, whatever the units, and 1 is nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.certificate import Certificate, quotient, residuals, scaled, sizes_of, slopes_of
from implicit_bias.scaling import shifted, unit
from implicit_bias.spectrum import spectrum
from implicit_bias.validate import FloatArray

__all__ = [
    "Certificate",
    "basis_pursuit",
    "diagonal_limit",
    "hard_margin_svm",
    "lasso",
    "min_norm",
    "potential",
    "ridge",
]


def min_norm(X: ArrayLike, y: ArrayLike, x: ArrayLike) -> Certificate:
    """Test whether ``x`` is the shortest minimiser of ``norm(X @ x - y)``.

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
    """Test whether ``x`` minimises ``norm(X @ x - y)**2 + penalty * norm(x)**2``.

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
    """Test whether ``x`` minimises ``norm(X @ x - y)**2 / 2 + penalty * abs(x).sum()``.

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


def hard_margin_svm(
    X: ArrayLike, y: ArrayLike, x: ArrayLike, dual: ArrayLike, bias: float | None = None
) -> Certificate:
    """Test whether ``x`` is the shortest vector of weights with ``y * (X @ x + bias) >= 1``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    x : (d,) array
    dual : (n,) array, the multipliers for the objective ``norm(x)``
    bias : float, default None
        The unpenalised constant; without one the hyperplane passes through the origin.

    Returns
    -------
    Certificate
        Feasibility is the margins; the dual domain ``dual >= 0``, and ``y @ dual == 0`` if there is a bias;
        complementarity ``dual @ margins == dual.sum()``; stationarity ``X.T @ (y * dual) == x / norm(x)``.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or a label is neither 1 nor -1.
    """
    examples, labels = validate.classification(X, y)
    constant = 0.0 if bias is None else float(validate.numbers("bias", bias))
    multipliers = validate.vector("dual", dual, length=len(labels))
    slopes = slopes_of(X, labels * multipliers)
    (examples, a), (weights, b) = unit(examples), unit(validate.vector("x", x, length=examples.shape[1]))
    scores = shifted(examples @ weights, a + b) + constant
    size = 1 + shifted(np.abs(examples) @ np.abs(weights), a + b) + abs(constant)
    multipliers, _ = unit(multipliers)
    total, length = np.sum(np.abs(multipliers)), np.linalg.norm(weights)
    balance = 0.0 if bias is None else labels @ multipliers
    direction = weights / length if length else weights
    return Certificate(
        feasibility=quotient(np.maximum(0, 1 - labels * scores), size),
        dual=max(quotient(np.min(multipliers, initial=0), np.max(np.abs(multipliers))), quotient(balance, total)),
        complementarity=quotient(multipliers @ (labels * scores - 1), total),
        stationarity=quotient(slopes - direction, np.full(len(weights), np.max(np.abs(direction)))),
    )


def diagonal_limit(
    X: ArrayLike,
    y: ArrayLike,
    alpha: float,
    x: ArrayLike,
    dual: ArrayLike,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
) -> Certificate:
    """Test whether ``x`` is where gradient flow on a diagonal network of depth 2 ends.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    x : (d,) array
    dual : (n,) array
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    Certificate
        Feasibility is ``X @ x == y``; stationarity ``x == start * 2 * sinh(X.T @ dual)``, or
        ``start * exp(X.T @ dual)`` if nonnegative, for ``start = alpha**2 * shape**2``, entry by entry; what is
        below 1e-14 of the largest entry counts as zero.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive, or an entry of ``shape`` is zero.
    """
    alpha = validate.positive("alpha", alpha)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    slopes, sizes = slopes_of(X, dual), sizes_of(X, dual)
    shape = np.ones(len(slopes)) if shape is None else validate.nonzero("shape", shape, length=len(slopes))
    exponent = unit(validate.vector("x", x))[1]
    X, y, x = scaled(X, y, x)
    log_start = 2 * (np.log(alpha) + np.log(np.abs(shape))) - exponent * np.log(2)
    with np.errstate(over="ignore"):
        grown, shrunk = np.exp(log_start + slopes), np.exp(log_start - slopes)
        # sinh(u) = -exp(u) expm1(-2u) / 2, where neither cancels.
        signed = -np.sign(slopes) * np.exp(log_start + np.abs(slopes)) * np.expm1(-2 * np.abs(slopes))
    network = np.clip(grown if nonnegative else signed, -1e300, 1e300)
    weight = np.minimum(grown if nonnegative else grown + shrunk, 1e300)
    residual, size = residuals(X, y, x)
    # Rounding of the exponent, and below it what the equations do not see.
    terms = np.abs(x) + weight * sizes + 1e-14 * np.max(np.abs(x))
    return Certificate(feasibility=quotient(residual, size), stationarity=quotient(x - network, terms))


def potential(
    X: ArrayLike, y: ArrayLike, gradient: Callable[[FloatArray], ArrayLike], x: ArrayLike, dual: ArrayLike
) -> Certificate:
    """Test whether ``x`` minimises a convex function over ``X @ x == y``, given the gradient of the function.

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
