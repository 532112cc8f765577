"""The largest margin of two-layer networks of any width, in the variation norm."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.linalg import norm
from numpy.typing import ArrayLike, NDArray

from implicit_bias import validate
from implicit_bias.baselines.patterns import FLAT, most_faces, peaks
from implicit_bias.baselines.solution import Solution, certified
from implicit_bias.baselines.solvers import highs
from implicit_bias.scaling import restored, shifted, unit
from implicit_bias.validate import FloatArray

__all__ = ["Units", "places", "spanned", "variation_margin"]

INSEPARABLE = "y must be the labels of two classes that a two-layer network separates, and none is found"
NUMBERS = 5_000_000
ROUNDS = 100
COLUMNS = 200
CLOSED = 1e-9


@dataclass(frozen=True, eq=False)
class Units(Solution):
    """The network ``X -> relu(X @ hidden.T) @ x``: outer weights ``x`` (units,) and ``hidden`` (units, d) of length 1.

    Attributes
    ----------
    hidden : (units, d) array
        The directions of the units, rows of length 1.
    """

    hidden: FloatArray = field(default_factory=lambda: np.empty((0, 0)))


def variation_margin(X: ArrayLike, y: ArrayLike) -> Units:
    """Find the two-layer network of the smallest variation norm that gives every example a margin of at least 1.

    Parameters
    ----------
    X : (n, d) array
        Biases are the weights of a column of ones, and count in the norm.
    y : (n,) array of 1 and -1

    Returns
    -------
    Units
        ``x`` (units,) and ``hidden`` (units, d) minimize ``abs(x).sum()`` over
        ``y * (relu(X @ hidden.T) @ x) >= 1`` and over all numbers of units, with rows of ``hidden`` of length 1; so
        ``1 / objective`` is the largest margin. The residual is what is missing in those inequalities.

    Raises
    ------
    ValueError
        If shapes disagree, an entry is not finite, a label is neither 1 nor -1, no network is found that separates
        the classes (which is so if an example is zero, or a positive multiple of one with the other label; a network
        can be missed if its margin is below a billionth of the size of X), the cones named below have too many faces
        (if X has rank 3 and more than 75 examples, rank 5 and more than 16, or a rank above 9), or the solution is
        beyond the range of floats.
    ConvergenceError
        If the relative gap stays above ``GAP``, 1e-6.

    Notes
    -----
    The lower bound is ``dual.sum()`` with ``dual >= 0`` and ``abs((dual * y) @ relu(X @ u)) <= 1`` for every unit
    vector ``u``. A linear programme over the weights of some units, solved by HiGHS; then the units with the largest
    such sums for its multipliers join them, until none is above 1. The largest of all units is known, because on
    each of the cones into which the examples cut space the sum is linear. That takes all their faces, about
    ``n**(rank - 1)``. Units that see the same examples are one, as their sum has no larger norm.
    Lecture 12, maximum margin in a class of functions.
    """
    X, y = validate.classification(X, y)
    X, exponent = unit(X)
    A, basis = spanned(X)
    lengths = norm(A, axis=1)
    if not np.min(lengths) > CLOSED * np.max(lengths):
        raise ValueError(INSEPARABLE)
    outer, hidden, multipliers = _generated(A, y)
    outer, hidden = _merged(A, outer, hidden)
    margins = y * (np.maximum(A @ hidden.T, 0) @ outer)
    if not np.min(margins, initial=np.inf) > 0:
        raise ValueError(INSEPARABLE)
    outer = outer / np.min(margins)
    objective = float(np.sum(np.abs(outer)))
    return certified(
        Units(
            x=restored("X", outer, -exponent, "the solution"),
            objective=float(restored("X", objective, -exponent, "the norm of the solution")),
            gap=float(shifted(objective - np.sum(multipliers), -exponent)),
            residual=float(norm(np.maximum(0, 1 - margins / np.min(margins)))),
            dual=restored("X", multipliers, -exponent, "a multiplier"),
            hidden=hidden @ basis,
        ),
        "the classes of y nearly touch, for the size of X",
    )


def spanned(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the examples in an orthonormal basis of their span, and this basis, if all units can be tried."""
    _, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    basis = Vt[sigma > max(X.shape) * np.finfo(float).eps * sigma[0]]
    A = X @ basis.T
    faces = most_faces(*A.shape)
    if faces * A.size > NUMBERS:
        raise ValueError(
            f"X must have at most {NUMBERS // A.size} faces of cones of directions for its size, got up to {faces}: "
            "there are too many to try them all"
        )
    return A, basis


