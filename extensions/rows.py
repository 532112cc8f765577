"""The lists of rows that the book keeps as YAML: what is in them, and what is wrong with a row, and where.

A row that is not as it must be is told of and left out, so that all else is looked at in the same run.
"""

from collections.abc import Callable, Iterator
from typing import Any

import contents

# For each field whether a value will do, and what does. A field with a question mark may be missing.
Fields = dict[str, tuple[Callable[[Any], bool], str]]
Row = tuple[str, dict[str, Any]]  # file and line, and what it says
Fault = tuple[str, str]  # file and line, and what to do


def read(file: str, fields: Fields, text: str | None = None) -> tuple[list[Row], list[Fault]]:
    """The rows of a file, and its faults; ``text`` is another one than that of the file."""
    try:
        node, given = contents.parsed(file, contents.read(file) if text is None else text)
    except ValueError as error:
        return [], [tuple(str(error).split(": ", 1))]
    given = [] if given is None else given
    if not isinstance(given, list):
        return [], [(f"{file}:{node.start_mark.line + 1}", "write a list of rows, each with a hyphen before it")]
    places = [f"{file}:{child.start_mark.line + 1}" for child in node.value] if given else []
    rows, faults = [], []
    for place, row in zip(places, given, strict=True):
        if remedies := [(place, remedy) for remedy in _remedies(row, fields)]:
            faults += remedies
        else:
            rows.append((place, row))
    return rows, faults


def _remedies(row: object, fields: Fields) -> Iterator[str]:
    """What is to be mended in a row."""
    names = [field.rstrip("?") for field in fields]
    if not isinstance(row, dict):
        yield f"a row gives {', '.join(names)}, not {row!r}"
        return
    for name in row:
        if name not in names:
            yield f"a row has no {name}: write one of {', '.join(names)}"
    for field, (fits, wanted) in fields.items():
        name = field.rstrip("?")
        if name not in row and not field.endswith("?"):
            yield f"the row lacks {name}: give {wanted}"
        elif name in row and not fits(row[name]):
            yield f"{name} must be {wanted}, not {row[name]!r}"


def is_text(value: object) -> bool:
    """Whether a value is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def are_texts(value: object) -> bool:
    """Whether a value is a list of such texts."""
    return isinstance(value, list) and bool(value) and all(map(is_text, value))
