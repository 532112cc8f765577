"""``make chapter`` tells of each thing once, by its place in the book."""

import ast
import os
import threading

import pytest

import chapter
import claims
import execution
import planted
from contents import ROOT, docname, taught
from faults import Fault
from test_claims import LECTURES, PAGE, run_checks
from test_execution import code, write

LOG = f"""\
Running Jupyter-Book v1.0.4.post1
\x1b[91m{ROOT}{os.sep}book/one.rst: WARNING: label 'thm-a' not found.\x1b[39;49;00m
\x1b[91m{ROOT}{os.sep}book/one.md:3: WARNING: no statement has the label thm-a: correct it\x1b[39;49;00m
\x1b[91mbook/two.md:5: WARNING: thm-b has no proof\x1b[39;49;00m
book/two.md:5: WARNING: thm-b has no proof
Building your book, returns a non-zero exit code (1). Look above for the cause.
"""
FAILED = "book/two.md:7: ZeroDivisionError: division by zero\n    book/two.md:7  1 / 0"
DIED = "Traceback (most recent call last):\nOSError: no space left\n"


def test_of_the_log_of_a_build_only_its_complaints_are_left():
    assert chapter.complaints(LOG) == [
        "book/one.md:3: no statement has the label thm-a: correct it",
        "book/two.md:5: thm-b has no proof",
    ]
    assert chapter.complaints(f"Running Jupyter-Book v1.0.4.post1\n{FAILED}\n") == [FAILED]
    assert "no space left" in chapter.complaints(LOG + DIED)[0]


class Built:
    """A build that complained of two pages."""

    returncode, stdout, stderr = 1, LOG, ""


def test_what_is_told_by_steps_before_the_site_does_not_tell_again(monkeypatch):
    monkeypatch.setattr(chapter.subprocess, "run", lambda *_, **__: Built)
    page = ROOT / "book/two.md"
    first, second = chapter.site(page)
    assert chapter.site(page, ["book/two.md:5: no check"]) == [first]
    assert chapter.site(page, ["book/one.md:3: no check", "book/two.md:55: no check", "no place"]) == [second]
    (note,) = chapter.site(page, ["book/one.md:3: no check", "book/two.md:5: no check"])
    assert isinstance(note, chapter.Note), "a red build is not passed over in silence"


def test_each_of_two_complaints_of_a_line_is_told(capsys):
    told = []
    for remedy in ("no title", "no proof"):
        assert not chapter.said(
            "style", lambda _, remedy=remedy: [f"book/two.md:5: {remedy}"], ROOT / "book/two.md", told
        )
    assert capsys.readouterr().out.count("two.md:5:") == len(told) == 2


HERE, ELSEWHERE = taught()[:2]
OWN, OTHER, SHARED = f"{docname(HERE)}.md:3: no", f"{docname(ELSEWHERE)}.md:4: no", "_toc.yml:5: no"


def test_other_pages_are_told_of_briefly_and_last():
    trace = f"{OTHER}\n    {docname(ELSEWHERE)}.md:4  1 / 0"
    assert chapter.own_first(HERE, [f"{trace}\n\n{OWN}\n    more", SHARED]) == [
        *(f"{OWN}\n    more", SHARED),
        f"on other pages (1):\n    {OTHER}",
    ]
    *_, last = chapter.own_first(HERE, [f"{OTHER} {n}" for n in range(30)])
    assert last.startswith("on other pages (30, among them these 5):") and len(last.splitlines()) == 6


def test_what_another_page_says_of_this_one_is_of_this_one():
    assert chapter.is_elsewhere(HERE, OTHER)
    assert not any(chapter.is_elsewhere(HERE, message) for message in (OWN, SHARED, f"{OTHER}: it cites {OWN}"))


@pytest.fixture
def two_pages(small_root, monkeypatch):
    """A function that writes a page and another before it, with nothing executed; its messages of claims."""

    def told(page, before):
        (small_root / "_toc.yml").write_text("root: book/part/before\nchapters: [{file: book/part/page}]\n")
        (small_root / "book/part").mkdir()
        for name, text in {"page": page, "before": before}.items():
            (small_root / f"book/part/{name}.md").write_text(text, encoding="utf8")
        (small_root / claims.ROWS).write_text(LECTURES, encoding="utf8")
        monkeypatch.setattr(claims, "_checks", run_checks)
        return chapter.claimed(small_root / "book/part/page.md")

    return told


ALIEN = PAGE[PAGE.index("```{prf:theorem}") : PAGE.index("```{code-cell}")].replace("thm-length", "thm-early")
HEADER = PAGE[: PAGE.index("```{prf:definition}")]
CHECKED = ALIEN + '```{code-cell} ipython3\nverify("thm-early", length=2, at_least=0, control={"a debt": -2})\n```\n'


def test_a_claim_of_another_page_that_rests_on_this_one_is_told(two_pages):
    (message,) = two_pages(PAGE, HEADER + CHECKED)
    assert "the proof of thm-early cites def-length, which comes later (book/part/page.md:" in message


def test_faults_of_other_pages_are_not_told(two_pages):
    assert not two_pages(PAGE, HEADER + ALIEN.replace("{prf:ref}`def-length`", "nature"))


def test_a_row_is_told(two_pages):
    (first, *_) = two_pages(PAGE.replace("thm-length", "thm-width"), HEADER)
    assert first.startswith("book/appendix/lectures.yml:1: no chapter states thm-length")


FAULT = Fault("least_squares.py", "goal = U.T @ y / sigma", "goal = 2 * U.T @ y / sigma", HERE.stem)


