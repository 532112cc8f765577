"""Linear algebra with sums in a fixed order, for data that are the same on every machine to the last bit."""

import math

import numpy as np

from implicit_bias.validate import FloatArray

__all__ = ["largest_eigenvalue", "orthonormal", "product"]


def product(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return ``first @ second``, with sums in a fixed order."""
    if second.ndim == 1:
        return _sum(first * second)
    total = np.zeros((len(first), second.shape[1]))
    for column, row in zip(first.T, second, strict=True):
        total += column[:, np.newaxis] * row
    return total


def _sum(terms: FloatArray) -> FloatArray:
    """Sum along the last axis, by adding its second half to its first as long as there are two."""
    while (length := terms.shape[-1]) > 1:
        half = (length + 1) // 2
        folded = terms[..., :half].copy()
        folded[..., : length - half] += terms[..., half:]
        terms = folded
    return terms[..., 0]


def largest_eigenvalue(gram: FloatArray) -> float:
    """Return the spectral norm of a positive semidefinite matrix, by squaring it until one direction is left."""
    power = gram
    for _ in range(60):
        power = power / power.diagonal().max()
        power = product(power, power)
    top = power[:, np.argmax(power.diagonal())]
    return float(product(top, product(gram, top)) / product(top, top))


def orthonormal(rows: FloatArray) -> FloatArray:
    """Orthonormalize rows, none of them reversed, so that those of a Gaussian matrix point everywhere alike."""
    for index, row in enumerate(rows):
        earlier = rows[:index]
        for _ in range(2):  # once is not enough for nearly parallel rows
            row = row - _sum(earlier.T * _sum(earlier * row)) if index else row
        rows[index] = row / math.sqrt(product(row, row))
    return rows
