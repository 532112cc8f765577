"""Diagonal networks: the limit by Newton's method against gradient descent and against a convex solver."""

from functools import partial
from time import perf_counter
from timeit import Timer

import numpy as np

from implicit_bias import baselines, data, diagonal


def seconds(function, repeat: int = 3) -> float:
    """Best of several timings of a call."""
    return min(Timer(function).repeat(repeat, 1))


def descend(X, y, alpha, limit, accuracy):
    """Gradient descent to the given distance from the limit of the flow, or for a second: steps, distance, seconds.

    Its own limit differs at first order in the step, so a nearer goal needs shorter steps as well as more of them.
    """
    step, steps = 1 / (8 * np.linalg.norm(X * np.sqrt(limit), 2) ** 2), 1000
    while True:
        began = perf_counter()
        beta = diagonal.gradient_descent(X, y, alpha, step, steps, nonnegative=True)
        time = perf_counter() - began
        distance = np.linalg.norm(beta - limit) / np.linalg.norm(limit)
        if distance <= accuracy or time > 1:
            return steps, distance, time
        if np.linalg.norm(X @ beta - y) <= 0.1 * accuracy * np.linalg.norm(y):
            step /= 2
        steps *= 2


def main() -> None:
    """Print times, ratios and the differences of the results."""
    for n, d in ((20, 60), (50, 400)):
        X, y = data.sparse_regression(n=n, d=d, sparsity=4, noise=0.1, seed=0).xy
        for alpha in (1.0, 1e-1, 1e-2):
            solution = diagonal.solve(X, y, alpha, nonnegative=True)
            newton = seconds(partial(diagonal.solve, X, y, alpha, nonnegative=True), repeat=5)
            steps, distance, descent = descend(X, y, alpha, solution.beta, accuracy=1e-3)
            witness = baselines.diagonal_limit(X, y, alpha, nonnegative=True)
            convex = seconds(partial(baselines.diagonal_limit, X, y, alpha, nonnegative=True), repeat=2)
            same = np.linalg.norm(witness.x - solution.beta) / np.linalg.norm(solution.beta)
            print(
                f"{n}×{d}, alpha {alpha:g}: {solution.iterations} Newton steps, {1e3 * newton:.1f} ms, "
                f"residual {solution.residual:.0e}; {steps} steps of gradient descent to distance {distance:.0e} "
                f"take {descent / newton:.0f} times as long; cvxpy {convex / newton:.0f} times, differs by {same:.0e}"
            )

    alphas = np.logspace(2, -30, 65)
    for n, d in ((20, 60), (50, 500), (100, 1000)):
        X, y = data.sparse_regression(n=n, d=d, sparsity=5, noise=0.1, seed=0).xy
        path = seconds(partial(diagonal.path, X, y, alphas, nonnegative=True), repeat=2)
        last = seconds(partial(diagonal.solve, X, y, 1e-30, nonnegative=True))
        programme = seconds(partial(baselines.basis_pursuit, X, y, nonnegative=True), repeat=2)
        sums = np.sum(diagonal.limit(X, y, 1e-30, nonnegative=True)), baselines.basis_pursuit(X, y, True).objective
        print(
            f"{n}×{d}: 65 limits from alpha 1e2 to 1e-30 take {path:.2f} s, the last alone {last:.2f} s; basis pursuit "
            f"by cvxpy {programme:.2f} s, whose sum is smaller by {sums[0] / sums[1] - 1:.0e}"
        )


if __name__ == "__main__":
    main()
