"""Tables that stack on a phone, see ``wide.css``: each cell names its column; for who hears them they stay tables."""

import re

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

import formulas
from page import finished

TABLE = re.compile(r"<table.*?</table>", re.S)
LEAST_COLUMNS = 3


def stack(table: str) -> str:
    """A table that is ready to stack, if it has so many columns that a phone has no room for them."""
    folded, unfold = formulas.folded(table)
    soup = BeautifulSoup(folded, "html.parser")
    heads = [BeautifulSoup(unfold(str(head)), "html.parser").get_text().strip() for head in soup.select("thead th")]
    if len(heads) < LEAST_COLUMNS:
        return table
    soup.table["class"] = [*soup.table.get("class", []), "stacks"]
    soup.table["role"] = "table"
    for row in soup.select("tbody tr"):
        row["role"] = "row"
        for i, cell in enumerate(row.find_all(["td", "th"], recursive=False)):
            cell["role"], cell["data-column"] = "cell", heads[i] if i < len(heads) else ""
    return unfold(str(soup))


def _stack(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    for page in app.book_files:
        text = page.read_text(encoding="utf8")
        start, article, rest = text.partition("<article")
        page.write_text(start + article + TABLE.sub(lambda it: stack(it[0]), rest), encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _stack, priority=750)  # after formulas, which may be names of columns, are set
    return {"parallel_read_safe": True, "parallel_write_safe": True}
