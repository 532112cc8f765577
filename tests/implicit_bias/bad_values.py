"""Kinds of arguments, and for each kind the values that a function must refuse."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import scipy.sparse

NOT_NUMBERS = [None, "1", 1j, True, [1.0], np.nan, np.inf, -np.inf, object()]
NOT_INTEGERS = [*NOT_NUMBERS, 2.0, np.float64(2), -1, 2**63, np.uint64(2**63), 10**30]
NOT_FINITE = [np.nan, np.inf, -np.inf]


def spoiled(array, value):
    """A copy whose last entry is another."""
    copy = array.copy() if array.dtype == object else array.astype(np.result_type(array, value))
    copy.flat[-1] = value
    return copy


def masked(good):
    """Arrays and lists of which an entry is hidden; as plain arrays they would show what is behind it."""
    mask = np.zeros(good.shape, dtype=bool)
    mask.flat[-1] = True
    hidden = np.ma.array(good, mask=mask)
    yield from (hidden, list(hidden), [list(row) for row in hidden] if good.ndim > 1 else tuple(hidden))


def bad_arrays(good):
    yield from (spoiled(good, value) for value in NOT_FINITE)
    yield from (good.astype(kind) for kind in (complex, str, "datetime64[s]"))
    yield from (spoiled(good.astype(object), value) for value in ("a", None, pd.NA, 1j, 10**400))
    yield from masked(good)
    yield from (
        good[np.newaxis],
        good[..., 0],
        np.zeros((0,) * good.ndim),
        [],
        [[1.0], [2.0, 3.0]],
        None,
        1.0,
        "X",
    )
    yield scipy.sparse.csr_array(good if good.ndim < 3 else good[0])


def bad_vectors(good):
    yield from bad_arrays(good)
    yield from (good[:-1], np.append(good, 1.0))


def bad_times(good):
    yield from (spoiled(good, value) for value in (np.nan, -np.inf, -1e-9))
    yield from masked(good)
    yield from (good[np.newaxis], -1.0, np.nan, True, [], ["a"], good.astype(complex), None)
    yield scipy.sparse.csr_array(good if good.ndim < 3 else good[0])


def bad_functions(good):
    yield from (None, 3, "relu")
    yield from (
        lambda _: None,
        lambda _: 1.0,
        lambda z: np.full(len(z), np.nan),
        lambda z: np.full(len(z), np.inf),
        lambda z: np.full(len(z), 1j),
        lambda z: np.ones(len(z) + 1),
        lambda z: np.ones((len(z), 1)),
        lambda z: ["a"] * len(z),
    )


def bad_numbers(good):
    yield from (spoiled(good, value) for value in NOT_FINITE)
    yield from (good.astype(kind) for kind in (complex, str))
    yield from masked(good)
    yield from (None, "1", 1j, np.nan, [[1.0], [2.0, 3.0]], scipy.sparse.csr_array(good))


def bad_estimates(good):
    yield from (None, 3, "relu")
    yield from (
        lambda theta, _: None,
        lambda theta, _: 1.0,
        lambda theta, _: np.full(theta.shape, np.nan),
        lambda theta, _: np.full(theta.shape, np.inf),
        lambda theta, _: np.full(theta.shape, 1j),
        lambda theta, _: np.append(theta, 1.0),
        lambda theta, _: theta[np.newaxis],
        lambda theta, _: ["a"] * len(theta),
    )


KINDS: dict[str, Callable] = {
    "matrix": lambda good: [*bad_arrays(good), np.zeros((2, 0)), np.zeros((0, 3))],
    "vector": lambda good: [*bad_vectors(good), good[..., np.newaxis]],
    "positive": lambda _: [*NOT_NUMBERS, 0, 0.0, -1.0],
    "nonnegative": lambda _: [*NOT_NUMBERS, -1e-9],
    "size": lambda _: [*NOT_INTEGERS, 0],
    "seed": lambda _: NOT_INTEGERS,
    "steps": lambda _: [
        None,
        "1",
        1j,
        True,
        1.0,
        -1,
        [1, -1],
        [0.5],
        [[1]],
        [],
        ["a"],
        [True],
        2**63,
        [1, 2**63],
        10**30,
        np.nan,
        np.ma.array([1, 2], mask=[False, True]),
    ],
    "positives": lambda _: [
        *(value for value in NOT_NUMBERS if value != [1.0]),
        *(0, -1.0, [], [[1.0]], [1.0, 0.0], [1.0, -1.0], [np.nan], [np.inf], ["1"], [1j], [True], [1.0, [2.0]]),
        scipy.sparse.csr_array([[1.0]]),
    ],
    "positive vector": lambda good: [*bad_arrays(good), spoiled(good, 0), spoiled(good, -1)],
    "nonnegative vector": lambda good: [*bad_arrays(good), spoiled(good, -1e-9)],
    "nonzero vector": lambda good: [*bad_vectors(good), spoiled(good, 0)],
    "numbers": bad_numbers,
    "samples": lambda good: [*bad_numbers(good), 1.0, [], np.zeros((0, 3))],
    "estimate": bad_estimates,
    "times": bad_times,
    "moments": lambda good: [value for value in bad_times(good) if not isinstance(value, float)] + [-1.0, np.nan],
    "log_times": lambda good: [
        *(spoiled(good, value) for value in NOT_FINITE),
        *masked(good),
        *(*NOT_FINITE, good[np.newaxis], True, [], ["a"], good.astype(complex), None, scipy.sparse.csr_array(good)),
    ],
    "positive steps": lambda good: [*bad_arrays(good), spoiled(good, 0), spoiled(good, -1)],
    "loss": lambda _: [None, 1, "hinge", "log", ["logistic"], b"logistic", True],
    "norm": lambda _: [None, 0, 3, -1, "1", "2", True, [1], np.nan, -np.inf, 1j],
    "weights": lambda good: [None, 1.0, [], good[::-1], [good[0], spoiled(good[1], np.nan)], "ab"],
    "two layers": lambda good: [None, 1.0, [], good[:1], good[::-1], [*good, np.ones((1, 1))]],
    "depth": lambda _: [*NOT_NUMBERS, 0, -2, 1.9, 2.0000001],
    "shape": lambda good: [
        *bad_vectors(good),
        *(spoiled(good, 0), [good, spoiled(good, 0)], np.ones((3, 3))),
    ],
    "targets": lambda good: [*bad_vectors(good), np.ones((3, 2)), [[1.0, np.nan], [1.0, 2.0]]],
    "limit": lambda _: [1, "x", np.ones(3)],
    "boolean": lambda _: [0, 1, "no", None, np.array([True])],
    "function": bad_functions,
    "labels": lambda good: [*bad_vectors(good), spoiled(good, 0), spoiled(good, 2), np.abs(good) * 0],
    "inputs": lambda good: [*bad_arrays(good), np.zeros((2, 0)), good[:, :-1]],
    "outputs": lambda good: [*bad_arrays(good), good[:-1], good[:, :-1]],
    "inputs of rows": lambda good: [*bad_arrays(good), good[:-1]],
    "columns": lambda good: [*bad_arrays(good), 0 * good],
    "symmetric": lambda good: [*bad_arrays(good), good[:1], np.triu(good)],
    "second factor": lambda good: [*bad_arrays(good), good[:-1], good[:, :-1]],
    "operator": lambda _: [1, None, "x", np.eye(2), np.linalg],
    "measurements": lambda good: [*bad_arrays(good), good[:, :-1], good[:, :, :-1]],
    "solid measurements": lambda good: bad_arrays(good),
    "network": lambda good: [1, "x", good.hidden],
    "number": lambda good: [None, "1", 1j, np.nan, np.inf],
}
