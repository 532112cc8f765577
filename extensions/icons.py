"""The icons that pages use, drawn into them when the book is built, instead of a script and a font with thousands.

Drawings and style are those that the theme's script would put there. Icons that its style sheets write as letters keep
their font, with these letters only.
"""

import json
import re
from importlib.util import find_spec
from pathlib import Path

from py_mini_racer import MiniRacer
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

import fonts
from page import finished, version

THEME = Path(find_spec("pydata_sphinx_theme").origin).parent / "theme" / "pydata_sphinx_theme" / "static"
STYLES = {"fas": "fas", "fa-solid": "fas", "far": "far", "fa-regular": "far", "fab": "fab", "fa-brands": "fab"}
SIZES = {"fa-2xs", "fa-xs", "fa-sm", "fa-lg", "fa-xl", "fa-2xl", "fa-fw"}
ICON = re.compile(r'<(?P<tag>i|span) class="(?P<classes>[^"]*\bfa-[^"]*)"(?P<rest>[^>]*)></(?P=tag)>')
FONTS = Path("_static", "vendor", "fontawesome", "webfonts")
SHEET = Path("_static", "styles", "pydata-sphinx-theme.css")
RULE = re.compile(r'\.fa-[\w-]+:before(?:,\.fa-[\w-]+:before)*\{content:"[^"]*"\}')  # an icon by its name
MADE = re.compile(r"all-\w+\.css")  # of the others, see sheets.py
LETTER = re.compile(r"""["'](?:\\([ef][0-9a-f]{3})|([\ue000-\uf8ff]))["']""")
FACE = re.compile(
    r"url\((?P<path>[^)]*/)(?P<name>fa-[\w-]+)\.woff2\) format\(\"woff2\"\),url\([^)]*\.ttf\) format\([^)]*\)"
)


def drawings() -> dict[str, dict[str, list]]:
    """For each style of icons their names with width, height, other names, letter and path."""
    engine = MiniRacer()
    try:
        engine.eval("var window = globalThis, document = {};")
        engine.eval((THEME / "scripts" / "fontawesome.js").read_text(encoding="utf8"))
        return json.loads(engine.eval("JSON.stringify(___FONT_AWESOME___.styles)"))
    finally:
        engine.close()


def draw(page: str, known: dict[str, dict[str, list]]) -> str:
    """A page with drawings in the place of the names of icons."""

    def one(icon: re.Match[str]) -> str:
        classes = icon["classes"].split()
        style = next((STYLES[each] for each in classes if each in STYLES), "fas")
        names = [each for each in classes if each.startswith("fa-") and each not in SIZES and each not in STYLES]
        drawing = known[style].get(names[0].removeprefix("fa-")) if names else None
        if not drawing:
            raise ExtensionError(f"the theme has no icon {icon['classes']!r}: see its list of icons")
        width, height, *_, path = drawing
        shown = " ".join(["svg-inline--fa", *(each for each in classes if each not in STYLES)])
        return (
            f'<svg class="{shown}"{icon["rest"].rstrip()} aria-hidden="true" focusable="false" role="img" '
            f'viewBox="0 0 {width} {height}"><path fill="currentColor" d="{path}"></path></svg>'
        )

    return ICON.sub(one, page)


def letters(sheet: str) -> set[int]:
    """The icons that a style sheet writes as letters, by their codes."""
    return {int(code, 16) if code else ord(letter) for code, letter in LETTER.findall(sheet)}


def _draw(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    if app.book_files:
        known = drawings()
        for page in app.book_files:
            page.write_text(draw(page.read_text(encoding="utf8"), known), encoding="utf8")
    _shrink(Path(app.outdir))


def _shrink(site: Path) -> None:
    """Leave out rules for icons by name, which are drawings now, and all letters that no other rule writes."""
    sheet = RULE.sub("", (site / SHEET).read_text(encoding="utf8"))
    files = (path for path in (site / "_static").rglob("*.css") if path != site / SHEET and not MADE.match(path.name))
    others = (path.read_text(encoding="utf8") for path in files)
    written = set().union(*(letters(text) for text in (sheet, *others)))
    for font in {each["name"] for each in FACE.finditer(sheet)}:
        fonts.subset(site / FONTS / f"{font}.ttf", site / FONTS / f"{font}.woff", written)
    address = rf'url(\g<path>\g<name>.woff{version(repr(sorted(written)))}) format("woff")'
    (site / SHEET).write_text(FACE.sub(address, sheet), encoding="utf8")
    for unused in (*(site / FONTS).glob("*.woff2"), *(site / FONTS).glob("*.ttf")):
        unused.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_css_file("icons.css")
    app.connect("build-finished", _draw, priority=650)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
