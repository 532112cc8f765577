"""The labels that readers may rely on: where each stands, what it stood for, and since which version it says so.

``make released`` writes the file, one label a line; nobody writes there by hand. A label in it never vanishes: it is
stated somewhere in the book, or ``make retire`` said what replaces it. One that says something else than it did is told
by the lint until ``make released`` has recorded the change.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import contents
import targets
from rows import Fault, is_text, read
from source import STATEMENTS, Chapter

FILE = "book/appendix/released.yml"
HEAD = "# Written by make released and make retire, not by hand.\n"
FIELDS = {
    "label": (is_text, "a label"),
    "kind": (is_text, "what it labels, such as theorem"),
    "page": (is_text, "the page it stands on, such as book/part/page"),
    "changed": (is_text, "the version in which its text last changed, in quotes"),
    "text": (is_text, "the digest of its text, in quotes"),
    "retired?": (is_text, "the version without it, in quotes"),
    "instead?": (is_text, "the label or the page that replaces it"),
}


@dataclass(frozen=True)
class Labelled:
    """What a label of the book stands for now."""

    label: str
    kind: str
    page: str
    text: str
    place: str  # file and line

    @property
    def digest(self) -> str:
        """The same as long as no word of its text changes."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Released:
    """What the file says of a label."""

    label: str
    kind: str
    page: str
    changed: str
    text: str
    retired: str = ""
    instead: str = ""
    place: str = ""  # file and line

    def changed_since(self, now: Labelled) -> bool:
        """Whether the label stands for something else now."""
        return (self.kind, self.text) != (now.kind, now.digest)

    @property
    def row(self) -> str:
        """Its line in the file."""
        gone = f', retired: "{self.retired}", instead: {self.instead}' if self.retired else ""
        return (
            f"- {{label: {self.label}, kind: {self.kind}, page: {self.page}, "
            f'changed: "{self.changed}", text: "{self.text}"{gone}}}\n'
        )


def labelled(pages: Iterable[Chapter]) -> dict[str, Labelled]:
    """The statements, exercises, figures, equations and sections of some pages that have a label."""
    return {each.label: each for page in pages for each in _on(page)}


def _on(page: Chapter) -> Iterator[Labelled]:
    blocks, name = {block.line: block for block in page.blocks}, contents.docname(page.page)
    for label, line in targets.names(page):
        block = blocks.get(line)
        if block is None:
            kind, text = _marked(page, line)
        elif block.name in (*STATEMENTS, "exercise"):
            kind, text = block.kind, f"{block.title} {block.body}"
        elif figure := (block.options.get("mystnb") or {}).get("figure"):
            kind, text = "figure", str(figure.get("caption", ""))
        elif block.name in {"figure", "math"}:
            kind, text = {"math": "equation"}.get(block.name, block.name), block.body
        else:  # proofs, solutions and boxes have the labels of what they belong to
            continue
        yield Labelled(label, kind, name, text, page.place(line))


def _marked(page: Chapter, line: int) -> tuple[str, str]:
    """What stands below ``(label)=``, or before the label of an equation."""
    before = page.lines[: line - 1]
    if page.lines[line - 1].startswith("$$"):
        start = next((n for n in range(len(before), 0, -1) if before[n - 1].startswith("$$")), line)
        return "equation", "\n".join(before[start:])
    return "section", next((title for n, (_, title) in sorted(page.headings.items()) if n > line), "")


def rows(text: str | None = None) -> tuple[list[Released], list[Fault]]:
    """The lines of the file, and its faults; ``text`` is another one than that of the file."""
    if text is None and not (contents.ROOT / FILE).exists():
        return [], []
    given, faults = read(FILE, FIELDS, text)
    for place, row in given:
        if ("retired" in row) != ("instead" in row):
            faults.append((place, f"retired and instead go together: {_retire(row['label'])}"))
    return [Released(**row, place=place) for place, row in given], faults


def by_label(rows: Iterable[Released]) -> dict[str, Released]:
    """What is recorded of each label; where two changes were merged, in the last of its lines."""
    return {row.label: row for row in rows}


def faults(now: Mapping[str, Labelled], text: str | None = None) -> Iterator[Fault]:
    """What the book may not do to labels that readers rely on."""
    found, wrong = rows(text)
    yield from wrong
    before = by_label(found)
    for was in found:
        if was is not before[was.label]:
            yield was.place, f"{was.label} stands twice: make released keeps one line"
    for label, was in before.items():
        if was.retired:
            if label in now:
                yield now[label].place, f"{label} meant something else until {was.retired}: choose another label"
            elif not leads(label, now, before):
                yield was.place, f"{label} leads to {was.instead}, which is not there: {_retire(label)}"
        elif label not in now:
            yield was.place, f"{label}, which stood on {was.page}, is gone: put it back, or {_retire(label)}"
        elif was.changed_since(now[label]):
            remedy = "make released records the change with the version of the book; or give the new text a new label"
            yield now[label].place, f"{label} says something else than it did in {was.changed}: {remedy}"
        elif was.page != now[label].page:
            yield now[label].place, f"{label} stood on {was.page}: make released records where it is now"


def _retire(label: str) -> str:
    return f"make retire LABEL={label} INSTEAD=label-or-page"


def leads(label: str, now: Mapping[str, Labelled], before: Mapping[str, Released]) -> Labelled | str | None:
    """Where the address of a label leads: to what has it, or to what or which page is there instead."""
    seen = set()
    while label not in now and label in before and before[label].retired and label not in seen:
        seen.add(label)
        label = before[label].instead
    return now.get(label) or (label if label in contents.listed() else None)


def recorded(now: Mapping[str, Labelled], before: Mapping[str, Released], version: str) -> dict[str, Released]:
    """What the file is to say: of each label its page, and this version if its text is new or another."""
    found = dict(before)
    for label, it in now.items():
        was = before.get(label)
        changed = version if was is None or was.changed_since(it) else was.changed
        found[label] = Released(label, it.kind, it.page, changed, it.digest)
    return found


def written(found: Mapping[str, Released]) -> str:
    """The text of the file."""
    return "".join([HEAD, *(found[label].row for label in sorted(found))])
