"""Least squares: the closed form against the loop and against a convex solver, side by side in one run."""

from timeit import Timer

import numpy as np

from implicit_bias import baselines, data, least_squares


def loop(X, y, step, steps):
    """Gradient descent as one would write it first."""
    beta = np.zeros(X.shape[1])
    for _ in range(steps):
        beta -= step * X.T @ (X @ beta - y)
    return beta


def solver(X, y):
    """Ask cvxpy for the shortest solution."""
    return baselines.min_l2(X, y).x


def compare(what, fast, slow, *arguments):
    """Print how many times as long the slow method takes, best of three, and by how much the results differ."""

    def seconds(function):
        timer = Timer(lambda: function(*arguments))
        calls, _ = timer.autorange()
        return min(timer.repeat(3, calls)) / calls

    difference = np.linalg.norm(fast(*arguments) - slow(*arguments))
    ratio = seconds(slow) / seconds(fast)
    print(f"{what}: {slow.__name__} takes {ratio:.0f} times as long; results differ by {difference:.0e}")


if __name__ == "__main__":
    for n, d in ((20, 50), (100, 1000)):
        X, y = data.gaussian_regression(n=n, d=d, seed=0).xy
        step = 0.9 * least_squares.step_threshold(X)
        compare(f"{n}×{d}, 10 000 steps", least_squares.gradient_descent, loop, X, y, step, 10_000)
        compare(f"{n}×{d}, shortest solution", least_squares.min_norm, solver, X, y)
