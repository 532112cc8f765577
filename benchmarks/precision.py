"""Limits of diagonal networks against arbitrary precision, by alpha and depth: how many digits are right.

``--csv FILE`` writes the table. The reference is the one of the tests and needs python-flint, as they do.
"""

import argparse
import csv
import math
import sys
from pathlib import Path

import numpy as np

from implicit_bias import diagonal

sys.path.append(str(Path(__file__).parents[1] / "tests/implicit_bias"))

from precise import Precise

# alpha**depth, the size of the weights of the network at its start; what alphas of different depths have in common.
STARTS = (1e8, 1.0, 1e-8, 1e-30, 1e-100, 1e-300)
DEPTHS = (2.0, 2.5, 3.0, 4.0, 6.0, 10.0)
NAMES = ("depth", "start", "alpha", "smallest", "worst_beta", "worst_log10")


def problem():
    """Ten integers a row, of which two explain the targets exactly: the other entries vanish with alpha."""
    X = np.random.default_rng(5).integers(-9, 10, (4, 10)).astype(float)
    return X, X[:, 0] - X[:, 1]


def row(depth, start):
    """One row: the smallest entry as a power of ten, the relative error of beta, and the most decades of any entry."""
    X, y = problem()
    alpha = start ** (1 / depth)
    limit = diagonal.solve(X, y, alpha, depth=depth)
    precise = Precise(X, y, alpha, depth=depth)
    log_beta = np.array(precise.log_beta)
    beta = np.array(precise.signs) * np.exp(log_beta)
    error = np.linalg.norm(limit.beta - beta) / np.linalg.norm(beta)
    decades = np.max(np.abs(limit.log_beta - log_beta)) / math.log(10)
    return dict(zip(NAMES, (depth, start, alpha, np.min(log_beta) / math.log(10), error, decades), strict=True))


def main() -> None:
    """Print the table and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", type=Path, metavar="FILE")
    file = parser.parse_args().csv
    rows = [row(depth, start) for depth in DEPTHS for start in STARTS]
    for one in rows:
        print("  ".join(f"{name} {value:.3g}" for name, value in one.items()))
    if file:
        with file.open("w", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows([NAMES, *([f"{value:.4g}" for value in one.values()] for one in rows)])


if __name__ == "__main__":
    main()
