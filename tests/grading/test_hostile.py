"""Every hostile submission has its fate, and nobody else's: ``make test-grading`` tries them all."""

import os
import socket
import time

import psutil
import pytest
from handed_in import GOOD, data, notebook
from hostile import HOSTILE, MARK

from course.grading.batch import Batch
from course.grading.collecting import collect
from course.grading.fates import fates
from course.grading.feedback import feedback
from course.grading.folder import Course
from course.grading.limits import Limits

CHOSEN = {name: each for name, each in HOSTILE.items() if each.quick or os.environ.get("GRADING") == "all"}
LIMITS = Limits(cell=5, total=90, memory=1200 * 2**20, processes=60)
SECRET = "SECRET-5f0c"


@pytest.fixture(scope="module")
def course(tmp_path_factory, sample, sandbox):
    """All of them handed in together, between two students who have done nothing wrong."""
    root = tmp_path_factory.mktemp("course")
    folder, course = root / "handed-in", Course(root / "course")
    course.path.mkdir()
    (course.path / "secret").write_text(SECRET)
    secrets = [course.path / "secret", course.path / "gradebook.db", sample.path, folder / "aaa.ipynb"]
    secrets += [course.autograded(sample.name, "aaa"), sample.path.with_name("trials.py"), __file__, "/etc/passwd"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        known = {"SECRETS": repr([str(each) for each in secrets]), "PORT": str(server.getsockname()[1])}
        folder.mkdir()
        for student in ("aaa", "zzz"):
            made = notebook(sample, student, twice_answer=GOOD, twice_proof="So **it** is.", look_words="I looked.")
            (folder / f"{student}.ipynb").write_bytes(data(made))
        for name, hostile in CHOSEN.items():
            made = hostile.make(sample, name)
            for each in made.get("cells", ()) if isinstance(made, dict) else ():
                for word, value in known.items():
                    each.source = each.source.replace(word, value)
            (folder / f"{name}.ipynb").write_bytes(data(made))
        os.environ["SECRET"] = SECRET
        try:
            with course.locked():
                course.prepare(sample)
                submissions = sorted(collect(folder, sample.name)[0], key=lambda each: each.student)
                Batch(course, sample, LIMITS).grade(submissions)
        finally:
            del os.environ["SECRET"]
    return course


@pytest.fixture(scope="module")
def found(course, sample):
    return {fate.student: fate for fate in fates(course.path, sample.name)}


@pytest.mark.parametrize("name", CHOSEN)
def test_it_has_its_fate(name, found, course, sample):
    hostile, fate = HOSTILE[name], found[name]
    assert hostile.fate in {fate.fate, "*"}, fate
    assert hostile.why in {fate.why, ""} and (fate.why == "" or hostile.fate in {"killed", "*"}), fate
    assert hostile.detail in "; ".join(fate.detail), fate
    assert hostile.said in "; ".join(fate.messages.values()), fate
    parts = course.parts(sample.name, name)
    if hostile.points is None:
        assert not fate.points and not parts
    else:
        assert fate.points == dict(zip(("twice-test", "double-test"), hostile.points, strict=True)), fate
        assert {test: parts[test].auto for test in fate.points} == fate.points
    assert fate.seconds < LIMITS.total + 60


def test_nobody_else_is_touched(found, course, sample):
    assert set(found) == {"aaa", "zzz", *CHOSEN}
    for student in ("aaa", "zzz"):
        assert (found[student].fate, found[student].detail) == ("needs manual", [])
        parts = course.parts(sample.name, student)
        assert [parts[name].score for name in ("twice-test", "double-test", "look-words")] == [1, 2, 0]
        assert not parts["twice-test"].open and parts["look-words"].open
    assert (course.path / "secret").read_text() == SECRET


def test_no_process_survives(found):
    end = time.monotonic() + 10
    while left := [each.info for each in psutil.process_iter(["cmdline"]) if MARK in (each.info["cmdline"] or ())]:
        assert time.monotonic() < end, left
        time.sleep(0.1)
    assert not [child.name() for child in psutil.Process().children(recursive=True) if "bwrap" in child.name()]


def test_who_grades_sees_tests_and_rubrics(course, sample):
    text = course.autograded(sample.name, "aaa").read_text()
    assert "BEGIN HIDDEN TESTS" in text and "**Rubric.** Two points for looking." in text
    assert "because lengths are homogeneous" not in text


def test_each_receives_a_page_without_anything_hidden(found, course, sample):
    for fate in found.values():
        text = feedback(course, sample, fate).read_text()
        shown = text[text.index("<body") if "<body" in text else 0 :]
        paths = [] if fate.student == "spy" else [str(course.path), "/site-packages/"]  # its own words hold them
        for hidden in ("BEGIN HIDDEN", "fresh", "none of these words", "<script>", "Rubric", "homogeneous", *paths):
            assert hidden not in shown, (fate.student, hidden)
        assert len(text) < 3_000_000
