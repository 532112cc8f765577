"""Matrix sensing: measurements without storage against stored ones, and a step against its matrix products, in one run.

``--csv FILE`` writes the table.
"""

import argparse
import tracemalloc
from functools import partial
from pathlib import Path

import numpy as np
from measure import seconds, write
from threadpoolctl import threadpool_limits

from implicit_bias import matrix_sensing

# Sizes, numbers of measurements and widths; the last are those of the lecture.
SIZES = ((60, 1200, 20), (100, 4000, 20), (200, 10_000, 20), (200, 10_000, 200))
# How many times as long a method takes as measuring a matrix by cosines and going back; the largest memory that arrays
# take meanwhile, those of the operator included; and how far, relatively, measuring and going back are from being
# transposes of each other.
COLUMNS = ("method", "d", "n", "r", "seconds", "ratio", "megabytes", "difference")


def transposed(operator, M) -> float:
    """How far two inner products are apart that are one."""
    v = np.random.default_rng(1).standard_normal(operator.n)
    one, other = operator.measure(M) @ v, np.sum(M * operator.adjoint(v))
    return float(abs(one - other) / (np.linalg.norm(operator.measure(M)) * np.linalg.norm(v)))


def products(U):
    """Take the two matrix products of a step."""
    return (U @ U.T) @ U


def megabytes(kind, d, n, M) -> float:
    """Return the peak of what arrays take from the drawing of an operator to its first use."""
    kind(2, 1, seed=0).normal(np.eye(2))  # imports are no arrays
    tracemalloc.start()
    kind(d, n, seed=0).normal(M)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def table(sizes=SIZES, repeat=20) -> list[tuple]:
    """Print the times in units of cosines, and return them."""
    rows = []
    for d, n, r in sizes:
        U = np.random.default_rng(0).standard_normal((d, r)) / np.sqrt(d * r)
        M = U @ U.T
        found = []
        for name, kind in (("cosine", matrix_sensing.CosineOperator), ("gaussian", matrix_sensing.GaussianOperator)):
            memory, operator = megabytes(kind, d, n, M), kind(d, n, seed=0)
            found.append((name, seconds(partial(operator.normal, M), repeat), memory, transposed(operator, M)))
        cosine, unit = matrix_sensing.CosineOperator(d, n, seed=0), found[0][1]
        step = partial(matrix_sensing.gradient_descent, cosine, cosine.measure(M), U, step=0.1, steps=10)
        found.append(("step", seconds(step, repeat) / 10, "", ""))
        found.append(("products", seconds(partial(products, U), repeat), "", ""))
        rows += [(name, d, n, r, time, time / unit, *rest) for name, time, *rest in found]
        for row in rows[-len(found) :]:
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
