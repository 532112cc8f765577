"""Two-layer networks: weights, starts, outputs, derivatives, and the checks of arguments that are networks."""

from dataclasses import dataclass

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.records import Record
from implicit_bias.scaling import finite, length
from implicit_bias.validate import FloatArray, Seed

__all__ = ["Network", "examples", "features_of", "fitting", "gradient", "predict", "problem", "pull", "unbiased_start"]


@dataclass(frozen=True, eq=False)
class Network(Record):
    """Weights ``hidden`` (units, d) and ``outer`` (units, outputs), or a change of them."""

    hidden: FloatArray
    outer: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "hidden", validate.matrix("hidden", self.hidden))
        object.__setattr__(self, "outer", validate.matrix("outer", self.outer))
        if len(self.hidden) != len(self.outer):
            raise ValueError(f"outer must have a row for each of {len(self.hidden)} units, got {len(self.outer)}")
        super().__post_init__()

    @property
    def size(self) -> float:
        """The Euclidean norm of all weights."""
        return float(np.hypot(length(self.hidden), length(self.outer)))

    def scaled(self, alpha: float) -> "Network":
        """Return the network with all weights times ``alpha``, whose outputs are ``alpha**2`` times as large."""
        alpha = validate.positive("alpha", alpha)
        return Network(alpha * self.hidden, alpha * self.outer)

    def minus(self, other: "Network") -> "Network":
        """Return the change of the weights from ``other`` to this network."""
        other = fitting("other", other, self)
        return Network(self.hidden - other.hidden, self.outer - other.outer)


def unbiased_start(*, d: int, units: int, outputs: int, seed: Seed) -> Network:
    """Draw a network that is the function 0: each unit twice, once with its outer weights reversed.

    Parameters
    ----------
    d, units, outputs : int, >= 1
        Inputs, different units (half of all), outputs.
    seed : int, >= 0, or numpy.random.Generator

    Returns
    -------
    Network
        Hidden weights have variance 2, outer weights ``1 / (2 * units)``: for inputs of length 1 the sum of the
        squares of the terms of an output is 1 on average.

    Raises
    ------
    ValueError
        If a number or the seed is out of range.

    Notes
    -----
    The unbiasing of Kernel and rich regimes, Effect of width; the copies cancel whatever the scale is.
    """
    d, units = validate.integer("d", d, minimum=1), validate.integer("units", units, minimum=1)
    outputs = validate.integer("outputs", outputs, minimum=1)
    generator = validate.generator("seed", seed)
    hidden = np.sqrt(2) * generator.standard_normal((units, d))
    outer = generator.standard_normal((units, outputs)) / np.sqrt(2 * units)
    return Network(np.vstack([hidden, hidden]), np.vstack([outer, -outer]))


@np.errstate(over="ignore", invalid="ignore")
def predict(network: Network, X: ArrayLike) -> FloatArray:
    """Return the outputs for all examples.

    Parameters
    ----------
    network : Network
    X : (n, d) array

    Returns
    -------
    (n, outputs) array

    Raises
    ------
    ValueError
        If ``network`` is none, ``X`` does not fit its inputs, or an output is beyond the range of floats.
    """
    network = fitting("network", network)
    return finite("network", features_of(network.hidden, examples(X, network)) @ network.outer, "an output")


@np.errstate(over="ignore", invalid="ignore")
def gradient(network: Network, X: ArrayLike, y: ArrayLike) -> Network:
    """Return the derivatives of the loss; that of ReLU at 0 is taken to be 0.

    Parameters
    ----------
    network : Network
    X : (n, d) array
    y : (n, outputs) array

    Returns
    -------
    Network
        The derivatives, in the places of the weights.

    Raises
    ------
    ValueError
        If ``network`` is none, ``X`` and ``y`` do not fit it, or a derivative is beyond the range of floats.
    """
    network = fitting("network", network)
    X = examples(X, network)
    features = features_of(network.hidden, X)
    residuals = features @ network.outer - _targets(y, X, network)
    slopes = pull(X, features, network.outer, 2 * residuals)
    return Network(*(finite("network", slope, "a derivative") for slope in slopes))


def fitting(name: str, value: Network, like: Network | None = None) -> Network:
    """Return a network, of the shape of the other if there is one."""
    if not isinstance(value, Network):
        raise ValueError(f"{name} must be a two_layer.Network, got {value!r}")
    if like and (value.hidden.shape, value.outer.shape) != (like.hidden.shape, like.outer.shape):
        raise ValueError(f"{name} must have the shapes of the other network, got {value.hidden.shape}")
    return value


def examples(X: ArrayLike, network: Network) -> FloatArray:
    """Return examples with as many columns as the network has inputs."""
    X = validate.matrix("X", X)
    if X.shape[1] != network.hidden.shape[1]:
        raise ValueError(f"X must have {network.hidden.shape[1]} columns, as the network, got {X.shape[1]}")
    return X


def _targets(y: ArrayLike, X: FloatArray, network: Network) -> FloatArray:
    targets = validate.matrix("y", y)
    if targets.shape != (len(X), network.outer.shape[1]):
        raise ValueError(f"y must have shape {(len(X), network.outer.shape[1])}, got {targets.shape}")
    return targets


def problem(X: ArrayLike, y: ArrayLike, start: Network, loss: float) -> tuple[FloatArray, FloatArray, Network, float]:
    """Return the four as every method needs them."""
    start = fitting("start", start)
    X = examples(X, start)
    y = _targets(y, X, start)
    with np.errstate(over="ignore"):
        square = norm(y) ** 2
    if not 0 < square < np.inf:
        raise ValueError("y must not be all zero, nor beyond squaring: a loss is measured by that of the function 0")
    return X, y, start, validate.positive("loss", loss)


def features_of(hidden: FloatArray, X: FloatArray) -> FloatArray:
    """Return what the hidden units make of the examples, (n, units)."""
    return np.maximum(X @ hidden.T, 0)


def pull(X: FloatArray, features: FloatArray, outer: FloatArray, back: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the combination, with these weights (n, outputs), of the gradients of all outputs."""
    return (back @ outer.T * (features > 0)).T @ X, features.T @ back
