"""Linear networks ``x -> W_L ... W_2 W_1 x`` of any depth and width, with the loss ½‖X Aᵀ − Y‖² of their product A.

The examples are the rows of ``X`` and the targets the rows of ``Y``. Weights are a sequence of matrices, the first
layer first: ``W_1`` has one column for each coordinate of an example, ``W_L`` one row for each target.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.integration import integrated, scaled_times, unit_of_weights
from implicit_bias.scaling import exponents, finite, restored, shifted
from implicit_bias.validate import FloatArray

__all__ = ["conserved", "gradient", "gradient_descent", "gradient_flow", "hessian", "product"]


@np.errstate(over="ignore", invalid="ignore")
def product(weights: Sequence[ArrayLike]) -> FloatArray:
    """Return the matrix that the network multiplies an example by.

    Parameters
    ----------
    weights : sequence of L matrices, layer l of shape (width_l, width_(l-1))

    Returns
    -------
    (outputs, d) array, ``W_L @ ... @ W_1``

    Raises
    ------
    ValueError
        If there are no weights, the shapes of neighbours do not fit, or the result is beyond the range of floats.
    """
    return finite("weights", _product(_layers(weights)), "the product")


@np.errstate(over="ignore", invalid="ignore")
def conserved(weights: Sequence[ArrayLike]) -> tuple[FloatArray, ...]:
    """Return what gradient flow keeps: the imbalance of each pair of neighbouring layers.

    Parameters
    ----------
    weights : sequence of L matrices, layer l of shape (width_l, width_(l-1))

    Returns
    -------
    tuple of L - 1 symmetric matrices ``W_(l+1).T @ W_(l+1) - W_l @ W_l.T``

    Raises
    ------
    ValueError
        If there are no weights, the shapes of neighbours do not fit, or the result is beyond the range of floats.

    Notes
    -----
    Whatever the loss of the product is. Gradient descent changes them by the square of the step.
    """
    layers = _layers(weights)
    kept = (after.T @ after - before @ before.T for before, after in pairwise(layers))
    return tuple(finite("weights", imbalance, "an imbalance") for imbalance in kept)


@np.errstate(over="ignore", invalid="ignore")
def gradient(X: ArrayLike, Y: ArrayLike, weights: Sequence[ArrayLike]) -> tuple[FloatArray, ...]:
    """Return the gradient of the loss in the weights of each layer.

    Parameters
    ----------
    X : (n, d) array
    Y : (n, outputs) array
    weights : sequence of L matrices, layer l of shape (width_l, width_(l-1))

    Returns
    -------
    tuple of L matrices of the shapes of the weights

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, or a derivative is beyond the range of floats.

    Notes
    -----
    ``(W_L ... W_(l+1)).T @ G @ (W_(l-1) ... W_1).T`` with ``G = (X @ A.T - Y).T @ X``, the gradient in the product A.
    Slides on gradient descent, two-layer linear networks.
    """
    X, Y, layers = _network(X, Y, weights)
    return tuple(finite("weights", slope, "a derivative") for slope in _gradient(X, Y, layers))


@np.errstate(over="ignore", invalid="ignore")
def hessian(X: ArrayLike, Y: ArrayLike, weights: Sequence[ArrayLike]) -> FloatArray:
    """Return the second derivatives of the loss of a network of two layers.

    Parameters
    ----------
    X : (n, d) array
    Y : (n, outputs) array
    weights : two matrices, (width, d) and (outputs, width)

    Returns
    -------
    (p, p) array with ``p = width * d + outputs * width``
        The entries of ``W_1`` row by row, then those of ``W_2``.

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, there are not two layers, or a derivative is beyond the range
        of floats.

    Notes
    -----
    Slides on gradient descent, gradient dynamics and Hessian; the block of the last layer is
    ``kron(I, W_1 X'X W_1')``.
    """
    if len(_layers(weights)) != 2:
        raise ValueError(f"weights must be two matrices, got {len(_layers(weights))}")
    X, Y, layers = _network(X, Y, weights)
    first, last = layers
    second_moment = X.T @ X
    in_product = (X @ (last @ first).T - Y).T @ X
    width, outputs = len(first), len(last)
    # The derivative of (W_2' G)_ij in (W_2)_kl, where G depends on W_2 as well.
    mixed = np.einsum("il,kj->ijkl", np.eye(width), in_product)
    mixed += np.einsum("ki,lj->ijkl", last, first @ second_moment)
    mixed = mixed.reshape(first.size, last.size)
    blocks = [
        [np.kron(last.T @ last, second_moment), mixed],
        [mixed.T, np.kron(np.eye(outputs), first @ second_moment @ first.T)],
    ]
    return finite("weights", np.block(blocks), "a derivative")


def gradient_flow(X: ArrayLike, Y: ArrayLike, weights: Sequence[ArrayLike], times: ArrayLike) -> tuple[FloatArray, ...]:
    """Return the weights of each layer under gradient flow.

    Parameters
    ----------
    X : (n, d) array
    Y : (n, outputs) array
    weights : sequence of L matrices, layer l of shape (width_l, width_(l-1))
        Where the flow starts.
    times : float or 1-D sequence, finite, in any order
        Flow time for the loss with the ½.

    Returns
    -------
    tuple of L arrays
        Of the shapes of the weights, or with a first axis for a sequence of times.

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, or a time is negative or not finite.
    ConvergenceError
        If the integration fails.

    Notes
    -----
    To about ten digits (LSODA), in units in which no entry of data and weights exceeds 1, until the velocity is all
    rounding. Slides on gradient descent, gradient dynamics and Hessian.
    """
    X, Y, layers = _network(X, Y, weights)
    unit_of_X, unit = int(exponents(X)), unit_of_weights(len(layers), X, Y, layers)
    moments, places = np.unique(scaled_times(times, 2 * (unit_of_X + (len(layers) - 1) * unit)), return_inverse=True)
    X, Y, begin = shifted(X, -unit_of_X), shifted(Y, -unit_of_X - len(layers) * unit), shifted(_flat(layers), -unit)

    def velocity(_: float, flat: FloatArray) -> FloatArray:
        return -_flat(_gradient(X, Y, _split(flat, layers)))

    def terms(flat: FloatArray) -> FloatArray:
        return _flat(_gradient(np.abs(X), -np.abs(Y), _split(np.abs(flat), layers)))

    scale = float(np.abs(begin).max())
    if scale == 0:  # one layer moves all the same: on the scale of its solution
        scale = float(np.abs(velocity(0.0, begin)).max()) / max(1e-150, float(np.linalg.norm(X)) ** 2)
    path = integrated(velocity, begin, moments, smallest=1e-13 * max(1e-150, scale), terms=terms)
    path = restored("Y", path, unit, "a weight")
    return tuple(_split(path[places.reshape(np.shape(times))], layers))


def gradient_descent(
    X: ArrayLike, Y: ArrayLike, weights: Sequence[ArrayLike], step: float, steps: ArrayLike
) -> tuple[FloatArray, ...]:
    """Return the weights of each layer after steps of gradient descent on all layers at once.

    Parameters
    ----------
    X : (n, d) array
    Y : (n, outputs) array
    weights : sequence of L matrices, layer l of shape (width_l, width_(l-1))
        Where the descent starts.
    step : float, > 0
        The step size for the loss with the ½.
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.

    Returns
    -------
    tuple of L arrays
        Of the shapes of the weights, or with a first axis for a sequence of steps.

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, or a number is out of range.
    ConvergenceError
        If the weights overflow.

    Notes
    -----
    Slides on gradient descent, two-layer linear networks.
    """
    X, Y, layers = _network(X, Y, weights)
    step, counts = validate.positive("step", step), validate.integers("steps", steps)
    wanted, kept = set(counts.ravel().tolist()), {}
    with np.errstate(over="ignore", invalid="ignore"):
        for done in range(int(counts.max()) + 1):
            if done in wanted:
                kept[done] = _flat(layers)
            layers = [layer - step * slope for layer, slope in zip(layers, _gradient(X, Y, layers), strict=True)]
    path = np.array([kept[count] for count in counts.ravel().tolist()])
    if not np.all(np.isfinite(path)):
        raise ConvergenceError(f"gradient descent overflows within {counts.max()} steps: choose a smaller step")
    return tuple(_split(path.reshape((*counts.shape, -1)), layers))


def _network(
    X: ArrayLike, Y: ArrayLike, weights: Sequence[ArrayLike]
) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
    layers = _layers(weights)
    X, Y = validate.matrix("X", X), validate.matrix("Y", Y)
    if len(Y) != len(X):
        raise ValueError(f"Y must have {len(X)} rows to match X, got {len(Y)}")
    if X.shape[1] != layers[0].shape[1]:
        raise ValueError(f"X must have {layers[0].shape[1]} columns to match weights, got {X.shape[1]}")
    if Y.shape[1] != len(layers[-1]):
        raise ValueError(f"Y must have {len(layers[-1])} columns to match weights, got {Y.shape[1]}")
    return X, Y, layers


def _layers(weights: Sequence[ArrayLike]) -> list[FloatArray]:
    try:
        given = list(weights)
    except TypeError:
        raise ValueError(f"weights must be a sequence of matrices, got {weights!r}") from None
    layers = [validate.matrix(f"weights[{i}]", one) for i, one in enumerate(given)]
    if not layers:
        raise ValueError("weights must be a sequence of matrices, got none")
    for i, (before, after) in enumerate(pairwise(layers)):
        if after.shape[1] != len(before):
            raise ValueError(f"weights[{i + 1}] must have {len(before)} columns, one for each row of weights[{i}]")
    return layers


def _product(layers: Sequence[FloatArray]) -> FloatArray:
    return reduce(lambda below, layer: layer @ below, layers)


def _gradient(X: FloatArray, Y: FloatArray, layers: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
    below = [np.eye(layers[0].shape[1])]
    for layer in layers:
        below.append(layer @ below[-1])
    slopes, above = [], (X @ below[-1].T - Y).T @ X
    for layer, under in zip(reversed(layers), reversed(below[:-1]), strict=True):
        slopes.append(above @ under.T)
        above = layer.T @ above
    return tuple(reversed(slopes))


def _flat(layers: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate([layer.ravel() for layer in layers])


def _split(flat: FloatArray, layers: Sequence[FloatArray]) -> list[FloatArray]:
    """Return the last axis as the weights of each layer."""
    parts = np.split(flat, np.cumsum([layer.size for layer in layers])[:-1], axis=-1)
    return [part.reshape(flat.shape[:-1] + layer.shape) for part, layer in zip(parts, layers, strict=True)]
