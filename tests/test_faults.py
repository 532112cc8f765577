"""Faults planted in a copy of the library turn their chapters red."""

import ast
import re

import pytest

from contents import docname, named, taught
from faults import FAULTS, Fault
from planted import LIBRARY, NO_PROGRAM, first_error, planted

IDS = [f"{fault.chapter}: {fault.new}" for fault in FAULTS]


@pytest.mark.parametrize("page", taught(), ids=docname)
def test_every_chapter_has_three_faults(page):
    count = sum(f"/{docname(page)}".endswith(f"/{fault.chapter}") for fault in FAULTS)
    assert count >= 3, f"tests/faults_by_part has {count} faults for {docname(page)}, at least 3 are needed"


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_a_fault_is_another_program(fault):
    before = (LIBRARY / "implicit_bias" / fault.file).read_text(encoding="utf8")
    assert ast.dump(ast.parse(planted(fault))) != ast.dump(ast.parse(before))


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_the_fault_turns_its_chapter_red(fault):
    error = first_error(named(fault.chapter), fault)
    assert error, f"{fault.chapter} does not notice {fault}: add a check that does"
    assert not NO_PROGRAM.match(error), error


# The chapters without a fault are green: the book was built. That this way of running them leaves them so:

PAGE = """\
---
---

```{code-cell} ipython3
from course import explore, style, verify
from implicit_bias import least_squares
import matplotlib.pyplot as plt

style.use()
verify("thm-x", length=least_squares.min_norm([[2.0]], [4.0]), at_most=2, control={"a longer one": 3})
```

```{code-cell} ipython3
def draw(slope):
    figure, axes = plt.subplots()
    return figure, f"slope {slope}"


explore(draw, slope=[1, 2])
```
"""
TWICE = Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = 2 * U.T @ y / sigma", "")


@pytest.fixture
def page(tmp_path):
    """A function that writes a page."""

    def written(text):
        (tmp_path / "page.md").write_text(text, encoding="utf8")
        return tmp_path / "page.md"

    return written


def test_a_page_without_a_fault_runs(page):
    assert not first_error(page(PAGE))
    assert re.match(r"course.verify.CheckError: thm-x does not hold", first_error(page(PAGE), TWICE))


def test_an_error_is_told_in_full(page):
    text = "---\n---\n\n```{code-cell} ipython3\nraise ValueError('one\\ntwo')\n```\n"
    assert first_error(page(text)) == "ValueError: one\ntwo"
