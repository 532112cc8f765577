"""Every public function, every argument: bad values raise a ValueError that starts with the argument's name.

``WALK`` says for each public function how to call it and of what kind each argument is. A new public function
without an entry, or an argument without a kind, fails here.
"""

import dataclasses
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from numpy.testing import assert_allclose

import implicit_bias

X = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
Y = np.array([5.0, 6.0])

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
    yield scipy.sparse.csr_array(good)


def bad_vectors(good):
    yield from bad_arrays(good)
    yield from (good[:-1], np.append(good, 1.0))


def bad_times(good):
    yield from (spoiled(good, value) for value in (np.nan, -np.inf, -1e-9))
    yield from masked(good)
    yield from (good[np.newaxis], -1.0, np.nan, True, [], ["a"], good.astype(complex), None)
    yield scipy.sparse.csr_array(good)


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
    "numbers": lambda good: [
        *(spoiled(good, value) for value in NOT_FINITE),
        *(good.astype(kind) for kind in (complex, str)),
        *masked(good),
        *(None, "1", 1j, np.nan, [[1.0], [2.0, 3.0]], scipy.sparse.csr_array(good)),
    ],
    "times": bad_times,
    "moments": lambda good: [value for value in bad_times(good) if not isinstance(value, float)] + [-1.0, np.nan],
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
    "number": lambda good: [None, "1", 1j, np.nan, np.inf],
}


@dataclass
class Entry:
    """How to call a function, and of what kind its arguments are; ``optional`` ones may also be None."""

    good: dict
    kinds: dict
    optional: set = field(default_factory=set)
    too_large: dict = field(default_factory=dict)


def regression(kinds=None, optional=(), **good):
    return Entry({"X": X, "y": Y, **good}, {"X": "matrix", "y": "vector", **(kinds or {})}, set(optional))


def sizes(too_large=None, kinds=None, optional=(), **good):
    kinds = {"seed": "seed", **(kinds or {})}
    kinds = {name: kinds.get(name, "size") for name in good}
    return Entry(good, kinds, set(optional), too_large or {})


START = np.array([1.0, 0.0, 2.0])
SHAPE = np.array([1.0, -2.0, 3.0])
DUAL = np.array([2.0, -1.0])
LABELS = np.array([1.0, -1.0])


def diagonal(kinds=None, **good):
    network = {"depth": "depth", "shape": "shape", "nonnegative": "boolean"}
    return regression(
        **good,
        depth=3,
        shape=SHAPE,
        nonnegative=False,
        kinds={**network, **(kinds or {})},
        optional={"shape", "start"},
    )


def answered(kinds=None, optional=(), **good):
    """A call that judges an answer."""
    arrays = {name: "vector" for name in ("x", "dual") if name in good or name == "x"}
    return regression(x=START, **good, kinds={**arrays, **(kinds or {})}, optional=optional)


def depth_two(kinds=None, **good):
    """A call about networks of depth 2, the only ones that baselines and certificates know."""
    kinds = {"shape": "nonzero vector", "nonnegative": "boolean", **(kinds or {})}
    return regression(**good, shape=SHAPE, nonnegative=False, kinds=kinds, optional={"shape"})


def labelled(kinds=None, optional=(), **good):
    """A call that takes labels in the place of targets."""
    arrays = {name: "vector" for name in ("x", "dual") if name in good}
    return regression(**{**good, "y": LABELS}, kinds={"y": "labels", **arrays, **(kinds or {})}, optional=optional)


