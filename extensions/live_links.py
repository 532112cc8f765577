"""A button that opens the notebook of a page in the browser alone, if ``book_live`` of the configuration is true.

The live site, which ``make live`` makes, is then the folder ``live`` of the published book.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

import copies
from contents import chapters, docname


def _validate(app: Sphinx, config: Config) -> None:
    if not isinstance(config.book_live, bool):
        raise ConfigError(f"_config.yml: book_live is true or false, not {config.book_live!r}")


def _offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    if app.config.book_live and app.builder.name == "html" and page in map(docname, chapters()):
        url = f"{'../' * page.count('/')}live/lab/index.html?path={copies.place(page)}"
        words = {"text": "Live", "tooltip": "Run this page in the browser (experimental)", "label": "live-button"}
        context["header_buttons"].append({"type": "link", "url": url, "icon": "fas fa-play", **words})


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("book_live", False, "html", [bool, str, int, type(None)])
    app.connect("config-inited", _validate)
    app.connect("html-page-context", _offer, priority=900)  # after the theme made its buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
