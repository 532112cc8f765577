"""The rules that every chapter keeps. A rule yields line and remedy for what breaks it.

Each rule is also run on ``sample.md``, which keeps all of them, and on copies of it with one thing spoilt.
"""

import ast
import json
import re
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from claims import CLAIMING, LECTURES
from contents import ROOT, chapters, docname
from source import Chapter

CHAPTERS = [Chapter.read(page) for page in chapters()]
SAMPLE = Chapter.read(Path(__file__).with_name("sample.md"))
RULES = {}


def rule(function):
    """Enter a rule for all pages with cells."""
    RULES[function.__name__] = function
    return function


def taught(function):
    """Enter a rule for chapters proper: neither the introduction nor an appendix."""

    def apply(chapter):
        folder = chapter.page.parent
        return function(chapter) if folder not in {ROOT / "book", ROOT / "book/appendix"} else ()

    RULES[function.__name__] = apply
    return function


# Notebooks


@rule
def header(chapter):
    fields = yaml.safe_load(chapter.header.strip("-\n"))
    representation = fields["jupytext"]["text_representation"]
    if "jupytext_version" in chapter.header:
        yield 1, "remove jupytext_version from the header"
    if representation.get("extension") != ".md" or representation.get("format_name") != "myst":
        yield 1, "the header needs extension: .md and format_name: myst"
    if fields.get("kernelspec") != {"display_name": "Python 3", "language": "python", "name": "python3"}:
        yield 1, "the header needs the kernelspec display_name: Python 3, language: python, name: python3"


@rule
def round_trip(chapter):
    rewritten = chapter.rewritten().split("\n")
    for n, (line, written) in enumerate(zip(chapter.lines, rewritten, strict=False), 1):
        if line != written:
            page = chapter.page.relative_to(ROOT)
            yield n, f"jupytext would write {written!r}; run: .venv/bin/python extensions/source.py {page}"
            return
    if len(rewritten) != len(chapter.lines):
        yield len(chapter.lines), "end the page with one newline"


@rule
def cells(chapter):
    for cell in chapter.cells:
        hidden = {"hide-input", "hide-cell"} & set(cell.tags)
        size = len([line for line in cell.body.split("\n") if line.strip()])
        if cell.title != "ipython3":
            yield cell.line, "open the cell with ```{code-cell} ipython3"
        if size > (most := 40 if hidden else 15):
            yield cell.line, f"the cell has {size} lines, at most {most}: split it, or hide-input up to 40"
        if not is_sorted(cell.options):
            yield cell.line, "put the option keys in alphabetical order"
        try:
            ast.parse(cell.body)
        except SyntaxError as error:
            yield cell.start + error.lineno - 1, f"the cell is not plain Python: {error.msg}"


def is_sorted(options):
    return not isinstance(options, dict) or (list(options) == sorted(options) and all(map(is_sorted, options.values())))


@rule
def figures(chapter):
    drawing = {"plt.subplots", "plt.figure"}
    for cell in chapter.cells:
        tree = ast.parse(cell.body)
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        drawing |= {function.name for function in functions if drawing & called(function.body)}
        now = called(node for node in tree.body if node not in functions)
        if not drawing & now or "explore" in now:
            continue
        options = cell.options.get("mystnb", {})
        figure, alt = options.get("figure", {}), options.get("image", {}).get("alt", "")
        if not str(figure.get("name", "")).startswith("fig-"):
            yield cell.line, "the figure needs mystnb: figure: name: fig-…"
        if not figure.get("caption", "").strip() or "\n" in figure["caption"]:
            yield cell.line, "the figure needs a mystnb: figure: caption of one paragraph"
        if not 40 <= len(alt) <= 400:
            yield cell.line, f"mystnb: image: alt has {len(alt)} characters; say in 40 to 400 what is seen"


