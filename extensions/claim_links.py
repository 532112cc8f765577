"""Below each statement where it is proved and checked, what it rests on and what rests on it; from each check back."""

import html

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx_proof.nodes import NODE_TYPES

import contents
from claims import CHECK, LECTURES, Statement, record
from repository import new_issue

LOGGER = logging.getLogger(__name__)


def number(app: Sphinx, statement: Statement) -> str:
    """What the site calls a statement, such as ``Theorem 1.6``."""
    found = app.env.toc_fignumbers.get(contents.docname(statement.page), {})
    numbers = next((counts[statement.label] for counts in found.values() if statement.label in counts), ())
    return f"{statement.kind.title()} {'.'.join(map(str, numbers))}"


def address(app: Sphinx, page: str, statement: Statement) -> str:
    """Where a statement is, seen from a page."""
    there = contents.docname(statement.page)
    return f"{app.builder.get_relative_uri(page, there) if there != page else ''}#{statement.label}"


def link(app: Sphinx, page: str, statement: Statement) -> str:
    """A link to a statement by its number."""
    return (
        f'<a class="reference internal" href="{html.escape(address(app, page, statement))}">'
        f"{number(app, statement)}</a>"
    )


def _to_check(app: Sphinx, page: str, statement: Statement) -> str:
    """Where the first check of a statement is, if there is one on its own page there."""
    pages = [check["page"] for check in statement.checks]
    there = page if page in pages else pages[0]
    return html.escape(f"{app.builder.get_relative_uri(page, there) if there != page else ''}#check-{statement.label}")


def _report(app: Sphinx, statement: Statement) -> str:
    """Where there is a repository: a link to its form for issues, filled in with which statement it is about."""
    if not (url := app.config.html_theme_options.get("repository_url")):
        return ""
    name, page = number(app, statement), contents.docname(statement.page)
    about = f"{name} ({statement.title}), `{statement.label}` on the page `{page}` of version {app.config.version}."
    form = new_issue(
        url, f"Mistake in {name}, {statement.label}", f"{about}\n\nWhat is wrong, and what holds instead?\n"
    )
    words = "Report a mistake"
    return f' <a class="report" href="{html.escape(form)}" aria-label="{words} in {name}">{words}</a>'


def _link_statements(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Below each statement: permalink, proof, check, lecture item, what it rests on and what rests on it."""
    if app.builder.format != "html":
        return
    book = app.book_claims
    for node in doctree.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
        statement = book.statements.get(node["label"])
        for section in node.findall(nodes.section):
            section["ids"] = []  # sphinx-proof gives every statement's content the same id
        if statement is None:
            LOGGER.warning("%s is shown as a statement, but the sources have none of this label", node["label"])
            continue
        links = [f'<a href="#proof-{statement.label}">Proof</a>'] if statement.proof else []
        links += [f'<a href="{_to_check(app, page, statement)}">Check</a>'] if statement.checks else []
        items = dict.fromkeys(f"{LECTURES[row['lecture']]}, {row['item']}" for row in statement.items)
        links += [html.escape(item) for item in items if not item.startswith(LECTURES["adjacent"])]
        for words, others in (("Rests on", statement.rests_on), ("Used by", statement.used_by)):
            if others:
                links += [f"{words} " + ", ".join(link(app, page, book.statements[other]) for other in others)]
        since = f", unchanged since version {statement.changed}" if statement.changed else ""
        permalink = f'<a class="headerlink" href="#{statement.label}" title="Link to this statement{since}">#</a>'
        text = f'<p class="claim-links">{" · ".join(links)}{_report(app, statement)}{permalink}</p>'
        node += nodes.raw("", text, format="html")
    _link_checks(app, doctree, page)


def _link_checks(app: Sphinx, doctree: nodes.document, page: str) -> None:
    seen, claims = set(), app.book_claims.statements
    for node in doctree.findall(nodes.raw):
        for said in CHECK.findall(node.astext()):
            claim = record(said)["claim"]
            if claim not in claims:  # the rules say so
                continue
            anchor = "" if claim in seen else f' id="check-{claim}"'
            seen.add(claim)
            href = html.escape(address(app, page, claims[claim]))
            arrow = f'<a href="{href}" aria-label="the claim that is checked">✓</a>'
            text = node.astext().replace('<p class="check"', f'<p class="check"{anchor}').replace(">✓", f">{arrow}")
            node.children[:] = [nodes.Text(text)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", _link_statements)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
