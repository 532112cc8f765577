"""How the site is found and shown elsewhere: descriptions, what a shared link looks like, a list of the pages.

What needs the address of the site is there if it is known, see ``repository.site_url``; the tags of Open Graph are
written by sphinxext-opengraph. No search engine is to show the edition for instructors.
"""

import html
import textwrap
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from contents import listed
from navigation import question
from repository import site_url

LONGEST = 160  # characters that search engines show
SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
CARD, SEEN = "card.png", "A line of perfect fits, and the way from a start to the point of it that is nearest."


def description(env: BuildEnvironment, name: str, doctree: nodes.document) -> str:
    """What a page is about: its question, or its first paragraph without a formula, or its title; plain text."""
    texts = (
        paragraph.astext()
        for paragraph in doctree.findall(nodes.paragraph)
        if not any(paragraph.findall(nodes.math)) and isinstance(paragraph.parent, nodes.section)
    )
    text = question(env, name) or next(texts, f"{env.titles[name].astext()}: {env.config.html_title}")
    return textwrap.shorten(text, LONGEST, placeholder="…")


def _hidden(config: Config) -> bool:
    return config.book_edition == "instructor"


def _configure(app: Sphinx, config: Config) -> None:
    address = site_url() or config.html_baseurl
    config.html_baseurl = config.ogp_site_url = f"{address.rstrip('/')}/" if address else ""
    config.ogp_site_name = config.html_title
    config.ogp_social_cards = {"enable": False}  # pictures of text that is there already
    if config.html_baseurl:
        config.ogp_image, config.ogp_image_alt = f"_static/{CARD}", SEEN
        config.ogp_custom_meta_tags = ('<meta name="twitter:card" content="summary_large_image">',)


def _describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    context.setdefault("metatags", "")  # the search has none
    if _hidden(app.config):
        context["metatags"] += '<meta name="robots" content="noindex">\n'
    if doctree and page in listed():
        said = html.escape(description(app.env, page, doctree))
        context["metatags"] += f'<meta name="description" content="{said}">\n'
        context["meta"] = {**(context["meta"] or {}), "og:description": said}


def _only_whole_addresses(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if not app.config.html_baseurl:
        tags = context["metatags"].split("\n")
        context["metatags"] = "\n".join(tag for tag in tags if '"og:url"' not in tag)


def _write(app: Sphinx, error: Exception | None) -> None:
    """The list of the pages, and where robots find it."""
    if error or app.builder.name not in {"html", "dirhtml"}:
        return
    base, out = app.config.html_baseurl, Path(app.outdir)
    for name in (SITEMAP, ROBOTS):
        (out / name).unlink(missing_ok=True)
    if base and not _hidden(app.config):
        pages = [base + app.builder.get_target_uri(name) for name in listed() if name in app.env.found_docs]
        urls = "".join(f"<url><loc>{html.escape(page)}</loc></url>\n" for page in pages)
        sitemap = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">\n{urls}</urlset>\n'
        (out / SITEMAP).write_text(sitemap, encoding="utf8")
        (out / ROBOTS).write_text(f"User-agent: *\nAllow: /\nSitemap: {base}{SITEMAP}\n", encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinxext.opengraph")
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _describe, priority=400)  # before sphinxext-opengraph
    app.connect("html-page-context", _only_whole_addresses, priority=600)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
