"""The tests of a problem set, run in a room of their own: no code of a student runs here.

The cells that are given run here as well, under the student's id, so that a test measures the answer on the
instance that was drawn, whatever has become of it in the student's notebook. Names that these cells do not bind are
asked for in the student's room.
"""

import ast
import builtins
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course.crossing import FUNCTION
from course.problems.release import filled
from course.problems.rooms import Room, RoomError
from course.problems.source import ProblemSet, grade_id, role

__all__ = ["Outcome", "asked", "given", "judge"]

HIDDEN = "### BEGIN HIDDEN TESTS"
NOT_HELD = "A hidden test does not hold."


@dataclass(frozen=True)
class Outcome:
    """What became of a test."""

    grade_id: str
    points: float  # earned
    most: float
    message: str  # for the student; nothing if the test passed


def given(problems: ProblemSet, student: str) -> dict[str, Any]:
    """Return what the given cells bind for a student."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in filled(problems.notebook, student).cells:
        if role(cell) in {"student", "given"}:
            exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
    return names


def judge(problems: ProblemSet, student: str, room: Room) -> list[Outcome]:
    """Run all tests against the answers in a room.

    Parameters
    ----------
    problems : ProblemSet
    student : str
        The id that draws the instances.
    room : Room

    Returns
    -------
    list of Outcome, one for each test cell
    """
    names = given(problems, student)
    return [_outcome(cell, dict(names), room) for cell in problems.cells("test")]


def asked(code: str, names: dict[str, Any]) -> list[str]:
    """Return the names that code reads and that neither it, nor ``names``, nor Python binds."""
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name | ast.arg | ast.FunctionDef)]
    bound = {node.arg if isinstance(node, ast.arg) else node.name for node in nodes if not isinstance(node, ast.Name)}
    bound |= {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    read = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return [name for name in dict.fromkeys(read) if name not in {*bound, *names} and not hasattr(builtins, name)]


def _outcome(cell: Any, names: dict[str, Any], room: Room) -> Outcome:  # noqa: ANN401, a cell
    most = cell.metadata.nbgrader.points
    try:
        names |= {name: _answer(name, room) for name in asked(cell.source, names)}
    except RoomError as error:
        return Outcome(grade_id(cell), 0, most, str(error))
    try:
        exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
    except Exception as error:  # what a test makes of an answer that is no answer
        return Outcome(grade_id(cell), 0, most, _message(cell, error))
    return Outcome(grade_id(cell), most, most, "")


def _answer(name: str, room: Room) -> Any:  # noqa: ANN401
    value = room.value(name)
    return _function(name, room) if isinstance(value, dict) and value == FUNCTION else value


def _function(name: str, room: Room) -> Callable[..., Any]:
    def answer(*arguments: object) -> Any:  # noqa: ANN401
        return room.call(name, list(arguments))

    return answer


def _message(cell: Any, error: Exception) -> str:  # noqa: ANN401
    """Say what a student is told: the words of a public test, never those of a hidden one."""
    here = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == f"<{cell.id}>"]
    lines = cell.source.split("\n")
    if HIDDEN in lines and (not here or here[0] > lines.index(HIDDEN)):
        return NOT_HELD
    if isinstance(error, AssertionError | RoomError):
        return str(error) or "A test does not hold."
    return f"The answer cannot be used: {type(error).__name__}: {error}"