WALK = {
    "least_squares.min_norm": regression(),
    "least_squares.spectral_filter": regression(filter=np.sqrt, kinds={"filter": "function"}),
    "least_squares.ridge": regression(penalty=2, kinds={"penalty": "positives"}),
    "least_squares.step_threshold": Entry({"X": X}, {"X": "matrix"}),
    "least_squares.gradient_descent": regression(
        step=0.1,
        steps=[0, 3],
        start=START,
        kinds={"step": "positive", "steps": "steps", "start": "vector"},
        optional={"start"},
    ),
    "least_squares.gradient_flow": regression(
        times=np.array([0.0, 3.0]),
        start=START,
        kinds={"times": "times", "start": "vector"},
        optional={"start"},
    ),
    "diagonal.gradient_descent": diagonal(
        alpha=np.array([1.0, 2.0]),
        step=0.001,
        steps=[0, 3],
        kinds={"alpha": "positives", "step": "positive", "steps": "steps"},
    ),
    "diagonal.gradient_flow": diagonal(
        alpha=np.array([2.0]), times=np.array([0.0, 3.0]), kinds={"alpha": "positives", "times": "moments"}
    ),
    "diagonal.solve": diagonal(alpha=0.1, start=None, kinds={"alpha": "positive", "y": "targets", "start": "limit"}),
    "diagonal.limit": diagonal(alpha=0.1, kinds={"alpha": "positive", "y": "targets"}),
    "diagonal.path": diagonal(alphas=np.array([1.0, 2.0]), kinds={"alphas": "positives"}),
    "diagonal.potential": Entry({"z": X, "depth": 3}, {"z": "numbers", "depth": "depth"}),
    "diagonal.entropy": Entry(
        {"theta": START, "start": abs(SHAPE)}, {"theta": "nonnegative vector", "start": "positives"}
    ),
    "baselines.min_l2": regression(),
    "baselines.basis_pursuit": regression(nonnegative=True, kinds={"nonnegative": "boolean"}),
    "baselines.lasso": regression(penalty=2, kinds={"penalty": "positives"}),
    "baselines.diagonal_limit": depth_two(alpha=0.5, kinds={"alpha": "positives"}),
    "baselines.hard_margin_svm": labelled(bias=True, kinds={"bias": "boolean"}),
    "certify.min_norm": answered(),
    "certify.ridge": answered(penalty=2, kinds={"penalty": "positive"}),
    "certify.basis_pursuit": answered(dual=DUAL, nonnegative=True, kinds={"nonnegative": "boolean"}),
    "certify.lasso": answered(penalty=2, dual=DUAL, kinds={"penalty": "positive"}, optional={"dual"}),
    "certify.hard_margin_svm": labelled(x=START, dual=DUAL, bias=0.5, kinds={"bias": "number"}, optional={"bias"}),
    "certify.diagonal_limit": depth_two(
        alpha=0.5, x=START, dual=DUAL, kinds={"alpha": "positive", "x": "vector", "dual": "vector"}
    ),
    "certify.potential": answered(gradient=np.sqrt, dual=DUAL, kinds={"gradient": "function"}),
    "data.gaussian_regression": sizes(
        n=3,
        d=4,
        rank=2,
        noise=0.5,
        seed=0,
        kinds={"noise": "nonnegative"},
        optional={"rank"},
        too_large={"rank": 4},
    ),
    "data.sparse_regression": sizes(
        n=3,
        d=4,
        sparsity=2,
        noise=0.5,
        signed=True,
        seed=0,
        kinds={"noise": "nonnegative", "signed": "boolean"},
        too_large={"sparsity": 5},
    ),
    "data.separable": sizes(n=3, d=4, margin=0.5, seed=0, kinds={"margin": "positive"}),
    "data.low_rank_sensing": sizes(size=4, rank=2, measurements=3, seed=0, too_large={"rank": 5}),
    "data.multi_index": sizes(
        n=3,
        d=4,
        directions=2,
        link=lambda z: z.sum(axis=1),
        seed=0,
        kinds={"link": "function"},
        too_large={"directions": 5},
    ),
    "data.diabetes_features": sizes(features=5, train=20, seed=0, too_large={"train": 442}),
}

# What users do not call: the checks themselves, which have their own tests, and what the public modules share.
INTERNAL = {"arithmetic", "certificate", "errors", "problems", "records", "scaling", "spectrum", "validate"}


def public_functions():
    for short in implicit_bias.__all__:
        module = getattr(implicit_bias, short)
        if inspect.ismodule(module):
            for name in module.__all__:
                if inspect.isfunction(getattr(module, name)):
                    yield f"{short}.{name}", getattr(module, name)


FUNCTIONS = dict(public_functions())


def test_the_walk_meets_every_public_function_and_no_other():
    missing, gone = sorted(set(FUNCTIONS) - set(WALK)), sorted(set(WALK) - set(FUNCTIONS))
    assert not missing, f"give these an entry in WALK: {missing}"
    assert not gone, f"WALK has entries for what is no public function: {gone}"


def test_a_module_is_public_or_internal():
    modules = {module.name for module in pkgutil.iter_modules(implicit_bias.__path__)}
    assert modules == {name for name in implicit_bias.__all__ if name != "ConvergenceError"} | INTERNAL


@pytest.mark.parametrize("name", WALK)
def test_every_argument_has_a_kind(name):
    arguments = inspect.signature(FUNCTIONS[name]).parameters.keys()
    for what, given in {"kinds": WALK[name].kinds, "good": WALK[name].good}.items():
        differing = sorted(arguments ^ given.keys())
        assert not differing, f"WALK[{name!r}].{what} and the signature differ in {differing}"


