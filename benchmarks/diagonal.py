"""Diagonal networks: limits and paths against linear programmes, cones, least angles and gradient descent.

All ratios come from one run on one thread; each time is the least of several. ``--growth FILE`` writes times and the
numbers of Newton steps as CSV, and a drawing of them next to it, for growing n, d, numbers of alphas, and depths;
``--csv FILE`` writes the ratios.
"""

import argparse
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np
from measure import seconds, write
from scipy.optimize import linprog
from threadpoolctl import threadpool_limits

from implicit_bias import baselines, diagonal

ALPHAS = np.logspace(2, -30, 65)
DEPTHS = (2, 2.5, 3, 4, 6, 10)
# Numbers of rows and columns, and the initializations of single limits.
PATHS = ((50, 500), (100, 1000), (200, 4000))
LIMITS = ((20, 60, (1.0, 1e-1, 1e-2)), *((n, d, (1e-1, 1e-2)) for n, d in PATHS))
# What one row of the table of ratios says: how many times as long ``rival`` takes as ``path`` or one limit (``alpha``),
# and by how much the answers differ, relative to their size.
RATIOS = ("rival", "n", "d", "depth", "alpha", "seconds", "ratio", "difference")


def regression(n, d, seed):
    """Noisy targets that six columns explain in the main."""
    generator = np.random.default_rng(seed)
    X = generator.standard_normal((n, d))
    return X, X[:, :6] @ np.array([2, -1, 1, 0.5, -3, 1.0]) + 0.3 * generator.standard_normal(n)


def programme(X, y):
    """Basis pursuit by HiGHS."""
    answer = linprog(np.ones(2 * X.shape[1]), A_eq=np.hstack([X, -X]), b_eq=y, bounds=(0, None), method="highs")
    assert answer.success
    return answer.fun


def descend(X, y, alpha, limit, accuracy):
    """Gradient descent to the given distance from the limit of the flow, or for five seconds: steps, distance, seconds.

    Its own limit differs at first order in the step, so a nearer goal needs shorter steps as well as more of them.
    """
    step, steps = 1 / (32 * np.linalg.norm(X * np.sqrt(np.abs(limit) + alpha**2), 2) ** 2), 1000
    while True:
        began = process_time()
        beta = diagonal.gradient_descent(X, y, alpha, step, steps)
        time = process_time() - began
        distance = np.linalg.norm(beta - limit) / np.linalg.norm(limit)
        if distance <= accuracy or time > 5:
            return steps, distance, time
        if np.linalg.norm(X @ beta - y) <= 0.1 * accuracy * np.linalg.norm(y):
            step /= 2
        steps *= 2


def paths() -> list[tuple]:
    """Print the times of 65 limits in units of one linear programme with the same data, and return the ratios."""
    from sklearn.linear_model import lars_path

    rows = []
    for seed, (n, d) in enumerate(PATHS, start=1):
        X, y = regression(n, d, seed)
        repeat = 9 if n < 200 else 2
        slow, least = seconds(partial(programme, X, y), repeat), programme(X, y)
        for depth in DEPTHS:
            path = diagonal.path(X, y, ALPHAS, depth=depth)
            if not np.all(path.success):
                rows.append(("HiGHS", n, d, depth, *[""] * 4))
                print(f"{n}×{d}, depth {depth}: {np.sum(path.success)} of 65 limits found", flush=True)
                continue
            fast = seconds(partial(diagonal.path, X, y, ALPHAS, depth=depth), repeat + 2)
            sums = np.abs(path.beta[-1]).sum() / least - 1
            rows.append(("HiGHS", n, d, depth, "", fast, slow / fast, sums))
            print(
                f"{n}×{d}, depth {depth}: 65 limits, alpha 1e2 … 1e-30, {1e3 * fast:.1f} ms, {fast / slow:.2f} times "
                f"a linear programme; {path.iterations.max()} Newton steps, "
                f"residual {np.max(path.residual) / np.linalg.norm(y):.0e}",
                flush=True,
            )
        fast = seconds(partial(diagonal.path, X, y, ALPHAS), repeat)
        angles = seconds(partial(lars_path, X, y, method="lasso"), repeat)
        sums = np.abs(diagonal.limit(X, y, 1e-30)).sum() / least - 1
        rows.append(("lars_path", n, d, 2, "", fast, angles / fast, sums))
        print(
            f"{n}×{d}: lars_path takes {angles / fast:.1f} times as long as the path; the last sum is {sums:.0e} above"
        )
    return rows


