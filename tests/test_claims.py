"""Every claim is proved or quoted, and checked; every difference from a lecture is recorded.

The build applies the rules to the book; here small books that lack one thing show that each rule can fail.
"""

import re
import sys

import pytest

import claim_rules
import claims
import course
import synonyms
from claims import ROWS
from source import Chapter

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

```{prf:definition} Length
:label: def-length
The length of a number is its distance from zero.
```

```{prf:theorem} Lengths
:label: thm-length
Lengths are not negative.
```

```{prf:proof}
:label: proof-thm-length
By {prf:ref}`def-length`, as distances are not.
```

```{code-cell} ipython3
verify("thm-length", length=2, at_least=0, control={"a debt": -2})
```

```{prf:remark} Shortest
:label: rem-shortest
Zero is the shortest number, as {prf:ref}`thm-length` allows.
```

```{admonition} Source
:class: quoted
:name: source-rem-shortest
Known to the ancients.
```

```{code-cell} ipython3
verify("rem-shortest", length=0, at_most=0, control={"another number": 1})
```

```{admonition} Erratum: Lecture 13, Lemma 13.1 · a length below zero
:class: erratum
:name: A03-E1
The length of $-2$ is not $-2$.
```

```{code-cell} ipython3
assert abs(-2) == 2
```

```{compared-with-the-lecture}
```
"""
LECTURES = """\
- id: A03
  lecture: "000"
  item: "Lemma 13.1"
  kind: claim
  label: thm-length
  errata:
    - {id: A03-E1, kind: "false", title: a length below zero, says: It is -2., holds: It is 2.}
