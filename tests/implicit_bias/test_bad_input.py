"""Every public function, every argument: bad values raise a ValueError that starts with the argument's name."""

import inspect
import pkgutil

import pytest
from bad_values import KINDS
from walk import FUNCTIONS, WALK

import implicit_bias

# What users do not call: the checks themselves, which have their own tests, and what the public modules share.
SHARED = {
    "arithmetic",
    "certificate",
    "errors",
    "images",
    "integration",
    "problems",
    "records",
    "scaling",
    "spectrum",
    "support",
}
INTERNAL = {*SHARED, "validate"}


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


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize(("name", "argument", "value"), list(bad_calls()))
def test_bad_input_is_named(name, argument, value):
    with pytest.raises(ValueError, match=rf"^{argument}\b"):
        FUNCTIONS[name](**{**WALK[name].good, argument: value})
