"""Ways from page to page: at the foot of each, the question that the next one takes up; beside it, its contents."""

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from contents import listed


def question(env: BuildEnvironment, name: str) -> str:
    """The question of a page, from ``question:`` in its header; empty if it asks none."""
    return str(env.metadata.get(name, {}).get("question", ""))


def _neighbours(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages at whose foot stands a question that has changed."""
    pages = listed()
    now = {name: question(env, name) for name in pages}
    before, env.book_questions = getattr(env, "book_questions", {}), now
    changed = [i for i, name in enumerate(pages) if now[name] != before.get(name, "")]
    return [pages[j] for i in changed for j in (i - 1, i + 1) if 0 <= j < len(pages) and pages[j] in env.found_docs]


def _ask(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    names = [name for name in listed() if name in app.env.found_docs]
    if page not in names:
        return
    i = names.index(page)
    around = {"prev": names[i - 1] if i else "", "next": names[i + 1] if i + 1 < len(names) else ""}
    for side, name in around.items():
        if context.get(side) and (asked := question(app.env, name)):
            asked = f'<span class="question">{html.escape(asked)}</span>'
            context[f"{side}_title"] = context[side]["title"] + asked


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_css_file("navigation.css")
    app.add_js_file("contents.js", loading_method="defer")
    app.connect("env-updated", _neighbours)
    app.connect("html-page-context", _ask)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
