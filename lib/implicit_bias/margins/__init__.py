"""Linear classifiers through the origin: perceptron, logistic regression and steepest descent on the way to a margin.

The loss is the sum over the examples of ``log(1 + exp(-m))`` or ``exp(-m)``, where ``m = y * (X @ w)``, without a
factor in front. Labels are 1 and -1. For a bias append a column of ones to ``X``, which penalizes it like a weight.
"""

from implicit_bias.margins.flow import gradient_flow, max_margin_direction
from implicit_bias.margins.mistakes import Perceptron, perceptron
from implicit_bias.margins.steps import gradient_descent, steepest_descent

__all__ = [
    "Perceptron",
    "gradient_descent",
    "gradient_flow",
    "max_margin_direction",
    "perceptron",
    "steepest_descent",
]
