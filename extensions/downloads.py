"""Each chapter as a plain notebook to download: numbers and references in words, nothing that needs MyST.

sphinx-tojupyter turns the resolved page into Markdown and code; what it does not know, or would lose, is below.
The theme offers the file next to the page's source.
"""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import nbformat
from docutils import nodes
from nbformat.v4 import new_code_cell, new_markdown_cell
from sphinx.application import Sphinx
from sphinx_proof.nodes import NODE_TYPES
from sphinx_tojupyter.writers.translate_all import JupyterTranslator

from contents import chapters, docname
from repository import branch, repository_url

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
NUMBERED = (*NODE_TYPES.values(),)


def installation() -> nbformat.NotebookNode:
    """The first cell: it installs the library, or says how to."""
    if url := repository_url():
        return new_code_cell(f"%pip install -q git+{url}@{branch()}")
    return new_markdown_cell(
        "This notebook needs the library of the book. Install it from a copy of the book's repository: "
        "`pip install path/to/the/repository`."
    )


class Notebook(JupyterTranslator):
    """Writes a resolved page as a notebook."""

    def __init__(self, app: Sphinx, document: nodes.document, name: str) -> None:
        paths = {"urlpath": None, "tojupyter_image_urlpath": None, "outdir": app.outdir, "srcdir": app.srcdir}
        super().__init__(SimpleNamespace(config=app.config, env=app.env, **paths), document)
        self.numbers = app.env.toc_fignumbers.get(name, {})
        self.macros = app.config.mathjax3_config["tex"]["macros"]

    def write(self, text: str) -> None:
        """Add Markdown to the cell, or to the row of a table."""
        if self.table_builder:
            self.table_builder["line_pending"] += text
        else:
            self.markdown_lines.append(text)

    def skip(self, text: str) -> NoReturn:
        """Write this in the place of a node and all it contains."""
        self.write(text)
        raise nodes.SkipNode

    def number(self, kind: str, node: nodes.Element) -> str:
        """The number of a node, as the site shows it."""
        found = (self.numbers.get(kind, {}).get(name) for name in node["ids"])
        return ".".join(map(str, next(filter(None, found), ())))

    def unknown_visit(self, node: nodes.Node) -> None:
        """Of other nodes only the content."""

    def unknown_departure(self, node: nodes.Node) -> None:
        """Of other nodes only the content."""

    def depart_document(self, node: nodes.document) -> None:
        """Finish."""
        self.add_markdown_cell()
        self.output.metadata.update(KERNEL)
        for cell in self.output.cells:
            if cell.cell_type == "markdown":
                cell.source = re.sub(r"\n{3,}", "\n\n", cell.source)

    # Formulas

    def tex(self, node: nodes.Element) -> str:
        """A formula without the book's own macros."""
        text = node.astext().strip()
        for name, meaning in self.macros.items():
            text = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, meaning=meaning: meaning, text)
        return text

    def visit_math(self, node: nodes.math) -> None:
        """In the line."""
        self.skip(f"${self.tex(node)}$")

    def visit_math_block(self, node: nodes.math_block) -> None:
        """On a line of its own."""
        number = self.number("displaymath", node)
        tag = f"\n\\tag{{{number}}}" if number else ""
        self.skip(f"\n\n$$\n{self.tex(node)}{tag}\n$$\n\n")

    # Statements, proofs, exercises and solutions

    def visit_statement(self, node: nodes.Element) -> None:
        """Start a cell."""
        self.add_markdown_cell()

    def depart_statement(self, node: nodes.Element) -> None:
        """End the cell."""
        self.add_markdown_cell()

    visit_admonition = visit_exercise_node = visit_exercise_enumerable_node = visit_statement
    depart_admonition = depart_exercise_node = depart_exercise_enumerable_node = depart_statement

    def visit_title(self, node: nodes.title) -> None:
        """A heading, or the name and number of a statement."""
        parent = node.parent
        if isinstance(parent, nodes.section):
            super().visit_title(node)
        elif isinstance(parent, NUMBERED):
            self.write(f"**{parent['realtype'].title()} {self.number(parent['countertype'], parent)}**")
        elif "exercise" in parent.get("classes", []):
            self.write(f"**Exercise {self.number('exercise', parent)}**")
        else:
            self.write("**")

    def depart_title(self, node: nodes.title) -> None:
        """A blank line."""
        bold = isinstance(node.parent, nodes.admonition)
        self.write("**\n\n" if bold else "\n\n")

    def visit_proof(self, node: nodes.Element) -> None:
        """Open, and it can be folded."""
        self.add_markdown_cell()
        self.write(f"<details open><summary>{node.pop(0).astext()}</summary>\n\n")

    def depart_proof(self, node: nodes.Element) -> None:
        """Close."""
        self.write("\n\n</details>\n\n")
        self.add_markdown_cell()

    def visit_solution_node(self, node: nodes.Element) -> None:
        """Folded."""
        self.add_markdown_cell()
        self.write(f"<details><summary>{node.pop(0).astext()}</summary>\n\n")

    depart_solution_node = depart_proof

    # Code

    def visit_container(self, node: nodes.container) -> None:
        """Of an output its caption."""
        if "cell_output" in node["classes"]:
            for caption in node.findall(nodes.caption):
                name = self.builder.config.numfig_format["figure"] % self.number("figure", caption.parent)
                self.write(f"*{name}.* ")
                for child in caption:
                    child.walkabout(self)
                self.write("\n\n")
            raise nodes.SkipNode

    def depart_container(self, node: nodes.container) -> None:
        """Fold a cell that is folded on the site."""
        metadata = node.get("cell_metadata", {})
        if {"hide-input", "hide-cell"} & set(metadata.get("tags", [])):
            self.output.cells[-1].metadata["jupyter"] = {"source_hidden": True}

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """A cell, or code that is only shown."""
        if "cell_input" not in node.parent.get("classes", []):
            self.skip(f"```{node.get('language', '')}\n{node.astext()}\n```\n\n")
        self.add_markdown_cell()
        self.output.cells.append(new_code_cell(node.astext().strip("\n")))
        raise nodes.SkipNode

    def visit_literal(self, node: nodes.literal) -> None:
        """Code in the line."""
        self.skip(f"`{node.astext()}`")

    # The rest of the text

    def visit_emphasis(self, node: nodes.Element) -> None:
        """Also in tables."""
        self.write("*")

    def visit_strong(self, node: nodes.Element) -> None:
        """Also in tables."""
        self.write("**")

    depart_emphasis, depart_strong = visit_emphasis, visit_strong

    def visit_reference(self, node: nodes.reference) -> None:
        """Links stay where they lead to the web; others are words."""
        if "://" in node.get("refuri", ""):
            self.skip(f"[{node.astext()}]({node['refuri']})")

    def depart_reference(self, node: nodes.reference) -> None:
        """Nothing follows."""

    def visit_footnote_reference(self, node: nodes.footnote_reference) -> None:
        """The number of a footnote."""
        self.skip(f"<sup>{node.astext()}</sup>")

    def visit_target(self, node: nodes.target) -> None:
        """No anchors, which JupyterLab removes anyway."""

    def visit_image(self, node: nodes.image) -> None:
        """With the picture in it."""
        self.skip(f"![{node.get('alt', '')}]({self._image_to_base64(node['uri'])})\n\n")

    def depart_table(self, node: nodes.table) -> None:
        """What follows is not another row."""
        super().depart_table(node)
        self.write("\n\n")


