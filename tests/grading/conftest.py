"""What the tests of grading share."""

import os
import shutil
from pathlib import Path

import pytest
from handed_in import GOOD, data, notebook

from course.grading import one
from course.grading.batch import Batch
from course.grading.collecting import collect
from course.grading.fates import Fate
from course.grading.folder import Course
from course.grading.limits import Limits
from course.grading.sandbox import SandboxError, require
from course.problems import Outcome, ProblemSet

SAMPLE = Path(__file__).parents[1] / "assignments" / "sample.md"
LIMITS = Limits(cell=5, total=60)


@pytest.fixture(scope="session")
def sample():
    """A problem set that is not the course's: what is tested here is the grader."""
    return ProblemSet.read(SAMPLE)


@pytest.fixture(scope="session")
def sandbox():
    """The sandbox of this machine; without one its tests are skipped, and in CI they fail."""
    try:
        require()
    except SandboxError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


class Grader:
    """Grades without running anything, and remembers whom."""

    def __init__(self):
        self.seen, self.fails = [], {}

    def __call__(self, problems, student, made, limits, sandboxed):
        self.seen.append(student)
        if error := self.fails.pop(student, None):
            raise error
        outcomes = [Outcome("twice-test", 1, 1, ""), Outcome("double-test", 0, 2, "No.")]
        one.show(problems, made, outcomes)
        return one.Graded(made, outcomes)


@pytest.fixture
def grader(monkeypatch):
    grader = Grader()
    monkeypatch.setattr(one, "grade", grader)
    return grader


@pytest.fixture
def handed_in(tmp_path, sample):
    folder = tmp_path / "handed-in"
    folder.mkdir()
    for student in ("ada", "bob", "eve"):
        (folder / f"{student}.ipynb").write_bytes(data(notebook(sample, student, twice_answer=GOOD)))
    return folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, sample):
    """A course's folder with the problem set: it takes seconds to make."""
    course = Course(tmp_path_factory.mktemp("prepared"))
    course.prepare(sample)
    return course.path


class Run:
    """The same command, again and again."""

    def __init__(self, course, sample, folder):
        self.course, self.folder, self.lines = course, folder, []
        course.prepare(sample)
        self.use(sample)

    def use(self, problems):
        self.problems, self.batch = problems, Batch(self.course, problems, LIMITS, say=self.lines.append)

    def __call__(self):
        self.lines.clear()
        return dict(self.batch.grade(collect(self.folder, self.problems.name)[0]))

    def fate(self, student):
        return Fate.read(self.course.path, self.problems.name, student)


@pytest.fixture
def run(tmp_path, sample, handed_in, prepared):
    shutil.copytree(prepared, tmp_path / "course")
    return Run(Course(tmp_path / "course"), sample, handed_in)
