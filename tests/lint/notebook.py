"""Pages as notebooks: header, round trip through jupytext, shape of the cells."""

import ast

import yaml

from contents import ROOT
from lint.registry import rule


@rule(
    ("    format_name: myst", "    format_name: myst\n    jupytext_version: 1.19.6"),
    ("    extension: .md\n", ""),
    ("  name: python3", "  name: sage"),
    for_own=True,
)
def header(chapter):
    fields = yaml.safe_load(chapter.header.strip("-\n"))
    representation = fields["jupytext"]["text_representation"]
    if "jupytext_version" in chapter.header:
        yield 1, "remove jupytext_version from the header"
    if representation.get("extension") != ".md" or representation.get("format_name") != "myst":
        yield 1, "the header needs extension: .md and format_name: myst"
    if fields.get("kernelspec") != {"display_name": "Python 3", "language": "python", "name": "python3"}:
        yield 1, "the header needs the kernelspec display_name: Python 3, language: python, name: python3"


@rule(
    ("tags: [hide-cell, solution]", "tags: [hide-cell,  solution]"),
    ("The next page asks for more.\n", "The next page asks for more.\n\n\n"),
    for_own=True,
)
def round_trip(chapter):
    rewritten = chapter.rewritten().split("\n")
    for n, (line, written) in enumerate(zip(chapter.lines, rewritten, strict=False), 1):
        if line != written:
            page = chapter.page.relative_to(ROOT)
            yield n, f"jupytext would write {written!r}; run: .venv/bin/python authoring/tidy.py {page}"
            return
    if len(rewritten) != len(chapter.lines):
        yield len(chapter.lines), "end the page with one newline"


@rule(
    ("```{code-cell} ipython3\nimport", "```{code-cell}\nimport"),
    ("import matplotlib.pyplot as plt", "\n".join(["x = 1"] * 15)),
    ("_ = draw(1)", "\n".join(["x = 1"] * 41)),
    (
        "    caption: A line through the origin.\n    name: fig-line\n",
        "    name: fig-line\n    caption: A line through the origin.\n",
    ),
    ("_ = draw(1)", "%matplotlib inline"),
)
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
