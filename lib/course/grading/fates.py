"""What became of each submission: one small file each, complete or not there."""

import contextlib
import datetime
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from course.grading.collecting import same_student

__all__ = ["FATES", "Fate", "NotGradedError", "atomically", "fates", "now", "open_words"]

FATES = {
    "graded": "all points are given",
    "needs manual": "a person has to give points",
    "answers missing": "graded, but it lacks cells for answers",
    "killed": "graded as far as it came, for its code had to be ended",
    "unreadable": "no notebook of this problem set",
    "ambiguous": "several notebooks of one student",
    "not graded": "through no fault of the student",
}

NEXT = {
    "unreadable": "regrade it with --file and a notebook that can be read",
    "ambiguous": "regrade it with --file and the notebook that counts",
    "not graded": "mend what its row says, grade again",
}
BY_HAND = "give the points in the Formgrader"


class NotGradedError(Exception):
    """There is nothing of this student that has been graded."""


@dataclass(frozen=True)
class Fate:
    """What became of a submission."""

    student: str
    problems: str  # name of the problem set
    fate: str  # one of FATES
    detail: list[str] = field(default_factory=list)  # in words
    why: str = ""  # for what reason it was killed: time, memory, processes, died
    points: dict[str, float] = field(default_factory=dict)  # by tests, in each cell of tests
    messages: dict[str, str] = field(default_factory=dict)  # what the student is told, for each cell of tests
    missing: list[str] = field(default_factory=list)
    file: str = ""
    submission_sha256: str = ""  # of the notebook that was graded
    collected_sha256: str = ""  # of all that the student handed in
    problems_sha256: str = ""
    submitted: str = ""
    graded: str = ""
    seconds: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)  # regrades: when, for what reason, what was before

    @property
    def counts(self) -> bool:
        """Whether there are points."""
        return self.fate in {"graded", "needs manual", "answers missing", "killed"}

    def write(self, course: Path) -> None:
        """Write it into a course's folder, all or nothing."""
        with atomically(_path(course, self.problems, self.student)) as opened:
            opened.write(json.dumps(asdict(self), indent=1, sort_keys=True).encode())

    @classmethod
    def read(cls, course: Path, problems: str, student: str) -> "Fate | None":
        """Return what is known of a student, whose id may have been written otherwise then, or None."""
        path = _path(course, problems, student)
        if not path.exists():
            alike = (each for each in path.parent.glob("*.json") if same_student(each.stem) == same_student(student))
            path = next(alike, path)
        try:
            return cls(**json.loads(path.read_bytes()))
        except FileNotFoundError:
            return None

    @classmethod
    def known(cls, course: Path, problems: str, student: str) -> "Fate":
        """Return what is known.

        Raises
        ------
        NotGradedError
            If nothing is.
        """
        if fate := cls.read(course, problems, student):
            return fate
        raise NotGradedError(f"No submission of {student} for {problems} has been graded here.")

    def remove(self, course: Path) -> None:
        """Remove it from a course's folder."""
        _path(course, self.problems, self.student).unlink()


def fates(course: Path, problems: str) -> list[Fate]:
    """Return what became of all submissions, by student."""
    found = sorted(path.stem for path in (course / "fates" / problems).glob("*.json"))
    return [fate for student in found if (fate := Fate.read(course, problems, student))]


def open_words(fate: str) -> str:
    """Say why there is no complete grade, from a fate as the table has it, and what to do then."""
    return f"{fate}: {NEXT.get(fate, BY_HAND)}, then export again"


def now() -> str:
    """Return the time, to seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


@contextlib.contextmanager
def atomically(path: Path) -> Iterator[Any]:
    """Write a file that is there as a whole or not at all, whenever the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(draft, "wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _path(course: Path, problems: str, student: str) -> Path:
    return course / "fates" / problems / f"{student}.json"
