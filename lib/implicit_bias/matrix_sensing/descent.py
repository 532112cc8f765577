"""Gradient descent on the factors of a matrix that is measured."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import TooLarge
from implicit_bias.validate import FloatArray

__all__ = ["Operator", "gradient_descent", "power_method"]


class Operator(Protocol):
    """Linear measurements of matrices."""

    @property
    def shape(self) -> tuple[int, int]:
        """That of the matrices."""

    @property
    def n(self) -> int:
        """The number of measurements."""

    def measure(self, M: ArrayLike) -> FloatArray:
        """Return the (n,) measurements of a matrix."""

    def adjoint(self, v: ArrayLike) -> FloatArray:
        """Return the matrix whose inner product with each other one is that of ``v`` with its measurements."""


def gradient_descent(
    operator: Operator, y: ArrayLike, U: ArrayLike, V: ArrayLike | None = None, *, step: float, steps: ArrayLike
) -> FloatArray | tuple[FloatArray, FloatArray]:
    """Return the factors after steps of gradient descent.

    Parameters
    ----------
    operator : GaussianOperator, CosineOperator, or another with ``shape``, ``n``, ``measure`` and ``adjoint``
    y : (n,) array
        The measurements.
    U : (d1, r) array
        Where the descent starts.
    V : (d2, r) array, optional
        The second factor; by default it is U.
    step : float, > 0
        The step size.
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.

    Returns
    -------
    array, or pair of them if V is given
        Of the shapes of the factors, or with a first axis for a sequence of steps.

    Raises
    ------
    ValueError
        If an entry is not finite, the shapes do not fit, or a number is out of range.
    ConvergenceError
        If the factors overflow.

    Notes
    -----
    The loss is ``norm(measure(U @ U.T) - y)**2 / 4`` for one factor, ``norm(measure(U @ V.T) - y)**2 / 2`` for two.
    With ``G = adjoint(y - measure(...))`` a step adds ``step * G @ U``, the symmetric part of G for one factor,
    or ``step * G @ V`` and ``step * G.T @ U``. Beyond the lazy regime, low-rank reconstruction.
    """
    U, V, y = _factors(operator, y, U, V)
    step, counts = validate.positive("step", step), validate.integers("steps", steps)
    wanted, kept = set(counts.ravel().tolist()), {}
    for done in range(int(counts.max()) + 1):
        if done in wanted:
            kept[done] = U, V
        if done < counts.max():
            U, V = _stepped(operator, y, U, V, step)
        if not all(np.all(np.isfinite(one)) for one in (U, V) if one is not None):
            raise ConvergenceError(f"gradient descent overflows within {done + 1} steps: choose a smaller step")
    paths = [
        np.array([kept[count][i] for count in counts.ravel().tolist()]).reshape(counts.shape + one.shape)
        for i, one in enumerate((U, V))
        if one is not None
    ]
    return paths[0] if V is None else (paths[0], paths[1])


def power_method(Z: ArrayLike, U: ArrayLike, step: float, steps: ArrayLike) -> FloatArray:
    """Return ``(I + step * Z)^steps @ U``, without normalization.

    Parameters
    ----------
    Z : (d, d) array, symmetric
    U : (d, r) array
    step : float, > 0
    steps : int, >= 0, or 1-D sequence of them

    Returns
    -------
    (d, r) array, or (len(steps), d, r) for a sequence

    Raises
    ------
    ValueError
        If an entry is not finite, Z is not symmetric to twelve digits, the shapes do not fit, a number is out of
        range, or the result is.

    Notes
    -----
    By the eigenvalues of Z, whatever the number of steps is. Beyond the lazy regime, symmetric case.
    """
    Z, U = validate.matrix("Z", Z), validate.matrix("U", U)
    if Z.shape[0] != Z.shape[1]:
        raise ValueError(f"Z must be square, got shape {Z.shape}")
    if len(U) != len(Z):
        raise ValueError(f"U must have {len(Z)} rows to match Z, got {len(U)}")
    if not np.allclose(Z, Z.T, rtol=0, atol=1e-12 * np.abs(Z).max()):
        raise ValueError("Z must be symmetric")
    step, counts = validate.positive("step", step), validate.integers("steps", steps)
    eigenvalues, vectors = np.linalg.eigh(Z / 2 + Z.T / 2)
    with np.errstate(over="ignore", invalid="ignore"):
        powers = (1 + step * eigenvalues) ** counts[..., np.newaxis]
        parts = vectors.T @ U
        powers = np.where(parts.any(axis=1), powers, 0)  # what is not there does not grow
        result = (vectors * powers[..., np.newaxis, :]) @ parts
    if not np.all(np.isfinite(result)):
        raise ValueError(f"steps must leave the result in the range of floats, got up to {counts.max()}")
    return result


def _stepped(
    operator: Operator, y: FloatArray, U: FloatArray, V: FloatArray | None, step: float
) -> tuple[FloatArray, FloatArray | None]:
    with np.errstate(over="ignore", invalid="ignore"):
        product = U @ (U if V is None else V).T
        if not np.all(np.isfinite(product)):
            return np.full_like(U, np.inf), V
        try:
            G = operator.adjoint(y - operator.measure(product))
        except TooLarge:
            return np.full_like(U, np.inf), V
        if V is None:
            return U + step * ((G + G.T) / 2 @ U), None
        return U + step * (G @ V), V + step * (G.T @ U)


def _factors(
    operator: Operator, y: ArrayLike, U: ArrayLike, V: ArrayLike | None
) -> tuple[FloatArray, FloatArray | None, FloatArray]:
    if not all(hasattr(operator, name) for name in ("shape", "n", "measure", "adjoint")):
        of_shape = f" of shape {operator.shape}" if hasattr(operator, "shape") else ""
        raise ValueError(f"operator must have shape, n, measure and adjoint, got {type(operator).__name__}{of_shape}")
    y, U = validate.vector("y", y), validate.matrix("U", U)
    if len(y) != operator.n:
        raise ValueError(f"y must have length {operator.n}, one for each measurement, got {len(y)}")
    if len(U) != operator.shape[0]:
        raise ValueError(f"U must have {operator.shape[0]} rows to match operator, got {len(U)}")
    if V is None:
        if operator.shape[0] != operator.shape[1]:
            raise ValueError(f"V must be given, for operator measures matrices of shape {operator.shape}")
        return U, None, y
    V = validate.matrix("V", V)
    if V.shape != (operator.shape[1], U.shape[1]):
        raise ValueError(f"V must have shape {(operator.shape[1], U.shape[1])}, got {V.shape}")
    return U, V, y
