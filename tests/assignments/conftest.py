"""A small problem set, on which the machinery is tried; the course's own are in ``assignments/``."""

from pathlib import Path

import pytest

from course.problems import ProblemSet

SAMPLE = Path(__file__).with_name("sample.md")


@pytest.fixture
def sample():
    return ProblemSet.read(SAMPLE)
