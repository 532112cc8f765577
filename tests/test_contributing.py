"""The recipes of CONTRIBUTING.md, followed to the letter on the sample chapter."""

import re
import shlex
import shutil
import sys
import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.linalg import norm
from numpy.typing import ArrayLike

import claim_rules
import claims
import course
from contents import ROOT
from implicit_bias import validate
from implicit_bias.validate import FloatArray
from lint import RULES
from source import Chapter
from test_sources import SAMPLE

RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf8")


def blocks(kind, fence="```"):
    """The fenced blocks of the recipes."""
    found = re.findall(rf"^ *{fence}{kind}\n(.*?)^ *{fence}$", RECIPES, re.S | re.M)
    return [textwrap.dedent(block) for block in found]


BLOCKS = blocks("", "````")
SETUP = """\
```{code-cell} ipython3
import numpy as np
from numpy.linalg import norm
from scipy.linalg import null_space

full = data.gaussian_regression(n=20, d=50, seed=0)
```

"""
BEFORE = "## What breaks"
# A box does not stand among the solutions.
ADDED = "\n".join(BLOCKS).replace("```{admonition}", "### Another part\n\n```{admonition}")
PAGE = SAMPLE.text.replace(BEFORE, f"{SETUP}{ADDED}\n{BEFORE}")
PARTS = [
    *("a claim", "a figure", "an explorer", "an exercise", "a difference from a lecture", "a reference or a symbol"),
    *("a function to the library", "a chapter"),
]


def test_the_recipes_are_all_there():
    assert re.findall(r"^```\{([\w:-]+)\}", "".join(BLOCKS), re.M) == [
        *("prf:lemma", "prf:proof", "code-cell", "code-cell", "code-cell"),
        *("exercise", "solution", "code-cell", "admonition", "code-cell"),
    ]
    missing = [part for part in PARTS if f"## Add {part}\n" not in RECIPES]
    assert not missing, f"CONTRIBUTING.md has no section '## Add …' for {missing}"


@pytest.mark.parametrize("name", RULES)
def test_a_page_made_by_the_recipes_keeps_the_rules(name):
    assert not RULES[name].messages(Chapter(SAMPLE.page, PAGE))


def test_every_file_that_a_recipe_names_is_there():
    named = set(re.findall(r"`((?:_toc|[A-Z]+|(?:authoring|book|lib|tests)/[\w/.-]+)\.\w+)`", RECIPES))
    assert len(named) > 10
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing, f"CONTRIBUTING.md names {missing}, which are not there"


def test_every_command_that_a_recipe_names_is_one():
    targets = set(re.findall(r"`make ([\w-]+)", RECIPES))
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    unknown = sorted(target for target in targets if not re.search(rf"^{target}:", makefile, re.M))
    assert not unknown, f"CONTRIBUTING.md names make {unknown}, which the Makefile has not"


def test_every_table_has_the_command_that_writes_it():
    found = re.findall(r"^ *\.venv/bin/python (benchmarks/\S+) (--\w+) (benchmarks/\S+)$", RECIPES, re.M)
    tables = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "benchmarks").rglob("*.csv"))
    assert sorted(table for *_, table in found) == tables
    wrong = [script for script, option, _ in found if f'"{option}"' not in (ROOT / script).read_text(encoding="utf8")]
    assert not wrong, f"{wrong} have no such option"


def test_the_function_runs():
    (code,) = blocks("python")
    names = {"ArrayLike": ArrayLike, "FloatArray": FloatArray, "norm": norm, "validate": validate}
    exec(code, names)
    assert names["row_norms"]([[3.0, 4.0]]) == [5.0]
    with pytest.raises(ValueError, match=r"^X"):
        names["row_norms"]([[np.nan]])


def test_its_cells_run_and_its_claim_is_checked(small_root, monkeypatch):
    words = shlex.split(re.search(r"-m course record (.*)`", RECIPES)[1])
    check = sys.modules[f"{course.__name__}.check"]
    monkeypatch.setattr(check, "_ANSWERS", small_root / "answers.json")
    check.main(*words)

    shown = []
    monkeypatch.setattr(sys.modules["course.verify"], "display", shown.append)
    monkeypatch.setattr(sys.modules["course.explore"], "display", lambda _: None)
    page = small_root / "book/part/page.md"
    page.parent.mkdir()
    page.write_text(PAGE.replace('check("ex-one", 2)', "pass"), encoding="utf8")
    namespace = {}
    for cell in Chapter.read(page).cells:
        exec(cell.body, namespace)
    plt.close("all")

    found = [claims.CHECK.findall(outcome._repr_html_()) for outcome in shown]
    monkeypatch.setattr(claims, "_checks", lambda page: [claims.record(text) for texts in found for text in texts])
    (small_root / claims.ROWS).write_text(blocks("yaml")[0], encoding="utf8")
    shutil.copy(ROOT / "book/references.bib", small_root / "book")
    book = claims.collect()
    assert book.statements["lem-rows"].status == "proved" and book.statements["lem-rows"].checks
    broken = claim_rules.broken(book)
    others = [message for message in broken if "C06-E1" not in message]  # the erratum of the sample has no record here
    assert not others, others
