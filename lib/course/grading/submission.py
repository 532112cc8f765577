"""A submission is the released notebook with the student's answers in it; nothing else of it is used."""

import ast
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat

from course.grading.collecting import same_student
from course.grading.limits import Limits
from course.problems import ProblemSet, released
from course.problems.source import role

__all__ = ["Rebuilt", "Unreadable", "load", "parse", "rebuild"]

ANSWERS = {"answer", "written"}
UNCHANGED = "nothing was answered"


class Unreadable(Exception):
    """It is no notebook of the problem set; says why."""


@dataclass(frozen=True)
class Rebuilt:
    """The released notebook with a student's answers."""

    notebook: nbformat.NotebookNode
    missing: list[str] = field(default_factory=list)  # cells for answers that the submission lacks
    notes: list[str] = field(default_factory=list)  # what else was found, in words


def load(path: Path, limits: Limits) -> bytes:
    """Read a file that somebody else has written.

    Raises
    ------
    Unreadable
        If it is no file, or too large.
    """
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Unreadable("it is no file")
    with open(file, "rb") as opened:
        data = opened.read(limits.submission + 1)
    if len(data) > limits.submission:
        raise Unreadable(f"it is larger than {limits.submission // 2**20} MB")
    return data


def parse(data: bytes) -> list[dict[str, Any]]:
    """Return the cells of a notebook, each with a type, a source and metadata, whatever else is wrong with it.

    Raises
    ------
    Unreadable
        If it is no notebook, or has no cells.
    """
    if not data.strip():
        raise Unreadable("the file is empty")
    try:
        notebook = json.loads(data)
    except (RecursionError, ValueError) as error:
        raise Unreadable("it is no JSON: the file is damaged, or no notebook") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        old = isinstance(notebook, dict) and "worksheets" in notebook
        raise Unreadable("it is of an old format: open and save it in JupyterLab" if old else "it is no notebook")
    found = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if not found:
        raise Unreadable("it has no cells")
    return found


def rebuild(
    problems: ProblemSet,
    student: str,
    cells: list[dict[str, Any]],
    limits: Limits,
    titles: Mapping[str, str] | None = None,
) -> Rebuilt:
    """Put a student's answers into the released notebook.

    Raises
    ------
    Unreadable
        If it is a notebook of something else.
    """
    notebook = released(problems, student, titles or {})
    own = {cell.id: cell for cell in notebook.cells if role(cell) in ANSWERS}
    blank = {name: cell.source for name, cell in own.items()}
    result = Rebuilt(notebook)
    found = _by_name(cells, own, result.notes)
    if not found:
        if any(_name(cell) for cell in cells):
            raise Unreadable("it is a notebook of another problem set")
        if not (found := _by_place(cells, notebook)):
            raise Unreadable("none of its cells belongs to this problem set")
        result.notes.append("all metadata is lost: the answers were found by their places")
    result.missing.extend(name for name in own if name not in found)
    for name, source in found.items():
        if len(source) > limits.answer:
            result.missing.append(name)
            result.notes.append(f"{name} is longer than {limits.answer} characters")
        else:
            own[name].source = source if own[name].cell_type == "code" else _inert(source)
    if all(_text(found.get(name, "")) in {"", _text(source)} for name, source in blank.items()):
        result.notes.insert(0, UNCHANGED)
    _compare(cells, notebook, student, result.notes)
    return result


def _by_name(cells: list[dict[str, Any]], own: dict[str, Any], notes: list[str]) -> dict[str, str]:
    """Return the answers by the names of their cells: of copies the first that is not as released."""
    copies: dict[str, list[str]] = {}
    for cell in cells:
        if (name := _name(cell)) in own:
            copies.setdefault(name, []).append(cell["source"])
    found = {}
    for name, sources in copies.items():
        different = [source for source in dict.fromkeys(sources) if source != own[name].source]
        found[name] = different[0] if different else sources[0]
        if len(sources) > 1:
            more = ", and the copies differ" if len(different) > 1 else ""
            notes.append(f"{name} is there {len(sources)} times{more}: the first that was written in counts")
    return found


