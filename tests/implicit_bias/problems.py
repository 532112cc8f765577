"""One table of problems, easy and nasty, that goes through every solver."""

from dataclasses import dataclass

import numpy as np

from implicit_bias import data


@dataclass(frozen=True)
class Problem:
    """A consistent system ``X @ x == y``; it is ``positive`` if it has a solution without negative entries."""

    X: np.ndarray
    y: np.ndarray
    positive: bool


def gaussian(n, d, rank=None, seed=0):
    """A Gaussian system with a positive solution of which every entry matters."""
    X = data.gaussian_regression(n=n, d=d, rank=rank, seed=seed).X
    return X, X @ np.random.default_rng(seed).exponential(size=d)


def scaled(rows=None, columns=None, y=1.0, n=6, d=15):
    X, target = gaussian(n, d)
    if columns is not None:
        X = X * np.geomspace(*columns, d)
        target = X @ (np.random.default_rng(0).exponential(size=d) / np.geomspace(*columns, d))
    weights = np.ones(n) if rows is None else np.geomspace(*rows, n)
    return weights[:, np.newaxis] * X, y * weights * target


def conditioned(condition, n=6, d=15):
    U, _, Vt = np.linalg.svd(data.gaussian_regression(n=n, d=d, seed=0).X, full_matrices=False)
    X = U * np.geomspace(1, 1 / condition, n) @ Vt
    return X, X @ np.random.default_rng(0).exponential(size=d)


TWICE = np.array([[1.0, 2.0, 0.0], [3.0, 6.0, 0.0], [0.0, 1.0, 1.0]])

POSITIVE = {
    "easy": gaussian(6, 15),
    "one example": gaussian(1, 5),
    "one coordinate": gaussian(1, 1),
    "one coordinate, three examples": ([[1.0], [2.0], [-3.0]], [2.0, 4.0, -6.0]),
    "square": gaussian(5, 5),
    "more examples than coordinates": gaussian(9, 4),
    "rank deficient": gaussian(8, 12, rank=3),
    "repeated row": (TWICE, [4.0, 12.0, 2.0]),
    "zero row": ([[1.0, 2.0], [0.0, 0.0]], [1.0, 0.0]),
    "zero column": ([[1.0, 0.0, 2.0]], [3.0]),
    "duplicate columns": ([[1.0, 1.0, 2.0], [0.0, 0.0, 1.0]], [2.0, 0.5]),
    "tied": ([[1.0, 1.0, 1.0]], [1.0]),
    "degenerate vertex": ([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]], [1.0, 1.0]),
    "tiny beside large target": ([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]], [1.0, 1e-9]),
    "rows over 12 decades": scaled(rows=(1e6, 1e-6)),
    "columns over 12 decades": scaled(columns=(1e-6, 1e6)),
    "condition 1e6": conditioned(1e6),
    "tiny target": scaled(y=1e-25),
    "huge target": scaled(y=1e25),
    "squares underflow": (np.multiply(gaussian(4, 9)[0], 1e-200), np.multiply(gaussian(4, 9)[1], 1e-190)),
    "squares overflow": (np.multiply(gaussian(4, 9)[0], 1e200), np.multiply(gaussian(4, 9)[1], 1e190)),
}

SIGNED = {
    "opposite signs": ([[1.0, -2.0, 0.0]], [-1.0]),
    "no positive solution": ([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]], [1.0, -1.0]),
    "sparse with signs": data.sparse_regression(n=20, d=40, sparsity=3, signed=True, seed=0).xy,
    "nothing to fit": (gaussian(3, 6)[0], np.zeros(3)),
}

PROBLEMS = {
    name: Problem(np.array(X, dtype=float), np.array(y, dtype=float), table is POSITIVE)
    for table in (POSITIVE, SIGNED)
    for name, (X, y) in table.items()
}

LABELLED = {
    "easy": data.separable(n=20, d=5, margin=0.3, seed=0).xy,
    "more coordinates than examples": data.separable(n=6, d=12, margin=0.1, seed=1).xy,
    "one example": ([[3.0, 4.0]], [1.0]),
    "one coordinate": ([[1.0], [-2.0]], [1.0, -1.0]),
    "repeated example": ([[1.0, 0.0], [1.0, 0.0], [-1.0, -1.0]], [1.0, 1.0, -1.0]),
    "many support vectors": ([[1.0, 1.0], [1.0, -1.0], [1.0, 0.0], [-1.0, 5.0]], [1.0, 1.0, 1.0, -1.0]),
    "one small coordinate": (data.separable(n=20, d=5, margin=0.3, seed=0).X * [1e-3, 1, 1, 1, 1], None),
    "squares underflow": (1e-190 * data.separable(n=9, d=3, margin=0.3, seed=0).X, None),
    "squares overflow": (1e190 * data.separable(n=9, d=3, margin=0.3, seed=0).X, None),
}


def labels(X, y):
    """The given labels, or those that the first example's side decides along the first direction of separation."""
    return X, np.array(y if y is not None else data.separable(n=len(X), d=X.shape[1], margin=0.3, seed=0).y)


LABELLED = {name: labels(np.array(X), y) for name, (X, y) in LABELLED.items()}


def measuring(n, d1, d2, rank=1, psd=False, seed=0):
    """Gaussian measurements of a matrix of low rank."""
    generator = np.random.default_rng(seed)
    left, right = generator.standard_normal((rank, d1)), generator.standard_normal((rank, d2))
    A = generator.standard_normal((n, d1, d2))
    return A, np.tensordot(A, left.T @ (left if psd else right), 2)


def in_units(matrices, y, of_matrices, of_y):
    return matrices * np.reshape(of_matrices, (-1, 1, 1)), y * of_y


PSD = {
    "easy": measuring(12, 4, 4, psd=True),
    "one measurement": measuring(1, 3, 3, psd=True),
    "one entry": ([[[2.0]]], [3.0]),
    "all entries": (np.eye(9).reshape(9, 3, 3), np.outer([1.0, 2, 3], [1, 2, 3]).ravel()),
    "repeated measurement": ([[[1.0, 0], [0, 0]], [[2.0, 0], [0, 0]]], [1.0, 2.0]),
    "trace": ([np.eye(3)], [2.0]),
    "rows over 12 decades": in_units(
        *measuring(5, 3, 3, psd=True), np.geomspace(1e6, 1e-6, 5), np.geomspace(1e6, 1e-6, 5)
    ),
    "tiny target": in_units(*measuring(5, 3, 3, psd=True), 1, 1e-25),
    "squares overflow": in_units(*measuring(5, 3, 3, psd=True), 1e200, 1e190),
}
MEASURED = {
    **{(name, True): (np.array(A, dtype=float), np.array(y, dtype=float)) for name, (A, y) in PSD.items()},
    **{(name, False): (np.array(A, dtype=float), np.array(y, dtype=float)) for name, (A, y) in PSD.items()},
    ("wide", False): measuring(6, 2, 5),
    ("one column", False): measuring(3, 5, 1),
    ("nothing to fit", False): (measuring(3, 2, 3)[0], np.zeros(3)),
}
