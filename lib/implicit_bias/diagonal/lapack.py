"""The routines of LAPACK that every step calls, without the checks of their wrappers, when SciPy is wanted."""

from __future__ import annotations

from functools import cache
from types import ModuleType

import numpy as np

from implicit_bias.validate import FloatArray

__all__ = ["solved", "transformed", "triangle"]


@cache
def _lapack() -> ModuleType:
    from scipy.linalg import lapack  # SciPy takes its time

    return lapack


def triangle(matrix: FloatArray) -> FloatArray:
    """Return the lower Cholesky factor of a symmetric matrix, which may be overwritten."""
    # The transpose is a matrix in Fortran's order, which need not be copied.
    factor, failed = _lapack().dpotrf(matrix.T, lower=1, overwrite_a=1, clean=0)
    if failed:
        raise np.linalg.LinAlgError("the matrix is not positive definite")
    return factor


def solved(factor: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution for the matrix of a Cholesky factor and a right-hand side, or several columns of them."""
    return _lapack().dpotrs(factor, right, lower=1)[0] if right.size else right


def transformed(factor: FloatArray, right: FloatArray, transposed: bool = False) -> FloatArray:
    """Return the solution for a lower triangle, or for its transpose, and columns of right-hand sides."""
    return _lapack().dtrtrs(factor, right, lower=1, trans=int(transposed))[0] if right.size else right
