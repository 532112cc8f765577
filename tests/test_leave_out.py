"""``make leave-out`` takes a page or a part out of the book, and what leads there becomes words."""

import os
import re
import shutil
import subprocess
import sys

import leave_out as left
import pytest

import contents
import edition
from contents import ROOT, listed
from walks import CHECK, HEAD, TEXTS, WITHOUT_WALK


@pytest.fixture
def root(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf8")
    return tmp_path


def leave_out(root, *words):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, "ROOT", root)
        return left.leave_out(*words)


def files(root):
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_page_is_left_out_with_all_that_leads_to_it(root):
    said = leave_out(root, "part/walk")
    assert files(root) == WITHOUT_WALK
    for words in (
        "book/part/run.md:14: {doc}`walk` is _A walk_\n",
        "book/part/run.md:25: {eq}`eq-walk` is an equation of the page *A walk*, left out here\n",
        "book/part/run.md:22: proof-lem-run\n",
        "book/part/run.md: exercises\n",
        "ex-graded (Graded) stands in book/part/run.md now",
        "The problem set part is due in no week now",
        "assignments/part/part.md:17: ",
        "true:\n  README.md:3: Five problem sets.\n  README.md:5: `make chapter NAME=part/walk`\n",
        "  README.md:6: sheet ex-long.\n  book/intro.md:3: *A walk*\n",
    ):
        assert words in said, said


def test_a_part_is_left_out(root):
    (root / "book/other-part/rest.md").write_text(f"{HEAD}By {{prf:ref}}`lem-soon`.\n")
    said = leave_out(root, "part")
    found = files(root)
    assert set(found) == {name for name in TEXTS if "/part/" not in name and not name.endswith("/part.py")}
    assert found["book/other-part/rest.md"] == f"{HEAD}By *Runs end soon*.\n"
    assert found["_toc.yml"] == (
        "root: book/intro\nparts:\n  - caption: Other part\n    chapters:\n      - file: book/other-part/rest\n"
    )
    assert found["book/intro.md"] == "# Home\n\n*A walk*\n\n| b | {doc}`/book/other-part/rest`; more |\n"
    assert found["assignments/plan.yml"] == "# The plan.\n"
    assert "assignments/part" in said


def test_the_last_page_of_a_part_is_the_part(root):
    leave_out(root, "part/walk")
    leave_out(root, "part/run")
    assert not (root / "book/part").exists() and not (root / "tests/faults_by_part/part.py").exists()
    assert "Part" not in (root / "_toc.yml").read_text().replace("Other part", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "NAME must be a part, or part/page"),
        (("part/walk.md",), "NAME must be a part, or part/page"),
        (("part/wal",), "neither a page book/part/wal.md nor one in book/part/wal"),
        (("walk",), "nor one in book/walk: perhaps part/walk"),
        (("intro",), "the home page stays"),
        (("appendix/terms",), "the appendix stays"),
        (("appendix",), "the appendix stays"),
    ],
)
def test_what_cannot_be_left_out_stays(root, words, said):
    with pytest.raises(ValueError, match=said):
        leave_out(root, *words)
    assert files(root) == TEXTS


@pytest.mark.parametrize(
    ("page", "added", "said"),
    [
        ("book/part/run.md", CHECK.replace("lem-run", "thm-walk"), "book/part/run.md:50 checks thm-walk"),
        ("book/part/walk.md", CHECK, "lem-run (book/part/run.md:17)"),
        ("book/part/run.md", "```{prf:proof}\n:label: proof-thm-walk\nSo.\n```\n", "run.md:49 proves thm-walk"),
    ],
)
def test_nothing_is_torn_from_its_check_or_its_proof(root, page, added, said):
    (root / page).write_text((root / page).read_text() + added)
    before = files(root)
    with pytest.raises(ValueError, match=re.escape(said)):
        leave_out(root, "part/walk")
    assert files(root) == before


def test_one_chapter_stays(root):
    leave_out(root, "part")
    with pytest.raises(ValueError, match="no chapter would be left"):
        leave_out(root, "other-part")


# The book itself, without a page that many others refer to, and without a part.

LEAVE_OUT = "import sys, leave_out; print(leave_out.leave_out(sys.argv[1]))"
RULES = """
import sys
import claim_rules, claims, contents
from course import choosing
from lint import RULES
from lint.book import BOOK_RULES
from lint.known import KNOWN, surplus
from source import Chapter

pages = {contents.docname(page).removeprefix("book/"): Chapter.read(page) for page in contents.chapters()}
for name in sys.argv[1:]:
    for rule in RULES:
        print(*surplus(rule, name, RULES[rule].messages(pages[name])), sep="\\n", end="")
for rule, _ in BOOK_RULES.values():
    print(*(f"{place}: {remedy}\\n" for place, remedy in rule(list(pages.values()), contents.read)), end="")
book = claims.collect(partly=True)
for rule in claim_rules.RULES:
    if not rule.__name__.startswith("checks"):  # which need the outputs
        print(*(f"{place}: {remedy}\\n" for place, remedy in rule(book)), end="")
print(*(f"{rule}, {page}\\n" for rule, page in KNOWN if page not in pages), end="")
choosing.plan()
"""
PAGE, PART = "kernel-and-rich-regimes/depth", "implicit-regularization"


def python(program, root, *words):
    """Run a program with the extensions, the rules and the tools of the book below a root."""
    folders = [str(root / name) for name in ("extensions", "tests", "authoring", "lib")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    return subprocess.run(
        [sys.executable, "-c", program, *words], cwd=root, env=environment, capture_output=True, text=True
    )


@pytest.mark.skipif(
    not {PAGE, PART} <= {name[5 : len(name) - n] for name in listed() for n in (0, len(name.split("/")[-1]) + 1)},
    reason="this book has not these pages",
)
def test_the_book_without_a_page_and_a_part_keeps_its_rules(tmp_path):
    for name in edition.files():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    before = {page: page.read_text() for page in (tmp_path / "book").rglob("*.md")}
    for name in (PAGE, PART):
        done = python(LEAVE_OUT, tmp_path, name)
        assert not done.returncode and "links became words" in done.stdout, done.stderr
    changed = [
        page.relative_to(tmp_path / "book").with_suffix("").as_posix()
        for page, text in before.items()
        if page.exists() and page.read_text() != text and "format_name: myst" in text
    ]
    assert "kernel-and-rich-regimes/what-depth-prefers" in changed and not (tmp_path / "book" / PART).exists()
    done = python(RULES, tmp_path, *changed)
    assert not done.returncode and not done.stdout.strip(), done.stdout + done.stderr