"""
VERIFY = 'verify("thm-length", length=2, at_least=0, control={"a debt": -2})'
CONTROL = 'control={"a debt": -2}'
WITHOUT = 'control=None, why="every vector has a length"'
PROOF = "```{prf:proof}\n:label: proof-thm-length\nBy {prf:ref}`def-length`, as distances are not.\n```\n"
# Roles that lead nowhere.
LOST = [
    *("{prf:ref}`thm-width`", "{ref}`width`", "{numref}`fig-width`", "{numref}`Figure %s <fig-width>`"),
    *("{eq}`eq-width`", "{doc}`width`", "{doc}`/book/width`", "{cite:t}`ancient, modern`", "{cite}`modern`"),
]
# Links that lead nowhere, and what is said of them.
PLANE = "_toc.yml lists no page plane.md: correct it, perhaps to plain.md"
NEITHER = "neither a page nor a label nor a file is called"
LOST_LINKS = {
    "[that](plane.md)": PLANE,
    "[that](plane.md#mark)": PLANE,
    '[that](<../other/plain.md> "A title")': "_toc.yml lists no page ../other/plain.md: correct it",
    "[that](/book/plane.md)": "_toc.yml lists no page /book/plane.md: correct it, perhaps to /book/plain.md",
    "[that](unlisted.md)": "_toc.yml lists no page unlisted.md: correct it",
    "[that](plain.md#mark)": "only a label leads into a page: write {ref}`words <label>` instead of plain.md#mark",
    "[that](#thm-lenght)": "nothing has the label thm-lenght: correct it, perhaps to thm-length",
    "[that](../lib/toy/none.py)": f"{NEITHER} ../lib/toy/none.py: correct it",
    "[that](def-lenght)": f"{NEITHER} def-lenght: correct it, perhaps to def-length",
    "![That](plane.svg)": "there is no picture plane.svg: correct it",
    "[![That](plane.svg)](plain.md)": "there is no picture plane.svg: correct it",
    "\n| a | b |\n|---|---|\n| c | [that](plane.md) |\n\nor": PLANE,
    "\n```{image} plane.svg\n```\n": "there is no picture plane.svg: correct it",
}
SPOILT = [
    ("readable", "```{prf:theorem} Lengths", "```{prf:conjecture} Lengths"),
    ("one_label_one_block", ":label: def-length", ":label: thm-length"),
    ("one_label_one_block", ":name: source-rem-shortest", ":name: thm-length"),
    ("reasons", PROOF, ""),
    ("reasons", ":label: proof-thm-length", ":label: proof-thm-width"),
    ("reasons", ":class: quoted", ":class: note"),
    ("foundations", "By {prf:ref}`def-length`, as distances are not.", "By nature."),
    ("foundations", "By {prf:ref}`def-length`, as distances are not.", "By {prf:ref}`thm-length`."),
    *(("known_targets", "Known to the ancients.", f"Known from {target}.") for target in [*LOST, *LOST_LINKS]),
    ("known_targets", "By {prf:ref}`def-length`", "By {prf:ref}`that <def-width>`"),
    ("known_targets", VERIFY, f'---\nmystnb:\n  figure:\n    caption: By {LOST[0]}.\n---\n{VERIFY}'),
    ("nothing_forward", "By {prf:ref}`def-length`", "By {prf:ref}`rem-shortest`"),
    ("no_circle", PROOF, PROOF + "\n```{prf:proof}\n:label: proof-def-length\nFrom {prf:ref}`thm-length`.\n```\n"),
    ("orphans", ":label: proof-thm-length", ":label: proof-thm-width"),
    ("orphans", ":name: source-rem-shortest", ":name: source-rem-longest"),
    ("checks", VERIFY, ""),
    ("checks", VERIFY, VERIFY.replace(CONTROL, WITHOUT)),
    ("checks_without_control", VERIFY, VERIFY + "\n" + VERIFY.replace(CONTROL, WITHOUT)),
    ("checks_without_control", VERIFY, "\n".join([VERIFY] * 9 + [VERIFY.replace(CONTROL, 'control=None, why="so"')])),
    ("literal_labels", VERIFY, VERIFY.replace('"thm-length"', "label")),
    ("literal_labels", VERIFY, VERIFY.replace("thm-length", "thm-width")),
    ("literal_labels", VERIFY, "course." + VERIFY.replace('"thm-length"', 'label="thm-length"')),
    ("rows_as_they_must_be", "- id: A03", "- title: A03"),
    ("rows_as_they_must_be", "id: A03\n", "id: [A03]\n"),
    ("rows_as_they_must_be", '"000"', "000"),
    ("rows_as_they_must_be", '"000"', '"009"'),
    ("rows_as_they_must_be", 'item: "Lemma 13.1"', 'item: ""'),
    ("rows_as_they_must_be", "kind: claim", "kind: claims"),
    ("rows_as_they_must_be", "  label: thm-length\n", ""),
    ("rows_as_they_must_be", "label: thm-length\n  e", "label: [thm-length, 1]\n  e"),
    ("rows_as_they_must_be", "    - {id: A03-E1", "    {id: A03-E1"),
    ("rows_as_they_must_be", "It is 2.}", "It is 2."),
    ("words_that_lead_somewhere", ":label: def-length", ":label: def-lengths"),
    ("row_ids", LECTURES, LECTURES + LECTURES),
    ("row_ids", "id: A03-E1", "id: A03"),
    ("row_ids", LECTURES, LECTURES + LECTURES.replace("id: A03\n", "id: A04\n")),
    ("row_labels", "label: thm-length\n  e", "label: [thm-length, thm-none]\n  e"),
    ("items_left_out", "kind: claim\n  label: thm-length", "kind: history\n  label: null"),
    ("items_left_out", "label: thm-length\n  e", "label: thm-length\n  why: It is a word.\n  e"),
    ("items_left_out", "label: thm-length\n  e", "label: null\n  why: It is a word.\n  e"),
    ("rows_of_a_label", LECTURES, "".join(LECTURES.replace("A03", f"A0{n}") for n in range(4))),
    ("whole_records", 'kind: "false", ', ""),
    ("whole_records", 'kind: "false"', "kind: false"),
    ("whole_records", "says: It is -2., ", ""),
    ("whole_records", "holds: It is 2.", 'holds: "Two.\\nLines."'),
    ("whole_records", LECTURES, LECTURES + LECTURES.replace("A03", "A04")),
    ("boxes", ":name: A03-E1", ":name: A03-E2"),
    ("boxes", 'kind: "false"', "kind: gap"),
    ("boxes", "· a length below zero", "· lengths"),
    ("tables", "```{compared-with-the-lecture}\n```\n", ""),
]  # fmt: skip


@pytest.fixture
def small_book(small_root, monkeypatch):
    """A function that writes the small book with a change and collects its claims."""

    def written(old="", new=""):
        page, rows = (text.replace(old, new) if old else text for text in (PAGE, LECTURES))
        assert not old or (page, rows) != (PAGE, LECTURES)
        (small_root / "book/page.md").write_text(page, encoding="utf8")
        (small_root / ROWS).write_text(rows, encoding="utf8")
        (small_root / synonyms.ROWS).write_text("- {terms: [norm], labels: [def-length]}\n", encoding="utf8")
        monkeypatch.setattr(claims, "_checks", run_checks)
        return claims.collect()

    return written


def run_checks(page):
    """What the cells check, without a kernel."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["course.verify"], "display", shown.append)
        for cell in Chapter.read(page).cells:
            exec(cell.body, {"course": course, "verify": course.verify, "label": "thm-length"})
    found = [claims.CHECK.findall(check._repr_html_()) for check in shown]
    return [claims.record(text) for texts in found for text in texts]


