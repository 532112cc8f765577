"""Where the claims are shown: the pages *Checked claims* and *Errata*, and the tables of differences."""

import re
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import contents
import execution
from claim_rules import broken
from claims import KINDS, LECTURES, ROWS, SOURCES, Book, Erratum, Statement, collect, labels
from fresh import digest
from targets import lost, told_already, twice

LOGGER = logging.getLogger(__name__)
# The pages with these show claims of the whole book; the table of differences shows those of its page.
GENERATED = ("checked-claims", "errata", "map-of-results", "terms")


class Generated(SphinxDirective):
    """A directive whose content is written from the collected claims."""

    def run(self) -> list[nodes.Node]:
        """Parse what ``write`` wrote."""
        container = nodes.section()
        container.document = self.state.document
        lines = StringList(self.write(self.env.app.book_claims).splitlines(), source=self.env.docname)
        self.state.nested_parse(lines, self.content_offset, container, match_titles=True)
        return container.children

    def write(self, book: Book) -> str:
        """Give the content as MyST."""
        raise NotImplementedError


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a Markdown table; none without rows, which some builders cannot set."""
    lines = [head, ["---"] * len(head), *rows] if rows else []
    return ["", *("| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in row) + " |" for row in lines), ""]


class CheckedClaims(Generated):
    """``{checked-claims}``: every claim with its status, what it rests on, its check and its lecture item."""

    def write(self, book: Book) -> str:
        """Counts first, then a table for each lecture."""
        claims = book.claims
        counted = {status: sum(claim.status == status for claim in claims) for status in ("proved", *SOURCES, "open")}
        checks = [check for claim in claims for check in claim.checks]
        rows = [row for row in book.rows if row["kind"] == "claim"]
        done = sum(bool(labels(row)) for row in rows)
        text = [
            "## In numbers",
            "",
            f"The book states {len(claims)} claims so far: "
            + ", ".join(f"{n} {status}" for status, n in counted.items() if n)
            + f". {len(checks)} checks measure them, {sum(not check['controls'] for check in checks)} of these "
            "without a control.",
            f"Of the {len(rows)} claims of the lectures and their neighbourhood, {done} are treated "
            f"and {len(rows) - done} are open; "
            f"of the {len(book.rows) - len(rows)} other items all but {_without(book)} have a statement, and the "
            "reason is given.",
            "",
        ]
        head = ["Statement", "Status", "Rests on", "Check · its control"]
        for lecture, title in LECTURES.items():
            rows = [row for row in book.rows if row["lecture"] == lecture]
            text += [f"## {title}", ""]
            text += table(["Item", *head], [cells for row in rows for cells in _claim_rows(book, row)])
            opened = [row["item"] for row in rows if not labels(row) and row["kind"] == "claim"]
            text += [f"Open: {len(opened)}" + (f" ({'; '.join(opened)})." if opened else "."), ""]
            text += [f"No statement for *{row['item']}*: {row['why']}\n" for row in rows if row.get("why")]
        others = [[cell(claim) for cell in _CELLS] for claim in claims if not claim.items]
        return "\n".join([*text, *(["## Claims of the book alone"] if others else []), *table(head, others)])


def _without(book: Book) -> int:
    """How many items that assert nothing have no statement."""
    return sum(not labels(row) for row in book.rows if row["kind"] != "claim")


def _claim_rows(book: Book, row: dict[str, Any]) -> list[list[str]]:
    """A line for each statement that serves the item."""
    claims = [book.statements[label] for label in labels(row) if label in book.statements]
    return [[row["item"], *(cell(claim) for cell in _CELLS)] for claim in claims]


def _statement(claim: Statement) -> str:
    return f"{{prf:ref}}`{claim.label}` {claim.title}"


def _status(claim: Statement) -> str:
    status = f"{{ref}}`proved <proof-{claim.label}>`" if claim.proof else claim.status
    return f"{status}, {claim.changed}" if claim.changed else f"{status}, new"


def _rests_on(claim: Statement) -> str:
    return ", ".join(f"{{prf:ref}}`{label}`" for label in claim.rests_on) or _follows_from(claim)


def _follows_from(claim: Statement) -> str:
    return claim.proof.options.get("follows-from", "") if claim.proof else ""


def _shown(claim: Statement) -> str:
    return "<br>".join(check["text"] for check in claim.checks) or "none"


_CELLS = (_statement, _status, _rests_on, _shown)


class Errata(Generated):
    """``{errata}``: every difference from the lectures, what is wrong and what holds."""

    def write(self, book: Book) -> str:
        """One list for each lecture, in the order of the lecture."""
        text = []
        for lecture, title in LECTURES.items():
            errata = [erratum for erratum in book.errata.values() if erratum.row["lecture"] == lecture]
            if not errata:
                continue
            counts = ", ".join(f"{n} {kind}" for kind in KINDS if (n := sum(each.kind == kind for each in errata)))
            text += [f"## {title}", "", f"{len(errata)} differences: {counts}.", ""]
            for erratum in errata:
                text += [
                    f"**{erratum.row['item']} · {erratum.title}** ({erratum.kind})",
                    f": {erratum.says} *What holds:* {erratum.holds} {_where(book, erratum)}",
                    "",
                ]
        return "\n".join(text)


def _where(book: Book, erratum: Erratum) -> str:
    if erratum.box:
        return f"{{ref}}`Seen failing in the text <{erratum.id}>`."
    return ", ".join(f"{{prf:ref}}`{label}`" for label in erratum.labels if label in book.statements) or "*Open.*"


class Compared(Generated):
    """``{compared-with-the-lecture}``: the differences of this page from its lecture, the gravest first."""

    def write(self, book: Book) -> str:
        """A line for each."""
        self.env.note_dependency(str(contents.ROOT / ROWS))
        errata = sorted(book.on(contents.path(self.env.docname)), key=lambda erratum: list(KINDS).index(erratum.kind))
        rows = [
            [f"{LECTURES[each.row['lecture']]}, {each.row['item']}: *{each.title}*", each.says, each.holds, each.kind]
            for each in errata
        ]
        kinds = "; ".join(f"*{kind}*: {KINDS[kind]}" for kind in KINDS if any(each.kind == kind for each in errata))
        lines = table(["Where", "It says", "What holds", "Kind"], rows)
        return "\n".join([*lines, f"{kinds}." if rows else "The lecture says the same.", ""])


def _collect(app: Sphinx) -> None:
    with execution.all_executed():
        app.book_claims = collect()
    for message in broken(app.book_claims):
        place, _, remedy = message.partition(": ")
        LOGGER.warning(remedy, location=place)
    told_already({name for told in (lost, twice) for _, name, _ in told(app.book_claims.pages)})


def _outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """The generated pages are read anew when a claim has changed, wherever it stands."""
    before, env.book_claims_shown = getattr(env, "book_claims_shown", ""), digest(_shown_elsewhere(app, env))
    if env.book_claims_shown == before:
        return []
    names = (contents.docname(page.page) for page in app.book_claims.pages if page.named(*GENERATED))
    return [name for name in names if name in env.found_docs]


def _shown_elsewhere(app: Sphinx, env: BuildEnvironment) -> list[object]:
    """What pages say of each other's claims, wherever these stand: not their lines."""
    book = app.book_claims
    claims = [
        (each.label, each.kind, each.title, each.page, each.status, each.checks, each.rests_on, each.used_by)
        for each in book.statements.values()
    ]
    return [claims, [each.changed for each in book.statements.values()], book.errata, book.rows]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("fresh")
    app.connect("shown-elsewhere", _shown_elsewhere)
    app.add_directive("checked-claims", CheckedClaims)
    app.add_directive("compared-with-the-lecture", Compared)
    app.add_directive("errata", Errata)
    app.connect("builder-inited", _collect, priority=600)  # after the chapters were executed
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
