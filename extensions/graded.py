"""Graded problems: each has one source, in ``assignments/``, whose statement an exercise of the book includes."""

from functools import cache
from pathlib import Path

import contents
from course.problems.source import Problem, ProblemSet
from source import Block

FOLDER = "assignments"


def sets() -> list[ProblemSet]:
    """The problem sets, in the order of the parts of the book that they are named after; others after them."""
    parts = list(dict.fromkeys(page.parent.name for page in contents.taught()))
    files = (contents.ROOT / FOLDER).glob("*/*.md")
    found = [file for file in files if file.stem == file.parent.name]
    found.sort(key=lambda file: (parts.index(file.stem) if file.stem in parts else len(parts), file.stem))
    return [read(file, file.stat().st_mtime_ns) for file in found]


@cache
def read(file: Path, changed: int) -> ProblemSet:
    """Read a problem set, once as long as it does not change."""
    return ProblemSet.read(file)


def is_graded(exercise: Block) -> bool:
    """Whether an exercise gives points, and has its solution elsewhere."""
    return any(name.startswith("points-") for name in exercise.classes)


def problem(label: str) -> Problem | None:
    """The problem of this label."""
    return next((each for every in sets() for each in every.problems if each.label == label), None)


def about(exercise: Block) -> list[str]:
    """The labels of the claims that an exercise, or the problem it shows, refers to."""
    shown = problem(exercise.label) if is_graded(exercise) else None
    return shown.cites if shown else exercise.cites


def expected(each: Problem, file: Path, page: Path) -> str:
    """The block that shows a problem on a page."""
    up = "../" * len(page.parent.relative_to(contents.ROOT).parts)
    return "\n".join(
        [
            f"````{{exercise}} {each.title}",
            f":class: kind-{each.kind} level-{each.level} minutes-{each.minutes} points-{each.points}",
            f":label: {each.label}",
            f"```{{include}} {up}{file.relative_to(contents.ROOT).as_posix()}",
            f":start-after: <!-- {each.label} -->",
            ":end-before: <!-- end -->",
            "```",
            "````",
        ]
    )