def rule(name):
    return next(rule for rule in claim_rules.RULES if rule.__name__ == name)


def test_a_complete_book_keeps_all_rules(small_book):
    assert not claim_rules.broken(small_book())


@pytest.mark.parametrize(("name", "old", "new"), SPOILT)
def test_the_rule_finds_what_is_missing(small_book, name, old, new):
    found = list(rule(name)(small_book(old, new)))
    assert found and all(remedy and re.fullmatch(r"book/\S+:\d+", place) for place, remedy in found)


def test_every_rule_is_seen_to_fail():
    unseen = {rule.__name__ for rule in claim_rules.RULES} - {name for name, _, _ in SPOILT}
    assert not unseen, f"no spoilt book breaks {sorted(unseen)}: add one to SPOILT"


FOUND = """
(mark)=
## Everything

$$
f[x](none.md)
$$ (eq-x)

```{math}
:label: eq-y
y
```

```{figure} x.svg
:name: fig-x
X.
```

```{code-cell} ipython3
---
mystnb:
  figure:
    caption: By {numref}`fig-x` and {cite:p}`ancient, older`.
    name: fig-y
---
```

% {ref}`nowhere`

Roles such as ``{ref}`nowhere` `` lead to {eq}`eq-x`, {eq}`eq-y`, {numref}`fig-x`, {numref}`Figure %s <fig-y>`.
{ref}`Mark` leads, {ref}`a03-e1`,
{ref}`proof-thm-length`, {prf:ref}`that <rem-shortest>`, {doc}`plain`, {doc}`page </book/plain>`, {doc}`./plain`.
[Page](plain.md), [page](/book/plain.md), [page](./plain), [mark](#mark), [mark](Mark), [equation](#eq-x).
[Work](#older), [file](../lib/toy/__init__.py), [function](toy.double).
[Web](https://example.org/none.md), [web](//example.org/none.md), [mail](mailto:a@example.org).
`[code](none.md)`, $f[x](none.md)$, ![Picture](x.svg), ![web](https://example.org/x.svg).

| [page](plain.md) |
|---|
| [mark](#mark) |
"""


def test_roles_that_lead_somewhere(small_book, small_root):
    works = "@book{ancient,\n title={A}}\n@article{ older , title={B}}\n"
    (small_root / "book/references.bib").write_text(works, encoding="utf8")
    (small_root / "book/x.svg").touch()
    assert not list(rule("known_targets")(small_book("Known to the ancients.", f"Known.\n```\n{FOUND}\n```{{note}}")))
    (message,) = rule("known_targets")(small_book("By {prf:ref}`def-length`", "By {prf:ref}`def-lenght`"))
    assert message[1] == "nothing has the label def-lenght: correct it, perhaps to def-length"


@pytest.mark.parametrize("link", LOST_LINKS)
def test_a_link_that_leads_nowhere_is_told(small_book, small_root, link):
    (small_root / "book/unlisted.md").touch()
    told = rule("known_targets")(small_book("Known to the ancients.", f"Known from {link}."))
    assert {remedy for _, remedy in told} == {LOST_LINKS[link]}


def test_messages_name_the_line(small_book):
    (message,) = claim_rules.broken(small_book(PROOF, ""))
    line = PAGE.split("\n").index("```{prf:theorem} Lengths") + 1
    assert message.startswith(f"book/page.md:{line}: thm-length has neither a proof")


def test_each_row_is_read_once_however_many_statements_there_are(small_book, monkeypatch):
    seen, labels = [], claims.labels
    monkeypatch.setattr(claims, "labels", lambda row: seen.append(row["id"]) or labels(row))
    more = "".join(f"\n```{{prf:definition}} Length {n}\n:label: def-{n}\nNone.\n```\n" for n in range(9))
    book = small_book(PROOF, PROOF + more)
    assert seen == [row["id"] for row in book.rows]


def test_what_rests_on_what(small_book):
    book = small_book()
    assert book.statements["thm-length"].rests_on == ["def-length"]
    assert book.statements["def-length"].used_by == ["thm-length"]
    assert book.statements["rem-shortest"].rests_on == [], "only proofs rest on something"


def test_a_page_shows_the_differences_of_its_statements(small_book):
    book = small_book()
    (erratum,) = book.on(book.pages[0].page)
    assert (erratum.kind, erratum.name) == ("false", "Lecture 13, Lemma 13.1 · a length below zero")
    assert not book.on(book.pages[0].page.with_name("other.md"))
    assert small_book("label: thm-length", "label: null").on(book.pages[0].page), "its box stands on the page"
