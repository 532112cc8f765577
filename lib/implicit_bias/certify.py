"""Is it optimal? The conditions themselves, for an answer from anywhere: this library, another one, or a guess.

Each function has the name and the arguments of the solver, and takes the answer as ``x`` and its multipliers as
``dual``. Every condition is an equation or an inequality between sums, and its violation is divided by the sum of
the absolute values of its terms, so that about 1e-15 is rounding, whatever the units, and 1 is nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.records import Record
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


@dataclass(frozen=True, eq=False)
class Certificate(Record):
    """The largest relative violation of each kind of condition; 0 where a problem has none of the kind.

    Attributes
    ----------
    feasibility : float
        Of the constraints, row by row, relative to ``abs(X) @ abs(x) + abs(y)``.
    dual : float
        Of the domain of the multipliers.
    complementarity : float
        Of the rule that a multiplier or an entry is zero, summed up, relative to the objective.
    stationarity : float
        Of the equation between the gradient and the multipliers.
    """

    feasibility: float = 0.0
    dual: float = 0.0
    complementarity: float = 0.0
    stationarity: float = 0.0

    @property
    def largest(self) -> float:
        """The largest of the four."""
        return max(self.feasibility, self.dual, self.complementarity, self.stationarity)


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
    X, y, x = _arguments(X, y, x)
    _, _, rows = spectrum(X, precision)
    outside = x - (x @ rows.T) @ rows
    residual, size = _residual(X, y, x)
    return Certificate(
        feasibility=_largest(X.T @ residual, np.abs(X).T @ size),
        stationarity=_largest(outside, np.full(len(x), np.max(np.abs(x)))),
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
        Stationarity is ``X.T @ (y - X @ x) == penalty * x``.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or ``penalty`` is not positive.
    """
    mantissa, own = np.frexp(validate.positive("penalty", penalty))
    exponent = unit(validate.matrix("X", X))[1]
    X, y, x = _arguments(X, y, x)
    residual, size = _residual(X, y, x)
    # In the unit of x the shrinkage may be beyond all floats; a common power of two does not change the quotient.
    own = int(own) - 2 * exponent
    slopes, shrinkage = shifted(X.T @ residual, min(0, -own)), shifted(mantissa * x, min(own, 0))
    sizes = shifted(np.abs(X).T @ size, min(0, -own))
    return Certificate(stationarity=_largest(slopes + shrinkage, sizes + np.abs(shrinkage)))


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
    slopes = _slopes(X, dual)
    X, y, x = _arguments(X, y, x)
    residual, size = _residual(X, y, x)
    negative = np.maximum(0, -x) if nonnegative else np.zeros(1)
    return Certificate(
        feasibility=max(_largest(residual, size), _largest(negative, np.full(len(negative), np.max(np.abs(x))))),
        dual=float(max(0, np.max(slopes if nonnegative else np.abs(slopes)) - 1)),
        complementarity=_largest(np.sum(np.abs(x)) - x @ slopes, np.sum(np.abs(x))),
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
    (scaled, a), (target, c) = unit(validate.matrix("X", X)), unit(validate.regression(X, y)[1])
    (weights, b) = unit(validate.vector("x", x, length=scaled.shape[1]))
    common = max(a + b, c)
    residual = shifted(target, c - common) - shifted(scaled @ weights, a + b - common)
    size = shifted(np.abs(target), c - common) + shifted(np.abs(scaled) @ np.abs(weights), a + b - common)
    nu = residual if dual is None else shifted(validate.vector("dual", dual, length=len(target)), -common)
    slopes = scaled.T @ nu / float(shifted(penalty, -common - a))
    return Certificate(
        dual=float(max(0, np.max(np.abs(slopes)) - 1)),
        complementarity=_largest(np.sum(np.abs(weights)) - weights @ slopes, np.sum(np.abs(weights))),
        stationarity=_largest(nu - residual, size),
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
    slopes = _slopes(X, labels * multipliers)
    (examples, a), (weights, b) = unit(examples), unit(validate.vector("x", x, length=examples.shape[1]))
    scores = shifted(examples @ weights, a + b) + constant
    size = 1 + shifted(np.abs(examples) @ np.abs(weights), a + b) + abs(constant)
    multipliers, _ = unit(multipliers)
    total, length = np.sum(np.abs(multipliers)), np.linalg.norm(weights)
    balance = 0.0 if bias is None else labels @ multipliers
    direction = weights / length if length else weights
    return Certificate(
        feasibility=_largest(np.maximum(0, 1 - labels * scores), size),
        dual=max(_largest(np.min(multipliers, initial=0), np.max(np.abs(multipliers))), _largest(balance, total)),
        complementarity=_largest(multipliers @ (labels * scores - 1), total),
        stationarity=_largest(slopes - direction, np.full(len(weights), np.max(np.abs(direction)))),
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
    slopes = _slopes(X, dual)
    shape = np.ones(len(slopes)) if shape is None else validate.nonzero("shape", shape, length=len(slopes))
    exponent = unit(validate.vector("x", x))[1]
    X, y, x = _arguments(X, y, x)
    log_start = 2 * (np.log(alpha) + np.log(np.abs(shape))) - exponent * np.log(2)
    with np.errstate(over="ignore"):
        if nonnegative:
            network = np.exp(log_start + slopes)
        else:
            # sinh(u) = -exp(u) expm1(-2u) / 2, where neither cancels.
            network = -np.sign(slopes) * np.exp(log_start + np.abs(slopes)) * np.expm1(-2 * np.abs(slopes))
    network = np.clip(network, -1e300, 1e300)
    residual, size = _residual(X, y, x)
    floor = 1e-14 * np.max(np.abs(x))
    return Certificate(
        feasibility=_largest(residual, size),
        stationarity=_largest(x - network, np.abs(x) + np.abs(network) + floor),
    )


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
    slopes, size = _slopes(X, dual), _slopes(np.abs(validate.matrix("X", X)), np.abs(validate.vector("dual", dual)))
    X, y, x = _arguments(X, y, x)
    own = validate.returned("gradient", validate.function("gradient", gradient)(point), point.shape)
    residual, rows = _residual(X, y, x)
    return Certificate(feasibility=_largest(residual, rows), stationarity=_largest(own - slopes, np.abs(own) + size))


def _arguments(X: ArrayLike, y: ArrayLike, x: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ``X``, ``y`` and ``x`` in units in which ``X`` and ``x`` are about 1 and ``X @ x - y`` is what it was."""
    X, y = validate.regression(X, y)
    (X, a), (x, b) = unit(X), unit(validate.vector("x", x, length=X.shape[1]))
    return X, shifted(y, -a - b), x


def _residual(X: FloatArray, y: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``X @ x - y`` and the sums of the absolute values of its terms."""
    return X @ x - y, np.abs(X) @ np.abs(x) + np.abs(y)


def _slopes(X: ArrayLike, dual: ArrayLike) -> FloatArray:
    """Return ``X.T @ dual``."""
    X = validate.matrix("X", X)
    (X, a), (dual, b) = unit(X), unit(validate.vector("dual", dual, length=len(X)))
    return shifted(X.T @ dual, a + b)


def _largest(violation: ArrayLike, size: ArrayLike) -> float:
    """Return the largest quotient, where what is violated without any terms counts as 1."""
    violation, size = np.abs(violation), np.asarray(size, dtype=float)
    return float(
        np.max(np.where(violation == 0, 0, violation / np.where(size > 0, size, np.maximum(violation, 1e-300))))
    )
