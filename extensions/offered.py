"""Other forms of the built book, such as an EPUB: the home page offers those that lie beside it, with their sizes.

What makes a form writes its file into the site and calls ``offer``. A build that writes a page anew first removes all
of them, since they are then older than the book, also if the build is stopped.
"""

import re
from pathlib import Path
from posixpath import dirname, relpath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

import contents

# What is offered, in this order: files of the site, and what a reader calls them.
FORMS = {"implicit-bias.pdf": "PDF", "implicit-bias.epub": "EPUB", "implicit-bias.zip": "archive to read offline"}
EMPTY = '<p id="formats" hidden></p>'
PLACE = re.compile(r'<p id="formats".*?</p>', re.S)


def offer(site: Path) -> None:
    """Show below the title of a site's home page the forms that lie in the site, and no other."""
    root = contents.toc()["root"]
    links = [
        f'<a href="{relpath(file, dirname(root))}">{name}</a> ({_size(site / file)})'
        for file, name in FORMS.items()
        if (site / file).is_file()
    ]
    line = f'<p id="formats">Also as: {", ".join(links)}</p>' if links else EMPTY
    home = site / f"{root}.html"
    text = home.read_text(encoding="utf8")
    if (changed := PLACE.sub(line, text)) != text:
        home.write_text(changed, encoding="utf8")


def _size(file: Path) -> str:
    return f"{max(file.stat().st_size / 1e6, 0.1):.1f} MB"


def _make_place(app: Sphinx, doctree: nodes.document, page: str) -> None:
    if page == app.config.root_doc and app.builder.name == "html":
        for title in list(doctree.findall(nodes.title))[:1]:
            title.parent.insert(title.parent.index(title) + 1, nodes.raw("", EMPTY, format="html"))


def _start(app: Sphinx) -> None:
    app.book_changed = False


def _remove_older(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if app.builder.name == "html" and doctree and not app.book_changed:
        app.book_changed = True
        for file in FORMS:
            (Path(app.outdir) / file).unlink(missing_ok=True)


def _offer(app: Sphinx, error: Exception | None) -> None:
    if app.builder.name == "html" and (Path(app.outdir) / f"{app.config.root_doc}.html").exists():
        offer(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", _start)
    app.connect("doctree-resolved", _make_place)
    app.connect("html-page-context", _remove_older)
    app.connect("build-finished", _offer, priority=800)  # after page.py has mended the pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}
