"""The frames that an explorer does not show at first, as files of their own: a page is read before any slider moves.

explorer.js asks for them when an explorer comes near the screen.
"""

import html
import re
import shutil
from pathlib import Path
from posixpath import relpath
from urllib.parse import unquote

from sphinx.application import Sphinx

from page import finished

FOLDER = Path("_static", "frames")
FRAME = re.compile(r'<img src="data:image/svg\+xml,(?P<drawing>[^"]*)"(?P<rest>[^>]*\bhidden\b[^>]*>)')


def move(page: Path, site: Path) -> None:
    """Move the hidden frames of a page into a folder that is called like the page."""
    name = page.relative_to(site).with_suffix("")
    folder, number = site / FOLDER / name, 0
    shutil.rmtree(folder, ignore_errors=True)

    def put(frame: re.Match[str]) -> str:
        nonlocal number
        number += 1
        file = folder / f"{number}.svg"
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(unquote(html.unescape(frame["drawing"])), encoding="utf8")
        address = relpath(file.as_posix(), page.parent.as_posix())
        return f'<img data-src="{address}"{frame["rest"]}'

    text = page.read_text(encoding="utf8")
    moved = FRAME.sub(put, text)
    if moved != text:
        page.write_text(moved, encoding="utf8")


def _move(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    site = Path(app.outdir)
    for page in app.book_files:
        move(page, site)
    for folder in {file.parent for file in (site / FOLDER).rglob("*.svg")}:
        if not (site / folder.relative_to(site / FOLDER)).with_suffix(".html").exists():
            shutil.rmtree(folder)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _move, priority=655)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
