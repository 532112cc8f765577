"""Every claim is proved or quoted, and checked; every erratum stands where its lecture's item is treated.

Each rule takes the collected book and the pages and yields place and remedy; small books that lack one thing
show that it can fail.
"""

import ast
import re
import sys

import pytest

import claims
import contents
import course
import execution
from source import Chapter

ROWS = "book/appendix/lectures.yml"


@pytest.fixture(scope="session")
def collected():
    """The book's claims after all chapters have been executed, with its pages."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in execution.KERNEL_ENVIRONMENT.items():
            patch.setenv(name, value)
        execution.execute_all()
    return claims.collect(), pages()


def pages():
    return [Chapter.read(page) for page in contents.chapters()]


def place(row):
    lines = (contents.ROOT / ROWS).read_text(encoding="utf8").split("\n")
    number = next(n for n, line in enumerate(lines, 1) if f"id: {row['id']}," in line)
    return f"{ROWS}:{number}"


def row_ids(book, pages):
    ids = [row["id"] for row in book.rows]
    for row in book.rows:
        if ids.count(row["id"]) > 1:
            yield place(row), f"the id {row['id']} stands twice: give the second row another"


def row_labels(book, pages):
    for row in book.rows:
        for label in claims.labels(row):
            if label not in book.statements:
                yield place(row), f"no chapter states {label}: correct it, or set it to null while open"


def rows_of_a_label(book, pages):
    for statement in book.statements.values():
        if len(statement.items) > 3:
            ids = ", ".join(row["id"] for row in statement.items)
            yield statement.place, f"{statement.label} serves {ids}, at most three rows are allowed: split it"


def reasons(book, pages):
    for claim in book.claims:
        if claim.status == "open":
            yield (
                claim.place,
                f"{claim.label} has neither a proof (:label: proof-{claim.label}) nor a source "
                f"({{admonition}} Source, :class: quoted, :name: source-{claim.label})",
            )


def bare(check):
    """Whether a check has no control."""
    return " · no control: " in check


def checks(book, pages):
    for claim in book.claims:
        if all(bare(check) for check in claim.checks):
            yield claim.place, f"no check with a control: add verify({claim.label!r}, …, control=…)"


def checks_without_control(book, pages):
    every = [(claim, check) for claim in book.claims for check in claim.checks]
    without = [(claim, check) for claim, check in every if bare(check)]
    for claim, check in without:
        if len(check.partition(" · no control: ")[2].split()) < 3:
            yield claim.place, f"say in why=… why {claim.label} has no control: {check}"
        if 10 * len(without) > len(every):
            count = f"{len(without)} of {len(every)} checks"
            yield claim.place, f"{count} have no control, at most one in ten may: find one for {claim.label}"


def literal_labels(book, pages):
    for page in pages:
        for cell in page.cells:
            for call in ast.walk(ast.parse(cell.body)):
                if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "verify":
                    label = call.args[0] if call.args else None
                    if not isinstance(label, ast.Constant):
                        line = page.place(cell.start + call.lineno - 1)
                        yield line, "give verify its label first and as a literal, so that it can be found"


def errata_of_rows(book, pages):
    for row in book.rows:
        for name in row["errata"] if row["label"] else ():
            if name not in book.errata:
                yield place(row), f"its claim is treated, its erratum is not: add one with :name: {name}"


def rows_of_errata(book, pages):
    listed = {name for row in book.rows for name in row["errata"]}
    for erratum in book.errata.values():
        if erratum.name not in listed:
            here = f"{erratum.page.relative_to(contents.ROOT)}:{erratum.line}"
            yield here, f"list the erratum {erratum.name!r} in {ROWS}, in the row of its item"


def counterexamples(book, pages):
    for page in pages:
        for block in page.named("admonition"):
            if "erratum" not in block.classes or re.search(r"\bwording\b", block.body):
                continue
            if not any(block.line < cell.line < page.section_end(block.line) for cell in page.cells):
                yield (
                    page.place(block.line),
                    "no cell follows in this section: run the counterexample, or say that it is the wording",
                )


def orphans(book, pages):
    for orphan in book.orphans:
        yield orphan, "no statement has this label: correct it"


RULES = [
    row_ids,
    row_labels,
    rows_of_a_label,
    reasons,
    checks,
    checks_without_control,
    literal_labels,
    errata_of_rows,
    rows_of_errata,
    counterexamples,
    orphans,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_book_keeps_the_rule(collected, rule):
    messages = [f"{where}: {remedy}" for where, remedy in rule(*collected)]
    assert not messages, "\n" + "\n".join(messages)


# The rules can fail

PAGE = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A page

```{prf:theorem} Lengths
:label: thm-length
Lengths are not negative.
```

```{prf:proof}
:label: proof-thm-length
By definition.
```

```{code-cell} ipython3
verify("thm-length", length=2, at_least=0, control={"as it is": -2})
```

```{admonition} Erratum: Lecture 13, Lemma 13.1
:class: erratum
:name: A03-E1
The length of $-2$ is not $-2$.
```

```{code-cell} ipython3
assert abs(-2) == 2
```
"""
LECTURES = """\
- {id: A03, lecture: "000", item: "Lemma 13.1", kind: claim, label: thm-length, errata: [A03-E1]}
"""
VERIFY = 'verify("thm-length", length=2, at_least=0, control={"as it is": -2})'
CONTROL = 'control={"as it is": -2}'
WITHOUT = 'control=None, why="every vector has a length"'
UNEXPLAINED = 'control=None, why="so"'
SPOILT = [
    ("row_ids", LECTURES, LECTURES + LECTURES),
    ("row_labels", "label: thm-length, e", "label: [thm-length, thm-none], e"),
    ("rows_of_a_label", LECTURES, "".join(LECTURES.replace("A03,", f"A0{n},") for n in range(4))),
    ("reasons", ":label: proof-thm-length", ":label: proof-thm-width"),
    ("checks", VERIFY, ""),
    ("checks", VERIFY, VERIFY.replace(CONTROL, WITHOUT)),
    ("checks_without_control", VERIFY, VERIFY + "\n" + VERIFY.replace(CONTROL, WITHOUT)),
    ("checks_without_control", VERIFY, "\n".join([VERIFY] * 9 + [VERIFY.replace(CONTROL, UNEXPLAINED)])),
    ("literal_labels", VERIFY, VERIFY.replace('"thm-length"', "label")),
    ("literal_labels", VERIFY, "course." + VERIFY.replace('"thm-length"', 'label="thm-length"')),
    ("errata_of_rows", ":name: A03-E1", ":name: A03-E2"),
    ("rows_of_errata", ":name: A03-E1", ":name: A03-E2"),
    ("rows_of_errata", "errata: [A03-E1]", "errata: []"),
    ("counterexamples", "```{code-cell} ipython3\nassert", "## A section\n\n```{code-cell} ipython3\nassert"),
    ("orphans", VERIFY, VERIFY.replace("length", "width")),
    ("orphans", ":label: proof-thm-length", ":label: proof-thm-width"),
]  # fmt: skip


