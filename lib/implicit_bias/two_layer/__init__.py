"""Two-layer ReLU networks without biases: gradients by hand, descent to a given loss, tangent kernels.

The network ``x -> outer.T @ relu(hidden @ x)`` has the loss ``norm(predict(network, X) - y)**2``, a sum over examples
and outputs. ``y`` has one row for each example and one column for each output. A loss to stop at is a part of
``norm(y)**2``, the loss of the function 0.
"""

from implicit_bias.two_layer.descent import Trained, train
from implicit_bias.two_layer.kernel import linear_flow, linearized, tangent_kernel
from implicit_bias.two_layer.network import Network, gradient, predict, unbiased_start

__all__ = [
    "Network",
    "Trained",
    "gradient",
    "linear_flow",
    "linearized",
    "predict",
    "tangent_kernel",
    "train",
    "unbiased_start",
]
