"""Graded problem sets: their sources, what students receive, and the tests that give points."""

from course.crossing import decode, encode
from course.problems.judging import Outcome, given, judge
from course.problems.release import filled, released
from course.problems.rooms import BlankRoom, LocalRoom, Room, RoomError
from course.problems.source import Problem, ProblemSet

__all__ = [
    "BlankRoom",
    "LocalRoom",
    "Outcome",
    "Problem",
    "ProblemSet",
    "Room",
    "RoomError",
    "decode",
    "encode",
    "filled",
    "given",
    "judge",
    "released",
]
