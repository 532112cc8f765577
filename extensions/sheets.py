"""One style sheet for each page in the place of twenty: a phone asks for each with a wait of its own.

A bundle has the sheets of a page in their order, and is named after them; the sheets themselves stay where they are.
"""

import hashlib
import re
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from sphinx.application import Sphinx

from page import finished

STYLES = "_static/styles"
LINK = re.compile(r'<link (?=[^>]*rel="stylesheet")(?![^>]*media=)[^>]*href="(?P<href>(?!\w+:)[^"?]*)[^>]*>\s*')
FIRST = re.compile(r"@charset [^;]*;|@import [\"'](?P<path>[^\"']+)[\"'];")  # what a sheet may begin with
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

    return '@charset "utf-8";\n' + "\n".join(map(moved, sheets))


def _bundle(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    site, made = Path(app.outdir), {}
    for page in app.book_files:
        text = page.read_text(encoding="utf8")
        here = page.parent.relative_to(site).as_posix()
        links = list(LINK.finditer(text))
        if not links:
            continue
        sheets = [normpath(join(here, link["href"])) for link in links]
        name = f"{STYLES}/all-{hashlib.sha256(' '.join(sheets).encode()).hexdigest()[:8]}.css"
        if name not in made:
            content = bundle(sheets, site)
            (site / name).write_text(content, encoding="utf8")
            made[name] = hashlib.sha256(content.encode()).hexdigest()[:8]
        one = f'<link rel="stylesheet" href="{relpath(name, here)}?v={made[name]}">\n'
        text = text[: links[0].start()] + one + LINK.sub("", text[links[0].start() :])
        page.write_text(text, encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _bundle, priority=800)  # after all that writes or changes a sheet
    return {"parallel_read_safe": True, "parallel_write_safe": True}
