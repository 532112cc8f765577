"""Editions that are built: nothing of what students must not see is anywhere, and instructors see it run."""

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from small import Small

SAMPLE = Path(__file__).parents[1] / "assignments/sample.md"
SECRETS = ("Quadrupled", "97531", "twice = x", "return a + a", "homogeneous", "none of these words", "no one counts")
SHOWN = """\
````{exercise} Twice
:class: kind-computation level-1 minutes-10 points-4
:label: ex-twice
```{include} ../assignments/part/part.md
:start-after: <!-- ex-twice -->
:end-before: <!-- end -->
```
````
"""
SOLVED = """\
```{code-cell} ipython3
---
jupyter:
  source_hidden: true
tags: [hide-cell, solution]
---
print(97000 + 531)
```
"""


def edition(book, name, folder):
    command = [sys.executable, str(book.root / "extensions/edition.py"), name, str(folder)]
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = Small(folder)
    code, log = made.build()
    assert code == 0, log
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The small book with a graded problem, and secrets in its solutions."""
    book = Small.new(tmp_path_factory.mktemp("whole") / "book")
    sample = SAMPLE.read_text(encoding="utf8").replace("thm-length", "lem-doubling")
    book.write({"assignments/part/part.md": sample, "assignments/part/trials.py": "# no one counts\n"})
    book.write({".gitignore": "_build/\n", "lib/course/answers.json": '{"ex-first": "97531"}\n'})
    book.write({"README.md": "Quadrupled. <!-- solutions -->\n"})
    book.edit("book/two.md", "As before.\n```\n", f"Quadrupled.\n```\n\n{SOLVED}\n{SHOWN}")
    return book


def test_students_find_no_solution_anywhere(whole, tmp_path):
    made = edition(whole, "student", tmp_path / "student")
    files = [path for path in made.root.rglob("*") if path.is_file() and "kernel" not in path.parts]
    assert any(path.suffix == ".html" for path in files) and any(path.suffix == ".doctree" for path in files)
    assert any(path.name == "searchindex.js" for path in files) and any(path.suffix == ".ipynb" for path in files)
    for path in files:
        content = path.read_bytes().lower()
        for secret in SECRETS:
            assert secret.lower().encode() not in content, f"{path.relative_to(made.root)} has {secret!r}"
    page = BeautifulSoup((made.root / "_build/html/book/two.html").read_text(encoding="utf8"), "html.parser")
    problem = page.find(id="ex-twice")
    assert "double the vector" in problem.text and "4 points" in problem.text
    assert any("Lemma" in link.text for link in problem.find_all("a", href=True)), "it leads to its claim"


def test_instructors_see_the_problem_sets_solved(whole, tmp_path):
    made = edition(whole, "instructor", tmp_path / "instructor")
    page = BeautifulSoup(
        (made.root / "_build/html/book/problem-sets/part.html").read_text(encoding="utf8"), "html.parser"
    )
    for secret in ("twice = x + x", "homogeneous", "none of these words", "Rubric."):
        assert secret in page.text
    assert "By Lemma" in page.text
    assert page.select("meta[name=robots][content=noindex]"), "search engines would show it"
    assert "Quadrupled" in (made.root / "_build/html/book/two.html").read_text(encoding="utf8")


def test_readers_see_the_statement_alone(whole):
    code, log = whole.build()
    assert code == 0, log
    page = BeautifulSoup((whole.root / "_build/html/book/two.html").read_text(encoding="utf8"), "html.parser")
    assert "double the vector" in page.find(id="ex-twice").text and "Quadrupled" in page.text
    assert not page.select("meta[name=robots]")
    for path in (whole.root / "_build/html").rglob("*"):
        if path.is_file():
            assert b"none of these words" not in path.read_bytes()
    notebook = (whole.root / "_build/html/_sources/book/two.ipynb").read_text(encoding="utf8")
    assert "double the vector" in notebook and 'check(\\"ex-twice\\"' not in notebook