@pytest.fixture
def planting(tmp_path, monkeypatch):
    """The faults that were planted, of those in a list that ``make chapter`` has."""
    done, listed = [], [FAULT]
    monkeypatch.setattr(planted, "SEEN", tmp_path)
    monkeypatch.setattr(chapter, "FAULTS", listed)
    monkeypatch.setattr(chapter, "first_error", lambda page, fault: done.append(fault) or "CheckError: no")
    return done, listed


def plant():
    return [message for message in chapter.faults(HERE) if "at least 3" not in message]


def test_a_fault_that_was_noticed_is_not_planted_again(planting, monkeypatch, capsys):
    done, listed = planting
    assert not plant() and done == [FAULT]
    (note,) = plant()
    assert isinstance(note, chapter.Note) and note.startswith("1 of 1 were noticed before")
    assert chapter.said("faults", lambda _: [note], HERE, [])
    assert capsys.readouterr().out.endswith(f"· {note}\n")
    listed.append(Fault(FAULT.file, FAULT.old, "goal = 3 * U.T @ y / sigma", HERE.stem))
    plant()
    assert done == listed


def test_no_two_programs_are_parsed_at_a_time(planting, monkeypatch):
    """Python 3.11 may answer with a ``SystemError``."""
    done, listed = planting
    listed.append(Fault(FAULT.file, FAULT.old, "goal = 3 * U.T @ y / sigma", HERE.stem))
    parse, parsing = ast.parse, set()
    monkeypatch.setattr(ast, "parse", lambda *given: parsing.add(threading.current_thread()) or parse(*given))
    planted.dependencies._code.cache_clear()
    planted.dependencies._module.cache_clear()
    plant()
    assert done == listed and parsing == {threading.main_thread()}


@pytest.mark.parametrize("what", ["the page", "its imports", "the way"])
def test_a_fault_is_planted_again_when_something_has_changed(planting, monkeypatch, tmp_path, what):
    done, _ = planting
    plant()
    if what == "the page":
        monkeypatch.setattr(planted, "bare", lambda page: "1\n")
    elif what == "its imports":
        monkeypatch.setattr(planted.dependencies, "state", lambda *_: "another")
    else:
        (tmp_path / "planted.py").write_text("another", encoding="utf8")
        monkeypatch.setattr(planted, "__file__", str(tmp_path / "planted.py"))
    plant()
    assert done == [FAULT, FAULT]


def test_a_fault_is_not_planted_again_for_a_change_of_the_text(planting, monkeypatch):
    done, _ = planting
    plant()
    read = planted.Chapter.read
    longer = "---\n---\n\nOne line more.\n\n" + read(HERE).text.replace(read(HERE).header, "")
    monkeypatch.setattr(planted.Chapter, "read", lambda page: planted.Chapter(page, longer))
    assert planted.code(planted.Chapter.read(HERE)) != planted.code(read(HERE))
    plant()
    assert done == [FAULT]


def test_a_fault_that_was_not_noticed_is_planted_each_time(planting, monkeypatch):
    monkeypatch.setattr(chapter, "first_error", lambda page, fault: "")
    for _ in range(2):
        (message,) = plant()
        assert message.startswith("the page does not notice")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("least_squares.py", "no such text", "1", HERE.stem), "stands 0 times in least_squares.py"),
        (Fault("most_squares.py", "a", "b", HERE.stem), "the library has no most_squares.py"),
        (Fault("least_squares.py", "a", "b", "a-page-that-went"), "faults for a-page-that-went, which is no page"),
    ],
)
def test_a_fault_that_cannot_be_planted_is_told(planting, fault, said):
    _, listed = planting
    listed[:] = [fault]
    (message,) = plant()
    assert message.startswith("tests/faults_by_part: ") and said in message


def test_a_fault_that_is_no_program_is_told(planting, monkeypatch):
    monkeypatch.setattr(chapter, "first_error", lambda page, fault: "NameError: name 'x' is not defined")
    for _ in range(2):
        (message,) = plant()
        assert "is no program" in message


def test_a_slow_page_is_told(small_root, monkeypatch):
    page = write(small_root, code("1"))
    monkeypatch.setattr(execution, "MOST_SECONDS", 0)
    (message,) = chapter.executes(page)
    assert message.startswith("book/page.md:15: the page takes ")
    assert chapter.is_executed(page)


def edited(page):
    """A page as somebody saves it who works on it meanwhile."""
    page.write_text(page.read_text(encoding="utf8") + "\n```{code-cell} ipython3\n2\n```\n", encoding="utf8")


def test_another_page_may_be_edited_meanwhile(two_pages, small_root, monkeypatch):
    """Its checks are not known for a moment."""
    run = []

    def checks(page):
        if page.stem == "before":
            raise execution.NotExecuted(page)
        return run.append(page) or run_checks(page)

    two_pages(PAGE, HEADER + CHECKED)
    monkeypatch.setattr(claims, "_checks", checks)
    page = small_root / "book/part/page.md"
    assert not [message for message in chapter.claimed(page) if "no check" in message] and run == [page]
    with pytest.raises(execution.NotExecuted):
        claims.collect()


def test_a_page_that_is_edited_while_it_runs_is_told(small_root, monkeypatch):
    page = write(small_root, code("1"))
    monkeypatch.setattr(chapter, "execute_all", lambda pages: execution.execute_all(pages) or edited(page))
    (message,) = chapter.executes(page)
    assert message == "book/page.md:1: the page was changed while it ran: make chapter again"


def test_a_build_in_which_a_page_is_edited_ends_in_one_line(small_root):
    page = write(small_root, code("1"))
    execution.execute_all([page])
    with execution.all_executed():
        claims.executed(page)
    edited(page)
    told = r"^book/page\.md:1: the page was changed while the book was built"
    with pytest.raises(SystemExit, match=told), execution.all_executed():
        claims.executed(page)