@pytest.fixture
def small_book(small_root, monkeypatch):
    """A function that writes the small book, collects its claims and applies a rule."""

    def broken(name, old="", new=""):
        page, rows = (text.replace(old, new) if old else text for text in (PAGE, LECTURES))
        assert not old or (page, rows) != (PAGE, LECTURES)
        (small_root / "book/page.md").write_text(page, encoding="utf8")
        (small_root / ROWS).write_text(rows, encoding="utf8")
        monkeypatch.setattr(claims, "_checks", run_checks)
        rule = next(rule for rule in RULES if rule.__name__ == name)
        return list(rule(claims.collect(), pages()))

    return broken


def run_checks(page):
    """What the cells check, without a kernel."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["course.verify"], "display", shown.append)
        for cell in Chapter.read(page).cells:
            exec(cell.body, {"course": course, "verify": course.verify, "label": "thm-length"})
    return [{"claim": check.claim, "text": check.line} for check in shown]


@pytest.mark.parametrize("rule", RULES)
def test_a_complete_book_keeps_the_rule(small_book, rule):
    assert not small_book(rule.__name__)


@pytest.mark.parametrize(("name", "old", "new"), SPOILT)
def test_the_rule_finds_what_is_missing(small_book, name, old, new):
    assert small_book(name, old, new)


def test_every_rule_is_seen_to_fail():
    assert {name for name, _, _ in SPOILT} == {rule.__name__ for rule in RULES}
