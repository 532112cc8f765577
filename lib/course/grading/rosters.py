"""Fill one column of a learning platform's roster; every other byte of it stays.

Canvas and Moodle take back the table that they have given out. Which row is whose is told by one column, and where
that is not clear nothing is written: no name is likened to another.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from course.grading.collecting import same_student

__all__ = ["Filled", "RosterError", "fill", "students"]

_FIELD = r'("(?:[^"]|"")*"|[^{mark}\r\n]*)({mark}|\r\n|\n|\r|\Z)'
_MARKS = ",;\t"  # what may stand between two fields
_MAXIMUM = "Points Possible"  # Canvas writes a row of maxima below the head
_TEST_STUDENT = "Student, Test"  # whom Canvas adds, without an id
_MAXIMUM_GRADE = "maximum grade"  # Moodle a column beside that of the grade, in this or in capital letters


class RosterError(Exception):
    """It is no roster, or it lacks a column; says what it has."""


@dataclass(frozen=True)
class Filled:
    """A filled roster, and what is not right with it."""

    data: bytes
    count: int  # rows that were filled
    complaints: list[str]


def students(data: bytes, column: str = "") -> list[str]:
    """Return the ids in a roster: those of a column of a table, or without its name one id a line.

    Raises
    ------
    RosterError
        If there is none, or one is there twice or can be no name of a folder.
    """
    if column:
        rows = _rows(data)
        place = _place(rows, column)
        found = [_bare(row[place][0]).strip() for row in _people(rows, place)]
    else:
        found = [line.strip() for line in _text(data).removeprefix("\ufeff").splitlines()]
        if table := next((line for line in found if re.search(f"[{_MARKS}]", line)), ""):
            raise RosterError(f"{table[:40]!r} is a row of a table, not an id: name its column of ids with --id")
    found = [student for student in found if student]
    if not found:
        raise RosterError("there is no id in it")
    seen = Counter(map(same_student, found))
    if twice := sorted({student for student in found if seen[same_student(student)] > 1}):
        raise RosterError(f"{', '.join(twice)} stands there twice")
    if bad := [student for student in found if student.startswith((".", "-")) or re.search(r"[/\\\0]", student)]:
        raise RosterError(f"{bad[0]!r} cannot be an id, for it can name no folder")
    return found


def fill(
    data: bytes,
    column: str,
    target: str,
    points: Mapping[str, float | str],
    maximum: float,
    zero: bool = False,
) -> Filled:
    """Write points into a column of a roster.

    Parameters
    ----------
    data : bytes
        The roster, CSV in UTF-8; between fields there may be semicolons or tabulators as well.
    column, target : str
        Names of the column of ids and of the column to be filled.
    points : mapping of ids to points, or to words that say why these are not complete
    maximum : float
        The most there is, which must be what the roster says, if it does.
    zero : bool
        Whether those who handed in nothing get no points, instead of being left as they are and named. Nobody gets
        none as long as somebody who handed in is not in the roster, for the two may be the same.

    Returns
    -------
    Filled

    Raises
    ------
    RosterError
        If a column is missing or twice, or has another maximum.
    """
    rows = _rows(data)
    place, goal = _place(rows, column), _place(rows, target)
    if goal in {0, place}:
        raise RosterError(f"the column {target!r} says whose row it is: choose a column of points")
    given, seen = {same_student(student): value for student, value in points.items()}, Counter()
    names = {same_student(student): student for student in points}
    people = _people(rows, place)
    seen.update(same_student(_bare(row[place][0])) for row in people)
    _same_maximum(rows, goal, maximum)
    strangers = [f"{names[key]} is not in the roster" for key in given if key not in seen]
    complaints: list[str] = []
    count = 0
    for row in people:
        name = _bare(row[place][0]).strip()
        key = same_student(name)
        if not key:
            complaints.append(f"a row without an id: {_line(row)}")
        elif seen[key] > 1:
            complaints.append(f"{name} is in the roster {seen[key]} times")
        elif key not in given and (strangers or not zero):
            complaints.append(f"{name} has no submission")
        elif isinstance(value := given.get(key, 0.0), str):
            complaints.append(f"{name} has no complete grade; {value}")
        elif len(row) <= goal:
            complaints.append(f"the row of {name} is too short")
        else:
            field, end = row[goal]
            row[goal] = (f'"{value:g}"' if field.startswith('"') else f"{value:g}", end)
            count += 1
    complaints += strangers
    text = "".join(field + end for row in rows for field, end in row)
    return Filled(text.encode("utf8"), count, list(dict.fromkeys(complaints)))


def _rows(data: bytes) -> list[list[tuple[str, str]]]:
    """Return the rows: of each field its text as it is written, and what ends it."""
    text = _text(data)
    rows: list[list[tuple[str, str]]] = [[]]
    start = 1 if text.startswith("\ufeff") else 0
    place = start
    heads = re.sub(r'"[^"]*"', "", text).splitlines()[:1]
    mark = max(_MARKS, key="".join(heads).count)
    pattern = re.compile(_FIELD.format(mark=mark))
    while place < len(text):
        match = pattern.match(text, place)
        if not match:
            raise RosterError(f"the roster is no CSV: see {text[place : place + 40]!r}")
        rows[-1].append((match[1], match[2]))
        place = match.end()
        if match[2] not in {mark, ""}:
            rows.append([])
        elif match[2] == mark and place == len(text):
            rows[-1].append(("", ""))
    if start:
        first, end = rows[0][0]
        rows[0][0] = (f"\ufeff{first}", end)
    return [row for row in rows if row]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf8")
    except UnicodeDecodeError as error:
        raise RosterError("the roster is not in UTF-8: export it again, as CSV UTF-8") from error


def _place(rows: list[list[tuple[str, str]]], column: str) -> int:
    head = [_bare(field).strip() for field, _ in rows[0]] if rows else []
    if head.count(column.strip()) != 1:
        often = "twice or more" if column.strip() in head else "not"
        raise RosterError(f"the column {column!r} is {often} in the roster; it has: {', '.join(head)}")
    return head.index(column.strip())


def _people(rows: list[list[tuple[str, str]]], place: int) -> list[list[tuple[str, str]]]:
    """Return the rows of people: not the head, not the maxima, no test student, no row that is empty up to the id."""
    found = []
    for row in rows[1:]:
        named = any(_bare(field).strip() for field, _ in row[: place + 1])
        first = _bare(row[0][0]).strip()
        nobody = first == _MAXIMUM or (first == _TEST_STUDENT and len(row) > place and not _bare(row[place][0]).strip())
        if len(row) > place and named and not nobody:
            found.append(row)
    return found


def _same_maximum(rows: list[list[tuple[str, str]]], goal: int, maximum: float) -> None:
    """Refuse a column of which the roster says that it has another maximum: it is another column."""
    for said in _maxima(rows, goal):
        try:
            right = not said or float(said.replace(",", ".")) == maximum
        except ValueError:
            right = False
        if not right:
            raise RosterError(
                f"the roster says {said} points are possible in this column, the problem set has {maximum:g}: "
                "choose another column, or change its points"
            )


def _maxima(rows: list[list[tuple[str, str]]], goal: int) -> list[str]:
    """Return what the roster says of the most there is in a column: in a row of maxima, or in each row of a person."""
    fields = [[_bare(field).strip() for field, _ in row] for row in rows]
    places = [place for place, name in enumerate(fields[0]) if name.casefold() == _MAXIMUM_GRADE]
    below = [row[goal] for row in fields[1:] if row[0] == _MAXIMUM and len(row) > goal]
    return below + [row[place] for row in fields[1:] for place in places if len(row) > place]


def _bare(field: str) -> str:
    field = field.removeprefix("\ufeff")
    return field[1:-1].replace('""', '"') if field.startswith('"') else field


def _line(row: list[tuple[str, str]]) -> str:
    return ",".join(field for field, _ in row)[:80]
