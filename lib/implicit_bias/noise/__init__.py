"""Descent with noise: steps along estimates of the gradient."""

from implicit_bias.noise.sgd import sgd

__all__ = ["sgd"]
