"""What the book claims, and what stands behind each claim.

The sources say which statements, proofs, quotations and errata there are, the executed chapters which checks
ran, and ``lectures.yml`` which item of a lecture a statement mends. ``collect`` reads all three; from it come
the pages *Checked claims* and *Errata*, the links below each statement, and the tests that hold them together.
"""

import html
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx_proof.nodes import NODE_TYPES

import contents
from contents import chapters, docname
from execution import executed

LECTURES = {
    "000": "Lecture 13",
    "003": "Slides on gradient descent",
    "004": "Kernel and rich regimes",
    "002": "Beyond the lazy regime",
    "001": "Lecture 12",
    "adjacent": "Beyond the lectures",
}
CLAIMING = {"theorem", "lemma", "corollary", "proposition", "remark"}
SOURCES = ("quoted", "recalled", "observed")
_DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}[ ]*(?P<title>.*)\n(?P<options>(?::\w+:.*\n)*)", re.M
)
_OPTION = re.compile(r"^:(\w+):[ ]*(.*)$", re.M)
_CHECK = re.compile(r'data-check="([^"]*)"')


@dataclass
class Statement:
    """A theorem, lemma, corollary, proposition, remark, definition or example of the book."""

    label: str
    kind: str
    title: str
    page: Path
    line: int
    proof: bool = False
    source: str = ""
    checks: list[str] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """``proved``, ``quoted``, ``recalled``, ``observed`` or ``open``."""
        return "proved" if self.proof else self.source or "open"

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.page.relative_to(contents.ROOT)}:{self.line}"


@dataclass(frozen=True)
class Erratum:
    """A mistake of a lecture, mended in the text."""

    name: str
    title: str
    page: Path
    line: int


@dataclass(frozen=True)
class Book:
    """All claims: statements by label, errata by name, rows of ``lectures.yml``, labels nobody states."""

    statements: dict[str, Statement]
    errata: dict[str, Erratum]
    rows: list[dict[str, Any]]
    orphans: list[str]

    @property
    def claims(self) -> list[Statement]:
        """The statements that assert something."""
        return [statement for statement in self.statements.values() if statement.kind in CLAIMING]


def labels(row: dict[str, Any]) -> list[str]:
    """The statements that serve an item of a lecture."""
    label = row["label"]
    return [] if label is None else label if isinstance(label, list) else [label]


def read_rows() -> list[dict[str, Any]]:
    """The rows of ``lectures.yml``."""
    return yaml.safe_load((contents.ROOT / "book/appendix/lectures.yml").read_text(encoding="utf8"))


def collect() -> Book:
    """Read the sources, the executed chapters and ``lectures.yml``."""
    statements, errata, proofs, sources = {}, {}, {}, {}
    for page in chapters():
        text = page.read_text(encoding="utf8")
        for match in _DIRECTIVE.finditer(text):
            options = dict(_OPTION.findall(match["options"]))
            line = text.count("\n", 0, match.start()) + 1
            place = f"{page.relative_to(contents.ROOT)}:{line}"
            name, title, classes = match["name"], match["title"].strip(), options.get("class", "").split()
            if name == "prf:proof":
                proofs[options.get("label", "").removeprefix("proof-")] = place
            elif name.startswith("prf:") and "label" in options:
                label = options["label"]
                statements[label] = Statement(label, name.removeprefix("prf:"), title, page, line)
            elif name == "admonition" and "erratum" in classes:
                errata[options.get("name", "")] = Erratum(options.get("name", ""), title, page, line)
            elif name == "admonition" and set(classes) & set(SOURCES):
                kind = next(source for source in SOURCES if source in classes)
                sources[options.get("name", "").removeprefix("source-")] = (kind, place)
    rows = read_rows()
    checks = [check for page in chapters() for check in _checks(page)]
    for label, statement in statements.items():
        statement.proof = label in proofs
        statement.source = sources.get(label, ("", ""))[0]
        statement.checks = [check["text"] for check in checks if check["claim"] == label]
        statement.items = [row for row in rows if label in labels(row)]
    named = [*proofs.items(), *((label, place) for label, (_, place) in sources.items())]
    orphans = [f"{place}: {label or 'no label'}" for label, place in named if label not in statements]
    orphans += [f"a check of {check['claim']}" for check in checks if check["claim"] not in statements]
    orphans += [
        f"lectures.yml {row['id']}: {label}" for row in rows for label in labels(row) if label not in statements
    ]
    return Book(statements, errata, rows, orphans)


