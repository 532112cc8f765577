"""Other forms of the built book, such as an EPUB: the home page offers those that lie beside it, with their sizes.

What makes a form writes its file into the site and calls ``offer``. A build that writes a page anew removes all of
them, since they are then older than the book.
"""

import re
from pathlib import Path
from posixpath import dirname, relpath

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


def _remove_older(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    site = Path(app.outdir)
    if any(page.is_relative_to(site / "book") for page in app.book_files):  # page.py notes what this build writes
        for file in FORMS:
            (site / file).unlink(missing_ok=True)
    offer(site)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", _make_place)
    app.connect("build-finished", _remove_older, priority=800)  # after page.py has mended the pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}
