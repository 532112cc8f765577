"""Full descent on both layers: how many examples do small and large starts take?

The target of *Learning polynomials*, in 30 dimensions. ``--csv FILE`` writes the table. A minute of one core.
"""

import argparse
import sys
from pathlib import Path
from time import process_time

import numpy as np
from numpy.linalg import norm
from threadpoolctl import threadpool_limits

from implicit_bias import data, two_layer

sys.path.append(str(Path(__file__).parents[1]))  # the scripts share a module
from measure import write

D, UNITS, TEST, LOSS = 30, 50, 2000, 0.1  # units: pairs of them
STARTS, SEEDS = (0.01, 0.1, 0.5), {500: (0, 1, 2), 1000: (0, 1, 2), 2000: (0,)}
CASES = [(n, alpha, seed) for n, seeds in SEEDS.items() for alpha in STARTS for seed in seeds]
# The scale of the start; the part of the squared hidden weights that lies in the plane of the target; the squared error
# on new examples over their mean square; and the number of steps.
COLUMNS = ("n", "alpha", "seed", "share", "error", "steps")


def g(z):
    """The polynomial of the page."""
    z1, z2 = z.T
    return (z1**2 - z2**2 + z1 * (z2**2 - 1)) / 2


def row(n: int, alpha: float, seed: int) -> tuple:
    """Train one network to the loss, and look at it."""
    problem = data.multi_index(n=n + TEST, d=D, directions=2, link=g, seed=seed)
    X = np.column_stack([problem.X, np.ones(n + TEST)]) / np.sqrt(D + 1)  # of length 1 on average
    y = problem.y[:, np.newaxis]
    start = two_layer.unbiased_start(d=D + 1, units=UNITS, outputs=1, seed=seed).scaled(alpha)
    end = two_layer.train(X[TEST:], y[TEST:], start, loss=LOSS)
    hidden = end.hidden[:, :D]
    share = norm(hidden @ problem.truth.T) ** 2 / norm(hidden) ** 2
    error = norm(two_layer.predict(end, X[:TEST]) - y[:TEST]) ** 2 / norm(y[:TEST]) ** 2
    return n, alpha, seed, float(share), float(error), end.steps


def main() -> None:
    """Print the table, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with threadpool_limits(1):
        rows = []
        for case in CASES:
            began = process_time()
            rows.append(row(*case))
            print(*rows[-1], f"{process_time() - began:.1f} s", flush=True)
        if arguments.csv:
            write(arguments.csv, COLUMNS, rows)


if __name__ == "__main__":
    main()
