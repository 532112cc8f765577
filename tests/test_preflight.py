"""What Jupyter Book would answer with a traceback is told before, by file, line and remedy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import preflight

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION = 'title: A book\nauthor: an author\nlogo: ""\nhtml: {favicon: book/page.md}\n'
TOC = """\
format: jb-book
root: book/page
parts:
  - caption: A part
    chapters:
      - file: book/plain
      - file: book/part/page
"""
BROKEN = [
    ("_toc.yml", "parts:", "parts: [", "_toc.yml:4: this is not YAML: "),
    ("_toc.yml", "A part", "A \x07 part", "_toc.yml:4: this is not YAML: "),
    ("_toc.yml", "book/plain", "book/plane", "_toc.yml:6: there is no book/plane.md: write it, or take it off"),
    ("_toc.yml", "book/page", "book/pages", "_toc.yml:2: there is no book/pages.md: write it, or take it off the list"),
    ("_toc.yml", "book/part/page", '"book/plain"', "_toc.yml:7: book/plain stands here twice: remove one"),
    ("_toc.yml", "  - caption", "  - caption: B\n    caption", "_toc.yml:5: caption stands twice: remove one"),
    ("_toc.yml", "- file: book/part", "- fill: book/part", "_toc.yml:7: mend the form: entry does not contain one of"),
    ("_toc.yml", "root: book/page\n", "", "_toc.yml:1: mend the form: 'root' key not found"),
    ("_toc.yml", "    chapters:", "    chapter:", "_toc.yml:4: mend the form: entry not a mapping containing"),
    ("_toc.yml", "jb-book", "jb-books", "_toc.yml:1: mend the form: 'format' key value not recognised"),
    ("_toc.yml", TOC, "", "_toc.yml:1: mend the form: toc is not a mapping"),
    ("_config.yml", "an author", '"an author', "_config.yml:5: this is not YAML: "),
    ("_config.yml", "author:", "title:", "_config.yml:2: title stands twice: remove one"),
    ("_config.yml", 'logo: ""', "logo: book/no.svg", "_config.yml:3: there is no book/no.svg: name a picture as seen"),
    (
        "_config.yml",
        "book/page.md",
        "book",
        "_config.yml:4: there is no book: name a picture as seen from here, or fav",
    ),
    ("_config.yml", CONFIGURATION, "a book", "_config.yml:1: write names and values"),
]


@pytest.fixture
def root(small_root):
    for name in ("page", "plain", "part/page"):
        (small_root / f"book/{name}.md").parent.mkdir(exist_ok=True)
        (small_root / f"book/{name}.md").write_text("# A page\n")
    (small_root / "_config.yml").write_text(CONFIGURATION)
    (small_root / "_toc.yml").write_text(TOC)
    return small_root


def test_what_is_right_is_passed(root):
    assert preflight.faults() == []
    (root / "_toc.yml").write_text("root: book/page\nsubtrees: [{entries: [{file: book/plain}]}]  # file: none\n")
    assert preflight.faults() == []


@pytest.mark.parametrize(("file", "old", "new", "told"), BROKEN)
def test_what_is_wrong_is_told_by_its_line(root, file, old, new, told):
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))
    (message,) = preflight.faults()
    assert message.startswith(told)


def test_a_plan_that_names_what_is_not_there_is_told(root, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])  # which this root joins
    (root / "extensions").mkdir()
    (root / "extensions/contents.py").touch()
    monkeypatch.chdir(root)
    (root / "assignments").mkdir()
    (root / "assignments/plan.yml").write_text("- week: 1\n  read: [part/page]\n")
    assert preflight.faults() == []
    (root / "assignments/plan.yml").write_text("- week: 1\n  read: [part/page]\n  exercises: [ex-none]\n")
    assert preflight.faults() == ["assignments/plan.yml:3: the book has no 'ex-none' (exercises)"]
    (root / "_toc.yml").write_text(TOC.replace("plain", "plane"))
    (message,) = preflight.faults()
    assert "plane" in message


def test_the_program_says_it_in_one_line(root):
    (root / "extensions").mkdir()
    for name in ("contents.py", "preflight.py"):
        shutil.copy(ROOT / "extensions" / name, root / "extensions")
    (root / "_toc.yml").write_text(TOC.replace("plain", "plane"))
    done = subprocess.run([sys.executable, "extensions/preflight.py"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "_toc.yml:6: there is no book/plane.md: write it, or take it off the list\n"


def test_what_builds_or_tests_asks_for_it():
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    assert {"book", "chapter", "lint", "test-faults"} <= set(re.findall(r"^([\w-]+): preflight\b", makefile, re.M))


def test_who_builds_without_make_asks_for_it_too():
    """Nothing of the book can speak before ``jupyter-book`` reads these two files."""
    typed = re.findall(r"^    \.venv\\Scripts\\(.*)$", (ROOT / "README.md").read_text(encoding="utf8"), re.M)
    assert [line.split()[0] for line in typed] == ["pip", "python", "jupyter-book"]
    assert typed[1] == r"python extensions\preflight.py"
