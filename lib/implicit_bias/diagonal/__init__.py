"""Diagonal linear networks."""

from implicit_bias.diagonal.descent import gradient_descent
from implicit_bias.diagonal.flow import gradient_flow
from implicit_bias.diagonal.limits import limit, path, solve
from implicit_bias.diagonal.potential import entropy, potential
from implicit_bias.diagonal.result import Limit, Path

__all__ = ["Limit", "Path", "entropy", "gradient_descent", "gradient_flow", "limit", "path", "potential", "solve"]
