"""What a page loads, and when: its text first, scripts after it, and nothing that it does not use."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from page import finished

SEARCH = "search"  # the page that needs the index, and its scripts in their order
# Formulas come set; the service of sphinx-thebe is not used, and its script logs an error.
UNUSED = ("thebe", "window.MathJax")
AT_ONCE = re.compile(r"<script (?=[^>]*src=)(?![^>]*\bdefer\b)")
OPTIONS = re.compile(r'<script src="[^"]*_static/documentation_options\.js[^"]*">')  # a few words, to which a page adds
# What the theme's templates load on every page: an index that only the search page reads, icons as a script, see
# icons.py, and scripts ahead of the style of what is read first.
DROPPED = (
    r'<script src="[^"]*(?:_static/searchtools|_static/language_data|searchindex)\.js[^"]*"></script>\s*',
    r'<!-- So that users can add custom icons -->\s*<script defer src="[^"]*fontawesome\.js[^"]*"></script>\s*',
    r'<!-- Pre-loaded scripts that we\'ll load fully later -->\s*(?:<link rel="preload" as="script" [^>]*>\s*)*',
    r'<meta name="viewport" content="width=device-width, initial-scale=1(?:\.0)?" ?/?>(?=.*<meta name="viewport")',
)


# The theme asks at each change of a page for the size of all that may scroll, which lays out all of it, to give it a
# place among the stops of the keyboard. wide.js does that for what is near the screen.
THEME = Path("_static", "scripts", "pydata-sphinx-theme.js")
MEASURES = re.compile(r'"complete"===document\.readyState\?(\w+)\(\):window\.addEventListener\("load",\1\)')


def _sort(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Drop the scripts and styles that are not used."""

    def told(file: Any) -> str:  # noqa: ANN401
        attributes = getattr(file, "attributes", {})
        return f"{getattr(file, 'filename', file) or ''} {attributes.get('body') or ''} {' '.join(attributes)}"

    unused = (*UNUSED, app.config.mathjax_path)
    for files in (context["script_files"], context["css_files"]):
        files[:] = [file for file in files if not any(name in told(file) for name in unused)]


def _drop(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    options = Path(app.outdir, "_static", "documentation_options.js").read_text(encoding="utf8")
    for page in app.book_files:
        text = page.read_text(encoding="utf8")
        head, end, rest = text.partition("</head>")
        for pattern in DROPPED[1 if page.stem == SEARCH else 0 :]:
            head = re.sub(pattern, "", head, flags=re.S)
        head = OPTIONS.sub(lambda _: f"<script>{options}", head)
        if page.stem != SEARCH:
            head = AT_ONCE.sub("<script defer ", head)
        page.write_text(head + end + rest, encoding="utf8")
    theme = Path(app.outdir) / THEME
    theme.write_text(MEASURES.sub("0", theme.read_text(encoding="utf8")), encoding="utf8")
    for name in ("fontawesome.js", "fontawesome.js.map"):
        theme.with_name(name).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_css_file("sections.css")
    app.connect("html-page-context", _sort, priority=900)  # after other extensions have added theirs
    app.connect("build-finished", _drop, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
