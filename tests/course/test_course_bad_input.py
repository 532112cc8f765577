"""Every public function, every argument: a bad value raises a ValueError that starts with its name.

All but ``check``, which raises nothing.
"""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import course
from course import explore, variant, verify
from course.check import record


def returning(*drawn):
    return lambda **_: drawn


GOOD = {
    verify: {"label": "thm-a", "at_most": 1, "control": {"far": 2}, "distance": 0.5},
    record: {"label": "ex-a", "answer": 1, "tolerance": 0.1},
    variant: {"student": "ada", "problem": "twice"},
    explore: {"draw": lambda alpha: (plt.figure(), "An empty figure."), "alpha": [1, 2], "labels": {"alpha": "α"}},
}
NOT_REAL = ["1", 1j, np.array([1 + 0j]), [[1], [1, 2]], object()]
NOT_ANSWERS = [*NOT_REAL, np.nan, [1, np.inf], []]
# Changes to the good arguments; None leaves one out.
BAD = [
    *((verify, "label", {"label": bad}) for bad in (3, "")),
    *((verify, name, {name: bad}) for name in ("distance", "at_most") for bad in NOT_REAL),
    *((verify, name, {name: bad}) for name in ("at_most", "at_least") for bad in (np.nan, np.inf, [1, 2])),
    *((verify, "control", {"control": bad}) for bad in ({}, 2, [2, 3], *NOT_REAL)),
    *((verify, "control", {"control": {bad: 2}}) for bad in ("", " ", "control", 3, None)),
    *((verify, "adam", {"control": {"adam": bad}}) for bad in ("2", [], *NOT_REAL)),
    (verify, "measured", {"distance": None}),
    (verify, "at_most", {"at_most": None}),
    (verify, "at_least", {"at_least": 2}),
    *((verify, "why", {"why": bad}) for bad in ("a reason beside a control", 3)),
    *((verify, "why", {"control": None, "why": bad}) for bad in ("", " ", 3)),
    *((record, "answer", {"answer": bad}) for bad in NOT_ANSWERS),
    *((record, "label", {"label": bad}) for bad in (3, "")),
    *((record, "tolerance", {"tolerance": bad}) for bad in (0, -1, np.nan, np.inf, "1", [1])),
    *((explore, "draw", {"draw": bad}) for bad in (3, returning(), returning("figure", "text"))),
    *((explore, "draw", {"draw": returning(plt.Figure(), bad)}) for bad in (" ", 3)),
    *((explore, "alpha", {"alpha": bad}) for bad in (3, "12", [], [1], [1, 1], [0.5, 0.5])),
    *((explore, "caption", {"caption": bad}) for bad in ([1, 2], 3)),
    *((explore, "labels", {"labels": bad}) for bad in ([1, 2], 3, "α", {"beta": "β"}, {"alpha": 3}, {"alpha": " "})),
    *((explore, "still", {"still": bad}) for bad in ([1, 2], 3, "α", {"beta": 1}, {"alpha": 3}, {"alpha": "1"})),
    *((variant, name, {name: bad}) for name in ("student", "problem") for bad in ("", " ", 3)),
    (explore, "values", {"alpha": None, "labels": None}),
    (explore, "values", {"beta": [1, 2], "gamma": [1, 2]}),
    (explore, "values", {"alpha": range(11), "beta": range(11)}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _page(monkeypatch):
    monkeypatch.setenv("BOOK_FRAMES", "1")


def test_every_public_function_is_here():
    assert {function.__name__ for function in GOOD} == set(course.__all__) - {"check", "style"} | {"record"}


@pytest.mark.parametrize("function", GOOD)
def test_the_good_arguments_are_good(shown, function):
    function(**GOOD[function])


@pytest.mark.parametrize(("function", "name", "changes"), BAD)
def test_the_message_names_the_argument(shown, function, name, changes):
    arguments = {key: value for key, value in (GOOD[function] | changes).items() if value is not None}
    if function is verify:
        arguments.setdefault("control", None)
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        function(**arguments)
    assert not shown
