"""The PDF of the book beside its site: linked from the first page while it is there, gone when a page has changed.

``formats/printing.py`` prints it and calls ``publish``; a build that writes a page removes what was printed before.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

import contents

NAME = "implicit-bias.pdf"
_LINK = '<p class="printed"><a href="{}">The whole book as one PDF</a>, to print, or to read without a browser.</p>'
_PLACE = re.compile(r'(<article class="bd-article">.*?</h1>)', re.S)
_LINKED = re.compile(r'<p class="printed">.*?</p>', re.S)


def publish(made: Path, site: Path) -> None:
    """Put a PDF beside a site, and link it from the first page, which is the last thing to happen."""
    first = _first(site)
    text = _LINKED.sub("", first.read_text(encoding="utf8"))
    made.replace(site / NAME)
    link = _LINK.format("../" * contents.toc()["root"].count("/") + NAME)
    first.write_text(_PLACE.sub(lambda head: head[1] + link, text, count=1), encoding="utf8")


def withdraw(site: Path) -> None:
    """Remove the PDF beside a site, and the link to it."""
    (site / NAME).unlink(missing_ok=True)
    first = _first(site)
    if first.exists() and _LINKED.search(text := first.read_text(encoding="utf8")):
        first.write_text(_LINKED.sub("", text), encoding="utf8")


def _first(site: Path) -> Path:
    return site / f"{contents.toc()['root']}.html"


def _start(app: Sphinx) -> None:
    app.book_changed = False


def _note(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    if app.builder.name == "html" and doctree and not app.book_changed:
        app.book_changed = True
        withdraw(Path(app.outdir))  # before the page is written: a build that is stopped leaves no old one either


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", _start)
    app.connect("html-page-context", _note)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
