"""The parser sees what the site shows, and refuses what could be read in two ways."""

from pathlib import Path

import pytest

from source import Chapter

THEOREM = """\
# A page

```{prf:theorem} Lengths
:label: thm-length
Lengths are not negative.
```
"""
REFUSED = [
    ("indented", "  ```{prf:theorem} Lengths\n  :label: thm-x\n  ```\n", "starts its line"),
    ("in a list", "- item\n\n  ```{prf:theorem} Lengths\n  :label: thm-x\n  ```\n", "starts its line"),
    ("in a quotation", "> ```{prf:theorem} Lengths\n> :label: thm-x\n> ```\n", "starts its line"),
    ("indented by four", "    ```{prf:theorem} Lengths\n    ```\n", "shown as code"),
    ("a blank inside", "``` {prf:theorem} Lengths\n:label: thm-x\n```\n", "without blanks"),
    ("tildes", "~~~{prf:theorem} Lengths\n:label: thm-x\n~~~\n", "starts its line"),
    ("capitals", "```{prf:Theorem} Lengths\n:label: thm-x\n```\n", "small letters"),
    ("YAML options", "```{prf:theorem} Lengths\n---\nlabel: thm-x\n---\n```\n", "YAML is for cells"),
    ("an unlisted kind", "```{prf:conjecture} Lengths\n:label: con-x\n```\n", "no directive of this book"),
    ("a gated solution", "```{solution-start} ex-x\n:label: sol-x\n```\n", "no directive of this book"),
    ("no label", "```{prf:theorem} Lengths\nNo label.\n```\n", "needs a :label:"),
    ("an odd label", "```{prf:theorem} Lengths\n:label: Thm X\n```\n", "needs a :label:"),
    ("no label of a definition", "```{prf:definition} Lengths\nNo label.\n```\n", "needs a :label:"),
    ("no title", "```{prf:theorem}\n:label: thm-x\n```\n", "needs a title"),
    ("an unnumbered one", "```{prf:theorem} Lengths\n:label: thm-x\n:nonumber:\n```\n", "no option nonumber"),
    ("an option twice", "```{prf:theorem} Lengths\n:label: thm-x\n:label: thm-y\n```\n", "stands twice"),
    ("a broken option", "```{prf:theorem} Lengths\n: label: thm-x\n```\n", "is no option"),
    ("not closed", "```{prf:theorem} Lengths\n:label: thm-x\n", "not closed"),
    ("cell not YAML", "```{code-cell} ipython3\n---\ntags: [a\n---\n1\n```\n", "not YAML"),
    ("reStructuredText", "```{eval-rst}\n.. prf:theorem:: Lengths\n```\n", "hidden in reStructuredText"),
    ("nested in a box", "````{note}\n```{prf:theorem} Lengths\n```\n````\n", "needs a :label:"),
    ("nested in a colon box", ":::{note}\n```{prf:axiom} Lengths\n```\n:::\n", "no directive of this book"),
    ("a role without braces", "As prf:ref`thm-length` says.\n", "with braces"),
    ("a citation without braces", "See cite:t`penrose1955`.\n", "with braces"),
    ("a blank in a table", "| a |\n|---|\n| as {prf:ref} `thm-length` |\n", "nothing in between"),
    (
        "no braces in a caption",
        "```{code-cell} ipython3\n---\nmystnb:\n  figure:\n    caption: As prf:ref`thm-x` says.\n---\n1\n```\n",
        "with braces",
    ),
    ("a blank after a role", "As {prf:ref} `thm-length` says.\n", "nothing in between"),
    ("a link to a statement", "As [we know](#thm-length).\n", "by {prf:ref}`thm-length`"),
    ("a role in a proof", "```{prf:proof}\n:label: proof-x\nBy eq`eq-x`.\n```\n", "with braces"),
]
READ = [
    "Plain `code` with {prf:ref}`thm-length`, {prf:ref}`that one <thm-length>`, {eq}`eq-x` and {cite:p}`a, b`.\n",
    "```python\n```\n",
    "````markdown\n```{prf:conjecture} Shown as code\n```\n````\n",
    "::::{note}\n:::{tip}\nText.\n:::\n::::\n",
    "```{math}\n:label: eq-x\nx\n```\n",
    "```{index} single: lasso; norm\n```\n",
    "```{code-cell} ipython3\n:tags: [hide-input]\n\ntext = 'prf:ref`x`'\n```\n",
    "```{exercise}\n:class: kind-proof level-1 minutes-5\n:label: ex-x\nText.\n```\n",
]


def chapter(more=""):
    return Chapter(Path("page.md"), f"{THEOREM}\n{more}")


@pytest.mark.parametrize(("text", "remedy"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused(text, remedy):
    page = chapter(text)
    first = THEOREM.count("\n") + 1
    found = [(line, message) for line, message in page.refusals if remedy in message]
    assert found, page.refusals
    assert all(first < line <= len(page.lines) for line, _ in found)


@pytest.mark.parametrize("text", READ)
def test_read(text):
    assert not chapter(text).refusals


def test_a_statement():
    (block,) = chapter().statements
    assert (block.kind, block.title, block.label, block.line) == ("theorem", "Lengths", "thm-length", 3)
    assert block.body == "Lengths are not negative."


def test_nested_blocks_have_their_own_lines():
    page = chapter("````{note}\nA line.\n\n```{prf:lemma} Inner\n:label: lem-inner\nText.\n```\n````\n")
    inner = page.statements[1]
    assert page.lines[inner.line - 1] == "```{prf:lemma} Inner"
    assert page.lines[inner.start - 1] == "Text." and page.lines[inner.end - 1] == "```"


def test_what_a_proof_cites():
    text = "```{prf:proof}\n:label: proof-x\nBy {prf:ref}`a-b`, {prf:ref}`the lemma <lem-c>` and {prf:ref}`a-b`.\n```\n"
    (block,) = chapter(text).proofs
    assert block.cites == ["a-b", "lem-c"]


def test_code_is_not_read():
    page = chapter("````markdown\n```{prf:lemma} Shown\n:label: lem-shown\n```\n````\n")
    assert [block.label for block in page.statements] == ["thm-length"]
