"""Least squares: the closed form against the loop and against a convex solver, side by side in one run."""

from timeit import Timer

import numpy as np

from implicit_bias import baselines, data, least_squares


def seconds(function) -> float:
    """Best of three timings of a call."""
    calls, _ = Timer(function).autorange()
    return min(Timer(function).repeat(3, calls)) / calls


def loop(X, y, step, steps):
    """Gradient descent as one would write it first."""
    beta = np.zeros(X.shape[1])
    for _ in range(steps):
        beta -= step * X.T @ (X @ beta - y)
    return beta


def main() -> None:
    """Print ratios of time and the differences of the results."""
    for n, d in ((20, 50), (100, 1000)):
        X, y = data.gaussian_regression(n=n, d=d, seed=0).xy
        step, steps = 0.9 * least_squares.step_threshold(X), 10_000
        fast = seconds(lambda: least_squares.gradient_descent(X, y, step, steps))
        slow = seconds(lambda: loop(X, y, step, steps))
        same = np.linalg.norm(least_squares.gradient_descent(X, y, step, steps) - loop(X, y, step, steps))
        print(f"{n}×{d}, {steps} steps: the loop takes {slow / fast:.0f} times as long; results differ by {same:.0e}")
        fast = seconds(lambda: least_squares.min_norm(X, y))
        slow = seconds(lambda: baselines.min_l2(X, y))
        same = np.linalg.norm(least_squares.min_norm(X, y) - baselines.min_l2(X, y).x)
        print(f"{n}×{d}, shortest solution: cvxpy takes {slow / fast:.0f} times as long; results differ by {same:.0e}")


if __name__ == "__main__":
    main()
