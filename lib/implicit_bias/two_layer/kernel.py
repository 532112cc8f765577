"""Tangent kernels of two-layer networks, and the model linearized at the start."""

import numpy as np
from numpy.linalg import eigh, norm
from numpy.typing import ArrayLike

from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import finite
from implicit_bias.two_layer.network import Network, examples, features_of, fitting, problem, pull
from implicit_bias.validate import FloatArray

__all__ = ["linear_flow", "linearized", "tangent_kernel"]


@np.errstate(over="ignore", invalid="ignore")
def tangent_kernel(network: Network, X: ArrayLike, other: Network | None = None) -> FloatArray:
    """Return the inner products of the gradients of all outputs at all examples.

    Parameters
    ----------
    network : Network
    X : (n, d) array
    other : Network of the same shape, optional
        Where to take the second gradient of each product; by default at ``network`` too.

    Returns
    -------
    (n, outputs, n, outputs) array
        Entry ``[i, o, j, p]`` is that of output o at example i with output p at example j.

    Raises
    ------
    ValueError
        If a network is none, or does not fit, or an inner product is beyond the range of floats.
    """
    network = fitting("network", network)
    other = network if other is None else fitting("other", other, network)
    X = examples(X, network)
    (first, weighted), (second, weighted_too) = (_gradients(each, X) for each in (network, other))
    n, outputs = len(X), network.outer.shape[1]
    kernel = (weighted @ weighted_too.T).reshape(n, outputs, n, outputs) * (X @ X.T)[:, np.newaxis, :, np.newaxis]
    same = np.arange(outputs)
    kernel[:, same, :, same] += first @ second.T
    return finite("X", kernel, "an inner product")


def linear_flow(X: ArrayLike, y: ArrayLike, start: Network, *, loss: float = 0.05) -> Network:
    """Return how far gradient flow moves the weights of the model linearized at ``start``, until a given loss.

    Parameters
    ----------
    X : (n, d) array
    y : (n, outputs) array, not all zero
    start : Network
    loss : float, > 0
        Where to stop, as a part of ``norm(y)**2``.

    Returns
    -------
    Network
        The change of the weights, for ``linearized``.

    Raises
    ------
    ValueError
        If an argument does not fit the others.
    ConvergenceError
        If the linear model cannot come to such a loss.

    Notes
    -----
    The residuals decay by ``exp(-2 t K)`` for the tangent kernel K at the start; one eigendecomposition of size
    n times outputs finds the time and the way.
    """
    from scipy.optimize import brentq  # takes a while, and only this function needs it

    X, y, start, loss = problem(X, y, start, loss)
    features = features_of(start.hidden, X)
    speeds, modes = eigh(tangent_kernel(start, X).reshape(y.size, y.size))
    learns = speeds > y.size * np.finfo(float).eps * speeds[-1]
    speeds = np.where(learns, 2 * speeds, 0)
    parts = modes.T @ (features @ start.outer - y).ravel()
    goal = loss * norm(y) ** 2

    def surplus(log_time: float) -> float:
        return float(np.sum((parts * np.exp(-speeds * np.exp(log_time))) ** 2) - goal)

    earliest, latest = (np.log(1 / max(speeds[-1], 1e-300)) + decades for decades in (-40, 40))
    if not learns.any() or surplus(latest) > 0:
        raise ConvergenceError(f"the model linearized at start does not come to {loss:.2g} of norm(y)**2: raise loss")
    time = np.exp(brentq(surplus, earliest, latest)) if surplus(earliest) > 0 else 0.0
    pushed = modes @ (parts * -np.expm1(-speeds * time) / np.where(learns, speeds, 1))
    hidden, outer = pull(X, features, start.outer, pushed.reshape(y.shape))
    return Network(-2 * hidden, -2 * outer)


@np.errstate(over="ignore", invalid="ignore")
def linearized(start: Network, change: Network, X: ArrayLike) -> FloatArray:
    """Return the outputs of the model linearized at ``start``, after a change of its weights.

    Parameters
    ----------
    start, change : Network
    X : (n, d) array

    Returns
    -------
    (n, outputs) array

    Raises
    ------
    ValueError
        If the two do not fit each other, or ``X`` not their inputs, or an output is beyond the range of floats.
    """
    start = fitting("start", start)
    change = fitting("change", change, start)
    X = examples(X, start)
    features = features_of(start.hidden, X)
    outputs = features @ (start.outer + change.outer) + (X @ change.hidden.T * (features > 0)) @ start.outer
    return finite("X", outputs, "an output")


def _gradients(network: Network, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Features (n, units), and the outer weights of the active units (n * outputs, units)."""
    features = features_of(network.hidden, X)
    active = (features > 0)[:, np.newaxis, :] * network.outer.T
    return features, active.reshape(-1, features.shape[1])
