"""A resolved page as a notebook that a reader runs: the site's text and numbers, an answer cell below each exercise
that ``check`` can judge, and solutions that neither show nor run until somebody asks for them."""

import re
from pathlib import Path
from posixpath import dirname, relpath

import nbformat
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx_proof.nodes import NODE_TYPES

from claim_links import number
from claims import Statement
from contents import docname, listed
from page import badges
from plain_markdown import PlainMarkdown, cell_id
from repository import branch, repository_url

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# What is a cell of its own.
STATEMENTS = tuple(NODE_TYPES.values())
ALONE = {"desc", "exercise_enumerable_node", "exercise_node", "proof", "solution_node"}


def installation() -> nbformat.NotebookNode:
    """The first cell: it installs the library where it is missing, or says how to."""
    if url := repository_url():
        lines = [
            "try:",
            "    import course, implicit_bias",
            "except ModuleNotFoundError:",
            f"    %pip install -q git+{url}@{branch()}",
        ]
        return new_code_cell("\n".join(lines))
    return new_markdown_cell(
        "This notebook needs the library of the book. JupyterLab has it if it was started with `make lab`. "
        "Elsewhere, install it first: in the folder of the book, the one with `pyproject.toml`, type `pip install .`"
    )


class Notebook(PlainMarkdown):
    """One page."""

    def __init__(self, app: Sphinx, document: nodes.document, name: str) -> None:
        links = {
            app.builder.get_relative_uri(name, other): f"{relpath(other, dirname(name))}.ipynb"
            for other in listed()
            if other != name
        }
        super().__init__(app.config.mathjax3_config["tex"]["macros"], links, Path(app.srcdir))
        self.app, self.document, self.name = app, document, name
        self.cells: list[nbformat.NotebookNode] = []

    def notebook(self) -> nbformat.NotebookNode:
        """The page; the same page gives the same notebook, to the letter."""
        self._fold_code_of_solutions()
        for node in self.document:
            self._add(node, level=0)
        if any(cell.cell_type == "code" for cell in self.cells):
            self.cells.insert(0, installation())
        if self.cited:
            works = "\n".join(f"- {self.write_Text(nodes.Text(work))}" for work in self.cited)
            self._text(f"**Works cited on this page**\n\n{works}")
        if last := self._onward():
            self._text(last)
        for index, cell in enumerate(self.cells):
            anchor = re.match(r'(?:#+ .*|<details|)(?:<span)? ?id="(.+?)"', cell.source)
            cell.id = cell_id(anchor[1]) if anchor else f"cell-{index}"
        return new_notebook(cells=self.cells, metadata=KERNEL)

    def number(self, kind: str, node: nodes.Element) -> str:
        """The number of a node, as the site shows it."""
        numbers = self.app.env.toc_fignumbers.get(self.name, {}).get(kind, {})
        return ".".join(map(str, next(filter(None, map(numbers.get, node["ids"])), ())))

    # Cells

    def _add(self, node: nodes.Node, level: int) -> None:
        classes = node.get("classes", []) if isinstance(node, nodes.Element) else []
        if isinstance(node, nodes.section):
            for child in node:
                self._add(child, level + 1)
        elif isinstance(node, nodes.title):
            self._text(self._heading(node, level))
        elif isinstance(node, nodes.container) and "cell" in classes:
            self._code(node)
        elif self._stands_alone(node):
            self._text(self.write(node))
            self._answer(node)
        else:
            numbered = isinstance(node, nodes.math_block) and self.number("displaymath", node)
            self._text(self.write(node), new=bool(numbered) or self._stands_alone(node.previous_sibling()))

    def _stands_alone(self, node: nodes.Node | None) -> bool:
        return isinstance(node, (*STATEMENTS, nodes.Admonition)) or type(node).__name__ in ALONE

    def _text(self, text: str, new: bool = True) -> None:
        if not text:
            return
        if not new and self.cells and self.cells[-1].cell_type == "markdown":
            self.cells[-1].source += f"\n\n{text}"
        else:
            self.cells.append(new_markdown_cell(text))

    def _heading(self, node: nodes.title, level: int) -> str:
        """With the site's number, and an anchor where the author gave it a name."""
        ids, numbers = node.parent["ids"], self.app.env.toc_secnumbers.get(self.name, {})
        number = numbers.get("" if level == 1 else f"#{ids[0]}")
        shown = ".".join(map(str, number)) + ". " if number else ""
        anchors = "".join(f'<span id="{name}"></span>' for name in ids[1:])
        return f"{'#' * level} {shown}{self.content(node)}{anchors}"

    def _code(self, node: nodes.container) -> None:
        """A cell; of its output only the captions."""
        tags = node["cell_metadata"].get("tags", [])
        folded = {"jupyter": {"source_hidden": True}} if {"hide-input", "hide-cell"} & set(tags) else {}
        self.cells.append(new_code_cell(_source(node), metadata=folded))
        captions = [self.write(caption) for caption in node.findall(nodes.caption)]
        self._text("\n\n".join(captions))

    def _answer(self, node: nodes.Element) -> None:
        """A place for the answer to an exercise that can be checked."""
        if label := checked(node):
            hint = "  # a list" if re.search(r"\blist\b", node.astext()) else ""
            self.cells.append(new_code_cell(f'answer = ...{hint}\ncheck("{label}", answer)'))

    def _fold_code_of_solutions(self) -> None:
        """The cells of a solution belong inside it."""
        solution = None
        for node in list(self.document.findall(nodes.Element)):
            if type(node).__name__ == "solution_node":
                solution = node
            elif "tag_solution" in node.get("classes", []):
                if solution is None:
                    raise ValueError(f"{self.name}: a cell tagged solution stands before any solution")
                node.parent.remove(node)
                solution += [nodes.literal_block("", _source(node), language="python"), *node.findall(nodes.caption)]

    def _onward(self) -> str:
        """From the home page to all pages, from each page to the next."""
        pages, titles = listed(), self.app.env.titles
        index = pages.index(self.name)
        here = dirname(self.name)

        def link(page: str) -> str:
            number = self.app.env.toc_secnumbers.get(page, {}).get("")
            shown = f"{number[0]}. " if number else ""
            return f"[{shown}{self.content(titles[page])}]({relpath(page, here)}.ipynb)"

        if not index:
            return "## All pages\n\n" + "\n".join(f"- {link(page)}" for page in pages[1:])
        return f"Next: {link(pages[index + 1])}" if index + 1 < len(pages) else ""

    # Statements, proofs, exercises and solutions

    def _titled(self, node: nodes.Element, title: str, *below: str) -> str:
        """Bold title, what the author called it, what is to stand below, and the rest."""
        called = "".join(self.content(child) for child in node if isinstance(child, nodes.title)).strip()
        head = f"{self.anchor(node)}**{title}** {called}".rstrip()
        rest = (self.write(child) for child in node if not isinstance(child, nodes.title))
        return "\n\n".join(filter(None, [head, *below, *rest]))

    def write_exercise_enumerable_node(self, node: nodes.Element) -> str:
        """Number, title, kind, level and minutes, text."""
        words = " · ".join(badges(node))
        return self._titled(node, f"Exercise {self.number('exercise', node)}".strip(), words and f"*{words}*")

    write_exercise_node = write_exercise_enumerable_node

    def write_map_of_results(self, node: nodes.Element) -> str:
        """The picture as a list: each statement, and what it rests on."""
        claims = self.app.book_claims.statements
        lines = []
        for each in claims.values():
            if docname(each.page) in node["pages"]:
                others = ", ".join(self._to(claims[other]) for other in each.rests_on)
                lines.append(f"- {self._to(each)} {each.title}" + (f" rests on {others}" if others else ""))
        return "\n".join(lines)

    def _to(self, statement: Statement) -> str:
        page = relpath(docname(statement.page), dirname(self.name))
        return f"[{number(self.app, statement)}]({page}.ipynb#cell-id={cell_id(statement.label)})"

    def write_solution_node(self, node: nodes.Element) -> str:
        """Folded; its code is shown and not run."""
        return self.folded(node[0], node[1:], node)

    def write_proof(self, node: nodes.Element) -> str:
        """Folded, under the name of what it proves."""
        of = [child for child in node if "proof-of" in child.get("classes", [])]
        rest = [child for child in node if child not in of]
        return self.folded(of[0] if of else nodes.title("", "Proof"), rest, node)

    def write_Admonition(self, node: nodes.Element) -> str:
        """A box: its title in bold, or folded if it folds on the site."""
        title = node[0] if isinstance(node[0], nodes.title) else nodes.title("", type(node).__name__.title())
        rest = [child for child in node if child is not title]
        if "dropdown" in node.get("classes", []):
            return self.folded(title, rest, node)
        head = f"{self.anchor(node)}**{self.content(title)}**"
        return "\n\n".join(filter(None, [head, *map(self.write, rest)]))


def _statement(self: Notebook, node: nodes.Element) -> str:
    return self._titled(node, f"{node['realtype'].title()} {self.number(node['countertype'], node)}".strip())


for _kind in STATEMENTS:
    setattr(Notebook, f"write_{_kind.__name__}", _statement)


def checked(node: nodes.Element) -> str:
    """The label of an exercise whose answer ``check`` can judge; else nothing."""
    classes = node.get("classes", [])
    graded = any(name.startswith("points-") for name in classes)
    return node["label"] if "kind-computation" in classes and not graded else ""


def _source(node: nodes.container) -> str:
    """The code of a cell."""
    (source,) = (child for child in node.findall(nodes.container) if "cell_input" in child["classes"])
    return source.astext().strip("\n")
