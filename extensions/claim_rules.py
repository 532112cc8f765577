"""What every claim, proof, check and erratum must have. A rule takes the book and yields place and remedy.

The build reports each as a warning, and so fails; the tests show on small books that each rule can fail.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

import contents
import dependencies
import synonyms
import targets
from claims import KINDS, ROWS, Book, Statement, labels, records
from source import CLAIMING, Chapter

Faults = Iterator[tuple[str, str]]
RULES: list[Callable[[Book], Faults]] = []


def rule(function: Callable[[Book], Faults]) -> Callable[[Book], Faults]:
    """Enter a rule."""
    RULES.append(function)
    return function


def broken(book: Book) -> list[str]:
    """All that breaks a rule, as ``file:line: remedy``."""
    return list(dict.fromkeys(f"{place}: {remedy}" for rule in RULES for place, remedy in rule(book)))


def _ruled_claims(book: Book) -> list[Statement]:
    return [statement for statement in book.ruled if statement.kind in CLAIMING]


# Sources


@rule
def readable(book: Book) -> Faults:
    """What could be read in two ways is read in none."""
    for page in book.pages:
        for line, remedy in page.refusals:
            yield page.place(line), remedy


@rule
def one_label_one_block(book: Book) -> Faults:
    """Links would lead to one of two."""
    for place, _, remedy in targets.twice(book.pages):
        yield place, remedy


@rule
def known_targets(book: Book) -> Faults:
    """A role leads somewhere."""
    for place, _, remedy in targets.lost(book.pages):
        yield place, remedy


# Statements and proofs


@rule
def reasons(book: Book) -> Faults:
    """A claim is proved, or says where it is from."""
    for claim in _ruled_claims(book):
        if claim.status == "open":
            yield (
                claim.place,
                f"{claim.label} has neither a proof (:label: proof-{claim.label}) nor a source "
                f"({{admonition}} Source, :class: quoted, :name: source-{claim.label})",
            )


@rule
def foundations(book: Book) -> Faults:
    """A proof cites statements, or says what else it follows from."""
    for statement in book.ruled:
        if statement.proof and not (statement.rests_on or statement.proof.options.get("follows-from")):
            yield (
                statement.place,
                f"the proof of {statement.label} cites no statement: refer to what it uses by {{prf:ref}}, "
                "or say :follows-from: definition, calculation or background",
            )


@rule
def nothing_forward(book: Book) -> Faults:
    """A proof rests on what stands before it."""
    order = {label: position for position, label in enumerate(book.statements)}
    for statement in book.ruled:
        for label in statement.rests_on:
            if order[label] > order[statement.label]:
                there = book.statements[label].place
                yield (
                    statement.place,
                    f"the proof of {statement.label} cites {label}, which comes later ({there}): move one of them",
                )


@rule
def no_circle(book: Book) -> Faults:
    """No statement rests on itself."""
    try:
        TopologicalSorter({label: each.rests_on for label, each in book.statements.items()}).prepare()
    except CycleError as error:
        circle = [book.statements[label] for label in error.args[1]]
        told = " → ".join(f"{each.label} ({each.place})" for each in circle)
        yield circle[0].place, f"these proofs rest on each other: {told}"


@rule
def orphans(book: Book) -> Faults:
    """Proofs, sources and checks belong to a statement."""
    for place, label in book.orphans:
        yield place, f"no statement has the label {label or 'that is missing here'}: correct it"


# Checks


@rule
def checks(book: Book) -> Faults:
    """Every claim has a check that can fail."""
    for claim in _ruled_claims(book):
        if not any(check["controls"] for check in claim.checks):
            yield claim.place, f"no check with a control: add verify({claim.label!r}, …, control={{…}})"


@rule
def checks_without_control(book: Book) -> Faults:
    """At most one check in ten goes without a control, and says why."""
    every = [(claim, check) for claim in _ruled_claims(book) for check in claim.checks]
    without = [(claim, check) for claim, check in every if not check["controls"]]
    for claim, check in without:
        if len(check["why"].split()) < 3:
            yield claim.place, f"say in why=… why {claim.label} has no control: {check['text']}"
        if 10 * len(without) > len(every):
            count = f"{len(without)} of {len(every)} checks"
            yield claim.place, f"{count} have no control, at most one in ten may: find one for {claim.label}"


@rule
def literal_labels(book: Book) -> Faults:
    """The label of a check can be found by searching for it, and is that of a statement."""
    for page in book.pages:
        for line, label in checked(page):
            if not isinstance(label, ast.Constant):
                yield page.place(line), "give verify its label first and as a literal, so that it can be found"
            elif label.value not in book.statements:
                yield page.place(line), f"no statement has the label {label.value}: correct it"


def checked(page: Chapter) -> Iterator[tuple[int, ast.expr | None]]:
    """Line and first argument of each call of ``verify`` on a page."""
    for cell in page.cells:
        for call in _calls(cell.body, "verify"):
            yield cell.start + call.lineno - 1, call.args[0] if call.args else None


def _calls(code: str, name: str) -> Iterator[ast.Call]:
    if name not in code:  # most cells, which need not be parsed
        return
    try:
        tree = dependencies.parsed(code)
    except SyntaxError:  # the lint says so
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
            yield node


# Rows of lectures.yml


def _row(row: dict[str, Any]) -> str:
    lines = (contents.ROOT / ROWS).read_text(encoding="utf8").split("\n")
    found = (n for n, line in enumerate(lines, 1) if re.match(rf"- \{{?id: {re.escape(str(row['id']))}\b", line))
    return f"{ROWS}:{next(found, 1)}"


@rule
def rows_as_they_must_be(book: Book) -> Faults:
    """Every row has its fields."""
    yield from book.refused


@rule
def words_that_lead_somewhere(book: Book) -> Faults:
    """A row of ``terms.yml`` names statements that are in the book."""
    yield from synonyms.collect(book.statements.values())[1]


@rule
def row_ids(book: Book) -> Faults:
    """Rows and errata are told apart."""
    every = [(row, row["id"]) for row in book.rows]
    every += [(row, given.get("id")) for row in book.rows for given in records(row)]
    count = Counter(each for _, each in every)
    for row, each in every:
        if count[each] > 1:
            yield _row(row), f"the id {each} stands {count[each]} times: give each its own"


@rule
def row_labels(book: Book) -> Faults:
    """A treated row names a statement of the book."""
    for row in book.rows:
        for label in labels(row):
            if label not in book.statements:
                yield _row(row), f"no chapter states {label}: correct it, or set it to null while open"


@rule
def items_left_out(book: Book) -> Faults:
    """An item that asserts nothing and has no statement says why; only such an item does."""
    for row in book.rows:
        needed = row["kind"] != "claim" and not labels(row)
        if needed and "why" not in row:
            yield _row(row), "the item has no statement: give its label, or say why there is none"
        elif "why" in row and not needed:
            yield _row(row), "the item needs no reason: leave out its why"


@rule
def rows_of_a_label(book: Book) -> Faults:
    """One statement does not close a whole lecture."""
    for statement in book.statements.values():
        if len(statement.items) > 3:
            ids = ", ".join(row["id"] for row in statement.items)
            yield statement.place, f"{statement.label} serves {ids}, at most three rows are allowed: split it"


@rule
def whole_records(book: Book) -> Faults:
    """An erratum says what is wrong and what holds, in a line each."""
    titles = Counter(erratum.title for erratum in book.errata.values())
    for erratum in book.errata.values():
        for name in ("title", "says", "holds"):
            text = getattr(erratum, name)
            if not (isinstance(text, str) and text.strip()) or "\n" in text.strip():
                yield _row(erratum.row), f"{erratum.id} needs {name}: one plain line"
        if erratum.kind not in KINDS:
            yield _row(erratum.row), f'{erratum.id} has the kind {erratum.kind!r}: write one of "{", ".join(KINDS)}"'
        if erratum.title and titles[erratum.title] > 1:
            yield _row(erratum.row), f"{erratum.id} shares its title with another erratum: tell them apart"


@rule
def boxes(book: Book) -> Faults:
    """A box in the text is for a false statement, and its title is that of the record."""
    for name, (title, place) in book.boxes.items():
        erratum = book.errata.get(name)
        if erratum is None:
            yield place, f"{name!r} has no record: add one in {ROWS}, in the row of its item"
        elif erratum.kind != "false":
            yield place, f"{name} is of kind {erratum.kind}: its place is the table, remove the box"
        elif title != erratum.name:
            yield place, f"the title of the box must be 'Erratum: {erratum.name}'"


@rule
def tables(book: Book) -> Faults:
    """A page with differences shows its table of them."""
    for page in book.pages:
        errata = book.on(page.page)
        if errata and not contents.says_own(page.text) and not page.named("compared-with-the-lecture"):
            ids = ", ".join(erratum.id for erratum in errata)
            yield page.place(len(page.lines)), f"add ```{{compared-with-the-lecture}} for {ids}"
