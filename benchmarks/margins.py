"""Directions of maximum margin: the flow in log t against descent in steps, a convex solver and LIBSVM, in one run.

``--csv FILE`` writes the table, which has the growth in n and d too.
"""

import argparse
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np
from measure import seconds, write
from threadpoolctl import threadpool_limits

from implicit_bias import baselines, data, margins

SIZES = ((20, 5), (50, 20), (100, 50), (200, 100), (400, 100), (1000, 20), (100, 1000), (100, 10_000))
# How many times as long the rival takes as ``max_margin_direction``, how far its direction is from the exact one, and
# for descent, which is stopped after some seconds, the logarithm of the steps that it would take to a distance of GOAL.
COLUMNS = ("rival", "n", "d", "seconds", "ratio", "difference", "log10_steps")
GOAL, PATIENCE = 1e-6, 3.0


def cvxpy(X, y):
    """Ask cvxpy for the shortest weights with margin 1, which it finds with a certificate."""
    return baselines.hard_margin_svm(X, y).x


def libsvm(X, y):
    """Ask LIBSVM for the same."""
    from sklearn.svm import SVC

    # It has a bias of its own, unless every example comes with its mirror image.
    found = SVC(C=1e10, kernel="linear", tol=1e-9).fit(np.vstack([X, -X]), np.append(y, -y))
    return found.coef_[0]


def descent(X, y):
    """Descend with the longest safe step for some seconds: the weights, and the number of steps."""
    step, steps = 8 / np.linalg.norm(X, 2) ** 2, 1000
    began = process_time()
    while process_time() - began < PATIENCE:
        weights = margins.gradient_descent(X, y, step, steps)
        steps *= 2
    return weights, steps / 2


def normalized(X, y):
    """Descend with steps of the size of the gradient's over the loss, for some seconds."""
    size, steps = 1 / np.max(np.linalg.norm(X, axis=1)) ** 2, 1000
    began = process_time()
    while process_time() - began < PATIENCE:
        weights = margins.steepest_descent(X, y, np.full(steps, size), normalized=False)[-1]
        steps *= 2
    return weights, steps / 2


def distance(weights, exact) -> float:
    """How far the directions are apart."""
    return float(np.linalg.norm(weights / np.linalg.norm(weights) - exact / np.linalg.norm(exact)))


def table(sizes=SIZES, rivals=(cvxpy, libsvm, descent, normalized)) -> list[tuple]:
    """Print the times of all rivals in units of one direction, and return them."""
    rows = []
    for n, d in sizes:
        X, y = data.separable(n=n, d=d, margin=0.1, seed=1).xy
        exact = baselines.hard_margin_svm(X, y).x
        own = seconds(partial(margins.max_margin_direction, X, y))
        rows.append(("flow", n, d, own, 1.0, distance(margins.max_margin_direction(X, y), exact), ""))
        for rival in rivals:
            if rival in (descent, normalized):
                if d > 100:
                    continue
                began = process_time()
                weights, steps = rival(X, y)
                time = process_time() - began
                far = distance(weights, exact)
                # The distance goes like 1 / log(steps) for the one, and like 1 / steps for the other.
                more = np.log10(steps) * far / GOAL if rival is descent else np.log10(steps * far / GOAL)
            else:
                weights, time, more = rival(X, y), seconds(partial(rival, X, y)), ""
                far = distance(weights, exact)
            rows.append((rival.__name__, n, d, own, time / own, far, float(more) if more != "" else ""))
        for row in rows:
            if row[1:3] == (n, d):
                print(*row, flush=True)
    return rows


def main() -> None:
    """Print the table, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with threadpool_limits(1):
        rows = table()
        if arguments.csv:
            write(arguments.csv, COLUMNS, rows)


if __name__ == "__main__":
    main()
