"""Linear regression with the loss ½‖Xβ − y‖², solved exactly along the singular vectors of X.

Mind the ½: it sets the units of ``step``, ``steps`` and ``times``. Only ``ridge`` has another loss, without it.
The table *Three losses* of the page API says what to multiply by when a formula has another loss.

Minimum norm, ridge, gradient descent and gradient flow differ in one thing only: how far along each singular
direction they have moved from where they started to the nearest minimizer.
With ``X = U diag(sigma) V'`` on the nonzero singular values, all of them are

    β = start + V diag(progress) (U'y / sigma − V' start),

and nothing is assumed about the shape, the rank or the units of ``X``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import TooLarge, exponents, restored, shifted, unit
from implicit_bias.spectrum import spectrum
from implicit_bias.validate import FloatArray

__all__ = ["gradient_descent", "gradient_flow", "min_norm", "ridge", "spectral_filter", "step_threshold"]


def min_norm(X: ArrayLike, y: ArrayLike) -> FloatArray:
    """Return the shortest minimizer of the loss.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array

    Returns
    -------
    (d,) array, the minimizer of ``norm(beta)`` among the minimizers of ``norm(X @ beta - y)``

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, or the solution is beyond the range of floats.

    Notes
    -----
    ``X^+ y`` with the pseudoinverse ``X^+ = V diag(1 / sigma) U'``. Singular values up to
    ``max(n, d) * eps * sigma_1`` count as zero, with the ``eps`` of the type of ``X``: single precision has a
    coarser one. Lecture 13, Corollary 13.2.
    """
    components = _components(X, y)
    return components.moved(np.ones_like(components.sigma))


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
        If shapes disagree, an entry is not finite, ``filter`` returns anything but k finite numbers, or an
        eigenvalue or the solution is beyond the range of floats.

    Notes
    -----
    ``V diag(filter(sigma**2) / sigma) U'y``. Slides on gradient descent, early stopping as a filter.
    """
    components = _components(X, y)
    filter = validate.function("filter", filter)
    eigenvalues = [restored("X", mu, 2 * components.exponent, "an eigenvalue") for mu in components.sigma**2]
    return components.moved(validate.returned("filter", filter(np.array(eigenvalues)), components.sigma.shape))


def ridge(X: ArrayLike, y: ArrayLike, penalty: ArrayLike) -> FloatArray:
    """Return the minimizer of ``norm(X @ beta - y)**2 + penalty * norm(beta)**2``.

    Mind the missing ½: for ``norm(X @ beta - y)**2 / 2 + c * norm(beta)**2`` the penalty is ``2 * c``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    penalty : float, > 0, or 1-D sequence of them
        In the units of ``sigma**2``, as scikit-learn's ``Ridge(alpha)``.

    Returns
    -------
    (d,) array if ``penalty`` is a number, else (len(penalty), d) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``penalty`` is not positive, or the solution is beyond the
        range of floats.

    Notes
    -----
    The spectral filter ``mu / (mu + penalty)``. As the penalty vanishes it tends to ``min_norm(X, y)``,
    from a distance of at most ``penalty / (sigma_k**2 + penalty) * norm(min_norm(X, y))`` for the smallest
    nonzero singular value ``sigma_k``. Slides on gradient descent, ridge limit.
    """
    components = _components(X, y)
    mantissa, exponent = np.frexp(validate.positives("penalty", penalty)[..., np.newaxis])
    exponent = exponent - 2 * components.exponent
    # A penalty far above all eigenvalues makes all factors tiny: their common power of two goes to the end.
    shift = np.maximum(exponent, 0)
    eigenvalues = components.sigma**2
    factors = eigenvalues / (shifted(eigenvalues, -shift) + shifted(mantissa, exponent - shift))
    return components.moved(factors, shift=-shift)


def step_threshold(X: ArrayLike) -> float:
    """Return the step size at which gradient descent on the loss ½‖Xβ − y‖² stops converging.

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
        If ``X`` is not a finite matrix, or its threshold beyond the range of floats.

    Notes
    -----
    Without the ½ in the loss the threshold is half of this. Lecture 12, step size of gradient descent;
    Lecture 13, Section 13.2.1.
    """
    X, exponent = unit(validate.matrix("X", X))
    sigma = np.linalg.norm(X, ord=2)
    if sigma == 0:
        return np.inf
    return float(restored("X", 2 / sigma**2, -2 * exponent, "2 / sigma_1**2"))


