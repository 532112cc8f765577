"""What the book claims, and what stands behind each claim.

The sources say which statements, proofs, quotations and errata there are and what each proof cites, the executed
chapters which checks ran, and ``lectures.yml`` which item of a lecture a statement mends and where it differs.
``collect`` reads all three; from it come the generated pages, the links below each statement, and the rules.
"""

import html
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import contents
import released
from execution import NotExecuted, executed
from rows import Fault, are_texts, is_text, read
from source import CLAIMING, Block, Chapter

LECTURES = {
    "000": "Lecture 13",
    "003": "Slides on gradient descent",
    "004": "Kernel and rich regimes",
    "002": "Beyond the lazy regime",
    "001": "Lecture 12",
    "adjacent": "Beyond the lectures",
}
ROWS = "book/appendix/lectures.yml"
ITEMS = ("claim", "definition", "figure", "history")
SOURCES = ("quoted", "recalled", "observed")
# What a difference from a lecture can be, the gravest first.
KINDS = {
    "false": "false as printed, or its proof fails",
    "gap": "a hypothesis or a step is missing",
    "slip": "a slip of the pen",
    "convention": "right, to be read this way",
}
FIELDS = {
    "id": (is_text, "a text, such as A03"),
    "lecture": (lambda value: is_text(value) and value in LECTURES, f"one of {list(LECTURES)}"),
    "item": (is_text, "where it stands in the lecture"),
    "kind": (lambda value: value in ITEMS, f"one of {', '.join(ITEMS)}"),
    "label": (lambda value: value is None or is_text(value) or are_texts(value), "a label, a list of labels, or null"),
    "errata": (
        lambda value: isinstance(value, list) and all(isinstance(each, str | dict) for each in value),
        "a list of records, or [] if there is none",
    ),
    "why?": (is_text, "why the book has no statement for it, in a sentence that a label of null asks for"),
}
CHECK = re.compile(r'data-check="([^"]*)"')


@dataclass
class Statement:
    """A theorem, lemma, corollary, proposition, remark, definition or example of the book."""

    label: str
    kind: str
    title: str
    page: Path
    line: int
    proof: Block | None = None
    source: str = ""
    checks: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    rests_on: list[str] = field(default_factory=list)
    used_by: list[str] = field(default_factory=list)
    changed: str = ""  # the version in which its text last changed; empty before it is released

    @property
    def status(self) -> str:
        """``proved``, ``quoted``, ``recalled``, ``observed`` or ``open``."""
        return "proved" if self.proof else self.source or "open"

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.page.relative_to(contents.ROOT)}:{self.line}"


@dataclass(frozen=True)
class Erratum:
    """A difference from a lecture: the record of ``lectures.yml``, and the box in the text if it has one."""

    id: str
    kind: str
    title: str
    says: str
    holds: str
    row: dict[str, Any]
    box: str = ""  # file and line

    @property
    def labels(self) -> list[str]:
        """The statements in whose place the lecture has this."""
        return labels(self.row)

    @property
    def name(self) -> str:
        """What the title of its box is."""
        return f"{LECTURES[self.row['lecture']]}, {self.row['item']} · {self.title}"


@dataclass
class Book:
    """All claims: pages, statements by label, errata by id, rows of ``lectures.yml``, labels nobody states."""

    pages: list[Chapter]
    statements: dict[str, Statement]
    errata: dict[str, Erratum]
    rows: list[dict[str, Any]]
    boxes: dict[str, tuple[str, str]]  # of errata, by id: title, and file and line
    orphans: list[tuple[str, str]]  # proofs and sources of none of them: file and line, and whose they say they are
    refused: list[Fault]  # rows that are not as they must be

    @cached_property
    def claims(self) -> list[Statement]:
        """The statements that assert something."""
        return [statement for statement in self.statements.values() if statement.kind in CLAIMING]

    @cached_property
    def ruled(self) -> list[Statement]:
        """The statements on pages with the rules of the house."""
        own = {page.page for page in self.pages if contents.says_own(page.text)}
        return [statement for statement in self.statements.values() if statement.page not in own]

    def on(self, page: Path) -> list[Erratum]:
        """The differences that the table of a page shows: those of its boxes and of its statements."""
        here = {label for label, statement in self.statements.items() if statement.page == page}
        boxed = f"{page.relative_to(contents.ROOT)}:"
        return [
            erratum
            for erratum in self.errata.values()
            if (erratum.box.startswith(boxed) if erratum.box else erratum.labels[:1] and erratum.labels[0] in here)
        ]


