"""Grades as a table: every submission's fate, and every student without a submission."""

import csv
import datetime
import io
import math
from collections.abc import Sequence
from typing import Any

from course.grading.collecting import same_student
from course.grading.fates import Fate, fates, open_words
from course.grading.folder import Course, Part
from course.problems import Problem, ProblemSet
from course.problems.source import role

__all__ = ["export", "late", "scores"]

NONE = "no submission"
_PARTS = {"tests": "test", "by hand": "written"}


def export(
    course: Course, problems: ProblemSet, students: Sequence[str] = (), due: datetime.datetime | None = None
) -> str:
    """Write the table of a problem set.

    Parameters
    ----------
    course : Course
    problems : ProblemSet
    students : ids of the course's list
        Those who handed in nothing have a row, too; and of those who are not in it, the detail says so.
    due : datetime
        What came later is late.

    Returns
    -------
    str : CSV
    """
    rows = [_row(course, problems, fate, due) for fate in fates(course.path, problems.name)]
    known = {same_student(row["student"]) for row in rows}
    listed = {same_student(student) for student in students}
    for row in rows:
        if listed and same_student(row["student"]) not in listed:
            row["detail"] = "; ".join(filter(None, ["not in the roster", row["detail"]]))
    absent = sorted({student.strip() for student in students if same_student(student) not in known})
    rows += [{"student": student, "set": problems.name, "fate": NONE, "maximum": problems.points} for student in absent]
    columns = ["student", "set", "fate", "detail", *_columns(problems), "total", "maximum"]
    columns += ["submitted", "late", "graded", "regraded"]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows({column: _harmless(column, value) for column, value in row.items()} for row in rows)
    return text.getvalue()


def scores(text: str) -> tuple[dict[str, float | str], float]:
    """Read such a table, perhaps one that somebody has changed since.

    Returns
    -------
    points : dictionary
        Of all who handed in something or have points; where these are not complete, why, and what to do.
    maximum : float

    Raises
    ------
    ValueError
        If it is no such table; says what is wrong.
    """
    points: dict[str, float | str] = {}
    seen: dict[str, str] = {}
    maxima = set()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    if not rows or not {"student", "fate", "total", "maximum"} <= set(rows[0]):
        raise ValueError("this is no table of grades: it has no rows, or no columns student, fate, total, maximum")
    for row in rows:
        student, total = row["student"].strip(), (row["total"] or "").strip()
        if other := seen.get(same_student(student)):
            raise ValueError(
                f"{other} and {student} are one student, who is in the table of grades twice: "
                "take out the wrong one with python -m course forget, then export again"
            )
        seen[same_student(student)] = student
        try:
            maxima.add(float(row["maximum"]))
            value = float(total) if total else None
        except (TypeError, ValueError):
            raise ValueError(f"the row of {student} has no number where its points should be") from None
        if value is not None and not math.isfinite(value):
            raise ValueError(f"{student} has {total} points")
        if total or row["fate"] != NONE:
            points[student] = open_words(row["fate"]) if value is None else value
    if len(maxima) > 1:
        raise ValueError("the table is of several problem sets: their maxima differ")
    return points, maxima.pop()


def late(submitted: str, due: datetime.datetime | None) -> float | None:
    """Return by how many hours a submission was late, to tenths of an hour; None if nobody knows."""
    if not submitted or not due:
        return None
    if due.tzinfo is None:
        due = due.astimezone()  # the time of this machine
    seconds = (datetime.datetime.fromisoformat(submitted) - due).total_seconds()
    return round(max(seconds, 0) / 3600, 1)


def standing(fate: Fate, parts: dict[str, Part]) -> str:
    """Return what has become of a submission by now: people may have given points since."""
    if fate.fate not in {"graded", "needs manual"}:
        return fate.fate
    return "needs manual" if any(part.open for part in parts.values()) else "graded"


def _row(course: Course, problems: ProblemSet, fate: Fate, due: datetime.datetime | None) -> dict[str, Any]:
    parts = course.parts(problems.name, fate.student) if fate.counts else {}
    row = {
        "student": fate.student,
        "set": problems.name,
        "fate": standing(fate, parts) + (f" ({fate.why})" if fate.why else ""),
        "detail": "; ".join(fate.detail),
        "maximum": problems.points,
        "submitted": fate.submitted,
        "late": late(fate.submitted, due),
        "graded": fate.graded,
        "regraded": "; ".join(f"{entry['when']}: {entry['reason']}" for entry in fate.history),
    }
    if parts:
        row |= {name: _points(cells, parts) for name, cells in _columns(problems).items()}
        row["total"] = _points(list(parts), parts)
    return row


def _columns(problems: ProblemSet) -> dict[str, list[str]]:
    """Return the cells of each column of points: of each problem what tests give, and what people give."""
    return {
        f"{problem.label.removeprefix('ex-')} ({words})": cells
        for problem in problems.problems
        for words, kind in _PARTS.items()
        if (cells := _cells(problem, kind))
    }


def _cells(problem: Problem, kind: str) -> list[str]:
    return [cell.id for cell in problem.cells if role(cell) == kind]


def _points(cells: list[str], parts: dict[str, Part]) -> str:
    """Return the points of some cells; nothing where a person has yet to look."""
    found = [parts[cell] for cell in cells if cell in parts]
    return "" if any(part.open for part in found) else f"{sum(part.score for part in found):g}"


def _harmless(column: str, value: object) -> object:
    """Keep a spreadsheet from taking words for a formula."""
    formula = column != "student" and isinstance(value, str) and value[:1] in {"=", "+", "@", "\t", "\r"}
    return f"'{value}" if formula else value
