"""Submissions, as students make them, and what is said of those that are hostile."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import nbformat

from course.problems import released
from course.problems.source import role

GOOD = "twice = 2 * x\n\n\ndef double(a):\n    return 2 * a\n"


def notebook(problems, student, **answers):
    """The notebook of a student who has answered: ``twice_answer="…"``, and the rest is blank."""
    made = released(problems, student)
    for cell in made.cells:
        cell.source = answers.get(cell.id.replace("-", "_"), cell.source)
    return made


def cell(made, name):
    return next(each for each in made.cells if each.id == name)


def data(made):
    """What a file holds: of a notebook, of any other object as JSON, or bytes as they are."""
    if isinstance(made, bytes):
        return made
    return nbformat.writes(made).encode() if isinstance(made, nbformat.NotebookNode) else json.dumps(made).encode()


def without_metadata(made):
    """What another program leaves of a notebook."""
    for each in made.cells:
        if role(each) == "student":
            each.source = "student = ''"
        each.metadata = nbformat.NotebookNode()
        del each["id"]
    made.nbformat_minor = 4
    return made


@dataclass(frozen=True)
class Hostile:
    """A submission and its fate."""

    make: Callable[..., Any]
    fate: str = "graded"
    why: str = ""
    points: tuple[float, float] | None = (1, 2)  # of twice and double; None if it is not graded
    detail: str = ""
    said: str = ""  # what the student is told
    quick: bool = False


def code(text, **more):
    """A notebook with this code for its answer."""
    return Hostile(lambda problems, student: notebook(problems, student, twice_answer=text), **more)


def made(**more):
    """A submission that a function makes."""
    return lambda make: Hostile(make, **more)
