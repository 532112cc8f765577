"""Where gradient flow on a diagonal network ends, by minimizing its potential."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.baselines.solution import Solution, certified, each
from implicit_bias.baselines.solvers import NO_NONNEGATIVE, clarabel
from implicit_bias.baselines.system import System, system
from implicit_bias.errors import ConvergenceError
from implicit_bias.scaling import shifted
from implicit_bias.validate import FloatArray

__all__ = ["diagonal_limit"]


def diagonal_limit(
    X: ArrayLike, y: ArrayLike, alpha: ArrayLike, shape: ArrayLike | None = None, nonnegative: bool = False
) -> Solution:
    """Find where gradient flow on a diagonal network of depth 2 ends, by minimizing its potential.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``
    alpha : float, > 0, or 1-D sequence of them
        Scale of the initialization ``w = alpha * shape``.
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    Solution
        ``x`` (d,) minimizes over ``X @ x == y`` and for ``start = alpha**2 * shape**2``
        ``(start * diagonal.potential(x / start)).sum()``, or over ``x >= 0`` as well
        ``diagonal.entropy(x, start)`` if nonnegative. For a sequence of alphas each field has a first axis.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive, an entry of ``shape`` is zero,
        no ``x`` solves the system to nine digits, ``nonnegative`` and no ``x >= 0`` solves it, or the solution is
        beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6.

    Notes
    -----
    The second opinion on ``diagonal.limit``, which is faster and reaches further: the potential of the signed
    network is the smallest sum of two entropies, of numbers as large as ``start``, so that for ``start`` far
    above ``x`` the solver's tolerance is above the objective, and that is an error. The lower bound is
    ``y @ dual - 2 * (start * (cosh(X.T @ dual) - 1)).sum()``, or ``y @ dual - (start * expm1(X.T @ dual)).sum()``
    if nonnegative, for any ``dual``. Zeros in ``x`` are no obstacle. Kernel and rich regimes, Theorem 1.
    """
    equations = system(X, y)
    d = equations.X.shape[1]
    alphas = validate.positives("alpha", alpha)
    shape = np.ones(d) if shape is None else validate.nonzero("shape", shape, length=d)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    # Logarithms, because the square of a small alpha is below every float.
    return each(lambda one: _limit(equations, one, 2 * (np.log(one) + np.log(np.abs(shape))), nonnegative), alphas)


def _limit(equations: System, alpha: float, log_start: FloatArray, nonnegative: bool) -> Solution:
    # If the target is zero the start is the only unit.
    exponent = equations.exponent if np.any(equations.target) else int(np.max(log_start) / np.log(2))
    equations = replace(equations, exponent=exponent)
    log_start = log_start - exponent * np.log(2)
    try:
        pairs = _candidates(equations, log_start, nonnegative)
    except ConvergenceError as error:
        raise ConvergenceError(f"alpha = {alpha} is out of the solver's reach: {error}") from error
    judged = [(*_judged(equations, z, nu, log_start, nonnegative), z, nu) for z, nu in pairs]
    # Among those that agree to rounding the last has the best small entries.
    rounding = 1e-14 * judged[-1][0]
    objective, gap, z, nu = min(reversed(judged), key=lambda one: max(abs(one[1]), rounding))
    x = equations.x(z)
    return certified(
        Solution(
            x,
            float(shifted(objective, exponent)),
            gap=float(shifted(gap, exponent)),
            residual=equations.residual(x),
            dual=equations.dual(nu),
        ),
        f"alpha = {alpha} is out of the solver's reach, diagonal.limit goes further",
    )


def _candidates(equations: System, log_start: FloatArray, nonnegative: bool) -> list[tuple[FloatArray, FloatArray]]:
    """Return the solver's answer and its multipliers, and those after Newton steps from it."""
    import cvxpy  # takes more than a second

    d = len(log_start)
    if not nonnegative and not np.any(equations.target):
        return [(np.zeros(d), np.zeros(len(equations.rows)))]
    if not len(equations.rows):
        return [(np.exp(log_start), np.zeros(0))]
    parts = [cvxpy.Variable(d) for _ in range(1 if nonnegative else 2)]
    network = parts[0] if nonnegative else parts[0] - parts[1]
    # The relative entropy to the start, without its constant.
    entropies = [cvxpy.sum(-cvxpy.entr(part) - cvxpy.multiply(1 + log_start, part)) for part in parts]
    interpolates = equations.rows @ network == equations.target
    clarabel(cvxpy.Problem(cvxpy.Minimize(cvxpy.sum(entropies)), [interpolates]), NO_NONNEGATIVE)
    nu = -interpolates.dual_value
    z = np.maximum(network.value, 0) if nonnegative else network.value
    # Corrections of the residual are proportional to the entries, so that none changes its sign.
    weight = np.sum([np.maximum(part.value, 0) for part in parts], axis=0)
    pairs = [(_corrected(equations, _corrected(equations, z, weight)[0], weight)[0], nu)]
    previous = np.inf
    for _ in range(30):
        with np.errstate(over="ignore", invalid="ignore"):
            grown, shrunk = (np.exp(log_start + sign * (equations.rows.T @ nu)) for sign in (1, -1))
            weight = grown if nonnegative else grown + shrunk
            if not 0 < np.max(weight) < 1e100:
                break
            z, step = _corrected(equations, grown if nonnegative else grown - shrunk, weight)
        largest = np.max(np.abs(equations.rows.T @ step))
        # A longer step may increase what Newton's method minimizes.
        nu = nu + step * (1 if largest <= 1 else np.log1p(largest) / largest)
        if largest <= 1 and not (nonnegative and np.any(z < 0)):
            pairs.append((z, nu))
        # At the end what is left is rounding, which does not shrink.
        if largest <= 1e-8 or previous / 2 < largest <= 1e-3:
            break
        previous = largest
    return pairs


