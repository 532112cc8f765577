"""Diagonal linear networks of depth 2: the loss ‖Xβ − y‖² as a function of weights that enter squared.

The signed network is β = w₊² − w₋², the nonnegative one β = w², and every weight starts at ``alpha * shape``.
Gradient flow multiplies weights. With ν(0) = 0 and dν/dt = 8(y − Xβ) it is, at every time and for u = X'ν,

    β = alpha² shape² (exp(u) − exp(−u))    signed,
    β = alpha² shape² exp(u)                nonnegative.

So n numbers say where the flow is, however large d, and the logarithm of the smallest weight is an ordinary
number. The flow of ν is gradient flow, eight times as fast, on the convex dual function

    Φ(ν) = alpha² Σ shape² (exp(u) + exp(−u)) − y·ν,

without exp(−u) if nonnegative, and the limit of β belongs to the minimiser of Φ, which Newton's method finds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.errors import ConvergenceError
from implicit_bias.least_squares import _spectrum
from implicit_bias.validate import FloatArray

__all__ = ["Solution", "entropy", "gradient_descent", "gradient_flow", "limit", "path", "potential", "solve"]


@dataclass(frozen=True, eq=False)
class Solution:
    """Where gradient flow ends, and the evidence for it.

    Attributes
    ----------
    beta : (d,) array
        The limit. It is the function of ``X.T @ dual`` in the notes of ``solve`` and thus exactly optimal
        for the targets ``X @ beta``.
    dual : (n,) array
        The multipliers of ``X @ beta == y``, the shortest ones if ``X`` is rank deficient.
    residual : float
        ``norm(X @ beta - y)``, how far those targets are from the given ones.
    iterations : int
        The number of Newton steps, along the whole path to ``alpha``.
    """

    beta: FloatArray
    dual: FloatArray
    residual: float
    iterations: int


def gradient_descent(
    X: ArrayLike,
    y: ArrayLike,
    alpha: ArrayLike,
    step: float,
    steps: ArrayLike,
    *,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
) -> FloatArray:
    """Return iterates of gradient descent on the weights.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    alpha : float, > 0, or 1-D sequence of them
        Scale of the initialization ``w = alpha * shape``. Several run side by side, as columns of one matrix.
    step : float, > 0
        The step size, for the loss ``norm(X @ beta - y)**2`` without a factor in front.
    steps : int, >= 0, or 1-D sequence of them
        How many steps have been taken, in any order.
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    (len(steps), len(alpha), d) array of ``beta``, without the axis of an argument that is a single number

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` or ``step`` is not positive, ``steps`` are not
        integers >= 0, or an entry of ``shape`` is zero.
    ConvergenceError
        If ``step`` is so large that an iterate overflows.

    Notes
    -----
    One step multiplies the weights by ``1 -+ 4 * step * X.T @ (X @ beta - y)``. With ``step`` tending to zero
    the iterates tend to ``gradient_flow`` at the times ``step * steps``, at first order. The loss of
    Lecture 13, (13.7), is smaller by the factor 4n: its step is ``4 * n * step`` here.
    """
    X, y = validate.regression(X, y)
    alphas = validate.positives("alpha", alpha)
    step = validate.positive("step", step)
    counts = validate.integers("steps", steps)
    start = np.outer(_shape(shape, X), alphas)
    signs = [1] if validate.boolean("nonnegative", nonnegative) else [1, -1]

    weights = [start.copy() for _ in signs]
    recorded, position = np.unique(counts, return_inverse=True)
    iterates = np.empty((recorded.size, alphas.size, X.shape[1]))
    taken = 0
    # Overflow is reported below, as an error with a remedy.
    with np.errstate(over="ignore", invalid="ignore"):
        for index, count in enumerate(recorded):
            for _ in range(count - taken):
                residual = X @ _squares(weights) - y[:, np.newaxis]
                change = 4 * step * (X.T @ residual)
                for sign, weight in zip(signs, weights, strict=True):
                    weight *= 1 - sign * change
            taken = count
            iterates[index] = _squares(weights).T
            if not np.all(np.isfinite(iterates[index])):
                raise ConvergenceError(f"gradient descent overflows within {count} steps: step = {step} is too large")
    return iterates[position.reshape(counts.shape)].reshape(*counts.shape, *alphas.shape, X.shape[1])


def gradient_flow(
    X: ArrayLike,
    y: ArrayLike,
    alpha: float,
    times: ArrayLike,
    *,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
) -> FloatArray:
    """Return gradient flow on the weights, the limit of gradient descent with vanishing steps.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    times : 1-D sequence of floats, >= 0
        Flow time of the weights for the loss ``norm(X @ beta - y)**2``, that is number of steps times step
        size. ``numpy.inf`` gives the limit.
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    (len(times), d) array of ``beta``

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive, a time is negative or an entry
        of ``shape`` is zero.
    ConvergenceError
        If the integrator fails, or at infinity for the reasons of ``solve``.

    Notes
    -----
    The equation of the exponents, one unknown per nonzero singular value of ``X``, integrated to about nine digits.
    With ``X = U diag(sigma) V'`` it reads ``du/dt = 8 V diag(sigma**2) (U'y / sigma - V' beta)``.
    Kernel and rich regimes, proof of Theorem 1.
    """
    from scipy.integrate import solve_ivp  # takes a third of a second

    X, y = validate.regression(X, y)
    alpha = validate.positive("alpha", alpha)
    times = validate.times("times", times)
    log_start = 2 * np.log(alpha) + _log_squares(shape, X)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    U, sigma, rows = _spectrum(X)
    target = U.T @ y / sigma
    speed = 8 * sigma**2
    with np.errstate(divide="ignore"):
        # No exponential exceeds exp(ceiling): a step that goes too far must look bad to the integrator, not overflow.
        ceiling = 20 + max(log_start.max(), np.log(norm(target)))
    highest = ceiling - log_start
    lowest = -np.inf if nonnegative else -highest

    def network(nu: FloatArray) -> tuple[FloatArray, FloatArray]:
        return _network(log_start, np.clip(nu @ rows, lowest, highest), nonnegative)

    def velocity(_: float, nu: FloatArray) -> FloatArray:
        return speed * (target - rows @ network(nu)[0])

    def jacobian(_: float, nu: FloatArray) -> FloatArray:
        return -speed[:, np.newaxis] * (rows * network(nu)[1] @ rows.T)

    betas = np.tile(network(np.zeros(sigma.size))[0], (times.size, 1))
    moving, ended = (times > 0) & (times < np.inf), times == np.inf
    if sigma.size and np.any(moving):
        stops, position = np.unique(times[moving], return_inverse=True)
        flow = solve_ivp(
            velocity,
            (0, stops[-1]),
            np.zeros(sigma.size),
            method="LSODA",
            t_eval=stops,
            jac=jacobian,
            rtol=1e-12,
            atol=1e-12,
        )
        if not flow.success:
            raise ConvergenceError(f"the integrator stopped: {flow.message}")
        betas[moving] = network(flow.y.T)[0][position]
    if np.any(ended):
        betas[ended] = limit(X, y, alpha, shape=shape, nonnegative=nonnegative)
    return betas


def solve(
    X: ArrayLike, y: ArrayLike, alpha: float, *, shape: ArrayLike | None = None, nonnegative: bool = False
) -> Solution:
    """Find where gradient flow on a diagonal network ends.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    Solution
        ``beta`` (d,) minimises over ``X @ beta == y`` and for ``start = alpha**2 * shape**2``
        ``(start * potential(beta / start)).sum()``, or ``entropy(beta, start)`` if nonnegative.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive, an entry of ``shape`` is zero,
        or no ``beta`` solves the system to nine digits.
    ConvergenceError
        If ``nonnegative`` and no strictly positive ``beta`` solves the system; then the dual function has no
        minimiser, and if there is a limit at all it has zeros, which are approached like 1 / time.
        If the residual stays above ``1e-10 * norm(y) + 1e-13 * norm(X) * norm(beta)``, of which the second
        term is rounding, and matters where ``alpha**2`` is far above the shortest solution.

    Notes
    -----
    ``beta`` is ``2 * start * sinh(X.T @ dual)``, or ``start * exp(X.T @ dual)`` if nonnegative, and ``dual``
    solves ``X @ beta == y``, the equation of a minimum of the dual function, by Newton's method. A tiny
    ``alpha`` is reached by predictor and corrector along the path from an initialization that is as large as
    the solution. Below about ``1e-14 * norm(beta)`` an entry cannot be told from the rounding of ``X @ beta``
    and is extrapolated: then ``beta`` answers to ``X @ beta``, not exactly to ``y``. Kernel and rich regimes,
    Theorem 1; Lecture 13, Theorem 13.4, the limit of the flow.
    """
    alpha = validate.positive("alpha", alpha)
    return _solutions(X, y, np.array([alpha]), shape, nonnegative)[0]


def limit(
    X: ArrayLike, y: ArrayLike, alpha: float, *, shape: ArrayLike | None = None, nonnegative: bool = False
) -> FloatArray:
    """Return where gradient flow on a diagonal network ends: ``solve(...).beta``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    (d,) array

    Raises
    ------
    ValueError, ConvergenceError
        As ``solve`` does.
    """
    return solve(X, y, alpha, shape=shape, nonnegative=nonnegative).beta


def path(
    X: ArrayLike, y: ArrayLike, alphas: ArrayLike, *, shape: ArrayLike | None = None, nonnegative: bool = False
) -> FloatArray:
    """Return the limits of gradient flow for several scales, for little more than the price of the smallest.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``
    alphas : 1-D sequence of floats, > 0
        Scales of the initialization ``w = alpha * shape``, in any order.
    shape : (d,) array without zeros, default all ones
    nonnegative : bool
        Whether the network is ``w**2`` instead of ``w_plus**2 - w_minus**2``.

    Returns
    -------
    (len(alphas), d) array, in the order of ``alphas``

    Raises
    ------
    ValueError, ConvergenceError
        As ``solve`` does.
    """
    alphas = validate.vector("alphas", alphas)
    solutions = _solutions(X, y, validate.positives("alphas", alphas), shape, nonnegative)
    return np.array([solution.beta for solution in solutions])


def potential(z: ArrayLike) -> FloatArray:
    """Return the function whose sum the limit of the signed network minimises.

    Parameters
    ----------
    z : array of any shape, or a number

    Returns
    -------
    array of the same shape
        ``2 - sqrt(4 + z**2) + z * arcsinh(z / 2)``, to full relative accuracy.

    Raises
    ------
    ValueError
        If an entry is not finite.

    Notes
    -----
    The integral of ``arcsinh(z / 2)``: about ``z**2 / 4`` near 0, and between ``z * log(z) - z`` and that
    plus 2 for z > 0. Kernel and rich regimes, Theorem 1.
    """
    z = validate.numbers("z", z)
    u = np.arcsinh(z / 2)
    # The formula above cancels near 0. In u it reads 2 u sinh(u) - 2 (cosh(u) - 1).
    return z * u - 4 * np.sinh(u / 2) ** 2


def entropy(theta: ArrayLike, start: ArrayLike) -> float:
    """Return the function that the limit of the nonnegative network minimises.

    Parameters
    ----------
    theta : (d,) array, >= 0
    start : float, > 0, or (d,) array of them
        Where the flow starts, ``alpha**2 * shape**2``.

    Returns
    -------
    float
        The relative entropy ``(theta * log(theta / start) - theta + start).sum()``, with 0 log 0 = 0.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, negative in ``theta`` or not positive in ``start``.

    Notes
    -----
    Lecture 13, Theorem 13.4, the limit of the flow.
    """
    theta = validate.nonnegatives("theta", theta)
    start = validate.positives("start", start)
    if start.shape not in ((), theta.shape):
        raise ValueError(f"start must be a number or have shape {theta.shape}, got shape {start.shape}")
    logarithm = np.log(np.where(theta > 0, theta, 1)) - np.log(start)
    return float(np.sum(theta * logarithm - theta + start))


@dataclass(frozen=True, eq=False)
class _System:
    """The equations ``rows @ beta == target`` with orthonormal rows, for one of the two networks.

    Their multipliers are called ``nu``, as those of the original equations, of which they are a linear function.
    """

    rows: FloatArray
    target: FloatArray
    nonnegative: bool

    def network(self, log_start: FloatArray, nu: FloatArray) -> tuple[FloatArray, FloatArray]:
        return _network(log_start, nu @ self.rows, self.nonnegative)

    def invert(self, weight: FloatArray, right: FloatArray, noise: float = 0) -> FloatArray:
        """Solve ``(rows * weight) @ rows.T @ x == right``, where right-hand sides below ``noise`` are zero."""
        if not right.size:
            return right
        hessian = self.rows * weight @ self.rows.T
        try:
            pivots = np.linalg.cholesky(hessian).diagonal()
            if np.min(pivots) > 1e-3 * np.max(pivots):
                return np.linalg.solve(hessian, right)
        except np.linalg.LinAlgError:
            pass
        # There are directions in which all weights are small, and rounding makes for huge, random steps.
        try:
            curvatures, vectors = np.linalg.eigh(hessian)
        except np.linalg.LinAlgError:
            return np.full_like(right, np.nan)
        components = right @ vectors
        components[np.abs(components) <= noise] = 0
        return vectors @ (components / np.maximum(curvatures, 1e-16 * curvatures[-1]))

    def noise(self, beta: FloatArray, nu: FloatArray) -> float:
        """Return what rounding contributes to an entry of ``rows @ beta``."""
        return 1e-15 * float(norm(beta * (1 + np.abs(nu @ self.rows))))


@dataclass(frozen=True, eq=False)
class _Point:
    """A point of the path: the minimiser ``nu`` for one initialization, and how both go on.

    ``tangent`` is the change of ``nu`` and ``stride`` a good length for the next step, per unit of ``log_start``.
    """

    log_start: FloatArray
    nu: FloatArray
    tangent: FloatArray
    stride: float
    iterations: int


def _solutions(
    X: ArrayLike, y: ArrayLike, alphas: FloatArray, shape: ArrayLike | None, nonnegative: bool
) -> list[Solution]:
    X, y = validate.regression(X, y)
    log_shape = _log_squares(shape, X)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    units = norm(X, axis=1)
    units[units == 0] = 1
    U, sigma, rows = _spectrum(X / units[:, np.newaxis])
    scaled = y / units
    target = U.T @ scaled / sigma
    if norm(U @ (sigma * target) - scaled) > 1e-9 * norm(scaled):
        raise ValueError("y is not in the column space of X")

    system = _System(rows, target, nonnegative)
    # Singular matrices and infinities are noticed where the steps are taken.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        point = _first(system)
        log_alphas = 2 * np.log(alphas)
        # Large initializations are easy: the path goes there at once and comes back slowly.
        easy = max(np.mean(point.log_start - log_shape), np.max(log_alphas))
        point = _follow(system, point, easy + log_shape)
        solutions = {}
        for index in np.argsort(-alphas):
            point = _follow(system, point, log_alphas[index] + log_shape)
            beta, _ = system.network(point.log_start, point.nu)
            residual = float(norm(X @ beta - y))
            if not residual <= 1e-10 * norm(y) + 1e-13 * norm(X) * norm(beta):
                raise ConvergenceError(f"at alpha = {alphas[index]} the residual stays at {residual}")
            solutions[index] = Solution(beta, U @ (point.nu / sigma) / units, residual, point.iterations)
    return [solutions[index] for index in range(len(alphas))]


def _first(system: _System) -> _Point:
    """Return the point of the path whose initialization is about as large as the solution."""
    lengths = norm(system.rows, axis=0)
    lengths[lengths == 0] = 1
    size = (norm(system.target) or 1.0) / np.sqrt(len(lengths))
    nu = np.zeros_like(system.target)
    if not system.nonnegative:
        log_start = np.log(size / lengths)
        nu, iterations = _minimise(system, log_start, nu)
        return _Point(log_start, nu, np.zeros_like(nu), 1.0, iterations)
    # A nonnegative flow that starts at a solution stays there.
    Q, R = np.linalg.qr((system.rows / lengths).T)
    beta, iterations = _interior(_System(Q.T, np.linalg.solve(R.T, system.target), True), size)
    return _Point(np.log(beta / lengths), nu, nu, 1.0, iterations)


def _interior(system: _System, size: float) -> tuple[FloatArray, int]:
    """Return a strictly positive solution, and the number of Newton steps to it.

    They aim at the minimiser of ``sum(beta / size - log(beta))`` but stop as soon as positivity is certain.
    """
    nu = np.zeros_like(system.target)
    for iteration in range(100):
        slack = 1 - nu @ system.rows
        beta = size / slack
        residual = system.target - system.rows @ beta
        # The rows are orthonormal: the correction is as long as the residual, too short to reach zero.
        if norm(residual) < beta.min() / 2 and beta.min() > 1e-12 * norm(beta):
            return beta + residual @ system.rows, iteration
        step = system.invert(beta**2 / size, residual)
        if not np.all(np.isfinite(step)):
            break
        # A longer step may increase the dual of the aim, or make a slack negative.
        nu = nu + step / (1 + max(0, np.max(step @ system.rows / slack)))
    raise ConvergenceError(
        "no strictly positive interpolator was found: if there is none, the dual function has no minimiser"
    )


def _minimise(
    system: _System, log_start: FloatArray, nu: FloatArray, most: int = 100, tolerance: float = 1e-7
) -> tuple[FloatArray, int]:
    """Return the minimiser of the dual function, and the number of Newton steps to it.

    The convergence is quadratic: the last step changes logarithms by ``tolerance``, the next would by its square.
    """
    for iteration in range(1, most + 1):
        beta, weight = system.network(log_start, nu)
        residual, noise = system.target - system.rows @ beta, system.noise(beta, nu)
        step = system.invert(weight, residual, noise)
        largest = np.max(np.abs(step @ system.rows))
        if not np.isfinite(largest):
            break
        # Along the step curvatures grow by exp(largest) at most, so that the dual function is sure to decrease.
        nu = nu + step * (1 if largest <= 1 else np.log1p(largest) / largest)
        if largest <= tolerance or norm(residual) <= noise:
            return nu, iteration
    raise ConvergenceError("Newton's method does not converge: X or shape is too badly scaled")


def _follow(system: _System, point: _Point, goal: FloatArray) -> _Point:
    """Follow the path to another initialization, on a straight line between the logarithms."""
    length = np.max(np.abs(goal - point.log_start))
    if length == 0:
        return point
    direction = (goal - point.log_start) / length
    log_start, nu, tangent = point.log_start, point.nu, point.tangent
    stride, iterations = point.stride, point.iterations
    to_go = length
    for _ in range(500):
        # Along the path rows @ beta stays the same. Only the change of the tangent is computed, so that where
        # rounding hides it the path goes straight on, which is what it does as the initialization vanishes.
        beta, weight = system.network(log_start, nu)
        drift = system.rows @ (beta * direction + weight * (tangent @ system.rows))
        tangent = tangent - system.invert(weight, drift, system.noise(beta, nu))
        move = min(stride, to_go, _room(system, log_start, nu, direction, tangent))
        left = to_go - move
        next_start, prediction = goal - left * direction, nu + move * tangent
        try:
            nu, count = _minimise(system, next_start, prediction, most=12, tolerance=1e-3 if left else 1e-7)
        except ConvergenceError:
            stride = move / 4
            continue
        log_start, to_go = next_start, left
        iterations += count
        if not to_go:
            return _Point(goal, nu, tangent, stride, iterations)
        if move == stride:
            stride *= 2 if count <= 4 else 0.5 if count > 7 else 1
    raise ConvergenceError("the path to alpha takes too many steps: X or shape is too badly scaled")


def _room(system: _System, log_start: FloatArray, nu: FloatArray, direction: FloatArray, tangent: FloatArray) -> float:
    """Return how far to go until a prediction exceeds the largest weight by a factor e."""
    exponents, rates = nu @ system.rows, tangent @ system.rows
    if not system.nonnegative:
        rates = np.sign(exponents) * rates
        exponents = np.abs(exponents)
    size, growth = log_start + exponents, direction + rates - max(0, np.max(direction))
    grows = growth > 0
    return float(np.min((np.max(size) + 1 - size[grows]) / growth[grows], initial=np.inf))


def _shape(shape: ArrayLike | None, X: FloatArray) -> FloatArray:
    return np.ones(X.shape[1]) if shape is None else validate.nonzero("shape", shape, length=X.shape[1])


def _log_squares(shape: ArrayLike | None, X: FloatArray) -> FloatArray:
    return 2 * np.log(np.abs(_shape(shape, X)))


def _squares(weights: list[FloatArray]) -> FloatArray:
    """Return the network's ``beta``: the square of the first weights minus that of the second, if any."""
    plus, *minus = weights
    return plus**2 - sum(weight**2 for weight in minus)


def _network(log_start: FloatArray, exponents: FloatArray, nonnegative: bool) -> tuple[FloatArray, FloatArray]:
    """Return ``beta`` and its derivative with respect to the exponents; ``log_start`` is that of the squares."""
    grown = np.exp(log_start + exponents)
    if nonnegative:
        return grown, grown
    shrunk = np.exp(log_start - exponents)
    # The difference of nearly equal numbers has few digits.
    near = 2 * np.exp(log_start) * np.sinh(np.clip(exponents, -0.5, 0.5))
    return np.where(np.abs(exponents) < 0.5, near, grown - shrunk), grown + shrunk
