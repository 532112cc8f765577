"""Linear regression with the loss ½‖Xβ − y‖², solved exactly along the singular vectors of X.

Minimum norm, ridge, gradient descent and gradient flow differ in one thing only: how far along each singular
direction they have moved from where they started to the nearest minimiser.
With ``X = U diag(sigma) V'`` on the nonzero singular values, all of them are

    β = start + V diag(progress) (U'y / sigma − V' start),

and nothing is assumed about the shape or the rank of ``X``.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["gradient_descent", "gradient_flow", "min_norm", "ridge", "spectral_filter", "step_threshold"]


def min_norm(X: ArrayLike, y: ArrayLike) -> FloatArray:
    """Return the shortest minimiser of the loss.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array

    Returns
    -------
    (d,) array, the minimiser of ``norm(beta)`` among the minimisers of ``norm(X @ beta - y)``

    Raises
    ------
    ValueError
        If shapes disagree or an entry is not finite.

    Notes
    -----
    ``X^+ y`` with the pseudoinverse ``X^+ = V diag(1 / sigma) U'``. Singular values below
    ``max(n, d) * eps * sigma_1`` count as zero. Lecture 13, Corollary 13.2.
    """
    X, y = validate.regression(X, y)
    return _move(X, y, np.zeros(X.shape[1]), progress=np.ones_like)


def spectral_filter(X: ArrayLike, y: ArrayLike, filter: Callable[[FloatArray], ArrayLike]) -> FloatArray:
    """Return the minimum-norm solution with each of its spectral components damped.

    Parameters
    ----------
    X : (n, d) array of rank k
    y : (n,) array
    filter : callable
        Maps the (k,) nonzero eigenvalues of ``X.T @ X``, largest first, to (k,) factors: 1 keeps a component
        of the minimum-norm solution, 0 removes it.

    Returns
    -------
    (d,) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or ``filter`` returns anything but k finite numbers.

    Notes
    -----
    ``V diag(filter(sigma**2) / sigma) U'y``. Slides on gradient descent, early stopping as a filter.
    """
    X, y = validate.regression(X, y)
    filter = validate.function("filter", filter)
    return _move(
        X,
        y,
        np.zeros(X.shape[1]),
        progress=lambda sigma: validate.returned("filter", filter(sigma**2), sigma.shape),
    )


def ridge(X: ArrayLike, y: ArrayLike, penalty: float) -> FloatArray:
    """Return the minimiser of ``norm(X @ beta - y)**2 + penalty * norm(beta)**2``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    penalty : float, > 0

    Returns
    -------
    (d,) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or ``penalty`` is not positive.

    Notes
    -----
    The spectral filter ``mu / (mu + penalty)``. As the penalty vanishes it tends to ``min_norm(X, y)``,
    from a distance of at most ``penalty / (sigma_k**2 + penalty) * norm(min_norm(X, y))`` for the smallest
    nonzero singular value ``sigma_k``. Slides on gradient descent, ridge limit.
    """
    penalty = validate.positive("penalty", penalty)
    return spectral_filter(X, y, lambda eigenvalues: eigenvalues / (eigenvalues + penalty))


def step_threshold(X: ArrayLike) -> float:
    """Return the step size at which gradient descent stops converging.

    Parameters
    ----------
    X : (n, d) array

    Returns
    -------
    float
        ``2 / sigma_1**2``: below it gradient descent converges from every start. Infinity if ``X`` is zero.

    Raises
    ------
    ValueError
        If ``X`` is not a finite matrix.

    Notes
    -----
    Lecture 12, step size of gradient descent; Lecture 13, Section 13.2.1.
    """
    _, sigma, _ = _spectrum(validate.matrix("X", X))
    return 2 / float(sigma[0]) / float(sigma[0]) if sigma.size else np.inf


def gradient_descent(
    X: ArrayLike, y: ArrayLike, step: float, steps: ArrayLike, start: ArrayLike | None = None
) -> FloatArray:
    """Return exact iterates of gradient descent, at a cost that does not depend on their number.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    step : float, > 0
        The step size; from ``step_threshold(X)`` on the iterates need not converge.
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.
    start : (d,) array, default zeros

    Returns
    -------
    (d,) array if ``steps`` is an integer, else (len(steps), d) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``step`` is not positive or ``steps`` not integers >= 0.
    ConvergenceError
        If ``step`` is so far beyond the threshold that an iterate overflows.

    Notes
    -----
    After t steps of ``beta -= step * X.T @ (X @ beta - y)`` the component along a singular direction has
    covered ``1 - (1 - step * sigma**2)**t`` of its way. Below the threshold the limit is the minimiser
    nearest to the start, and ``min_norm(X, y)`` if the start is in the row space of ``X``. Lecture 13,
    Theorem 13.3; Lecture 12, unrolled gradient descent and gradient descent from z.
    """
    X, y = validate.regression(X, y)
    step = validate.positive("step", step)
    counts = validate.integers("steps", steps)
    # A column, so that one count gives (d,) and a sequence gives (len(steps), d) by broadcasting alone.
    column = counts[..., np.newaxis]
    # Overflow is reported below, as an error with a remedy.
    with np.errstate(over="ignore", invalid="ignore"):
        iterates = _move(X, y, _start(start, X), lambda sigma: _one_minus_power(step * sigma * sigma, column))
    if not np.all(np.isfinite(iterates)):
        raise ConvergenceError(
            f"gradient descent overflows after at most {counts.max()} steps: "
            f"step = {step} is beyond the threshold 2 / sigma_1**2 = {step_threshold(X)}"
        )
    return iterates


def gradient_flow(X: ArrayLike, y: ArrayLike, times: ArrayLike, start: ArrayLike | None = None) -> FloatArray:
    """Return gradient flow, the limit of gradient descent with vanishing steps, at the given times.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    times : 1-D sequence of floats, >= 0
        Flow time, that is number of steps times step size. ``numpy.inf`` gives the limit.
    start : (d,) array, default zeros

    Returns
    -------
    (len(times), d) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or a time is negative.

    Notes
    -----
    The solution of ``beta' = -X.T @ (X @ beta - y)``: at time t the component along a singular direction has
    covered ``1 - exp(-t * sigma**2)`` of its way. Lecture 13, Theorem 13.3, in continuous time.
    """
    X, y = validate.regression(X, y)
    column = validate.times("times", times)[:, np.newaxis]
    # A time so large that its product overflows is the limit.
    with np.errstate(over="ignore"):
        return _move(X, y, _start(start, X), progress=lambda sigma: -np.expm1(-column * sigma * sigma))


def _start(start: ArrayLike | None, X: FloatArray) -> FloatArray:
    return np.zeros(X.shape[1]) if start is None else validate.vector("start", start, length=X.shape[1])


def _spectrum(X: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ``U``, ``sigma``, ``Vt`` restricted to the nonzero singular values, largest first."""
    U, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    k = np.count_nonzero(sigma > max(X.shape) * np.finfo(float).eps * sigma[0])
    return U[:, :k], sigma[:k], Vt[:k]


def _move(X: FloatArray, y: FloatArray, start: FloatArray, progress: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Move each spectral component of ``start`` by a fraction ``progress(sigma)`` towards the minimisers."""
    U, sigma, Vt = _spectrum(X)
    way = U.T @ y / sigma - Vt @ start
    # A component that starts at its goal stays there, even if the progress of the others overflows.
    return start + np.where(way == 0, 0, progress(sigma) * way) @ Vt


def _one_minus_power(rate: FloatArray, exponent: NDArray[np.integer]) -> FloatArray:
    """Return ``1 - (1 - rate)**exponent``, to full relative accuracy for tiny rates and huge exponents."""
    # |1 - rate| = 1 - min(rate, 2 - rate), and 2 - rate is exact where it matters, at rates from 1 to 4.
    # At rate 1 the logarithm is -inf, which is right for all exponents but 0.
    with np.errstate(divide="ignore", invalid="ignore"):
        log_power = exponent * np.log1p(-np.minimum(rate, 2 - rate))
    negative = (rate > 1) & (exponent % 2 == 1)
    return np.where(exponent == 0, 0, np.where(negative, 1 + np.exp(log_power), -np.expm1(log_power)))
