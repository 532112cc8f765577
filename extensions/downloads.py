"""The notebooks that readers run, written with the site: to download, for ``make lab`` and for Binder.

``notebooks.py`` converts the resolved pages; here they are written next to the sources, as
``_sources/<page>.ipynb``, where the theme's button and ``copies.py`` find them.
"""

from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx

from contents import chapters, docname, listed
from notebooks import Notebook


def _start(app: Sphinx) -> None:
    app.book_notebooks = {}
    app.book_chapters = {docname(page) for page in chapters()}


def _convert(app: Sphinx, doctree: nodes.document, name: str) -> None:
    """Before the site's own links and badges are put in."""
    if app.builder.name in {"html", "dirhtml"} and name in listed():
        app.book_notebooks[name] = nbformat.writes(Notebook(app, doctree.deepcopy(), name).notebook())


def _offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """A button on every page with cells."""
    if page in app.book_chapters and page in app.book_notebooks:
        context["ipynb_source"] = f"{page}.ipynb"


def _save(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    if page not in app.book_notebooks:
        return
    target = Path(app.outdir, "_sources", f"{page}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(app.book_notebooks[page], encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", _start)
    app.connect("doctree-resolved", _convert, priority=100)
    app.connect("html-page-context", _offer, priority=400)  # before the theme makes its buttons
    app.connect("html-page-context", _save, priority=600)  # after the theme wrote the source with its launch buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
