"""Gradient descent on the weights, step by step."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.diagonal import arguments
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["gradient_descent"]

# How many steps may pass before an overflow is noticed.
WATCH = 64


def gradient_descent(
    X: ArrayLike,
    y: ArrayLike,
    alpha: ArrayLike,
    step: float,
    steps: ArrayLike,
    *,
    depth: float = 2,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
) -> FloatArray:
    """Return iterates of gradient descent on the weights.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
        One target; ``solve`` takes several.
    alpha : float, > 0, or 1-D sequence of them
        Scale of the initialization ``w = alpha * shape``. Several run side by side, as columns of one matrix.
    step : float, > 0
        The step size, for the loss ``norm(X @ beta - y)**2`` without a factor in front.
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.
    depth : float, 2 or at least 2.001
        The network is ``abs(w_plus)**depth - abs(w_minus)**depth``.
    shape : (d,) array without zeros, default all ones; or (2, d), for ``w_plus`` and ``w_minus``
    nonnegative : bool
        Whether the network is ``abs(w)**depth``.

    Returns
    -------
    (len(steps), len(alpha), d) array of ``beta``, without the axis of an argument that is a single number

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` or ``step`` is not positive, ``steps`` are not
        integers >= 0, ``depth`` is below 2 or an entry of ``shape`` is zero.
    ConvergenceError
        If ``step`` is so large that an iterate overflows.

    Notes
    -----
    One step adds ``-+ change * abs(w)**(depth - 2) * w`` to the weights, where ``change`` is
    ``2 * depth * step * X.T @ (X @ beta - y)``; at depth 2 it multiplies them. The difference of the two weights is
    carried along, because ``beta`` may be far smaller than the powers whose difference it is. With ``step`` tending
    to zero the iterates tend to ``gradient_flow`` at the times ``step * steps``, at first order. The loss of
    Lecture 13, (13.7), is smaller by the factor 4n: its step is ``4 * n * step`` here.
    """
    arguments.single(y)
    X, y = validate.regression(X, y)
    alphas = validate.positives("alpha", alpha)
    step = validate.positive("step", step)
    counts = validate.integers("steps", steps)
    depth = arguments.depth_of(depth)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    shape = arguments.shape_of(shape, X.shape[1], nonnegative)
    start = shape[..., np.newaxis] * alphas.reshape(-1)
    plus, minus = (start[0].copy(), start[1].copy()) if shape.ndim == 2 else (start, start.copy())
    weights = [plus] if nonnegative else [plus, minus, plus - minus]

    recorded, position = np.unique(counts, return_inverse=True)
    iterates = np.empty((recorded.size, alphas.size, X.shape[1]))
    taken = 0
    # Overflow is reported below, as an error with a remedy.
    with np.errstate(over="ignore", invalid="ignore"):
        for index, count in enumerate(recorded.tolist()):
            while taken < count:
                for _ in range(min(WATCH, count - taken)):
                    residual = X @ _beta(weights, depth) - y[:, np.newaxis]
                    change = 2 * depth * step * (X.T @ residual)
                    _take(weights, change, depth)
                    taken += 1
                if not np.all(np.isfinite(residual)):
                    raise ConvergenceError(
                        f"gradient descent overflows within {taken} steps: step = {step} is too large"
                    )
            iterates[index] = _beta(weights, depth).T
    if not np.all(np.isfinite(iterates)):
        raise ConvergenceError(f"gradient descent overflows within {taken} steps: step = {step} is too large")
    return iterates[position.reshape(counts.shape)].reshape(*counts.shape, *alphas.shape, X.shape[1])


def _beta(weights: list[FloatArray], depth: float) -> FloatArray:
    """Return the network, for the weight if nonnegative, else for both weights and their difference."""
    if len(weights) == 1:
        return _power(weights[0], depth)
    plus, minus, difference = weights
    if depth == 2:
        return difference * (plus + minus)
    # By the logarithm of the ratio where the powers nearly cancel.
    near = np.abs(difference) < np.abs(minus) / 2
    ratio = np.where(near, difference / np.where(near, minus, 1), 0)
    small = _power(minus, depth) * np.expm1(depth * np.log1p(ratio))
    return np.where(near, small, _power(plus, depth) - _power(minus, depth))


def _take(weights: list[FloatArray], change: FloatArray, depth: float) -> None:
    """Take a step, in place."""
    plus, *signed = weights
    forces = [change * (plus if depth == 2 else _power(plus, depth - 2) * plus)]
    if signed:
        minus, difference = signed
        forces.append(change * (minus if depth == 2 else _power(minus, depth - 2) * minus))
        minus += forces[1]
        difference -= forces[0] + forces[1]
    plus -= forces[0]


def _power(weight: FloatArray, exponent: float) -> FloatArray:
    return weight * weight if exponent == 2 else np.abs(weight) ** exponent
