"""Where gradient flow on a diagonal network ends: for one initialization or for many."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from implicit_bias import validate
from implicit_bias.diagonal import arguments
from implicit_bias.diagonal.continuation import first
from implicit_bias.diagonal.equations import Equations, Rows
from implicit_bias.diagonal.evidence import evidence
from implicit_bias.diagonal.network import Network, network
from implicit_bias.diagonal.point import Point
from implicit_bias.diagonal.result import Limit, Path
from implicit_bias.diagonal.search import points
from implicit_bias.errors import ConvergenceError
from implicit_bias.validate import FloatArray

__all__ = ["limit", "path", "solve"]


def solve(
    X: ArrayLike,
    y: ArrayLike,
    alpha: float,
    *,
    depth: float = 2,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
    start: Limit | None = None,
) -> Limit:
    """Find where gradient flow on a diagonal network ends.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``, or (n, m) array of m of them
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    depth : float, 2 or at least 2.001
        The network is ``abs(w_plus)**depth - abs(w_minus)**depth``.
    shape : (d,) array without zeros, default all ones; or (2, d), for ``w_plus`` and ``w_minus``
    nonnegative : bool
        Whether the network is ``abs(w)**depth``.
    start : Limit, optional
        The limit of a problem nearby, to begin with.

    Returns
    -------
    Limit
        ``beta`` (d,) minimizes over ``X @ beta == y`` and for ``start = (alpha * shape)**depth``
        ``(shape**2 * alpha**depth * potential(beta / start, depth)).sum()``. If nonnegative, it minimizes at depth 2
        ``entropy(beta, start)``, and beyond, over ``beta >= 0``,
        ``(shape**(2 - depth) * beta - depth / 2 * alpha**(depth - 2) * beta**(2 / depth)).sum()``.
        For m targets every field has a first axis of m.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, ``alpha`` is not positive or so small that slacks underflow,
        ``depth`` is below 2, an entry of ``shape`` is zero, or no ``beta`` solves the system to ten digits.
    ConvergenceError
        If ``nonnegative`` and no strictly positive ``beta`` solves the system; then the dual function has no
        minimizer, and if there is a limit at all it has zeros, which are approached like 1 / time. If columns differ
        by more than about six decades one may exist and not be found.
        If the residual of a row stays above 1e-10, in units of the norms of the row and of the row-scaled ``y``, by
        more than the rounding of its terms.

    Notes
    -----
    With ``u = X.T @ dual`` the limit is ``2 * start * sinh(u)``, or ``start * exp(u)`` if nonnegative, and beyond
    depth 2 ``alpha**depth * ((c - u)**-p - (c + u)**-p)`` for ``p = depth / (depth - 2)`` and
    ``c = shape**(2 - depth)``, without the second term if nonnegative. ``dual`` solves ``X @ beta == y`` by Newton's
    method; a tiny ``alpha`` is reached along the path from an initialization as large as the solution. Entries that
    are far below the rounding of ``y`` are computed at their own scale. Kernel and rich regimes, Theorems 1 and 3;
    Lecture 13, Theorem 13.4, the limit of the flow.
    """
    rows, y, net, depth = _problem(X, y, depth, shape, nonnegative, several=True)
    alpha = validate.positive("alpha", alpha)
    if start is not None and not isinstance(start, Limit):
        raise ValueError(f"start must be a Limit, got {start!r}")
    found = []
    for targets in y.T if y.ndim == 2 else [y]:
        equations = rows.equations(targets)
        (log_scale,), (refused,) = _scales(equations, depth, np.array([alpha]))
        if refused:
            raise ValueError(f"{refused}, got {alpha}")
        point = _warm(equations, net, log_scale, start)
        if point is None:
            ((_, point),) = points(equations, net, np.array([log_scale]))
        columns, (error,) = evidence(equations, net, [point])
        if error:
            raise error
        found.append([column[0] for column in columns])
    if y.ndim == 1:
        *arrays, residual, iterations = found[0]
        return Limit(*arrays, float(residual), int(iterations))
    return Limit(*(np.array(field) for field in zip(*found, strict=True)))


def limit(
    X: ArrayLike,
    y: ArrayLike,
    alpha: float,
    *,
    depth: float = 2,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
) -> FloatArray:
    """Return where gradient flow on a diagonal network ends: ``solve(...).beta``.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``, or (n, m) array of m of them
    alpha : float, > 0
        Scale of the initialization ``w = alpha * shape``.
    depth : float, 2 or at least 2.001
        The network is ``abs(w_plus)**depth - abs(w_minus)**depth``.
    shape : (d,) array without zeros, default all ones; or (2, d), for ``w_plus`` and ``w_minus``
    nonnegative : bool
        Whether the network is ``abs(w)**depth``.

    Returns
    -------
    (d,) array, or (m, d) for m targets, in the units of ``y`` over those of ``X``

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite or out of range, or no ``beta`` solves the system to ten digits.
    ConvergenceError
        If ``nonnegative`` and no strictly positive ``beta`` solves the system, or Newton's method fails.

    Notes
    -----
    What the limit minimizes stands with ``solve``. Kernel and rich regimes, Theorems 1 and 3.
    """
    return solve(X, y, alpha, depth=depth, shape=shape, nonnegative=nonnegative).beta


def path(
    X: ArrayLike,
    y: ArrayLike,
    alphas: ArrayLike,
    *,
    depth: float = 2,
    shape: ArrayLike | None = None,
    nonnegative: bool = False,
) -> Path:
    """Find the limits of gradient flow for several scales, for little more than the price of the smallest.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array in the column space of ``X``
        One target; ``solve`` takes several.
    alphas : float, > 0, or 1-D sequence of m of them
        Scales of the initialization ``w = alpha * shape``, in any order.
    depth : float, 2 or at least 2.001
        The network is ``abs(w_plus)**depth - abs(w_minus)**depth``.
    shape : (d,) array without zeros, default all ones; or (2, d), for ``w_plus`` and ``w_minus``
    nonnegative : bool
        Whether the network is ``abs(w)**depth``.

    Returns
    -------
    Path
        The fields of ``Limit`` with a first axis in the order of ``alphas``, of length 1 for a single number.
        ``success`` and ``message`` say where there is no limit.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite or out of range, no ``beta`` solves the system to ten digits, or
        all ``alphas`` are so small that slacks underflow.
    ConvergenceError
        If there is a limit for none of the other ``alphas``; for some, ``message`` has the reasons.

    Notes
    -----
    Newton's method from each limit to the next smaller one; the formulas stand with ``solve``. Kernel and rich
    regimes, Theorems 1 and 3.
    """
    rows, y, net, depth = _problem(X, y, depth, shape, nonnegative)
    alphas = np.atleast_1d(validate.positives("alphas", alphas))
    equations = rows.equations(y)
    scales, found = _scales(equations, depth, alphas)
    kept = np.array([index for index, refused in enumerate(found) if refused is None], dtype=np.int64)
    if not kept.size:
        raise ValueError(f"{str(found[0]).replace('alpha', 'alphas', 1)} for all of them")
    for index, point in points(equations, net, scales[kept]):
        found[kept[index]] = point
    columns, errors = evidence(equations, net, found)
    if all(errors):
        raise errors[kept[np.argmin(alphas[kept])]]
    messages = tuple(
        f"at alpha = {alpha}: {error}" if error else "" for alpha, error in zip(alphas, errors, strict=True)
    )
    return Path(*columns, np.array([error is None for error in errors]), messages)


def _problem(
    X: ArrayLike, y: ArrayLike, depth: float, shape: ArrayLike | None, nonnegative: bool, *, several: bool = False
) -> tuple[Rows, FloatArray, Network, float]:
    X, y = arguments.system(X, y, several=several)
    depth = arguments.depth_of(depth)
    nonnegative = validate.boolean("nonnegative", nonnegative)
    net = network(depth, arguments.shape_of(shape, X.shape[1], nonnegative), nonnegative)
    return Rows.of(X), y, net, depth


def _scales(equations: Equations, depth: float, alphas: FloatArray) -> tuple[FloatArray, list[Any]]:
    """Return the logarithmic scales, and for each the error if it is too small, or nothing."""
    scales = equations.scale(depth, alphas)
    reason = f"alpha must be larger at depth {depth:g}: alpha**(depth - 2) underflows"
    return scales, [ValueError(reason) if small else None for small in scales * (1 - 2 / depth) < -640]


def _warm(equations: Equations, net: Network, log_scale: float, start: Limit | None) -> Point | None:
    """Return the point that Newton's method finds from another limit, if it does."""
    if start is None or not np.any(equations.target):
        return None
    if start.dual.shape != equations.y.shape:
        raise ValueError(f"start must have a dual of shape {equations.y.shape}, got {start.dual.shape}")
    with np.errstate(all="ignore"):
        try:
            return first(equations, net, log_scale, guess=equations.rows.coordinates_of(start.dual))
        except ConvergenceError:
            return None
