"""The mistakes of this book that readers may have met: ``{errata-of-this-book}``, from ``book/appendix/errata.yml``."""

import re

from sphinx.application import Sphinx
from sphinx.util import logging

import contents
import released
from claim_pages import Generated
from claims import Book
from rows import Fault, is_text, read

LOGGER = logging.getLogger(__name__)
FILE = "book/appendix/errata.yml"
NONE = "None is known so far."


def _is_version(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"\d+(\.\d+)+", value))


FIELDS = {
    "id": (lambda value: isinstance(value, str) and bool(re.fullmatch(r"E\d+", value)), "E and a number, such as E1"),
    "label": (is_text, "the label of what was wrong"),
    "since": (_is_version, 'the first version with it, in quotes, such as "1.0.0"'),
    "fixed?": (_is_version, "the version without it, in quotes"),
    "was": (is_text, "what was wrong"),
    "holds": (is_text, "what is so"),
}
ROLES = {"equation": "eq", "exercise": "ref", "figure": "numref", "section": "ref"}


def errata() -> tuple[list[dict[str, str]], list[Fault]]:
    """The records, and what is wrong with them."""
    if not (contents.ROOT / FILE).exists():
        return [], []
    rows, faults = read(FILE, FIELDS)
    seen, recorded = set(), released.by_label(released.rows()[0])
    for place, row in rows:
        if row["id"] in seen:
            faults.append((place, f"the id {row['id']} stands twice: give each its own"))
        if row["label"] not in recorded:
            faults.append((place, f"{released.FILE} has no label {row['label']}: correct it"))
        if "fixed" in row and _order(row["fixed"]) <= _order(row["since"]):
            faults.append((place, f"{row['id']} is fixed in {row['fixed']}, not after {row['since']}: correct one"))
        seen.add(row["id"])
    return [row for _, row in rows], faults


def _order(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


class OwnErrata(Generated):
    """``{errata-of-this-book}``: what was wrong in which versions, and what holds."""

    def write(self, book: Book) -> str:
        """A list, the newest first."""
        for file in (FILE, released.FILE):
            if (contents.ROOT / file).exists():
                self.env.note_dependency(str(contents.ROOT / file))
        now = released.labelled(book.pages)
        rows = sorted(errata()[0], key=lambda row: int(row["id"][1:]), reverse=True)
        return "\n".join(line for row in rows for line in _lines(row, now)) or NONE


def _lines(row: dict[str, str], now: dict[str, released.Labelled]) -> list[str]:
    label, until = row["label"], f", mended in {row['fixed']}" if "fixed" in row else ", not mended yet"
    it = now.get(label)
    name = f"{{{ROLES.get(it.kind, 'prf:ref')}}}`{label}`" if it else f"`{label}`, which is retired"
    return [
        f"**{row['id']}** · {name} · since {row['since']}{until}",
        f": {row['was']} *What holds:* {row['holds']}",
        "",
    ]


def _check(app: Sphinx) -> None:
    for place, remedy in errata()[1]:
        LOGGER.warning(remedy, location=place)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("errata-of-this-book", OwnErrata)
    app.connect("builder-inited", _check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
