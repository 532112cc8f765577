"""Pictures say how large they are, so that the text below them does not move when they arrive."""

import re
from pathlib import Path

from PIL import Image
from sphinx.application import Sphinx

from page import finished

PICTURE = re.compile(r'<img (?![^>]*\b(?:width|height|style)=)(?=[^>]*src="(?P<src>(?!\w+:)[^"?]+))')
DRAWING = re.compile(rb'<svg [^>]*width="([\d.]+)(pt|px)?" height="([\d.]+)(?:pt|px)?"', re.S)


def size(file: Path) -> tuple[int, int] | None:
    """Width and height in pixels, if the file tells."""
    if not file.is_file():
        return None
    if file.suffix != ".svg":
        return Image.open(file).size
    found = DRAWING.search(file.read_bytes()[:2000])
    return found and tuple(round(float(each) * (4 / 3 if found[2] == b"pt" else 1)) for each in found.group(1, 3))


def _size(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    for page in app.book_files:

        def sized(picture: re.Match[str], page: Path = page) -> str:
            known = size(page.parent / picture["src"])
            return f'<img width="{known[0]}" height="{known[1]}" ' if known else picture[0]

        page.write_text(PICTURE.sub(sized, page.read_text(encoding="utf8")), encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _size, priority=660)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