def labels(row: dict[str, Any]) -> list[str]:
    """The statements that serve an item of a lecture."""
    label = row["label"]
    return [] if label is None else label if isinstance(label, list) else [label]


def records(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The differences from a lecture at one of its items."""
    return [given if isinstance(given, dict) else {"id": given} for given in row["errata"]]


def collect(partly: bool = False) -> Book:
    """Read the sources, the executed chapters and ``lectures.yml``; ``partly`` is without the checks of chapters that
    were not executed as they are now."""
    pages = [Chapter.read(page) for page in map(contents.path, contents.listed()) if page.exists()]
    given, refused = read(ROWS, FIELDS)
    rows, statements, boxes, behind = [row for _, row in given], {}, {}, {}
    for page in pages:
        for block in page.statements:
            if block.label not in statements:  # the second of two is refused by the rules
                statements[block.label] = Statement(block.label, block.kind, block.title, page.page, block.line)
        for block in page.proofs:
            behind[block.label.removeprefix("proof-")] = (block, page.place(block.line))
        for block in page.named("admonition"):
            name = str(block.options.get("name", ""))
            if "erratum" in block.classes:
                boxes[name] = (block.title.removeprefix("Erratum: "), page.place(block.line))
            elif kinds := [kind for kind in SOURCES if kind in block.classes]:
                behind.setdefault(name.removeprefix("source-"), (kinds[0], page.place(block.line)))
    checks: list[dict[str, Any]] = []
    for page in contents.chapters():
        with suppress(*[NotExecuted] * partly):
            checks += [{**check, "page": contents.docname(page)} for check in _checks(page)]
    for label, (reason, _) in behind.items():
        if label in statements:
            statement = statements[label]
            statement.proof, statement.source = (reason, "") if isinstance(reason, Block) else (None, reason)
            cited = reason.cites if statement.proof else []
            statement.rests_on = [other for other in cited if other in statements and other != label]
    for check in checks:
        if check["claim"] in statements:
            statements[check["claim"]].checks.append(check)
    recorded, wrong = released.rows()
    for was in recorded:
        if was.label in statements:
            statements[was.label].changed = was.changed
    for row in rows:
        for label in dict.fromkeys(labels(row)):
            if label in statements:
                statements[label].items.append(row)
    for label, statement in statements.items():
        for other in statement.rests_on:
            statements[other].used_by.append(label)
    orphans = [(place, label) for label, (_, place) in behind.items() if label not in statements]
    return Book(pages, statements, _errata(rows, boxes), rows, boxes, orphans, [*refused, *wrong])


def _errata(rows: Iterable[dict[str, Any]], boxes: dict[str, tuple[str, str]]) -> dict[str, Erratum]:
    """The errata by id; what is missing of a record stays ``None``, for the rules to say."""
    found = {}
    for row in rows:
        for given in records(row):
            values = (given.get(name) for name in ("id", "kind", "title", "says", "holds"))
            found[given.get("id")] = Erratum(*values, row, boxes.get(given.get("id"), ("", ""))[1])
    return found


def record(text: str) -> dict[str, Any]:
    """What a check says of itself in the page: its claim, its line, its controls, or why it has none."""
    return json.loads(html.unescape(text))


def _checks(page: Path) -> list[dict[str, Any]]:
    outputs = (output for cell in executed(page).cells for output in cell.get("outputs", []))
    shown = ("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    return [record(text) for each in shown for text in CHECK.findall(each)]
