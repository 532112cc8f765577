"""What the theme's pages lack: labels that agree, whole numbers, badges; no settings of an unused service."""

import hashlib
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

# What readers and screen readers stumble over in the HTML of others, and settings of an unused service.
MENDED = {
    r'(<button class="btn search-button-field[^>]*) aria-label="Search"': r"\1",  # its own words name it
    r'(<i class="theme-switch [^>]*) title="[^"]*"': r"\1",  # the button around it has a name
    r'<summary aria-label="Toggle hidden content">': "<summary>",
    r' role="list"( class="citation-list")': r"\1",  # its entries are no list items
    r'<script type="text/x-thebe-config">.*?</script>\s*<script>kernelName = .*?</script>': "",
    # No line begins with the full stop after a formula, none ends with the bracket before it.
    r'(?<!class="unbroken">)(\(?<span class="math notranslate nohighlight">[^<]*</span>[.,;:!?)]+)': (
        r'<span class="unbroken">\1</span>'
    ),
}
NUMBER = re.compile(r"([-−]?\d[\d.]*e-\d+)")
LEFT_ALONE = (nodes.FixedTextElement, nodes.math, nodes.raw, nodes.image)


def _theme_options(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(Path(__file__).parent / "_static"))
    config.html_theme_options["navbar_persistent"] = []  # one search field, not two


def _exercise_badges(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """``:class: kind-computation level-2 minutes-20`` as three words below the title of an exercise."""
    for node in doctree.findall(nodes.Element):
        if not {"exercise", "solution"} & set(node["classes"]):
            continue
        for section in node.findall(nodes.section):
            section["ids"] = []  # sphinx-exercise gives the content of all exercises the same id
        if words := badges(node):
            spans = "".join(f"<span>{word}</span>" for word in words)
            node.insert(1, nodes.raw("", f'<p class="badges">{spans}</p>', format="html"))


def badges(exercise: nodes.Element) -> list[str]:
    """Kind, level, minutes and points of an exercise in words; none for a solution."""
    words = traits(exercise["classes"])
    points = [f"problem set, {words['points']} points"] if "points" in words else []
    return [words["kind"], f"level {words['level']} of 3", f"{words['minutes']} minutes", *points] if words else []


def traits(classes: list[str]) -> dict[str, str]:
    """Kind, level, minutes and, if graded, points of an exercise, each by its name; none if one of three is missing."""
    words = dict(name.split("-", 1) for name in classes if "-" in name)
    return words if {"kind", "level", "minutes"} <= set(words) else {}


def _whole_numbers(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """A number such as 2e-5 stays whole in a line of text: browsers break after its hyphen."""
    if app.builder.format != "html":
        return
    for text in list(doctree.findall(nodes.Text)):
        parts = NUMBER.split(text)
        if len(parts) == 1 or isinstance(text.parent, LEFT_ALONE):
            continue
        words = [nodes.inline("", part, classes=["number"]) for part in parts]
        words[::2] = [nodes.Text(part) for part in parts[::2]]
        text.parent.replace(text, [word for word in words if word.astext()])


def _start(app: Sphinx) -> None:
    app.book_files = set()  # that this build writes; the others were mended by the build that wrote them


def _note_file(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    app.book_files.add(Path(app.builder.get_outfilename(page)))


def finished(app: Sphinx, error: Exception | None) -> bool:
    """Whether a build has ended well whose pages can still be mended; those of an EPUB are packed by then."""
    return not error and app.builder.format == "html" and app.builder.name != "epub"


def version(content: str) -> str:
    """What the address of a file ends with that has this content, as a browser may have kept it with another."""
    return f"?v={hashlib.sha256(content.encode()).hexdigest()[:8]}"


def _finish(app: Sphinx, error: Exception | None) -> None:
    if not finished(app, error):
        return
    for page in app.book_files:
        text = mended = page.read_text(encoding="utf8")
        for pattern, replacement in MENDED.items():
            mended = re.sub(pattern, replacement, mended, flags=re.S)
        if mended != text:
            page.write_text(mended, encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for name in ("colours.css", "book.css", "wide.css", "ink.css", "paper.css"):
        app.add_css_file(name)
    app.add_js_file("explorer.js", loading_method="defer")
    app.add_js_file("page.js", loading_method="defer", priority=100)  # before the scripts of Sphinx
    app.add_js_file("wide.js", loading_method="defer")
    app.connect("config-inited", _theme_options, priority=600)
    app.connect("builder-inited", _start)
    app.connect("doctree-resolved", _exercise_badges)
    app.connect("doctree-resolved", _whole_numbers)
    app.connect("html-page-context", _note_file)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
