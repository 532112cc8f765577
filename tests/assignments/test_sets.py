"""Every problem set of the course: its metadata, its solutions, its blanks, its typical mistakes, its variants."""

import importlib.util
import itertools
import os
import re

import pytest
import yaml
from threadpoolctl import threadpool_limits

from contents import ROOT, chapters
from course.problems import BlankRoom, LocalRoom, ProblemSet, filled, given, judge, released
from course.problems.source import role
from source import Chapter

FILES = sorted((ROOT / "assignments").glob("*/*.md"))
ALL = os.environ.get("GRADING") == "all"
STUDENTS = [f"variant-{n}" for n in range(100)]
DISPLAY = re.compile(r"\\(begin|end)\{\w+\}[ ,.;:]*")  # a line that says nothing but where a display begins or ends


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def problems(request):
    return ProblemSet.read(request.param)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Small matrices are slower on several."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def trials(problems):
    spec = importlib.util.spec_from_file_location("trials", problems.path.with_name("trials.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def failed(problems, student, notebook):
    return {each.grade_id: each.message for each in judge(problems, student, LocalRoom(notebook)) if not each.points}


def tried(problems, student, answers):
    """What is said of each test that fails, with these answers in place of the model's."""
    notebook = filled(problems.notebook, student)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    return failed(problems, student, notebook)


def test_it_is_written_as_it_must_be(problems):
    assert problems.name == problems.path.parent.name, "the folder and the file have one name"
    source = Chapter.read(problems.path)
    assert source.rewritten() == source.text, f"python extensions/source.py {problems.path}"
    assert 3 <= len(problems.problems) <= 5
    kinds = {problem.kind for problem in problems.problems} | {role(cell) for cell in problems.notebook.cells}
    assert {"computation", "proof", "exploration", "test", "written"} <= kinds, "it lacks a kind"
    for cell in problems.cells("test"):
        assert "### BEGIN HIDDEN TESTS" in cell.source, f"{cell.id} has no hidden test"
    for cell in problems.cells("written"):
        assert "**Rubric.**" in cell.source, f"{cell.id} has no rubric"
    assert f"{problems.minutes} minutes" in problems.text and f"{problems.points} points" in problems.text


def test_its_problems_are_about_claims_of_the_book(problems):
    known = {each.label for page in chapters() for each in Chapter.read(page).statements}
    for problem in problems.problems:
        assert set(problem.cites) <= known, f"{problem.title} refers to {problem.cites}"


def test_the_released_notebook_has_no_solution_and_no_hidden_test(problems):
    text = "\n".join(cell.source for cell in released(problems).cells)
    source, kept = {line.strip() for line in text.split("\n")}, 0
    for cell in problems.cells("answer", "test", "written"):
        hidden = role(cell) == "written"
        for line in cell.source.split("\n"):
            if "### BEGIN" in line:
                hidden = True
            elif "### END" in line:
                hidden = False
            elif hidden and len(line.strip()) > 12 and not DISPLAY.fullmatch(line):
                assert line.strip() not in source, f"{cell.id}: {line}"
                kept += 1
    assert kept > 10 and "### " not in text.replace("#### ", "")


def test_its_formulas_are_read_outside_of_the_book(problems):
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))
    for name in config["sphinx"]["config"]["mathjax3_config"]["tex"]["macros"]:
        assert not re.search(rf"\\{name}(?![A-Za-z])", problems.text), f"JupyterLab does not know \\{name}"


def test_a_blank_earns_nothing(problems):
    blank = judge(problems, "ada", LocalRoom(released(problems, "ada")))
    nothing = judge(problems, "ada", BlankRoom())
    for outcome in (*blank, *nothing):
        assert outcome.points == 0 and outcome.message, outcome


def test_each_mistake_loses_what_it_should_and_is_told(problems, trials):
    answered = {grade_id for wrong in trials.WRONG for grade_id in wrong["answers"]}
    assert answered == {cell.id for cell in problems.cells("answer")} - set(getattr(trials, "UNTESTED", ()))
    failing = [name for wrong in trials.WRONG for name in wrong["fails"]]
    assert all(failing.count(cell.id) >= 2 for cell in problems.cells("test"))
    for wrong in trials.WRONG:
        found = tried(problems, "ada", wrong["answers"])
        assert set(found) == set(wrong["fails"]), (wrong, found)
        said = " ".join(found.values())
        assert not wrong["hint"] or any(hint in said for hint in wrong["hint"].split(" | ")), (wrong, found)


@pytest.mark.skipif(not ALL, reason="make test-grading")
def test_no_instance_forgives_a_mistake_or_punishes_another_way(problems, trials):
    for wrong, student in itertools.product(trials.WRONG, STUDENTS[:8]):
        found = tried(problems, student, wrong["answers"])
        assert bool(found) == bool(wrong["fails"]) or wrong.get("lucky"), (student, wrong, found)


def test_variants_are_solved(problems):
    """A hundred of them by ``make test-grading``."""
    for student in STUDENTS if ALL else STUDENTS[:20]:
        assert not failed(problems, student, filled(problems.notebook, student)), student


def test_a_hundred_variants_are_of_like_difficulty(problems, trials):
    hardness = {name: [] for name in trials.DIFFICULTY}
    for student in STUDENTS:
        names = given(problems, student)
        for name, measure in trials.DIFFICULTY.items():
            hardness[name].append(measure(names))
    for name, values in hardness.items():
        assert min(values) > 0 and max(values) <= trials.SPREAD[name] * min(values), (name, min(values), max(values))
        assert len(set(values)) > 50, f"the variants of {name} are the same"
    assert {problem.label.removeprefix("ex-") for problem in problems.problems} >= set(trials.DIFFICULTY)
