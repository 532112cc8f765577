"""From a guess of the support vectors of a hard margin to weights that are right to rounding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from implicit_bias.validate import FloatArray

__all__ = ["nearest", "sharpened"]

# How large a multiplier must be, next to the largest, for its example to be taken for a support vector.
SLACKS = (1e-8, 1e-6, 1e-4, 1e-2)


def nearest(signed: FloatArray) -> FloatArray:
    """Return the weights of that convex combination of the rows which is nearest to 0, up to a factor.

    Parameters
    ----------
    signed : (n, d) array
        The examples times their labels.

    Returns
    -------
    (n,) array, >= 0
        The multipliers of the hard margin without a bias, or zeros if none are found.
    """
    from scipy.optimize import nnls

    # Whatever the weight of the condition that they add up to 1, it changes their size only.
    rows = np.vstack([signed.T, np.full(len(signed), np.max(np.abs(signed), initial=0.0))])
    target = np.append(np.zeros(signed.shape[1]), rows[-1, 0])
    try:
        return nnls(rows, target)[0]
    except RuntimeError:
        return np.zeros(len(signed))


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
    if not np.max(multipliers) > 0:
        return
    labels = np.zeros(len(signed)) if labels is None else labels
    for slack in SLACKS:
        support = multipliers > slack * np.max(multipliers)
        # The shortest weights with these margins, and the multipliers that sum up to them. A bias is free, so both
        # are found among the combinations of examples in which it cancels.
        rows, border = signed[support], labels[support]
        free = _orthogonal(border)
        weights = np.linalg.lstsq(free.T @ rows, free.T @ np.ones(len(border)))[0]
        exact = np.zeros(len(signed))
        exact[support] = np.maximum(free @ np.linalg.lstsq(rows.T @ free, weights)[0], 0)
        bias = border @ (1 - rows @ weights) / max(1.0, border @ border)
        yield weights, float(bias), exact


def _orthogonal(vector: FloatArray) -> FloatArray:
    """Return an orthonormal basis of what is orthogonal to a vector, as columns."""
    if not np.any(vector):
        return np.eye(len(vector))
    return np.linalg.qr(vector[:, np.newaxis], mode="complete")[0][:, 1:]