def _generated(A: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return outer weights, units, and the multipliers, which no unit sees with a sum above 1."""
    seen, away = peaks(A)
    longest = float(np.max(norm(A, axis=1)))
    units = np.vstack([A, -A]) / norm(np.vstack([A, A]), axis=1, keepdims=True)
    scale, best, multipliers = longest, np.inf, np.full(len(y), 1 / len(y))
    for _ in range(ROUNDS):
        outer, least, shares = _programme(np.maximum(A @ units.T, 0) * y[:, np.newaxis] / scale)
        _, whole = _merged(A, outer, units)
        found = [units, whole]
        # Far from the best multipliers so far those of the programme jump about; half way to them they settle.
        for tried in (shares, shares / 2 + multipliers / 2):
            peak, heights = places(A, seen, away, tried * y)
            top = float(np.max(heights, initial=0.0))
            if not top > CLOSED * longest:
                raise ValueError(INSEPARABLE)
            if top < best:
                best, multipliers = top, tried
            above = np.argsort(-heights)[:COLUMNS]
            found.append(np.unique(np.round(peak[above[heights[above] > scale * least]], 13), axis=0))
        if best - scale * least <= CLOSED * best:
            break
        units, scale = np.vstack(found), best
    return outer, units[: len(outer)], multipliers / best


def places(
    A: FloatArray, seen: NDArray[np.bool_], away: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return directions, among them that of the largest weighted sum, and the sizes of the sums there."""
    places = (seen * weights) @ A
    # Of a sum that nearly vanishes once is not enough: what rounding leaves is out of the face.
    for _ in range(2):
        places -= np.einsum("fkl,fl->fk", away, places)
    size = norm(places, axis=1)
    places = places[size > 0] / size[size > 0, np.newaxis]
    places = np.vstack([places, -places])
    return places, np.abs(np.maximum(places @ A.T, 0) @ weights)


def _programme(columns: FloatArray) -> tuple[FloatArray, float, FloatArray]:
    """Return weights whose sizes sum up to 1, their least margin, the largest, and the shares of the examples."""
    n, k = columns.shape
    rows = np.zeros((n + 1, 2 * k + 1 + n))
    rows[:n, :k], rows[:n, k : 2 * k] = columns, -columns
    rows[:n, 2 * k], rows[:n, 2 * k + 1 :] = -1, -np.eye(n)
    rows[n, : 2 * k] = 1
    costs, target = np.zeros(rows.shape[1]), np.zeros(n + 1)
    costs[2 * k], target[n] = -1, 1
    found, multipliers = highs(costs, rows, target)
    shares = np.maximum(multipliers[:n], 0)
    return found[:k] - found[k : 2 * k], float(found[2 * k]), shares / np.sum(shares)


def _merged(A: FloatArray, outer: FloatArray, hidden: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return one unit for all that have outer weights of the same sign and see the same examples."""
    used = outer != 0
    weights, signs = np.abs(outer[used, np.newaxis]) * hidden[used], np.sign(outer[used])
    # A unit at right angles to an example sees it by rounding only.
    heights = hidden[used] @ A.T > FLAT * norm(A, axis=1)
    seen = np.column_stack([signs, heights])
    _, group = np.unique(seen, axis=0, return_inverse=True)
    together = np.zeros((np.max(group, initial=-1) + 1, A.shape[1]))
    np.add.at(together, group.ravel(), weights)
    sign = np.zeros(len(together))
    sign[group.ravel()] = signs
    size = norm(together, axis=1)
    return sign * size, together / size[:, np.newaxis]
