"""Certificates for matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.nuclear import measured
from implicit_bias.certificate import Certificate, quotient, residuals, scaled, slopes_of

__all__ = ["nuclear_norm"]


def nuclear_norm(
    measurements: ArrayLike, y: ArrayLike, x: ArrayLike, dual: ArrayLike, *, psd: bool = False
) -> Certificate:
    """Test whether ``x`` has the smallest nuclear norm of all matrices with given measurements.

    Parameters
    ----------
    measurements : (n, d1, d2) array
    y : (n,) array
        The inner product of the matrix with each measurement.
    x : (d1, d2) array
    dual : (n,) array
    psd : bool
        Whether the matrix must be positive semidefinite.

    Returns
    -------
    Certificate
        Feasibility is that ``x`` has the measurements ``y``, and is symmetric without negative eigenvalues if
        ``psd``. With ``S = sum_i dual[i] A_i``, or its symmetric part if ``psd``, the dual domain is that no singular
        value of S, or no eigenvalue, is above 1; complementarity that the sum of the singular values of ``x`` is its
        inner product with S.

    Raises
    ------
    ValueError
        If shapes disagree or an entry is not finite.
    """
    psd = validate.boolean("psd", psd)
    A, y = measured(measurements, y, psd)
    matrix = validate.matrix("x", x)
    if matrix.shape != A.shape[1:]:
        raise ValueError(f"x must have shape {A.shape[1:]} to match measurements, got {matrix.shape}")
    rows, dual = A.reshape(len(A), -1), validate.vector("dual", dual)
    if len(dual) != len(A):
        raise ValueError(f"dual must have length {len(A)} to match measurements, got length {len(dual)}")
    S = slopes_of(rows, dual).reshape(matrix.shape)
    rows, y, entries = scaled(rows, y, matrix.ravel())
    residual, size = residuals(rows, y, entries)
    M, largest = entries.reshape(matrix.shape), np.max(np.abs(entries))
    outside = 0.0
    if psd:
        eigenvalues = np.linalg.eigvalsh((M + M.T) / 2)
        negative = quotient(np.minimum(0, eigenvalues[0]), np.max(np.abs(eigenvalues)))
        outside = max(negative, quotient(np.max(np.abs(M - M.T)), largest))
    top = np.linalg.eigvalsh(S)[-1] if psd else np.linalg.norm(S, 2)
    total = np.sum(np.linalg.svd(M, compute_uv=False))
    return Certificate(
        feasibility=max(quotient(residual, size), outside),
        dual=float(max(0, top - 1)),
        complementarity=quotient(total - np.sum(M * S), total),
    )
