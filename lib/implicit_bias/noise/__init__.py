"""Descent with noise: fresh noise on the labels at every step, and what it penalises.

The loss is ``norm(f - y)**2 / (2 * n)``, half the mean of the squares over the n examples.
"""

from implicit_bias.noise.label_noise import label_noise_descent, regularizer

__all__ = ["label_noise_descent", "regularizer"]
"""Descent with noise: steps along estimates of the gradient."""

from implicit_bias.noise.sgd import sgd

__all__ = ["sgd"]