def called(nodes):
    """The names of the functions that code calls."""
    every = (inner for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return {ast.unparse(call.func) for call in every}


# Text

LECTURE = rf"(?:{'|'.join(map(re.escape, LECTURES.values()))}|slides|\{{cite[^`]*`[^`]*`)"
NUMBERED = re.compile(
    r"\b(?:Theorem|Lemma|Corollary|Proposition|Remark|Definition|Example|Figure|Fig\.|Table|Equation|Eq\.|Exercise"
    r"|Chapter|Section)s?[ ~]\(?(\d+(?:\.\d+)*)\)?"
)
BEFORE = re.compile(rf"{LECTURE}[^.;]{{0,40}}$", re.I)  # "Lecture 13, Lemma 3"
AFTER = re.compile(rf"[^.;,]{{0,10}} (?:of|in) (?:the )?{LECTURE}", re.I)  # "Lemma 3 of Lecture 13"


@rule
def sentences(chapter):
    for n, line in chapter.prose:
        if re.fullmatch(r"\*[^*]+\*", line):  # the line below the title
            continue
        plain = re.sub(r"\$[^$]*\$|(\{[^}]*\})?`[^`]*`", "m", line)
        plain = re.sub(r"\b(i\.e|e\.g|cf|vs|et al|resp)\.", "m", plain)
        if end := re.search(r"[a-z)][.?!] [A-Z]\w*", plain):
            yield n, f"one sentence per line: break the line before {end[0].split()[-1]!r}"


@rule
def typed_numbers(chapter):
    captions = [
        (cell.line, cell.options.get("mystnb", {}).get("figure", {}).get("caption", "")) for cell in chapter.cells
    ]
    titles = [(block.line, block.title) for block in chapter.blocks if not block.title.startswith("Erratum: ")]
    for n, line in [*chapter.prose, *captions, *titles]:
        for match in NUMBERED.finditer(line):
            if match[1].startswith(("12.", "13.")):
                continue
            if not BEFORE.search(line[: match.start()]) and not AFTER.match(line[match.end() :]):
                yield n, f"{match[0]!r} is typed by hand: use a role, or name the lecture it is in"


@rule
def traces(chapter):
    patterns = {
        r"/(?:home|root|Users|tmp|work|mnt)/|\b[A-Z]:\\": "a path of one machine",
        r"pypi\.org|pythonhosted|npmjs|localhost|127\.0\.0\.1|index-url": "an address of a registry",
        r"\b(?:TODO|FIXME|XXX)\b": "an open note",
    }
    for n, line in enumerate(chapter.lines, 1):
        for pattern, what in patterns.items():
            if found := re.search(pattern, line):
                yield n, f"{found[0]!r} is {what}: remove it"


@cache
def katex():
    """The KaTeX of jupyterlab-myst, in which the name of every macro stands as a string."""
    folder = Path(sys.prefix) / "share/jupyter/labextensions/jupyterlab-myst/static"
    scripts = (path.read_text(encoding="utf8") for path in folder.glob("*.js"))
    bundle = next((script for script in scripts if r'"\\lVert"' in script and r'"\\argmin"' in script), None)
    assert bundle, f"no KaTeX in {folder}: is jupyterlab-myst installed?"
    return bundle


@rule
def tex(chapter):
    for n, line in chapter.outside:
        line = re.sub(r"(?<!\{math\})`[^`]*`", "", line)
        for macro in re.findall(r"\\[A-Za-z]+", line):
            if f'"\\{macro}"' not in katex():
                yield n, f"KaTeX in JupyterLab does not know {macro}: write it out"
        for environment in re.findall(r"\\begin\{([^}]+)\}", line):
            if f'"{environment}"' not in katex():
                yield n, f"KaTeX in JupyterLab does not know the environment {environment}: use another"


# Parts of a chapter


@rule
def statement_labels(chapter):
    for block in chapter.blocks:
        kind = block.name.removeprefix("prf:")
        prefix = {"theorem": "thm-", "proposition": "prop-"}.get(kind, f"{kind[:3]}-")
        if kind in CLAIMING and not block.options.get("label", "").startswith(prefix):
            yield block.line, f"the {kind} needs a label {prefix}…, so that it is counted and checked"


@taught
def sections(chapter):
    titles = {title for _, title in chapter.headings.values()}
    for title in ("Overview", "What breaks", "Beyond the lecture", "Exercises", "Summary"):
        if title not in titles:
            yield len(chapter.lines), f"add the section {title}"
    bullets = [n for n, line in chapter.section("Summary") if line.startswith("- ")]
    if not 3 <= len(bullets) <= 6:
        yield bullets[0] if bullets else len(chapter.lines), f"Summary has {len(bullets)} bullets, not 3 to 6"
    if not any("explore" in called([ast.parse(cell.body)]) for cell in chapter.cells):
        yield len(chapter.lines), "add an explorer: explore(draw, …)"


@taught
def enough_exercises(chapter):
    if (count := len(chapter.named("exercise"))) < 4:
        yield len(chapter.lines), f"the chapter has {count} exercises, at least 4 are needed"


@rule
def exercises(chapter):
    solutions = {block.title: block for block in chapter.named("solution", "solution-start")}
    for block in chapter.named("exercise", "exercise-start"):
        label, classes = block.options.get("label", ""), " ".join(block.classes)
        if not label.startswith("ex-"):
            yield block.line, "the exercise needs a label ex-…"
        if not re.fullmatch(r"kind-(computation|proof|exploration) level-[123] minutes-\d+", classes):
            yield block.line, "the exercise needs :class: kind-computation level-2 minutes-20, or the like"
        if "{prf:ref}`" not in block.body:
            yield block.line, "name the claim that the exercise is about by {prf:ref}"
        if label not in solutions:
            yield block.line, f"add a solution: ```{{solution}} {label}"
        elif "dropdown" not in solutions[label].classes:
            yield solutions[label].line, "the solution needs :class: dropdown"
        if "kind-computation" in classes:
            shown = f'check("{label}"'
            hidden = sum(cell.body.count(shown) for cell in chapter.cells if "solution" in cell.tags)
            if chapter.text.count(shown) <= hidden:
                yield block.line, f"show the reader how to check: {shown}, answer)"


@rule
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


# The rules, applied


def broken(name, chapter):
    return list(dict.fromkeys(f"{chapter.place(line)}: {remedy}" for line, remedy in RULES[name](chapter)))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.page.stem)
