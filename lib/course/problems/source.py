"""The source of a problem set: a MyST notebook whose cells carry nbgrader's metadata."""

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jupytext
import nbformat

__all__ = ["Problem", "ProblemSet", "role"]

KINDS = ("computation", "proof", "exploration")
_HEADING = re.compile(r"## (.+) · (\w+) · level ([1-3]) · (\d+) minutes · (\d+) points?")
_STATEMENT = re.compile(r"<!-- (ex-[a-z0-9-]+) -->\n(.*?)\n<!-- end -->", re.DOTALL)


def role(cell: nbformat.NotebookNode) -> str:
    """Return what a cell is for: ``student``, ``given``, ``answer``, ``test``, ``written``, or nothing.

    An answer is judged by tests, what is written by a person.
    """
    if "student" in cell.metadata.get("tags", []):
        return "student"
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("solution"):
        return "written" if marks.get("grade") else "answer"
    if marks.get("grade"):
        return "test"
    return "given" if marks.get("locked") else ""


@dataclass(frozen=True)
class Problem:
    """A problem: its heading, its statement, and its cells."""

    label: str  # of the exercise in the book, ex-…
    title: str
    kind: str
    level: int
    minutes: int
    points: int
    statement: str
    cells: tuple[nbformat.NotebookNode, ...]

    @property
    def cites(self) -> list[str]:
        """The labels of the claims of the book that its statement refers to, each once."""
        return list(dict.fromkeys(re.findall(r"\{prf:ref\}`([^`]+)`", self.statement)))


@dataclass(frozen=True)
class ProblemSet:
    """A problem set; ``problems`` refuses what is not written as it must be."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> "ProblemSet":
        """Read a problem set from ``assignments/<name>/<name>.md``."""
        return cls(path, path.read_text(encoding="utf8"))

    @property
    def name(self) -> str:
        """Its name, that of its part of the book."""
        return self.path.stem

    @cached_property
    def title(self) -> str:
        """Its title."""
        return re.search(r"^# (.+)$", self.text, re.M)[1].removeprefix("Problem set: ")

    @property
    def notebook(self) -> nbformat.NotebookNode:
        """The notebook, with solutions and hidden tests, a new one each time; the ids of its cells stay."""
        return deepcopy(self._notebook)

    @cached_property
    def _notebook(self) -> nbformat.NotebookNode:
        notebook = jupytext.reads(self.text, fmt="md:myst")
        for n, cell in enumerate(notebook.cells):
            cell.id = grade_id(cell) or f"cell-{n}"
        return notebook

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The problems, in order.

        Raises
        ------
        ValueError
            If a heading, a statement or a cell is not as it must be; says which, and the remedy.
        """
        groups: list[list[nbformat.NotebookNode]] = []
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown" and cell.source.startswith("## "):
                groups.append([])
            if groups:
                groups[-1].append(cell)
        return tuple(self._problem(cells) for cells in groups)

    def _problem(self, cells: list[nbformat.NotebookNode]) -> Problem:
        first, *_ = cells[0].source.split("\n")
        if not (heading := _HEADING.fullmatch(first)) or heading[2] not in KINDS:
            raise ValueError(
                f"{self.path.name}: {first!r} is no heading of a problem: write "
                "## Title · computation · level 2 · 30 minutes · 6 points, or proof, or exploration"
            )
        found = [match for cell in cells for match in _STATEMENT.finditer(cell.source)]
        if len(found) != 1:
            raise ValueError(
                f"{self.path.name}: {heading[1]} has {len(found)} statements: put one between lines "
                "<!-- ex-label --> and <!-- end -->"
            )
        points = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells)
        if points != int(heading[5]):
            raise ValueError(f"{self.path.name}: {heading[1]} says {heading[5]} points, its cells give {points}")
        return Problem(
            found[0][1], *heading.groups()[:2], *map(int, heading.groups()[2:]), found[0][2].strip(), tuple(cells)
        )

    def cells(self, *roles: str) -> list[nbformat.NotebookNode]:
        """Return the cells of these roles, in order."""
        return [cell for cell in self.notebook.cells if role(cell) in roles]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(problem.minutes for problem in self.problems)

    @property
    def points(self) -> int:
        """How much it is worth."""
        return sum(problem.points for problem in self.problems)


def grade_id(cell: nbformat.NotebookNode) -> Any:  # noqa: ANN401
    """Return the name of a cell that nbgrader looks after; else an empty string."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
