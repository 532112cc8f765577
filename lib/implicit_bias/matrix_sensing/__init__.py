"""Matrix sensing: a matrix of low rank from few linear measurements, by gradient descent on its factors.

An operator measures matrices: ``measure(M)[i]`` is the inner product with its i-th matrix, divided by the root of
their number. A factor U of any width stands for ``U @ U.T``, two for ``U @ V.T``.
"""

from implicit_bias.matrix_sensing.descent import gradient_descent, power_method
from implicit_bias.matrix_sensing.operators import CosineOperator, GaussianOperator
from implicit_bias.matrix_sensing.subspaces import angle, imbalance, signal_and_noise, symmetrize

__all__ = [
    "CosineOperator",
    "GaussianOperator",
    "angle",
    "gradient_descent",
    "imbalance",
    "power_method",
    "signal_and_noise",
    "symmetrize",
]