@pytest.mark.parametrize("name", RULES)
def test_chapters_keep_the_rule(name, chapter):
    messages = broken(name, chapter)
    assert not messages, "\n" + "\n".join(messages)


def test_the_table_of_contents_names_every_page():
    text = (ROOT / "_toc.yml").read_text(encoding="utf8")
    named = re.findall(r"(?:root|file): *(\S+)", text)
    pages = {docname(page) for page in (ROOT / "book").rglob("*.md")}
    assert len(named) == len(set(named)), "_toc.yml names a page twice"
    assert not set(named) - pages, "_toc.yml names pages that are not there: write or remove them"
    assert not pages - set(named), "pages are missing in _toc.yml: add them"


def test_every_checked_answer_has_its_exercise():
    answers = set(json.loads((ROOT / "lib/course/answers.json").read_text(encoding="utf8")))
    labels = {
        block.options["label"]
        for chapter in CHAPTERS
        for block in chapter.named("exercise", "exercise-start")
        if "kind-computation" in block.classes
    }
    assert not labels - answers, "record these answers: python -m course.check LABEL ANSWER TOLERANCE"
    assert not answers - labels, "answers.json has answers that no exercise asks for: remove them"


# The rules can fail

STATEMENT = "```{prf:theorem} Lengths\n:label: thm-length\n"
FIGURE = "    caption: A line through the origin.\n    name: fig-line\n"
SPOILT = [
    ("header", "    format_name: myst", "    format_name: myst\n    jupytext_version: 1.19.6"),
    ("header", "    extension: .md\n", ""),
    ("header", "  name: python3", "  name: sage"),
    ("round_trip", "tags: [hide-cell, solution]", "tags: [hide-cell,  solution]"),
    ("round_trip", "- Three.\n", "- Three.\n\n\n"),
    ("cells", "```{code-cell} ipython3\nimport", "```{code-cell}\nimport"),
    ("cells", "import matplotlib.pyplot as plt", "\n".join(["x = 1"] * 15)),
    ("cells", "_ = draw(1)", "\n".join(["x = 1"] * 41)),
    ("cells", FIGURE, "    name: fig-line\n    caption: A line through the origin.\n"),
    ("cells", "_ = draw(1)", "%matplotlib inline"),
    ("figures", "    name: fig-line", "    name: line"),
    ("figures", "    caption: A line through the origin.\n", ""),
    ("figures", "caption: A line through the origin.", 'caption: "Two\\nlines."'),
    ("figures", "A straight line that goes up from the origin and has nothing else to show.", "A line."),
    ("figures", "explore(draw, slope=[1, 2])", "draw(2)"),
    ("figures", "explore(draw, slope=[1, 2])", "plt.figure()"),
    ("sentences", "Nothing.\n\n## Exercises", "One thing. Another thing.\n\n## Exercises"),
    ("sentences", "Nothing.\n\n## Exercises", "Of $x$. Another thing.\n\n## Exercises"),
    ("typed_numbers", "- One.", "- One, as Theorem 1.3 says."),
    ("typed_numbers", "- One.", "- One, by Equation (3)."),
    ("typed_numbers", "- One.", "- Lecture 13 is wrong; Lemma 2 is right."),
    ("typed_numbers", "caption: A line", "caption: As in Figure 2, a line"),
    ("typed_numbers", "{prf:theorem} Lengths", "{prf:theorem} Lengths, after Chapter 2"),
    ("traces", "- One.", "- One, in /home/me/book."),
    ("traces", "- One.", "- One. TODO"),
    ("traces", "- One.", "- One, from https://pypi.org/simple."),
    ("tex", r"$\lVert x\rVert\ge0$", r"$\norm{x}\ge0$"),
    ("tex", r"\lVert x\rVert\ge0.", r"\begin{multline}x\end{multline}"),
    ("statement_labels", STATEMENT, "```{prf:theorem} Lengths\n"),
    ("statement_labels", STATEMENT, STATEMENT.replace("thm-length", "length")),
    ("sections", "## Overview\n", ""),
    ("sections", "## Beyond the lecture\n", ""),
    ("sections", "- Two.\n- Three.", "- Two."),
    ("sections", "explore(draw", "print(draw"),
    ("enough_exercises", "{exercise}\n:class: kind-exploration", "{note}\n:class: kind-exploration"),
    ("exercises", ":label: ex-two", ":label: two"),
    ("exercises", "kind-exploration level-3", "kind-exploration level-4"),
    ("exercises", "Prove {prf:ref}`thm-length` anew.", "Prove it anew."),
    ("exercises", "{solution} ex-two", "{solution} ex-too"),
    ("exercises", ":class: dropdown\n:label: sol-two", ":label: sol-two"),
    ("exercises", 'Call `check("ex-one", answer)`.', ""),
    ("solution_cells", "tags: [hide-cell, solution]", "tags: [hide-cell]"),
    ("solution_cells", "tags: [hide-cell, solution]", "tags: [solution]"),
    ("solution_cells", "jupyter:\n  source_hidden: true\n", ""),
]


@pytest.mark.parametrize("name", RULES)
def test_the_sample_keeps_the_rule(name):
    assert not broken(name, SAMPLE)


@pytest.mark.parametrize(("name", "old", "new"), SPOILT)
def test_the_rule_finds_what_is_spoilt(name, old, new):
    assert SAMPLE.text.count(old) == 1
    assert broken(name, Chapter(SAMPLE.page, SAMPLE.text.replace(old, new)))


def test_every_rule_is_seen_to_fail():
    assert {name for name, _, _ in SPOILT} == set(RULES)
