"""Statements, proofs, checks and errata, as far as the source of one page shows them."""

import ast

from lint.registry import rule
from lint.syntax import called, calls_of, keyword, tree
from source import CLAIMING

STATEMENT = "```{prf:theorem} Lengths\n:label: thm-length\n"
CONTROL = 'control={"without the root": -2}'
ERRATUM = """\
```{admonition} Erratum: Slides on gradient descent, Lemma 3
:class: erratum
:name: C06-E1
It is not so.
```
"""
AFTER_ERRATUM = "```{code-cell} ipython3\nassert length(-2) != -2\n```\n"
MOST_ERRATA = 3
SHORT_PROOF = 5


@rule((STATEMENT, "```{prf:theorem} Lengths\n"), (STATEMENT, STATEMENT.replace("thm-length", "length")))
def statement_labels(chapter):
    for block in chapter.blocks:
        kind = block.name.removeprefix("prf:")
        prefix = {"theorem": "thm-", "proposition": "prop-"}.get(kind, f"{kind[:3]}-")
        if kind in CLAIMING and not block.options.get("label", "").startswith(prefix):
            yield block.line, f"the {kind} needs a label {prefix}…, so that it is counted and checked"


@rule(("A length is a number of steps, and no number of steps is negative.\n\n", ""))
def ideas(chapter):
    said = {n for n, line in chapter.prose if line.strip() and not line.startswith("%")}
    for proof in chapter.named("prf:proof"):
        size = len([line for line in proof.body.split("\n") if line.strip()])
        before = max((block.end for block in chapter.blocks if block.end < proof.line), default=0)
        if size > SHORT_PROOF and not said & set(range(before + 1, proof.line)):
            yield proof.line, f"the proof has {size} lines: say its idea in a visible sentence before it"


@rule(
    (CONTROL, "control=-2"),
    (CONTROL, "control=length(-2)"),
    (CONTROL, "control=wrong"),
)
def named_controls(chapter):
    bound = {}
    for cell in chapter.cells:
        for node in ast.walk(tree(cell)):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                bound.setdefault(node.targets[0].id, []).append(node.value)
    for line, call in calls_of(chapter, "verify"):
        control = keyword(call, "control")
        values = bound.get(control.id, [None]) if isinstance(control, ast.Name) else [control]
        is_none = isinstance(control, ast.Constant) and control.value is None
        if not is_none and not all(isinstance(value, ast.Dict | ast.DictComp) for value in values):
            yield line, 'name each control, in words that a reader understands: control={"with …": …}'


@rule((ERRATUM, (ERRATUM + "\n" + AFTER_ERRATUM + "\n") * MOST_ERRATA + ERRATUM))
def number_of_errata(chapter):
    boxes = [block for block in chapter.named("admonition") if "erratum" in block.classes]
    for box in boxes[MOST_ERRATA:]:
        count = f"the page has {len(boxes)} erratum boxes, at most {MOST_ERRATA} may break the thread"
        yield box.line, f"{count}: leave this one to the table *Compared with the lecture*"


@rule((AFTER_ERRATUM, ""), (AFTER_ERRATUM, "## A heading\n\n" + AFTER_ERRATUM))
def counterexamples(chapter):
    for box in chapter.named("admonition"):
        if "erratum" in box.classes:
            others = [block.line for block in chapter.blocks if block.line > box.end and block.name != "code-cell"]
            end = min([*others, chapter.section_end(box.line)])
            after = [tree(cell) for cell in chapter.cells if box.end < cell.line < end]
            asserts = any(isinstance(node, ast.Assert) for code in after for node in ast.walk(code))
            if not asserts and "verify" not in called(after):
                yield box.line, "let a cell follow that asserts the counterexample, or leave it to the table"
