"""Two-layer ReLU networks: gradients by hand, descent to a given loss, tangent kernels, the first step.

The network ``x -> outer.T @ relu(hidden @ x)`` has the loss ``norm(predict(network, X) - y)**2``, a sum over examples
and outputs. ``y`` has one row for each example and one column for each output. A loss to stop at is a part of
``norm(y)**2``, the loss of the function 0. Biases are the weights of a column of ones in ``X``; only in what concerns
the first step they stand apart, and ``y`` is a vector there.
"""

from implicit_bias.two_layer.descent import Trained, train
from implicit_bias.two_layer.first_step import (
    Features,
    first_step_features,
    first_step_gradients,
    without_linear_part,
)
from implicit_bias.two_layer.kernel import linear_flow, linearized, tangent_kernel
from implicit_bias.two_layer.network import Network, gradient, predict, unbiased_start

__all__ = [
    "Features",
    "Network",
    "Trained",
    "first_step_features",
    "first_step_gradients",
    "gradient",
    "linear_flow",
    "linearized",
    "predict",
    "tangent_kernel",
    "train",
    "unbiased_start",
    "without_linear_part",
]
