"""Descent in steps: on the logistic or exponential loss, and along the steepest direction of any of three norms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.margins.flow import LOSSES
from implicit_bias.scaling import restored, shifted, unit
from implicit_bias.validate import FloatArray

__all__ = ["gradient_descent", "steepest_descent"]


def gradient_descent(
    X: ArrayLike,
    y: ArrayLike,
    step: float,
    steps: ArrayLike,
    start: ArrayLike | None = None,
    *,
    loss: str = "logistic",
) -> FloatArray:
    """Return iterates of gradient descent, one step after the other: use ``gradient_flow`` to see far.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    step : float, > 0
        The step size for the sum of the losses. Below ``8 / sigma_1**2`` the logistic loss never increases.
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.
    start : (d,) array, default zeros
    loss : "logistic" or "exponential"
        The sum of ``log(1 + exp(-m))`` or ``exp(-m)`` with ``m = y * (X @ w)``.

    Returns
    -------
    (d,) array if ``steps`` is an integer, else (len(steps), d) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, or the loss is another.
    ConvergenceError
        If the iterates overflow, which takes a large step and the exponential loss.

    Notes
    -----
    Slides on gradient descent, Theorem 3.
    """
    loss = validate.one_of("loss", loss, LOSSES)
    X, y = validate.classification(X, y)
    counts = validate.integers("steps", steps)
    X, exponent = unit(X)
    Z = y[:, np.newaxis] * X
    step = float(shifted(validate.positive("step", step), 2 * exponent))
    start = np.zeros(X.shape[1]) if start is None else validate.vector("start", start, length=X.shape[1])
    weights, wanted, kept = shifted(start, exponent), set(counts.ravel().tolist()), {}
    with np.errstate(over="ignore", invalid="ignore"):
        for done in range(int(counts.max()) + 1):
            if done in wanted:
                kept[done] = weights
            margins = Z @ weights
            pull = np.exp(-(np.logaddexp(0, margins) if loss == "logistic" else margins))
            weights = weights + step * (pull @ Z)
    path = np.array([kept[count] for count in counts.ravel().tolist()]).reshape((*counts.shape, X.shape[1]))
    if not np.all(np.isfinite(path)):
        raise ConvergenceError(f"gradient descent overflows within {counts.max()} steps: choose a smaller step")
    return restored("X", path, -exponent, "an iterate")


def steepest_descent(
    X: ArrayLike, y: ArrayLike, sizes: ArrayLike, *, norm: float = 2, normalized: bool = True
) -> FloatArray:
    """Return the iterates of steepest descent in a norm, from zero, on the logarithm of the exponential loss.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array of 1 and -1
    sizes : (T,) array of numbers > 0
        One for each step: its length in the norm, or if not normalized the length divided by the slope.
    norm : 1, 2 or numpy.inf
        2 is gradient descent, 1 moves the coordinate with the steepest slope (the first of several), infinity moves
        all coordinates by the same amount, in the direction of the signs.
    normalized : bool
        Whether the length of a step is its size whatever the slope. Otherwise it is the size times the dual norm of
        the gradient of ``log(sum(exp(-m)))``, so that norm 2 is ``w -= size * gradient(L)(w) / L(w)``.

    Returns
    -------
    (T + 1, d) array, the first row zero

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, a size is not positive, the norm is
        another, or an iterate is beyond the range of floats.

    Notes
    -----
    On separable data with examples of dual norm at most 1 and normalized steps whose sizes decrease to zero and have
    an infinite sum, the margin in the norm tends to the largest one (Gunasekar et al. 2018 for unnormalized steps).
    """
    X, y = validate.classification(X, y)
    sizes = validate.positives("sizes", validate.vector("sizes", sizes))
    norm = validate.one_of("norm", norm, (1, 2, np.inf))
    normalized = validate.boolean("normalized", normalized)
    X, exponent = unit(X)
    Z = y[:, np.newaxis] * X
    sizes = shifted(sizes, exponent if normalized else 2 * exponent)
    dual = {1: np.inf, 2: 2, np.inf: 1}[norm]
    path = np.zeros((len(sizes) + 1, X.shape[1]))
    for t, size in enumerate(sizes):
        margins = Z @ path[t]
        weights = np.exp(np.min(margins) - margins)
        slope = weights @ Z / np.sum(weights)
        steepness = np.linalg.norm(slope, ord=dual)
        path[t + 1] = path[t] + size * (1 if normalized else steepness) * _steepest(slope, steepness, norm)
    return restored("X", path, -exponent, "an iterate")


def _steepest(slope: FloatArray, steepness: float, norm: float) -> FloatArray:
    """Return the vector of length 1 in the norm along which the slope is steepest; zero if there is no slope."""
    if steepness == 0:
        return np.zeros_like(slope)
    if norm == 2:
        return slope / steepness
    if norm == np.inf:
        return np.sign(slope)
    direction = np.zeros_like(slope)
    first = np.argmax(np.abs(slope))
    direction[first] = np.sign(slope[first])
    return direction
