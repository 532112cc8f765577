"""What the tests of grading share."""

import os
from pathlib import Path

import pytest

from course.grading.sandbox import SandboxError, require
from course.problems import ProblemSet

SAMPLE = Path(__file__).parents[1] / "assignments" / "sample.md"


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
