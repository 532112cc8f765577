"""Formulas, set by MathJax when the book is built: pages need no script for them, and nothing moves when they open.

MathJax runs in an engine that pip installs. What it says of where a formula may break is kept in ``data-breaks``, for
``wide.js``. The style sheet has rules for those letters only that the pages of the site use.
"""

import html
import json
import re
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from py_mini_racer import MiniRacer
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

import fonts
from aside import Aside
from page import finished

SOURCE = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
SETTER = Path(__file__).parent / "_formulas" / "set.js"
PARTS = ("core", "adaptors/liteDOM", "input/tex", "output/chtml", "output/chtml/fonts/tex", "a11y/assistive-mml")
FONTS = "output/chtml/fonts/woff-v2"
FOLDER = Path("_static", "mathjax")
STYLE = "formulas.css"
# A formula as Sphinx writes it: in the line, displayed with or without a number, or an environment of its own.
RAW = re.compile(
    r'(class="(?:amsmath )?math notranslate[^>]*>\s*(?:<span class="eqno">.*?</span>)?\s*)'
    r"(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\]|(?P<environment>\\begin\{.*?))(?=\s*</(?:span|div)>)",
    re.S,
)
SET = re.compile(r"<mjx-container.*?</mjx-container>", re.S)
BROKEN = re.compile(r"<mjx-merror|data-mjx-error")
LETTER = re.compile(r"\b(mjx-c[0-9A-F]+)(?:[ .]TEX-(\w+))?")
AS_LARGE_AS_THE_TEXT = "mjx-container { font-size: calc(1ex / .442); }"  # by the height of small letters


class Setter:
    """MathJax in an engine of its own, with the macros of the book; to be closed."""

    def __init__(self, tex: dict[str, Any]) -> None:
        self._engine, self._set = MiniRacer(), {}
        config = {
            "startup": {"typeset": False},
            "loader": {"paths": {"mathjax": "."}, "load": PARTS},
            "options": {"enableAssistiveMml": True},
            "chtml": {"adaptiveCSS": False, "matchFontHeight": False, "fontURL": "."},
            "tex": tex | {"packages": {"[-]": ["noundefined"]}},  # else an unknown name would stand there in red
        }
        files = {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*.js")}
        code = {name: path.read_text(encoding="utf8") for name, path in files.items() if _needed(name)}
        load = 'name => { (0, eval)(code[name.replace(/^[./]+/, "")]); return {}; }'
        self._engine.eval(f"const code = {json.dumps(code)}; var MathJax = {json.dumps(config)};")
        self._engine.eval(f"MathJax.loader.require = {load}; (0, eval)(code['startup.js']);")
        self._engine.eval(SETTER.read_text(encoding="utf8"))

    def __enter__(self) -> "Setter":
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def set(self, formulas: list[tuple[str, bool]]) -> list[str]:
        """The HTML of formulas, each given by its TeX and whether it is displayed."""
        new = [each for each in dict.fromkeys(formulas) if each not in self._set]
        self._engine.eval(f"setAll({json.dumps(new)})")
        done = json.loads(self._engine.eval("result"))
        if isinstance(done, str):
            raise ExtensionError(f"MathJax gave up: {done}")
        self._set.update(zip(new, done, strict=True))
        return [self._set[each] for each in formulas]

    def styles(self) -> str:
        """The rules for all letters that MathJax knows."""
        return self._engine.eval("styles()")


def _needed(name: str) -> bool:
    return not name.startswith(("sre/", "ui/", "tex-", "mml-", "input/mml")) and "full" not in name


def set_page(page: str, setter: Setter) -> str:
    """A page with its formulas set."""
    formulas = [
        (html.unescape(each[2] or each[3] or each[4]).strip(), not each["inline"]) for each in RAW.finditer(page)
    ]
    done = setter.set(formulas)
    if broken := [tex for (tex, _), each in zip(formulas, done, strict=True) if BROKEN.search(each)]:
        raise ExtensionError(f"MathJax cannot read {broken}: correct the TeX")
    rest = (told(tex, each) for (tex, _), each in zip(formulas, done, strict=True))
    return RAW.sub(lambda each: each[1] + next(rest), page)


def told(tex: str, done: str) -> str:
    """A formula that says its TeX to what makes other forms of the page."""
    return done.replace("<mjx-container ", f'<mjx-container data-tex="{html.escape(tex)}" ', 1)


def folded(page: str) -> tuple[str, Callable[[str], str]]:
    """A page that is quick to parse, as its formulas are put aside, and what puts those of a part of it back."""
    aside = Aside()
    return aside.put(SET, page), aside.back


def style_sheet(rules: str, letters: set[tuple[str, str]]) -> str:
    """Of the rules of MathJax those for these letters, each with its font, and all that are for no letter."""
    kept = [AS_LARGE_AS_THE_TEXT]
    for rule in rules.strip().split("\n\n"):  # as MathJax parts them; a letter may be a brace
        named = LETTER.search(rule.partition("\n")[0])
        if not named or (named[1], named[2] or "") in letters:
            kept.append(re.sub(r"\s+", " ", rule))
    return "\n".join(kept) + "\n"


def _set(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error) or not app.book_files:
        return
    site = Path(app.outdir)
    with Setter(app.config.mathjax3_config["tex"]) as setter:
        for page in sorted(app.book_files):
            try:
                done = set_page(page.read_text(encoding="utf8"), setter)
            except ExtensionError as wrong:
                raise ExtensionError(f"{page.relative_to(site).with_suffix('')}: {wrong}") from None
            page.write_text(done, encoding="utf8")
        rules = setter.styles()
    letters = {name for page in site.rglob("*.html") for name in LETTER.findall(page.read_text(encoding="utf8"))}
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    (site / FOLDER).mkdir(parents=True)
    sheet, needed = fonts.needed(style_sheet(rules, letters))
    (site / FOLDER / STYLE).write_text(fonts.steady(sheet), encoding="utf8")
    for font, written in needed.items():
        fonts.subset(SOURCE / FONTS / font, site / FOLDER / font, written)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_css_file(f"mathjax/{STYLE}")
    app.connect("build-finished", _set, priority=700)  # after page.py has mended the pages, before previews are taken
    return {"parallel_read_safe": True, "parallel_write_safe": True}
