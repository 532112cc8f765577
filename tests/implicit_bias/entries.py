"""How a public function is called, and of what kind each of its arguments is: entries of the walk."""

from dataclasses import dataclass, field

import numpy as np

import implicit_bias

X = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
Y = np.array([5.0, 6.0])


@dataclass
class Entry:
    """How to call a function, and of what kind its arguments are; ``optional`` ones may also be None."""

    good: dict
    kinds: dict
    optional: set = field(default_factory=set)
    too_large: dict = field(default_factory=dict)


def regression(kinds=None, optional=(), **good):
    return Entry({"X": X, "y": Y, **good}, {"X": "matrix", "y": "vector", **(kinds or {})}, set(optional))


def sizes(too_large=None, kinds=None, optional=(), **good):
    kinds = {"seed": "seed", **(kinds or {})}
    kinds = {name: kinds.get(name, "size") for name in good}
    return Entry(good, kinds, set(optional), too_large or {})


START = np.array([1.0, 0.0, 2.0])
SHAPE = np.array([1.0, -2.0, 3.0])
DUAL = np.array([2.0, -1.0])
LABELS = np.array([1.0, -1.0])
MEASUREMENTS = np.array([[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], [[1.0, 0.0, 1.0], [2.0, -1.0, 0.0]]])
NETWORK = implicit_bias.two_layer.Network([[1.0, 0.5, 2.0], [-1.0, 1.0, 0.5]], [[1.0, 2.0], [0.5, -1.0]])
HIDDEN = np.array([[1.0, 0.5, 2.0], [-1.0, 1.0, 0.5], [0.5, -1.0, 1.0]])
LAYERS = (np.array([[1.0, 0.5, 2.0], [-1.0, 1.0, 0.5]]), np.array([[1.0, 2.0]]))
OUTPUTS = np.array([[1.0, 2.0], [3.0, -4.0]])


def diagonal(kinds=None, **good):
    network = {"depth": "depth", "shape": "shape", "nonnegative": "boolean"}
    return regression(
        **good,
        depth=3,
        shape=SHAPE,
        nonnegative=False,
        kinds={**network, **(kinds or {})},
        optional={"shape", "start"},
    )


def answered(kinds=None, optional=(), **good):
    """A call that judges an answer."""
    arrays = {name: "vector" for name in ("x", "dual") if name in good or name == "x"}
    return regression(x=START, **good, kinds={**arrays, **(kinds or {})}, optional=optional)


def depth_two(kinds=None, **good):
    """A call about networks of depth 2, the only ones that baselines know."""
    kinds = {"shape": "nonzero vector", "nonnegative": "boolean", **(kinds or {})}
    return regression(**good, shape=SHAPE, nonnegative=False, kinds=kinds, optional={"shape"})


def labelled(kinds=None, optional=(), **good):
    """A call that takes labels in the place of targets."""
    arrays = {name: "vector" for name in ("x", "dual") if name in good}
    return regression(**{**good, "y": LABELS}, kinds={"y": "labels", **arrays, **(kinds or {})}, optional=optional)


def factors(kinds=None, optional=(), **good):
    """A call about two factors, of which the second may have another number of rows."""
    measured = {"measurements": "measurements", "y": "vector"} if "measurements" in good else {}
    arrays = {"U": np.array([[1.0, 0.0], [2.0, 1.0]]), "V": np.array([[1.0, -1.0], [2.0, 0.0], [0.0, 1.0]])}
    return Entry({**arrays, **good}, {"U": "matrix", "V": "matrix", **measured, **(kinds or {})}, set(optional))


def spanned():
    """A call that compares a factor with the columns of a matrix, one of which lies in the span of the others."""
    columns = np.array([[1.0, 2.0], [0.0, 0.0], [2.0, 4.0]])
    return Entry({"U": X.T, "truth": columns}, {"U": "inputs of rows", "truth": "columns"})


def network(kinds=None, optional=(), **good):
    """A call about a two-layer network, or one that trains it."""
    networks = {name: "network" for name in ("network", "other", "start", "change")}
    kinds = {**networks, "X": "inputs", "y": "outputs", **(kinds or {})}
    good = {"X": X, **good}
    return Entry(good, {name: kinds[name] for name in good}, set(optional))


def quadratic(weights):
    """A model of two examples whose coefficients are squares, and its derivatives."""
    return weights**2 @ X.T, 2 * X * weights[:, np.newaxis]


def layered(kinds=None, **good):
    """A call about a linear network with one output."""
    kinds = {"X": "inputs", "Y": "outputs", "weights": "weights", **(kinds or {})}
    good = {"weights": LAYERS, **good}
    return Entry(good, {name: kinds[name] for name in good})
