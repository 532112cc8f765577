"""The singular value decomposition without the part that is rounding."""

import numpy as np

from implicit_bias.validate import FloatArray

__all__ = ["spectrum"]


def spectrum(X: FloatArray, precision: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ``U``, ``sigma`` and ``Vt`` with ``X = U @ diag(sigma) @ Vt`` and without zeros in ``sigma``.

    Parameters
    ----------
    X : (n, d) array
        Its entries must not be so large or small that their squares overflow or all underflow.
    precision : float
        The relative error of an entry, ``validate.precision`` of what the caller passed.

    Returns
    -------
    (n, k), (k,) and (k, d) arrays, singular values largest first
        Those up to ``max(n, d) * precision * sigma[0]`` count as zero.
    """
    U, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    k = np.count_nonzero(sigma > max(X.shape) * precision * sigma[0])
    return U[:, :k], sigma[:k], Vt[:k]
