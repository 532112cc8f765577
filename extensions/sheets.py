"""One style sheet for each page in the place of twenty: a phone asks for each with a wait of its own.

It has the sheets of a page in their order, less what no page uses, and is named after them; they stay where they are.
"""

import hashlib
import re
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from sphinx.application import Sphinx

import explorers
import unused
from page import finished, version

STYLES = "_static/styles"
LINK = re.compile(r'<link (?=[^>]*rel="stylesheet")(?![^>]*media=)[^>]*href="(?P<href>(?!\w+:)[^"?]*)[^>]*>\s*')
FIRST = re.compile(r"@charset [^;]*;|@import [\"'](?P<path>[^\"']+)[\"'];")  # what a sheet may begin with
ONE = re.compile(r"(?<=/styles/)(all-\w{8}\.css)(?:\?v=\w+)?")
HEAD = '@charset "utf-8";\n/* {} */\n'
SHEETS = re.compile(r"/\* (.*?) \*/")
ADDRESS = re.compile(r"url\((?P<quote>[\"']?)(?!data:|\w+:|#)(?P<path>[^)\"']+)(?P=quote)\)")


def bundle(sheets: list[str], site: Path) -> str:
    """The text of sheets, given by their places in the site, with addresses as they are from where bundles are."""

    def moved(sheet: str) -> str:
        def move(address: re.Match[str]) -> str:
            return f'url("{relpath(normpath(join(dirname(sheet), address["path"])), STYLES)}")'

        def take_in(first: re.Match[str]) -> str:
            return moved(normpath(join(dirname(sheet), first["path"]))) if first["path"] else ""

        text = (site / sheet).read_text(encoding="utf8")
        return FIRST.sub(take_in, ADDRESS.sub(move, text))

    return "\n".join(map(moved, sheets))


def _link(page: Path, site: Path) -> None:
    """Let a page have one sheet, and note of which sheets this is to be made."""
    text, here = page.read_text(encoding="utf8"), page.parent.relative_to(site).as_posix()
    links = list(LINK.finditer(text))
    if not links:
        return
    sheets = " ".join(normpath(join(here, link["href"])) for link in links)
    name = f"{STYLES}/all-{hashlib.sha256(sheets.encode()).hexdigest()[:8]}.css"
    (site / name).write_text(HEAD.format(sheets), encoding="utf8")
    one = f'<link rel="stylesheet" href="{relpath(name, here)}">\n'
    page.write_text(text[: links[0].start()] + one + LINK.sub("", text[links[0].start() :]), encoding="utf8")


def _bundle(app: Sphinx, error: Exception | None) -> None:
    """Make the sheets, and let all pages of the site ask for these and for none that a browser has kept."""
    if not finished(app, error) or not app.book_files:
        return
    site, versions = Path(app.outdir), {}
    for page in app.book_files:
        _link(page, site)
    files = (page for page in site.rglob("*.html") if page.relative_to(site).parts[0] != "_static")
    pages = {page: page.read_text(encoding="utf8") for page in files}
    programs = (path for path in (site / "_static").rglob("*.js") if not path.is_relative_to(site / explorers.FOLDER))
    scripts = (path.read_text(encoding="utf8") for path in programs)
    known = unused.Known(pages.values(), scripts)
    for file in sorted({site / STYLES / name for text in pages.values() for name in ONE.findall(text)}):
        sheets = SHEETS.search(file.read_text(encoding="utf8"))[1]
        content = HEAD.format(sheets) + unused.without(bundle(sheets.split(), site), known)
        file.write_text(content, encoding="utf8")
        versions[file.name] = version(content)
    for page, text in pages.items():
        current = ONE.sub(lambda name: name[1] + versions[name[1]], text)
        if current != text:
            page.write_text(current, encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _bundle, priority=800)  # after all that writes or changes a sheet
    return {"parallel_read_safe": True, "parallel_write_safe": True}