for _kind in NUMBERED:
    setattr(Notebook, f"visit_{_kind.__name__}", Notebook.visit_statement)
    setattr(Notebook, f"depart_{_kind.__name__}", Notebook.depart_statement)


def _translate(app: Sphinx, doctree: nodes.document, name: str) -> None:
    """Before the site's own links and badges are put in."""
    if app.builder.name in {"html", "dirhtml"} and name in app.chapters_to_download:
        document = doctree.deepcopy()
        writer = Notebook(app, document, name)
        document.walkabout(writer)
        writer.output.cells.insert(0, installation())
        app.chapters_to_download[name] = nbformat.writes(writer.output)


def _offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    if app.chapters_to_download.get(page):
        context["ipynb_source"] = f"{page}.ipynb"


def _save(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    if text := app.chapters_to_download.get(page):
        target = Path(app.outdir, "_sources", f"{page}.ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf8")


def _start(app: Sphinx) -> None:
    app.chapters_to_download = {docname(page): "" for page in chapters()}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinx_tojupyter")
    app.connect("builder-inited", _start)
    app.connect("doctree-resolved", _translate, priority=100)
    app.connect("html-page-context", _offer, priority=400)  # before the theme makes its buttons
    app.connect("html-page-context", _save, priority=600)  # after the theme wrote the source with its launch buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
