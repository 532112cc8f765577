"""The recipes of CONTRIBUTING.md, followed to the letter on the sample chapter."""

import re
import shlex
import sys
import textwrap

import matplotlib.pyplot as plt
import pytest

import claims
import contents
from contents import ROOT
from source import Chapter
from test_claims import RULES as CLAIM_RULES
from test_sources import RULES, SAMPLE

RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"^ *````\n(.*?)^ *````$", RECIPES, re.S | re.M)]
SETUP = """\
```{code-cell} ipython3
import matplotlib.pyplot as plt
import numpy as np
from numpy.linalg import norm
from scipy.linalg import null_space

from course import check, explore, verify
from implicit_bias import data

full = data.gaussian_regression(n=20, d=50, seed=0)
```

"""
BEFORE = "## What breaks"
PAGE = SAMPLE.text.replace(BEFORE, SETUP + "\n".join(BLOCKS) + "\n" + BEFORE)


def test_the_recipes_are_all_there():
    names = [re.match(r"```\{([\w:-]+)\}", block)[1] for block in BLOCKS]
    assert names == [
        *("prf:lemma", "prf:proof", "code-cell"),
        *("code-cell", "code-cell"),
        *("exercise", "solution"),
    ]
    assert all(f"## Add {what}" in RECIPES for what in ("a claim", "a figure", "an exercise", "a chapter"))


@pytest.mark.parametrize("name", RULES)
def test_a_page_made_by_the_recipes_keeps_the_rules(name):
    assert not list(RULES[name](Chapter(SAMPLE.page, PAGE)))


def test_its_cells_run_and_its_claim_is_checked(small_root, monkeypatch):
    words = shlex.split(re.search(r"-m course\.check (.*)`", RECIPES)[1])
    check = sys.modules["course.check"]
    monkeypatch.setattr(check, "_ANSWERS", small_root / "answers.json")
    check._main(*words)

    shown = []
    monkeypatch.setattr(sys.modules["course.verify"], "display", shown.append)
    monkeypatch.setattr(sys.modules["course.explore"], "display", shown.append)
    page = small_root / "book/part/page.md"
    page.parent.mkdir()
    page.write_text(PAGE.replace('check("ex-one", 2)', "pass"), encoding="utf8")
    namespace = {}
    for cell in Chapter.read(page).cells:
        exec(cell.body, namespace)
    plt.close("all")

    outcomes = [output for output in shown if hasattr(output, "claim")]
    monkeypatch.setattr(claims, "_checks", lambda page: [{"claim": c.claim, "text": c.line} for c in outcomes])
    book = claims.collect()
    assert book.statements["lem-rows"].status == "proved" and book.statements["lem-rows"].checks
    pages = [Chapter.read(path) for path in contents.chapters()]
    broken = {rule.__name__ for rule in CLAIM_RULES if list(rule(book, pages))}
    assert broken <= {"rows_of_errata"}, "the sample's erratum is in no list of lectures here"
