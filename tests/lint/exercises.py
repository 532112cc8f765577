"""Exercises and their solutions."""

import re

from contents import ROOT, edition
from graded import about, is_graded
from lint.registry import rule, taught


@taught(("{exercise} Elsewhere\n:class: kind-exploration", "{note}\n:class: kind-exploration"))
def enough_exercises(chapter):
    if (count := sum(not is_graded(block) for block in chapter.named("exercise", "exercise-start"))) < 4:
        yield len(chapter.lines), f"the chapter has {count} exercises, at least 4 are needed"


@rule(
    (":label: ex-two", ":label: two"),
    ("kind-exploration level-3", "kind-exploration level-4"),
    ("Prove {prf:ref}`thm-length` anew.", "Prove it anew."),
    ("{solution} ex-two", "{solution} ex-too"),
    (":class: dropdown\n:label: sol-two", ":label: sol-two"),
    ('Call `check("ex-one", answer)`.', ""),
)
def exercises(chapter):
    solutions = {block.title: block for block in chapter.named("solution", "solution-start")}
    for block in chapter.named("exercise", "exercise-start"):
        label, classes = block.options.get("label", ""), " ".join(block.classes)
        if not label.startswith("ex-"):
            yield block.line, "the exercise needs a label ex-…"
        if not is_classed(classes):
            yield block.line, "the exercise needs :class: kind-computation level-2 minutes-20, or the like"
        if not about(block):
            yield block.line, "name the claim that the exercise is about by {prf:ref}"
        if is_graded(block) or (edition() == "student" and chapter.page.is_relative_to(ROOT / "book")):
            if label in solutions:
                yield solutions[label].line, "remove the solution: assignments/ has it, or it was cut from this edition"
            continue
        if label not in solutions:
            yield block.line, f"add a solution: ```{{solution}} {label}"
        elif "dropdown" not in solutions[label].classes:
            yield solutions[label].line, "the solution needs :class: dropdown"
        if "kind-computation" in classes:
            shown = f'check("{label}"'
            hidden = sum(cell.body.count(shown) for cell in chapter.cells if "solution" in cell.tags)
            if chapter.text.count(shown) <= hidden:
                yield block.line, f"show the reader how to check: {shown}, answer)"


def is_classed(classes):
    kind, level, minutes, *more = [*classes.split(), "", "", ""][:4]
    return (
        kind in {"kind-computation", "kind-proof", "kind-exploration"}
        and level in {"level-1", "level-2", "level-3"}
        and minutes.startswith("minutes-")
        and minutes.removeprefix("minutes-").isdigit()
        and re.fullmatch(r"(points-[1-9]\d*)?", " ".join(more).strip())
    )


@rule(("{exercise} Anew", "{exercise}"))
def exercise_titles(chapter):
    for block in chapter.named("exercise", "exercise-start"):
        if not block.title:
            yield block.line, "give the exercise a title that says what it is about"


@rule(
    ("tags: [hide-cell, solution]", "tags: [hide-cell]"),
    ("tags: [hide-cell, solution]", "tags: [solution]"),
    ("jupyter:\n  source_hidden: true\n", ""),
)
def solution_cells(chapter):
    ends = {block.line for block in chapter.named("exercise", "exercise-start")} | set(chapter.headings)
    for solution in chapter.named("solution", "solution-start"):
        end = min((n for n in ends if n > solution.line), default=len(chapter.lines))
        for cell in chapter.cells:
            if solution.line < cell.line < end:
                if not {"hide-cell", "solution"} <= set(cell.tags):
                    yield cell.line, "a cell of a solution needs tags: [hide-cell, solution]"
                if not cell.options.get("jupyter", {}).get("source_hidden"):
                    yield cell.line, "a cell of a solution needs jupyter: source_hidden: true"