def _by_place(cells: list[dict[str, Any]], notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return the answers that stand where they should between cells that are as released."""
    ours, theirs = [_text(cell.source) for cell in notebook.cells], [_text(cell["source"]) for cell in cells]
    matched = {}
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        matched |= {block.a + n: block.b + n for n in range(block.size)}
    fixed = [n for n, cell in enumerate(notebook.cells) if role(cell) not in ANSWERS and n in matched]
    ends = [-1, *fixed, len(ours)]
    places = [-1, *(matched[n] for n in fixed), len(theirs)]
    found = {}
    for (first, last), (start, end) in zip(pairwise(ends), pairwise(places), strict=True):
        between, answers = notebook.cells[first + 1 : last], cells[start + 1 : end]
        if fixed and len(between) == len(answers):
            for cell, answer in zip(between, answers, strict=True):
                if role(cell) in ANSWERS:
                    found[cell.id] = answer["source"]
    return found


def _compare(cells: list[dict[str, Any]], notebook: nbformat.NotebookNode, student: str, notes: list[str]) -> None:
    """Note what was changed that is not the student's to change; it is not used."""
    typed = next((id for id in map(_typed, cells) if id), "")
    if typed and same_student(typed) != same_student(student):
        notes.append(f"the id written in it is {typed[:60]!r}")
    known = {_text(cell.source) for cell in notebook.cells}
    extra = [cell for cell in cells if cell["cell_type"] == "code" and not _name(cell) and not _asks_id(cell)]
    if count := sum(bool(text := _text(cell["source"])) and text not in known for cell in extra):
        many = "1 code cell that is" if count == 1 else f"{count} code cells that are"
        notes.append(f"left out: {many} not part of the problem set")
    fixed = {cell.id: cell for cell in notebook.cells if role(cell) in {"given", "test"}}
    copies: dict[str, list[str]] = {name: [] for name in fixed}
    for cell in cells:
        if (name := _name(cell)) in fixed:
            copies[name].append(_text(cell["source"]))
    if not any(copies.values()):
        return
    for words, chosen in (
        ("gone", [name for name, found in copies.items() if not found]),
        ("there more than once", [name for name, found in copies.items() if len(found) > 1]),
        ("changed", [name for name, found in copies.items() if any(one != _text(fixed[name].source) for one in found)]),
    ):
        if chosen:
            notes.append(f"restored, they were {words}: {', '.join(chosen)}")


def _inert(text: str) -> str:
    """Take from Markdown what would run in the browser of the person who grades it; formulas stay what they are."""
    text = re.sub(r"<(?=[A-Za-z/!?])", "< ", text)  # tags
    text = re.sub(r"&(?=#?\w+;)", "& ", text)  # spelt otherwise
    return re.sub(r"(script|data)\s*:", r"\1 :", text, flags=re.IGNORECASE)  # links


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    source, metadata = cell.get("source", ""), cell.get("metadata", {})
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source.encode("utf8", "replace").decode() if isinstance(source, str) else ""
    return {
        "cell_type": str(cell.get("cell_type")),
        "metadata": metadata if isinstance(metadata, dict) else {},
        "source": source,
    }


def _name(cell: dict[str, Any]) -> str:
    marks = cell["metadata"].get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def _typed(cell: dict[str, Any]) -> str:
    """Return the id that a student has written, if this is the cell for it."""
    if not _asks_id(cell):
        return ""
    try:
        match ast.parse(cell["source"]).body:
            case [ast.Assign(targets=[ast.Name(id="student")], value=ast.Constant(value=str(typed)))]:
                return typed.strip()
    except (MemoryError, RecursionError, SyntaxError, ValueError):
        pass
    return ""


def _asks_id(cell: dict[str, Any]) -> bool:
    return cell["cell_type"] == "code" and re.match(r"\s*student\s*=", cell["source"]) is not None


def _text(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))