def gradient_descent(
    X: ArrayLike, y: ArrayLike, step: float, steps: ArrayLike, start: ArrayLike | None = None
) -> FloatArray:
    """Return exact iterates of gradient descent, at a cost that does not depend on their number.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    step : float, > 0
        The step size for the loss ½‖Xβ − y‖², with the ½; from ``step_threshold(X)`` on the iterates need not
        converge.
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.
    start : (d,) array, default zeros

    Returns
    -------
    (d,) array if ``steps`` is an integer, else (len(steps), d) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``step`` is not positive or ``steps`` not integers >= 0, or
        an iterate is beyond the range of floats although ``step`` is below the threshold.
    ConvergenceError
        If ``step`` is so far beyond the threshold that an iterate overflows.

    Notes
    -----
    After t steps of ``beta -= step * X.T @ (X @ beta - y)`` the component along a singular direction has
    covered ``1 - (1 - step * sigma**2)**t`` of its way. Below the threshold the limit is the minimizer
    nearest to the start, and ``min_norm(X, y)`` if the start is in the row space of ``X``. Lecture 13,
    Theorem 13.3; Lecture 12, unrolled gradient descent and gradient descent from z.
    """
    components = _components(X, y)
    step = validate.positive("step", step)
    # A column, so that one count gives (d,) and a sequence gives (len(steps), d) by broadcasting alone.
    counts = validate.integers("steps", steps)[..., np.newaxis]
    rate, shift = components.rates(np.array(step))
    try:
        return components.moved(_one_minus_power(rate, counts), shift, _start(start, components))
    except TooLarge as error:
        if not np.any(rate > 2):
            raise
        raise ConvergenceError(
            f"gradient descent overflows after at most {counts.max()} steps: step = {step} is beyond the "
            f"threshold 2 / sigma_1**2 = {step_threshold(X)}, choose it below"
        ) from error


def gradient_flow(X: ArrayLike, y: ArrayLike, times: ArrayLike, start: ArrayLike | None = None) -> FloatArray:
    """Return gradient flow, the limit of gradient descent with vanishing steps, at the given times.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    times : float, >= 0, or 1-D sequence of them
        Flow time for the loss ½‖Xβ − y‖², with the ½, that is number of steps times step size. ``numpy.inf``
        gives the limit.
    start : (d,) array, default zeros

    Returns
    -------
    (d,) array if ``times`` is a number, else (len(times), d) array

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a time is negative, or the flow leaves the range of floats.

    Notes
    -----
    The solution of ``beta' = -X.T @ (X @ beta - y)``: at time t the component along a singular direction has
    covered ``1 - exp(-t * sigma**2)`` of its way. Lecture 13, Theorem 13.3, in continuous time.
    """
    components = _components(X, y)
    rate, shift = components.rates(validate.times("times", times)[..., np.newaxis])
    return components.moved(-np.expm1(-rate), shift, _start(start, components))


@dataclass(frozen=True, eq=False)
class _Components:
    """The problem along the singular vectors of ``X``.

    The singular values are ``sigma * 2**exponent``, and the components of the minimum-norm solution along the
    rows of ``Vt`` are ``goal * 2**goal_exponent``.
    """

    sigma: FloatArray
    Vt: FloatArray
    exponent: int
    goal: FloatArray
    goal_exponent: int

    def rates(self, times: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
        """Return ``times * singular values**2`` up to powers of two that are 0 unless the rates nearly underflow.

        Progress is proportional to rates so small, so that the power of two belongs to it as well.
        """
        mantissa, exponent = np.frexp(times)
        exponent = exponent + 2 * self.exponent
        shift = np.where(np.isfinite(times), np.minimum(exponent + 900, 0), 0)
        with np.errstate(over="ignore"):
            return shifted(mantissa, exponent - shift) * self.sigma**2, shift

    def moved(self, progress: FloatArray, shift: ArrayLike = 0, start: FloatArray | None = None) -> FloatArray:
        """Move each component of ``start`` by the fraction ``progress * 2**shift`` towards the minimizers."""
        if start is None or not np.any(start):
            return restored("y", self._steps(progress, self.goal), self.goal_exponent + np.asarray(shift))
        exponent = int(exponents(start))
        if np.any(self.goal):
            exponent = max(exponent, self.goal_exponent)
        way = shifted(self.goal, self.goal_exponent - exponent) - self.Vt @ shifted(start, -exponent)
        return restored("y", start + shifted(self._steps(progress, way), exponent + np.asarray(shift)), 0)

    def _steps(self, progress: FloatArray, way: FloatArray) -> FloatArray:
        # A component that starts at its goal stays there, even if the progress of the others overflows.
        with np.errstate(over="ignore", invalid="ignore"):
            return np.where(way == 0, 0, progress) * way @ self.Vt


def _components(X: ArrayLike, y: ArrayLike) -> _Components:
    precision = validate.precision(X)
    (X, exponent), (y, target_exponent) = map(unit, validate.regression(X, y))
    U, sigma, Vt = spectrum(X, precision)
    goal = U.T @ y / sigma
    return _Components(sigma, Vt, exponent, goal, target_exponent - exponent)


def _start(start: ArrayLike | None, components: _Components) -> FloatArray | None:
    return None if start is None else validate.vector("start", start, length=components.Vt.shape[1])


def _one_minus_power(rate: FloatArray, exponent: NDArray[np.integer]) -> FloatArray:
    """Return ``1 - (1 - rate)**exponent``, to full relative accuracy for tiny rates and huge exponents."""
    # |1 - rate| = 1 - min(rate, 2 - rate), and 2 - rate is exact where it matters, at rates from 1 to 4.
    # At rate 1 the logarithm is -inf, which is right for all exponents but 0. An overflow shows in the result.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log_power = exponent * np.log1p(-np.minimum(rate, 2 - rate))
        negative = (rate > 1) & (exponent % 2 == 1)
        return np.where(exponent == 0, 0, np.where(negative, 1 + np.exp(log_power), -np.expm1(log_power)))
