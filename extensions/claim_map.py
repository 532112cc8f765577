"""The page *Map of the results*: for each part its statements in reading order, joined to what their proofs rest on.

An arc in the margin joins two statements; since nothing rests on what comes later, all arcs lead upwards.
"""

import html
import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import contents
from claim_links import address, link, number
from claims import Statement

_FORMULA = r'<span class="math notranslate nohighlight">\\(\1\\)</span>'
ROW, MARGIN = 30, 150  # pixels: the height of a row, the width of the margin with the arcs


class map_of_results(nodes.General, nodes.Element):
    """The place of the map until numbers are known."""


class Map(SphinxDirective):
    """``{map-of-results}``: the statements of the book and what they rest on."""

    def run(self) -> list[nodes.Node]:
        """A section for each part that states something."""
        found = []
        for caption, pages in _parts().items():
            if any(contents.docname(each.page) in pages for each in self.env.app.book_claims.statements.values()):
                section = nodes.section(ids=[nodes.make_id(f"map-{caption}")], names=[caption])
                section += [nodes.title("", caption), map_of_results(pages=pages)]
                found.append(section)
        return found


def _parts() -> dict[str, list[str]]:
    """The pages of each part of the table of contents, by its caption."""
    toc = contents.toc()
    return {part["caption"]: list(contents.files(part)) for part in toc.get("parts", [])}


def _draw(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for node in list(doctree.findall(map_of_results)):
        shown = [each for each in app.book_claims.statements.values() if contents.docname(each.page) in node["pages"]]
        if app.builder.format == "html":
            node.replace_self(nodes.raw("", _picture(app, page, shown), format="html"))
        else:
            node.replace_self(nodes.paragraph("", "The map is a picture with links: see the site."))


def _picture(app: Sphinx, page: str, shown: list[Statement]) -> str:
    """A list of statements beside the arcs that join them."""
    rank = {statement.label: position for position, statement in enumerate(shown)}
    arcs = [
        _arc(rank[other], rank[each.label], f"{each.label} {other}")
        for each in shown
        for other in each.rests_on
        if other in rank
    ]
    height = ROW * len(shown)
    return (
        f'<div class="map" style="--row:{ROW}px;--margin:{MARGIN}px">'
        f'<svg viewBox="0 0 {MARGIN} {height}" width="{MARGIN}" height="{height}" '
        'preserveAspectRatio="none" aria-hidden="true">'  # on paper the rows are lower, see paper.css
        f"{''.join(arcs)}</svg><ol>{''.join(_row(app, page, each, rank) for each in shown)}</ol></div>"
    )


def _arc(upper: int, lower: int, ends: str) -> str:
    top, bottom = (ROW * (rank + 0.5) for rank in (upper, lower))
    reach = MARGIN * (1 - 0.95 / (1 + 0.08 * (lower - upper)))  # far arcs reach far, none out of the margin
    left = MARGIN - 6 - reach
    return (
        f'<path d="M{MARGIN - 6} {bottom:g}C{left:.1f} {bottom:g} {left:.1f} {top:g} {MARGIN - 6} {top:g}" '
        f'data-ends="{ends}"/>'
    )


def _row(app: Sphinx, page: str, statement: Statement, rank: dict[str, int]) -> str:
    claims = app.book_claims.statements
    title = re.sub(
        r"\$([^$]+)\$", r'<span class="math notranslate nohighlight">\\(\1\\)</span>', html.escape(statement.title)
    )
    elsewhere = [link(app, page, claims[other]) for other in statement.rests_on if other not in rank]
    within = [number(app, claims[other]) for other in statement.rests_on if other in rank]
    spoken = f'<span class="visually-hidden"> rests on {", ".join(within)}</span>' if within else ""
    above = f' <span class="elsewhere">on {", ".join(elsewhere)}</span>' if elsewhere else ""
    href = html.escape(address(app, page, statement))
    return (
        f'<li data-label="{statement.label}"><a href="{href}">{number(app, statement)}</a> '
        f"<span>{title}</span>{spoken}{above}</li>"
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(map_of_results)
    app.add_directive("map-of-results", Map)
    app.add_css_file("map.css")
    app.add_js_file("map.js", loading_method="defer")
    app.connect("doctree-resolved", _draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