def bad_calls():
    for name, entry in WALK.items():
        for argument, kind in entry.kinds.items():
            for value in KINDS[kind](entry.good[argument]):
                if not (value is None and argument in entry.optional):
                    yield pytest.param(name, argument, value, id=f"{name}-{argument}-{type(value).__name__}")
            if argument in entry.too_large:
                yield pytest.param(name, argument, entry.too_large[argument], id=f"{name}-{argument}-too-large")


@pytest.mark.parametrize(("name", "argument", "value"), list(bad_calls()))
def test_bad_input_is_named(name, argument, value):
    with pytest.raises(ValueError, match=rf"^{argument}\b"):
        FUNCTIONS[name](**{**WALK[name].good, argument: value})


def values(result):
    """All numbers of a result, as a list of arrays."""
    if dataclasses.is_dataclass(result):
        named = {item.name: getattr(result, item.name) for item in dataclasses.fields(result) if item.name != "message"}
        # Logarithms of zeros are not finite, and right.
        result = [np.exp(value) if name == "log_beta" else value for name, value in named.items()]
    return [np.asarray(value, dtype=float) for value in (result if isinstance(result, list) else [result])]


def same(first, second):
    for one, other in zip(values(first), values(second), strict=True):
        assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def arrays_to(change, good):
    return {name: change(value) if isinstance(value, np.ndarray) else value for name, value in good.items()}


def strided(array):
    """The same numbers with gaps between them and the axes in Fortran's order."""
    wide = np.zeros([2 * length for length in array.shape], order="F")
    wide[tuple(slice(None, None, 2) for _ in array.shape)] = array
    return wide[tuple(slice(None, None, 2) for _ in array.shape)]


def read_only(array):
    copy = array.copy()
    copy.setflags(write=False)
    return copy


CHANGES = {
    "integers": lambda array: array.astype(np.int32),
    "lists": lambda array: array.tolist(),
    "lists of integers": lambda array: array.astype(int).tolist(),
    "single precision": lambda array: array.astype(np.float32),
    "gaps": strided,
    "reversed": lambda array: array[::-1].copy()[::-1],
    "read-only": read_only,
    "big-endian": lambda array: array.astype(">f8"),
    "objects": lambda array: array.astype(object),
    "without masked entries": lambda array: np.ma.array(array, mask=np.zeros(array.shape)),
    "frames": lambda array: pd.DataFrame(array) if array.ndim == 2 else pd.Series(array),
    "nullable frames": lambda array: (pd.DataFrame(array) if array.ndim == 2 else pd.Series(array)).astype("Float64"),
    "frames of objects": lambda array: (pd.DataFrame(array) if array.ndim == 2 else pd.Series(array)).astype(object),
}


WITH_ARRAYS = [name for name in WALK if not name.startswith("data.")]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_the_same_numbers_in_another_container(name, change):
    good = WALK[name].good
    same(FUNCTIONS[name](**arrays_to(change, good)), FUNCTIONS[name](**good))


@pytest.mark.parametrize("name", WALK)
def test_numpy_scalars_are_numbers(name):
    good = WALK[name].good
    numpy_types = {int: np.int64, float: np.float64, bool: np.bool}
    changed = {key: numpy_types.get(type(value), lambda v: v)(value) for key, value in good.items()}
    same(FUNCTIONS[name](**changed), FUNCTIONS[name](**good))


@pytest.mark.parametrize("name", [name for name in WALK if "X" in WALK[name].good or name not in WITH_ARRAYS])
def test_one_example_is_enough(name):
    good = WALK[name].good
    if "X" in good:
        one = {**good, **{key: good[key][:1] for key in ("X", "y", "dual") if key in good}}
        same(FUNCTIONS[name](**{**one, "X": [[1, 2, 0]]}), FUNCTIONS[name](**one))
        assert all(np.all(np.isfinite(value)) for value in values(FUNCTIONS[name](**one)))
    else:
        ones = {key: 1 if kind == "size" else good[key] for key, kind in WALK[name].kinds.items()}
        problem = FUNCTIONS[name](**ones)
        assert len(problem.X) == len(problem.y) == 1
        assert np.all(np.isfinite(problem.X)) and np.all(np.isfinite(problem.y))


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_the_input_is_left_as_it_was(name):
    before = arrays_to(np.copy, WALK[name].good)
    FUNCTIONS[name](**WALK[name].good)
    for key, value in before.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(WALK[name].good[key], value)
