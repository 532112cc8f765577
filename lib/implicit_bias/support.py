"""From a guess of the support vectors of a hard margin to weights that are right to rounding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from implicit_bias.validate import FloatArray

__all__ = ["sharpened"]

# How large a multiplier must be, next to the largest, for its example to be taken for a support vector.
SLACKS = (1e-8, 1e-6, 1e-4, 1e-2)


def sharpened(
    signed: FloatArray, multipliers: FloatArray, labels: FloatArray | None = None
) -> Iterator[tuple[FloatArray, float, FloatArray]]:
    """Yield weights, bias and multipliers for which the supposed support vectors have the margin 1.

    Parameters
    ----------
    signed : (n, d) array
        The examples times their labels.
    multipliers : (n,) array, >= 0
        Roughly those of the hard margin, at any scale.
    labels : (n,) array, default zeros
        What a unit of bias adds to each margin.

    Notes
    -----
    Candidates to be judged: a wrong guess gives weights that do not separate, or multipliers that prove less.
    """
    labels = np.zeros(len(signed)) if labels is None else labels
    for slack in SLACKS:
        support = multipliers > slack * np.max(multipliers)
        # Weights in the row space of the support vectors, whose margins are 1, and multipliers that sum up to them.
        gram = signed[support] @ signed[support].T
        border = labels[support]
        saddle = np.block([[gram, border[:, np.newaxis]], [border, np.zeros((1, 1))]])
        solution = np.linalg.lstsq(saddle, np.append(np.ones(len(border)), 0.0))[0]
        exact = np.zeros(len(signed))
        exact[support] = np.maximum(solution[:-1], 0)
        yield signed.T @ exact, float(solution[-1]), exact
