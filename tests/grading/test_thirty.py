"""Thirty mixed submissions of each problem set of the course, from end to end: ``make test-grading``."""

import csv
import importlib.util
import io
import os

import pytest
from handed_in import data, without_metadata

from contents import ROOT
from course.grading.batch import Batch
from course.grading.collecting import collect
from course.grading.fates import fates
from course.grading.feedback import feedback
from course.grading.folder import Course
from course.grading.limits import Limits
from course.grading.one import RUBRIC
from course.grading.tables import export
from course.problems import ProblemSet, filled, released
from course.problems.judging import NOT_HELD
from course.problems.source import role

FILES = sorted((ROOT / "assignments").glob("*/*.md"))
pytestmark = pytest.mark.skipif(os.environ.get("GRADING") != "all", reason="make test-grading")


def solved(problems, student, **answers):
    """The released notebook with the model solution, and other answers where they are given."""
    made, model = released(problems, student), filled(problems.notebook, student)
    for cell, solution in zip(made.cells, model.cells, strict=True):
        if role(cell) in {"answer", "written"}:
            cell.source = answers.get(cell.id, solution.source.split(RUBRIC)[0])
    return made


def before(code):
    """Code in front of the first answer."""

    def make(problems, student):
        made = solved(problems, student)
        next(cell for cell in made.cells if role(cell) == "answer").source = code
        return made

    return make


def without(kind):
    def make(problems, student):
        made = solved(problems, student)
        gone = next(cell for cell in made.cells if role(cell) == kind)
        made.cells.remove(gone)
        return made

    return make


def edited(problems, student):
    made = released(problems, student)
    for cell in made.cells:
        cell.source = "pass" if role(cell) == "test" else cell.source
    return made


def doubled(problems, student):
    made = solved(problems, student)
    again = next(cell for cell in made.cells if role(cell) == "test").copy()
    again.id = "again"
    made.cells.append(again)
    return made


def other(problems, student):
    text = data(solved(problems, student)).decode()
    return text.replace('"grade_id": "', '"grade_id": "other-').encode()


# What each hands in, its fate, and whether all points of the tests are earned; None: those are not looked at.
ALL, NONE = True, False
KINDS = {
    "solved": (solved, "needs manual", ALL),
    "again": (solved, "needs manual", ALL),
    "blank": (released, "graded", NONE),
    "edited": (edited, "graded", NONE),
    "doubled": (doubled, "needs manual", ALL),
    "lost": (lambda *about: without_metadata(solved(*about)), "needs manual", ALL),
    "without-test": (without("test"), "needs manual", ALL),
    "without-answer": (without("answer"), "answers missing", None),
    "without-words": (without("written"), "answers missing", ALL),
    "loop": (before("while True:\n    pass"), "needs manual", None),
    "leaves": (before("import os\nos._exit(0)"), "killed", None),
    "asks": (before("input()"), "needs manual", None),
    "talks": (before("print('x' * 20_000_000)"), "needs manual", None),
    "large": (before("import numpy as np\nnp.ones(10**9)"), "needs manual", None),
    "somebody": (lambda problems, _: solved(problems, "somebody-else"), "needs manual", None),
    "damaged": (lambda *about: data(solved(*about))[:-99], "unreadable", None),
    "empty": (lambda *_: b"", "unreadable", None),
    "other": (other, "unreadable", None),
    "list": (lambda *_: b"[]", "unreadable", None),
    "essay": (lambda *_: b'{"cells": [{"cell_type": "markdown", "source": "I know."}]}', "unreadable", None),
}


@pytest.fixture(scope="module", params=FILES, ids=[file.stem for file in FILES])
def graded(request, tmp_path_factory, sandbox):
    """The problem set, its wrong answers, the course's folder and what became of the thirty."""
    problems = ProblemSet.read(request.param)
    spec = importlib.util.spec_from_file_location("trials", problems.path.with_name("trials.py"))
    trials = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(trials)
    wrong = {f"wrong-{n}": trial for n, trial in enumerate(trials.WRONG[:8])}
    folder = tmp_path_factory.mktemp("handed-in")
    for name, (make, *_) in KINDS.items():
        (folder / f"{name}.ipynb").write_bytes(data(make(problems, name)))
    for name, trial in wrong.items():
        (folder / f"{name}.ipynb").write_bytes(data(solved(problems, name, **trial["answers"])))
    for name in ("two/a.ipynb", "two/b.ipynb", "nothing/essay.pdf"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data(solved(problems, "two")))
    course = Course(tmp_path_factory.mktemp("course"))
    course.prepare(problems)
    Batch(course, problems, Limits(cell=10)).grade(collect(folder, problems.name)[0])
    return problems, wrong, course, {fate.student: fate for fate in fates(course.path, problems.name)}


def test_every_fate_is_right(graded):
    problems, wrong, _, found = graded
    most = {cell.id: cell.metadata.nbgrader.points for cell in problems.cells("test")}
    assert len(found) == len(KINDS) + len(wrong) + 2
    assert (found["two"].fate, found["nothing"].fate) == ("ambiguous", "unreadable")
    for name, (_, fate, earned) in KINDS.items():
        assert found[name].fate == fate, found[name]
        if earned is not None:
            assert found[name].points == {test: points * earned for test, points in most.items()}, found[name]
    for name, trial in wrong.items():
        lost = {test for test, points in found[name].points.items() if not points}
        assert lost == set(trial["fails"]), (trial, found[name])
        said = " ".join(found[name].messages.values())
        hints = (trial["hint"] or "").split(" | ")
        assert {*found[name].messages.values()} <= {"", NOT_HELD} or any(hint in said for hint in hints), (trial, said)


def test_all_of_them_are_in_the_table_and_receive_a_page(graded):
    problems, _, course, found = graded
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(export(course, problems, ["absent"])))}
    assert set(rows) == {*found, "absent"} and rows["absent"]["fate"] == "no submission"
    hidden = [
        line.strip()
        for cell in problems.cells("test")
        for line in cell.source.split("### BEGIN HIDDEN TESTS")[1].split("\n")
        if len(line.strip()) > 12
    ]
    for name in ("blank", "loop", "damaged", "leaves", "two"):
        text = feedback(course, problems, found[name]).read_text()
        assert not [line for line in hidden if line in text] and "Rubric" not in text