def _corrected(equations: System, z: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``z + weight * (rows.T @ step)``, which solves the equations, and the step."""
    roots = np.sqrt(weight)
    left, sigma, right = np.linalg.svd(equations.rows * roots, full_matrices=False)
    missing = left.T @ (equations.target - equations.rows @ z)
    inverse = np.where(sigma > 1e-14 * sigma[0], 1 / np.maximum(sigma, 1e-300), 0)
    return z + roots * (right.T @ (inverse * missing)), left @ (inverse**2 * missing)


def _judged(
    equations: System, z: FloatArray, nu: FloatArray, log_start: FloatArray, nonnegative: bool
) -> tuple[float, float]:
    """Return objective and gap, sums of one term for each entry, none of which cancels.

    With ``v`` the slope of the potential at an entry and ``u`` that of the multipliers, a term of the gap is
    ``exp(log_start + v) * excess(u - v)``, and the same with other signs for the weights that are subtracted.
    """
    slopes = equations.rows.T @ nu
    size, turned = np.abs(z), np.where(z < 0, -slopes, slopes)
    used = size > 0
    logarithm = np.log(np.where(used, size, 1)) - log_start
    if nonnegative:
        own = np.where(used, logarithm, 0)
        start, end = np.exp(log_start), np.exp(np.minimum(log_start + slopes, 700))
        objective = np.where(used, grown_excess(log_start + own, -own), start)
        gap = np.where(used, grown_excess(log_start + own, turned - own), end)
    else:
        # Far out arcsinh(ratio / 2) is the logarithm of the ratio, which may overflow.
        near = logarithm < 30
        own = np.where(near, np.arcsinh(np.exp(np.where(near, logarithm, 0)) / 2), logarithm)
        own = np.where(used, own, 0)
        objective = grown_excess(log_start + own, -own) + grown_excess(log_start - own, own)
        gap = grown_excess(log_start + own, turned - own) + grown_excess(log_start - own, own - turned)
    missing = (equations.rows @ z - equations.target) @ nu
    return float(np.sum(objective)), float(np.sum(gap) + missing)


def grown_excess(logarithm: FloatArray, t: FloatArray) -> FloatArray:
    """Return ``exp(logarithm) * (exp(t) - 1 - t)``, to full relative accuracy."""
    small = np.clip(t, -0.1, 0.1)
    series = np.ones_like(small)
    for k in range(12, 2, -1):
        series = 1 + small / k * series
    # The two exponents are capped so that a hopeless point looks bad instead of overflowing.
    far = np.exp(np.minimum(logarithm + t, 700)) - np.exp(np.minimum(logarithm, 600)) * (1 + t)
    return np.where(np.abs(t) < 0.1, np.exp(np.minimum(logarithm, 600)) * small**2 / 2 * series, far)
