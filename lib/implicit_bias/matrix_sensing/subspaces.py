"""How far a factor has come: angles between subspaces, signal and noise, balance."""

from __future__ import annotations

import numpy as np
from numpy.linalg import norm, svd
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.scaling import finite
from implicit_bias.validate import FloatArray

__all__ = ["angle", "imbalance", "signal_and_noise", "symmetrize"]


def angle(U: ArrayLike, truth: ArrayLike) -> float:
    """Return the sine of the largest principal angle between the leading directions of U and the columns of another.

    Parameters
    ----------
    U : (d, r) array
        As many of its left singular vectors count as ``truth`` has independent columns.
    truth : (d, k) array, not zero

    Returns
    -------
    float, between 0 and 1

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, truth is zero, or U has a smaller rank.

    Notes
    -----
    If singular values are tied at the cut, the leading directions of U are not unique.
    """
    truth = validate.matrix("truth", truth)
    U, basis = _against(U, truth)
    left, values, _ = svd(U, full_matrices=False)
    if len(values) < basis.shape[1] or not values[basis.shape[1] - 1] > _cut(U) * values[0]:
        raise ValueError(f"U must have a rank of at least {basis.shape[1]}, that of truth")
    leading = left[:, : basis.shape[1]]
    return min(1.0, float(norm(leading - basis @ (basis.T @ leading), 2)))


def signal_and_noise(U: ArrayLike, truth: ArrayLike) -> tuple[float, float]:
    """Split a factor into what has reached the columns of another and what has not.

    Parameters
    ----------
    U : (d, r) array
    truth : (d, k) array, not zero, of rank at most r

    Returns
    -------
    signal : float
        The smallest singular value of ``basis.T @ U``, with an orthonormal basis of the columns of truth.
    noise : float
        The spectral norm of U on the orthogonal complement of the right singular vectors of ``basis.T @ U``.

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, truth is zero, or U has fewer columns than truth has rank.

    Notes
    -----
    With those right singular vectors as the columns of W, ``U = U W W.T + U W_perp W_perp.T``: the columns of
    ``U W_perp`` are orthogonal to truth. Beyond the lazy regime, saddle avoidance and local convergence.
    """
    truth = validate.matrix("truth", truth)
    U, basis = _against(U, truth)
    if U.shape[1] < basis.shape[1]:
        raise ValueError(f"U must have at least {basis.shape[1]} columns, the rank of truth, got {U.shape[1]}")
    _, values, right = svd(basis.T @ U)
    rest = right[basis.shape[1] :]
    return float(values[-1]), float(norm(U @ rest.T, 2)) if len(rest) else 0.0


@np.errstate(over="ignore", invalid="ignore")
def imbalance(U: ArrayLike, V: ArrayLike) -> FloatArray:
    """Return ``U.T @ U - V.T @ V``, which gradient flow on the product ``U @ V.T`` keeps.

    Parameters
    ----------
    U : (d1, r) array
    V : (d2, r) array

    Returns
    -------
    (r, r) array, symmetric

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, or the imbalance is beyond the range of floats.

    Notes
    -----
    Beyond the lazy regime, symmetrization.
    """
    U, V = validate.matrix("U", U), validate.matrix("V", V)
    if U.shape[1] != V.shape[1]:
        raise ValueError(f"V must have {U.shape[1]} columns, as U, got {V.shape[1]}")
    return finite("U", U.T @ U - V.T @ V, "the imbalance, or that of V,")


def symmetrize(A: ArrayLike) -> FloatArray:
    """Return the symmetric matrix with A above the diagonal and its transpose below.

    Parameters
    ----------
    A : (d1, d2) array

    Returns
    -------
    (d1 + d2, d1 + d2) array

    Raises
    ------
    ValueError
        If an entry is not finite, or A is no matrix.

    Notes
    -----
    Its eigenvalues are the singular values of A, the same with a minus sign, and zeros.
    Beyond the lazy regime, symmetrization.
    """
    A = validate.matrix("A", A)
    rows, columns = A.shape
    return np.block([[np.zeros((rows, rows)), A], [A.T, np.zeros((columns, columns))]])


def _against(U: ArrayLike, truth: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a factor, and an orthonormal basis of the columns of truth."""
    U = validate.matrix("U", U)
    if len(U) != len(truth):
        raise ValueError(f"U must have {len(truth)} rows, as truth, got {len(U)}")
    left, values, _ = svd(truth, full_matrices=False)
    if values[0] == 0:
        raise ValueError("truth must not be zero")
    return U, left[:, values > _cut(truth) * values[0]]


def _cut(M: FloatArray) -> float:
    """Return below which part of the largest a singular value is rounding."""
    return float(np.finfo(np.float64).eps) * max(M.shape)
