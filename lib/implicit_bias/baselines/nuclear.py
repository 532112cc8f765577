"""The matrix with the smallest sum of singular values among those with given measurements."""

from __future__ import annotations

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.solution import GAP, Solution, certified
from implicit_bias.baselines.solvers import clarabel
from implicit_bias.baselines.system import System, system
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import length, shifted
from implicit_bias.validate import FloatArray

__all__ = ["measured", "nuclear_norm"]

NO_MATRIX = "y is not what a positive semidefinite matrix measures"


def nuclear_norm(measurements: ArrayLike, y: ArrayLike, *, psd: bool = False) -> Solution:
    """Find the matrix with given measurements and the smallest sum of singular values.

    Parameters
    ----------
    measurements : (n, d1, d2) array
    y : (n,) array
        The inner product of the matrix with each measurement.
    psd : bool
        Whether the matrix must be positive semidefinite. Then d1 is d2, and the symmetric parts measure.

    Returns
    -------
    Solution
        ``x`` (d1, d2) has the smallest nuclear norm of all matrices, or positive semidefinite ones, whose inner
        products with the measurements are y.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, no matrix has these measurements to nine digits, ``psd`` and no
        positive semidefinite one has them, or the solution is beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6, or an eigenvalue below ``-GAP`` times the largest, if ``psd``.

    Notes
    -----
    A semidefinite programme, solved by Clarabel. The lower bound is ``y @ dual``, where ``sum_i dual[i] A_i`` has no
    singular value above 1, or no eigenvalue if ``psd``. The equations hold to rounding.
    Beyond the lazy regime, final error.
    """
    psd = validate.boolean("psd", psd)
    A, y = measured(measurements, y, psd)
    try:
        return _nuclear_norm(A, y, psd)
    except ValueError as error:
        if "column space" in str(error):
            raise ValueError(NO_MATRIX if psd else "y is not what any matrix measures") from None
        raise ValueError(str(error).replace("X ", "measurements ", 1)) from None
    except ConvergenceError as error:
        raise ConvergenceError(str(error).replace("X is", "measurements are")) from None


def measured(measurements: ArrayLike, y: ArrayLike, psd: bool) -> tuple[FloatArray, FloatArray]:
    """Return the matrices that measure, their symmetric parts if ``psd``, and the values."""
    if hasattr(measurements, "measure") and hasattr(measurements, "adjoint"):
        raise ValueError(
            f"measurements must be an array (n, d1, d2) of matrices, got a {type(measurements).__name__}: for operator "
            "pass np.array([operator.adjoint(row) for row in np.eye(operator.n)])"
        )
    A = validate.numbers("measurements", measurements)
    if A.ndim != 3 or A.size == 0 or (psd and A.shape[1] != A.shape[2]):
        raise ValueError(f"measurements must have shape (n, {'d, d' if psd else 'd1, d2'}), got {A.shape}")
    y = validate.vector("y", y)
    if len(y) != len(A):
        raise ValueError(f"y must have length {len(A)} to match measurements, got length {len(y)}")
    if psd:
        A = A / 2 + A.transpose(0, 2, 1) / 2
    return A, y


def _nuclear_norm(A: FloatArray, y: FloatArray, psd: bool) -> Solution:
    equations = system(A.reshape(len(A), -1), y)
    if not np.any(equations.target):
        nothing = np.zeros(A.shape[1:])
        return Solution(nothing, objective=0.0, gap=0.0, residual=length(y), dual=np.zeros(len(y)))
    M, nu = _solved(equations, A.shape[1:], psd)
    values = np.linalg.eigvalsh(M) if psd else np.linalg.svd(M, compute_uv=False)
    if np.min(values) < -GAP * np.max(values):
        raise ConvergenceError("the solver left negative eigenvalues: the measurements are too badly conditioned")
    S = (equations.rows.T @ nu).reshape(M.shape)
    nu = nu / (np.linalg.eigvalsh(S)[-1] if psd else norm(S, 2))
    x, objective = equations.x(M), float(np.sum(np.abs(values)))
    return certified(
        Solution(
            x,
            float(shifted(objective, equations.exponent)),
            gap=float(shifted(objective - equations.target @ nu, equations.exponent)),
            residual=equations.residual(x.ravel()),
            dual=equations.dual(nu),
        ),
        "the measurements are too badly conditioned",
    )


def _solved(equations: System, shape: tuple[int, ...], psd: bool) -> tuple[FloatArray, FloatArray]:
    """Return the matrix, which has the measurements to all digits, and the multipliers."""
    import cvxpy  # takes more than a second
    from scipy.linalg import solve_triangular

    # On orthonormal equations the solver does not notice the condition of the measurements.
    Q, R = np.linalg.qr(equations.rows.T)
    goal = solve_triangular(R, equations.target, trans="T")
    size = norm(goal)
    unknown = cvxpy.Variable(shape, PSD=True) if psd else cvxpy.Variable(shape)
    measured = Q.T @ cvxpy.vec(unknown, order="C") == goal / size
    smallest = cvxpy.Minimize(cvxpy.trace(unknown) if psd else cvxpy.normNuc(unknown))
    clarabel(cvxpy.Problem(smallest, [measured]), NO_MATRIX)
    M = unknown.value.ravel()
    M = M + Q @ (goal / size - Q.T @ M)
    return size * M.reshape(shape), solve_triangular(R, -measured.dual_value)
