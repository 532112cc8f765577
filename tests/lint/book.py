"""The rules that pages keep together with the files that list them.

A rule takes the pages and a function that reads a file, and yields place and remedy. It is entered with the ways to
spoil a file that it must notice: the file, a pattern that is found there, and its replacement.
"""

import ast
import json
import re

import yaml

import graded
import preflight
import released
from contents import ROOT, TOC, docname, edition, files, is_notebook, listed, path, says_own, taught
from course.problems import ProblemSet
from graded import is_graded
from lint.registry import is_taught
from lint.syntax import calls
from source import Chapter

BOOK_RULES = {}
INTRODUCTION, ANSWERS = "book/intro.md", "lib/course/answers.json"
FIRST = re.escape(docname(taught()[0]))
PART = yaml.safe_load((ROOT / TOC).read_text(encoding="utf8"))["parts"][0]["caption"]


def faults_of(page):
    """The file with the faults of the pages in a folder."""
    return f"tests/faults_by_part/{page.parent.name.replace('-', '_')}.py"


def book_rule(*spoilt):
    """Enter a rule for the book."""

    def enter(function):
        BOOK_RULES[function.__name__] = (function, spoilt)
        return function

    return enter


@book_rule(
    (TOC, rf"(?m)^.*{FIRST}\n", ""),
    (TOC, FIRST, "book/appendix/maximum-norm"),
    (TOC, rf"(?m)^.*{FIRST}\n", r"\g<0>\g<0>"),
)
def table_of_contents(pages, read):
    yield from ((f"{TOC}:{line}", remedy) for line, remedy in preflight.of_toc(read(TOC)))
    there = {docname(page) for page in (ROOT / "book").rglob("*.md") if ".ipynb_checkpoints" not in page.parts}
    for name in sorted(there - set(files(yaml.safe_load(read(TOC))))):
        yield f"{name}.md:1", f"list the page in {TOC}, or remove it"


@book_rule((INTRODUCTION, rf"(?m)^(\|.*)\{{doc\}}`/{FIRST}`", r"\1"))
def introduction_lists_chapters(pages, read):
    table = "\n".join(line for line in read(INTRODUCTION).split("\n") if line.startswith("|"))
    for page in filter(is_taught, pages):
        if f"{{doc}}`/{docname(page.page)}`" not in table:
            yield page.place(1), f"list the chapter in the table of {INTRODUCTION}: {{doc}}`/{docname(page.page)}`"


@book_rule((INTRODUCTION, rf"(?m)^(\|.*){{doc}}`/{FIRST}`", rf"\1{PART}, in preparation"))
def nothing_that_exists_is_in_preparation(pages, read):
    captions = [part["caption"] for part in yaml.safe_load(read(TOC))["parts"]]
    for n, line in enumerate(read(INTRODUCTION).split("\n"), 1):
        for caption in captions:
            if re.search(rf"{re.escape(caption)}, in preparation", line, re.I):
                yield f"{INTRODUCTION}:{n}", f"{caption} exists: list its chapters instead of 'in preparation'"


ANSWERED = (
    (ANSWERS, r'(?m)^ "(ex-[\w-]+)": \{', r' "\1-that-went": {'),
    (ANSWERS, r'(?s)"hints": \[.*?\n  \]', '"hints": []'),
)


@book_rule(*(ANSWERED if edition() != "student" else ((ANSWERS, r"\{\}", '{"ex-dimension": {}}'),)))
def answers(pages, read):
    recorded = json.loads(read(ANSWERS))
    if edition() == "student":
        if recorded:
            yield f"{ANSWERS}:1", "the student edition keeps no answers: remove them"
        return
    own = {block.label for page in pages if says_own(page.text) for block in page.named("exercise")}
    asked = {
        block.options.get("label", ""): page.place(block.line)
        for page in pages
        if not says_own(page.text)
        for block in page.named("exercise", "exercise-start")
        if "kind-computation" in block.classes and not is_graded(block)
    }
    for label, place in asked.items():
        how = f".venv/bin/python -m course record {label} ANSWER TOLERANCE WRONG HINT"
        if label not in recorded:
            yield place, f"record the answer: {how}"
        elif len(recorded[label]["hints"]) < 2:
            yield place, f"add hints for two typical wrong answers: {how} WRONG HINT"
    for label in sorted(recorded.keys() - asked.keys() - own):
        yield f"{ANSWERS}:1", f"no exercise asks for {label}: remove its answer"


@book_rule((f"{graded.FOLDER}/{taught()[0].parent.name}/{taught()[0].parent.name}.md", r"· level \d ·", "· level 0 ·"))
def graded_problems(pages, read):
    shown = {block.label: (page, block) for page in pages for block in page.named("exercise") if is_graded(block)}
    for each in graded.sets():
        name = each.path.relative_to(ROOT).as_posix()
        try:
            problems = ProblemSet(each.path, read(name)).problems
        except ValueError as error:
            yield f"{name}:1", str(error)
            continue
        for problem in problems:
            page, block = shown.pop(problem.label, (None, None))
            if page is None:
                yield f"{name}:1", f"show {problem.label} on a page of the book"
                continue
            wanted = graded.expected(problem, each.path, page.page)
            if "\n".join(page.lines[block.line - 1 : block.end]) != wanted:
                yield page.place(block.line), f"write the problem as:\n{wanted}"
    for label, (page, block) in shown.items():
        yield page.place(block.line), f"no problem set has {label}: take the points away"


@book_rule(
    (faults_of(taught()[0]), rf'"{taught()[0].stem}"', '"a-page-that-went"'),
    (faults_of(taught()[0]), rf'"{taught()[0].stem}"', f'"{taught()[-1].stem}"'),
)
def faults_are_for_pages(pages, read):
    listed = {faults_of(page) for page in taught()}
    for file in sorted(name for name in listed if (ROOT / name).exists()):
        for call in calls([ast.parse(read(file))]):
            if ast.unparse(call.func) == "Fault":
                chapter = call.args[-1]
                found = [page.page for page in pages if f"/{docname(page.page)}".endswith(f"/{chapter.value}")]
                if len(found) != 1:
                    count = "two pages are" if found else "no page is"
                    yield f"{file}:{chapter.lineno}", f"{count} called {chapter.value}: correct it, or remove the fault"
                elif faults_of(found[0]) != file:
                    yield f"{file}:{chapter.lineno}", f"move the faults of {chapter.value} to {faults_of(found[0])}"


@book_rule(
    (released.FILE, r"label: (\S+),", r"label: \1-that-went,"),
    (released.FILE, r'text: "\w+"', 'text: "0"'),
)
def released_labels(pages, read):
    others = [Chapter.read(page) for page in map(path, listed()) if not is_notebook(page)]
    yield from released.faults(released.labelled([*pages, *others]), read(released.FILE))
