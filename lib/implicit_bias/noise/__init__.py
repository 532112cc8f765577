"""Descent with noise: steps along estimates of the gradient, and fresh noise on the labels and what it penalizes."""

from implicit_bias.noise.label_noise import label_noise_descent, regularizer
from implicit_bias.noise.sgd import sgd

__all__ = ["label_noise_descent", "regularizer", "sgd"]
