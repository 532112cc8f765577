"""The feature-sign search: the lasso as least squares, once the signs of its solution are known."""

from __future__ import annotations

import numpy as np

from implicit_bias.validate import FloatArray

__all__ = ["search"]


def search(columns: FloatArray, y: FloatArray, costs: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Minimize ``norm(columns @ w - y)**2 / 2 + costs @ abs(w)`` from the given weights.

    Returns
    -------
    (d,) and (n,) arrays, the weights and their misfit, or where the search had to stop

    Notes
    -----
    Minimize for the present signs, only up to where the objective rises; let in the steepest zero; repeat. Where
    columns depend on each other, one leaves for another, as in the simplex method. It is finite because the
    objective never rises (Lee, Battle, Raina and Ng 2007).
    """
    nu, signs = y - columns @ weights, np.sign(weights)
    for _ in range(10 * len(weights)):
        used = signs != 0
        if np.any(used):
            goal, misfit = _least_squares(columns, y, costs, signs)
            if goal is None:
                weights, signs = _exchanged(columns, costs, weights, signs)
                continue
            if np.any(goal[used] * signs[used] <= 0):
                weights = _best_on_segment(columns, y, costs, weights, goal)
                nu, signs = y - columns @ weights, np.sign(weights)
                continue
            weights, nu = goal, misfit
        slopes = columns.T @ nu
        steepness = np.where(used, 0, np.abs(slopes) / costs)
        enters = int(np.argmax(steepness))
        if steepness[enters] <= 1 + 1e-12:
            break
        signs[enters] = np.sign(slopes[enters])
    return weights, nu


def _least_squares(
    columns: FloatArray, y: FloatArray, costs: FloatArray, signs: FloatArray
) -> tuple[FloatArray | None, FloatArray]:
    """Return the minimizer for given signs and its misfit, or None if it is not unique."""
    used = signs != 0
    Q, R = np.linalg.qr(columns[:, used])
    if R.shape[0] < R.shape[1] or np.min(np.abs(R.diagonal())) <= 1e-13:
        return None, y
    price = np.linalg.solve(R.T, costs[used] * signs[used])
    goal = np.zeros(len(signs))
    goal[used] = np.linalg.solve(R, Q.T @ y - price)
    # The difference of target and fit has no digits left where the fit is nearly perfect.
    beyond = y - Q @ (Q.T @ y)
    if np.linalg.norm(beyond) <= 1e-14 * np.linalg.norm(y):
        beyond = np.zeros_like(y)
    return goal, beyond + Q @ price


def _exchanged(
    columns: FloatArray, costs: FloatArray, weights: FloatArray, signs: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Move where the fit stays the same and the costs fall, until an entry is zero."""
    used = np.flatnonzero(signs)
    direction = np.zeros_like(weights)
    direction[used] = np.linalg.svd(columns[:, used])[2][-1]
    direction *= -np.sign(direction @ (costs * signs)) or 1.0
    shrinking = used[direction[used] * signs[used] < 0]
    if not shrinking.size:
        return weights, np.sign(weights)
    lengths = -weights[shrinking] / direction[shrinking]
    moved = weights + np.min(lengths) * direction
    left = shrinking[np.argmin(lengths)]
    moved[left] = 0
    signs = signs.copy()
    signs[left] = 0
    return moved, signs


def _best_on_segment(
    columns: FloatArray, y: FloatArray, costs: FloatArray, weights: FloatArray, goal: FloatArray
) -> FloatArray:
    """Return the best of the goal and of the points on the way to it where an entry becomes zero."""
    crossing = np.flatnonzero(weights * goal < 0)
    points = [goal]
    for index in crossing:
        fraction = weights[index] / (weights[index] - goal[index])
        points.append(weights + fraction * (goal - weights))
        points[-1][index] = 0

    def objective(point: FloatArray) -> float:
        misfit = y - columns @ point
        return float(misfit @ misfit / 2 + costs @ np.abs(point))

    return min(points, key=objective)
