"""The frames that explorers do not show at first, in a script for each page: the page is read before a slider moves.

explorer.js asks for the script when an explorer comes near the screen. It is a script because a page that was opened
as a file may load nothing else, and one for all because neighbouring frames are alike, which makes it small.
"""

import html
import json
import re
from itertools import count
from pathlib import Path
from posixpath import relpath
from urllib.parse import quote, unquote

from bs4 import Tag
from sphinx.application import Sphinx

from page import finished, version

FOLDER = Path("_static", "frames")
FRAME = re.compile(r'<img src="data:image/svg\+xml,(?P<drawing>[^"]*)"(?P<rest>[^>]*\bhidden\b[^>]*>)')
BEGINNING = "window.frames_of_explorers = "


def move(page: Path, site: Path) -> None:
    """Move the hidden frames of a page into its script."""
    script, text = site / FOLDER / page.relative_to(site).with_suffix(".js"), page.read_text(encoding="utf8")
    moved = [unquote(html.unescape(frame["drawing"])) for frame in FRAME.finditer(text)]
    if not moved:
        script.unlink(missing_ok=True)
        return
    program, numbers = f"{BEGINNING}{json.dumps(moved, ensure_ascii=False)};\n", count()
    address = relpath(script.as_posix(), page.parent.as_posix()) + version(program)
    tag = f'<img data-frame="{{}}" data-script="{address}"'
    page.write_text(FRAME.sub(lambda it: tag.format(next(numbers)) + it["rest"], text), encoding="utf8")
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(program, encoding="utf8")


def drawings(page: Path, site: Path) -> list[str]:
    """The frames that were moved out of a page."""
    script = site / FOLDER / page.relative_to(site).with_suffix(".js")
    return json.loads(script.read_text(encoding="utf8")[len(BEGINNING) :].rstrip(";\n")) if script.exists() else []


def restore(article: Tag, moved: list[str]) -> None:
    """Put frames back into an article, for what has no scripts beside it."""
    for frame in article.select("img[data-frame]"):
        frame["src"] = "data:image/svg+xml," + quote(moved[int(frame["data-frame"])])
        del frame["data-frame"], frame["data-script"]


def stand(article: Tag, moved: list[str]) -> None:
    """Let each explorer show the frame that stands for all, with its values, for what has no sliders."""
    restore(article, moved)
    for figure in article.select("figure.explorer"):
        index = 0
        for slider in figure.select("input"):
            values, place = json.loads(slider["data-values"]), int(slider["data-still"])
            index = index * len(values) + place
            slider.find_next_sibling("output").string = values[place]
        for n, frame in enumerate(figure.select(".frames img")):
            frame.attrs.pop("hidden", None)
            if n != index:
                frame["hidden"] = ""


def _move(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    site = Path(app.outdir)
    for page in app.book_files:
        move(page, site)
    for script in (site / FOLDER).rglob("*.js"):
        if not (site / script.relative_to(site / FOLDER)).with_suffix(".html").exists():
            script.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _move, priority=655)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