def _checks(page: Path) -> list[dict[str, str]]:
    outputs = (output for cell in executed(page).cells for output in cell.get("outputs", []))
    shown = ("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    return [json.loads(html.unescape(record)) for text in shown for record in _CHECK.findall(text)]


class _Generated(SphinxDirective):
    """A directive whose content is written from the collected claims."""

    def run(self) -> list[nodes.Node]:
        container = nodes.section()
        container.document = self.state.document
        lines = StringList(self.write(collect()).splitlines(), source=self.env.docname)
        self.state.nested_parse(lines, self.content_offset, container, match_titles=True)
        return container.children

    def write(self, book: Book) -> str:
        raise NotImplementedError


class CheckedClaims(_Generated):
    """``{checked-claims}``: every claim with its status, proof, check and lecture item."""

    def write(self, book: Book) -> str:
        """Counts first, then a table for each lecture."""
        claims = book.claims
        counted = {status: sum(claim.status == status for claim in claims) for status in ("proved", *SOURCES, "open")}
        checks = [check for claim in claims for check in claim.checks]
        bare = [check for check in checks if "no control" in check]
        rows = [row for row in book.rows if row["kind"] == "claim"]
        done = sum(bool(labels(row)) for row in rows)
        text = [
            "## In numbers",
            "",
            f"The book states {len(claims)} claims so far: "
            + ", ".join(f"{n} {status}" for status, n in counted.items() if n)
            + f". {len(checks)} checks measure them, {len(bare)} of these without a control.",
            f"Of the {len(rows)} claims of the lectures and their neighbourhood, {done} are treated "
            f"and {len(rows) - done} are open.",
            "",
        ]
        for lecture, title in LECTURES.items():
            rows = [row for row in book.rows if row["lecture"] == lecture]
            text += [
                f"## {title}",
                "",
                "| Item | Statement | Status | Check (and its control) |",
                "|---|---|---|---|",
            ]
            text += [_claim_row(book, row) for row in rows if labels(row)]
            opened = [row["item"] for row in rows if not labels(row) and row["kind"] == "claim"]
            text += ["", f"Open: {len(opened)}" + (f" ({'; '.join(opened)})." if opened else "."), ""]
        others = [claim for claim in claims if not claim.items]
        if others:
            text += [
                "## Claims of the book alone",
                "",
                "| Statement | Status | Check (and its control) |",
                "|---|---|---|",
            ]
            text += [f"| {_statement(claim)} | {_status(claim)} | {_shown(claim)} |" for claim in others]
        return "\n".join(text)


def _claim_row(book: Book, row: dict[str, Any]) -> str:
    claims = [book.statements[label] for label in labels(row) if label in book.statements]
    cells = ("<br>".join(cell(claim) for claim in claims) for cell in (_statement, _status, _shown))
    return f"| {_escape(row['item'])} | " + " | ".join(cells) + " |"


def _statement(claim: Statement) -> str:
    return f"{{prf:ref}}`{claim.label}` {_escape(claim.title)}"


def _status(claim: Statement) -> str:
    return f"{{ref}}`proved <proof-{claim.label}>`" if claim.proof else claim.status


def _shown(claim: Statement) -> str:
    return "<br>".join(_escape(check) for check in claim.checks) or "none"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


class Errata(_Generated):
    """``{errata}``: every mistake found in the lectures, with the place where it is mended."""

    def write(self, book: Book) -> str:
        """One list for each lecture, then what is still to be treated."""
        text = []
        for lecture, title in LECTURES.items():
            rows = [row for row in book.rows if row["lecture"] == lecture and row["errata"]]
            if not rows:
                continue
            named = [name for row in rows for name in row["errata"]]
            mended = [name for name in named if name in book.errata]
            text += [f"## {title}", "", f"{len(mended)} of {len(named)} mended.", ""]
            for name in mended:
                text += [f"- {{ref}}`{book.errata[name].title.removeprefix('Erratum: ')} <{name}>`"]
            text += [""]
        return "\n".join(text)


def _always_outdated(app: Sphinx, env: Any, added: set, changed: set, removed: set) -> list[str]:  # noqa: ANN401
    """The generated pages depend on every chapter and on the outputs."""
    return [name for name in ("book/appendix/checked-claims", "book/appendix/errata") if name in env.found_docs]


def _link_statements(app: Sphinx, doctree: nodes.document, name: str) -> None:
    """Below each statement: a permalink, its proof, its check and the lecture item it stands for."""
    if app.builder.format != "html" or name not in {docname(page) for page in chapters()}:
        return
    book = app.env.book_claims
    for node in doctree.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
        statement = book.statements.get(node["label"])
        for section in node.findall(nodes.section):
            section["ids"] = []  # sphinx-proof gives every statement's content the same id
        if statement is None:
            continue
        links = [f'<a href="#proof-{statement.label}">Proof</a>'] if statement.proof else []
        links += [f'<a href="#check-{statement.label}">Check</a>'] if statement.checks else []
        items = dict.fromkeys(f"{LECTURES[row['lecture']]}, {row['item']}" for row in statement.items)
        links += [html.escape(item) for item in items if not item.startswith(LECTURES["adjacent"])]
        permalink = f'<a class="headerlink" href="#{statement.label}" title="Link to this statement">#</a>'
        node += nodes.raw("", f'<p class="claim-links">{" · ".join(links)}{permalink}</p>', format="html")
    seen = set()
    for node in doctree.findall(nodes.raw):
        for record in _CHECK.findall(node.astext()):
            claim = json.loads(html.unescape(record))["claim"]
            anchor = "" if claim in seen else f' id="check-{claim}"'
            seen.add(claim)
            link = f'<a href="#{claim}" aria-label="the claim that is checked">✓</a>'
            text = node.astext().replace('<p class="check"', f'<p class="check"{anchor}').replace(">✓", f">{link}")
            node.children[:] = [nodes.Text(text)]


def _remember(app: Sphinx, env: Any) -> None:  # noqa: ANN401
    env.book_claims = collect()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("checked-claims", CheckedClaims)
    app.add_directive("errata", Errata)
    app.connect("env-get-outdated", _always_outdated)
    app.connect("env-check-consistency", _remember)
    app.connect("doctree-resolved", _link_statements)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