def limits() -> list[tuple]:
    """Print the times of a convex solver and of gradient descent in units of one limit, and return the ratios."""
    rows = []
    for n, d, alphas in LIMITS:
        X, y = regression(n, d, seed=2)
        for alpha in alphas:
            solution = diagonal.solve(X, y, alpha)
            newton = seconds(partial(diagonal.solve, X, y, alpha), repeat=7)
            witness = baselines.diagonal_limit(X, y, alpha)
            convex = seconds(partial(baselines.diagonal_limit, X, y, alpha), repeat=1)
            same = np.linalg.norm(witness.x - solution.beta) / np.linalg.norm(solution.beta)
            steps, distance, descent = descend(X, y, alpha, solution.beta, accuracy=1e-3)
            rows.append(("cvxpy", n, d, 2, alpha, newton, convex / newton, same))
            rows.append(("descent", n, d, 2, alpha, newton, descent / newton, distance))
            print(
                f"{n}×{d}, alpha {alpha:g}: {solution.iterations} Newton steps, {1e3 * newton:.1f} ms; "
                f"{steps} steps of descent to distance {distance:.0e} take {descent / newton:.0f} times as long; "
                f"cvxpy with exponential cones {convex / newton:.0f} times, and differs by {same:.0e}",
                flush=True,
            )
    return rows


def growth(file: Path) -> None:
    """Write how times grow, as a table and as a drawing."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    series = {
        "n": [(n, 2000, 65, 2.0) for n in (25, 50, 100, 200, 400)],
        "d": [(50, d, 65, 2.0) for d in (250, 500, 1000, 2000, 4000, 8000)],
        "alphas": [(50, 500, m, 2.0) for m in (5, 17, 65, 257)],
        "depth": [(50, 500, 65, depth) for depth in (2.0, 2.5, 3.0, 4.0, 6.0, 10.0)],
    }
    rows, figure = [], pyplot.figure(figsize=(10, 2.6), layout="constrained")
    for panel, (name, cases) in zip(figure.subplots(1, 4, sharey=True), series.items(), strict=True):
        for n, d, m, depth in cases:
            X, y = regression(n, d, seed=1)
            call = partial(diagonal.path, X, y, np.logspace(2, -30, m), depth=depth)
            path = call()
            found = (seconds(call), path.iterations.max()) if np.all(path.success) else ("", "")
            rows.append([name, n, d, m, depth, *found])
        position = ["n", "d", "alphas", "depth"].index(name) + 1
        points = [(row[position], float(row[5])) for row in rows if row[0] == name and row[5]]
        panel.loglog(*zip(*points, strict=True), "o-")
        panel.set_xlabel(name)
    figure.supylabel("seconds")
    write(file, ["varied", "n", "d", "alphas", "depth", "seconds", "steps"], rows)
    figure.savefig(file.with_suffix(".svg"))


def main() -> None:
    """Print ratios and write them if asked to, or write the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--growth", type=Path, metavar="FILE")
    parser.add_argument("--csv", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with threadpool_limits(1):
        if arguments.growth:
            growth(arguments.growth)
        else:
            rows = [*paths(), *limits()]
            if arguments.csv:
                write(arguments.csv, RATIOS, rows)


if __name__ == "__main__":
    main()
