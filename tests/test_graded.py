"""Graded problems: one source each, shown in the pages, listed with their points."""

from pathlib import Path

import pytest

import contents
import exercises
import graded
from lint.exercises import exercises as rule
from source import Chapter

SAMPLE = Path(__file__).with_name("assignments") / "sample.md"


@pytest.fixture
def book(small_root):
    for name in ("part", "other"):
        (small_root / "assignments" / name).mkdir(parents=True)
    (small_root / "assignments/part/part.md").write_text(SAMPLE.read_text())
    (small_root / "assignments/other/other.md").write_text(SAMPLE.read_text().replace("ex-", "ex-other-"))
    (small_root / "assignments/part/notes.md").write_text("# No problem set\n")
    (small_root / "book/part").mkdir(parents=True)
    header = SAMPLE.read_text()[: SAMPLE.read_text().index("# Problem set")]
    (small_root / "book/part/page.md").write_text(header + "# A page\n")
    (small_root / "book/plain.md").write_text("# Plain\n")
    (small_root / "_config.yml").write_text("sphinx:\n  config:\n    book_edition: reader\n")
    return small_root


def test_sets_come_in_the_order_of_the_parts(book):
    assert [each.name for each in graded.sets()] == ["part", "other"]
    assert graded.problem("ex-twice").title == "Twice" and graded.problem("ex-none") is None


def test_a_page_shows_a_problem(book):
    page, file = book / "book/part/page.md", book / "assignments/part/part.md"
    text = graded.expected(graded.problem("ex-twice"), file, page)
    assert ":class: kind-computation level-1 minutes-10 points-4\n" in text
    assert "```{include} ../../assignments/part/part.md\n" in text
    chapter = Chapter(page, f"# A page\n\n{text}\n")
    assert not chapter.refusals
    (block,) = chapter.named("exercise")
    assert graded.is_graded(block) and graded.about(block) == ["thm-length"]
    assert (page.parent / "../../assignments/part/part.md").resolve() == file
    row = next(line for line in exercises.written([chapter]).splitlines() if "ex-twice" in line)
    assert row == "| {ref}`ex-twice` Twice | computation, 4 points | 1 | 10 | {prf:ref}`thm-length` |"


def test_a_graded_problem_has_its_solution_elsewhere(book):
    page = book / "book/part/page.md"
    text = graded.expected(graded.problem("ex-twice"), book / "assignments/part/part.md", page)
    assert not list(rule(Chapter(page, text)))
    solved = f"{text}\n\n```{{solution}} ex-twice\n:class: dropdown\n:label: sol-twice\nTwo.\n```\n"
    assert [remedy for _, remedy in rule(Chapter(page, solved))] == [
        "remove the solution: assignments/ has it, or it was cut from this edition"
    ]


def test_the_statement_is_what_the_source_says(book):
    assert graded.problem("ex-look").statement in (book / "assignments/part/part.md").read_text()
    assert book == contents.ROOT
