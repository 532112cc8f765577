"""Resolved text as Markdown that every notebook program shows: no directive, no role, no macro of ours."""

import base64
import html
import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path

from docutils import nodes

ENVIRONMENT = re.compile(r"\\begin\{(?:align|alignat|eqnarray|equation|flalign|gather|multline)\*?\}")


def cell_id(name: str) -> str:
    """The id of the cell that begins with what has this name on the site."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)[:64]


class PlainMarkdown:
    """Writes the nodes of a page; a method named after a node's class says how, others give their content only.

    ``links`` has an address for each page that may be linked, by the address that Sphinx gave it; ``folder`` is where
    pictures lie. Works that were cited are collected in ``cited``.
    """

    def __init__(self, macros: Mapping[str, str], links: Mapping[str, str], folder: Path) -> None:
        self.macros, self.links, self.folder = macros, links, folder
        self.cited: dict[str, None] = {}
        self.in_table = False

    def write(self, node: nodes.Node) -> str:
        """The node and all it contains, without blank lines around it."""
        for kind in type(node).__mro__:
            if method := getattr(self, f"write_{kind.__name__}", None):
                return method(node)
        return self.content(node)

    def content(self, node: nodes.Element) -> str:
        """What is inside a node: a line of text, or blocks with blank lines between them."""
        if not isinstance(node, nodes.TextElement):
            return "\n\n".join(filter(None, map(self.write, node)))
        inline = (nodes.Inline, nodes.Text, nodes.inline, nodes.reference, nodes.raw, nodes.target)
        parts = (
            text if isinstance(child, inline) else f"\n\n{text}\n\n" for child in node if (text := self.write(child))
        )
        return re.sub(r"\n{3,}", "\n\n", "".join(parts))

    def number(self, kind: str, node: nodes.Element) -> str:
        """The number of a node, as the site shows it; a page that is not numbered has none."""
        return ""

    def anchor(self, node: nodes.Element) -> str:
        """Where links to a node lead; JupyterLab finds it by the id."""
        return "".join(f'<span id="{name}"></span>' for name in node["ids"][-1:])

    def folded(self, title: nodes.Element, rest: list[nodes.Node], node: nodes.Element) -> str:
        """A text that opens with a click on its title."""
        words = title.findall(
            lambda it: isinstance(it, (nodes.Text, nodes.math)) and not isinstance(it.parent, nodes.math)
        )
        summary = "".join(self.write(it) if isinstance(it, nodes.math) else html.escape(it.astext()) for it in words)
        text = "\n\n".join(filter(None, map(self.write, rest)))
        name = "".join(f' id="{name}"' for name in node["ids"][-1:])
        return f"<details{name}><summary>{summary}</summary>\n\n{text}\n\n</details>"

    # In the line

    def write_Text(self, node: nodes.Text) -> str:
        """Words, in which no character has another meaning."""
        text = re.sub(r"[\\`*$]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!])|\](?=\()", r"\\\g<0>", node.astext())
        return text.replace("|", r"\|") if self.in_table else text

    def write_emphasis(self, node: nodes.Element) -> str:
        """Italic."""
        return f"*{self.content(node)}*"

    def write_literal_emphasis(self, node: nodes.Element) -> str:
        """Pieces of a type, which would not hold together in italics."""
        return self.content(node)

    def write_literal_strong(self, node: nodes.Element) -> str:
        """A name in bold; not the comma between two names."""
        return self.write_strong(node) if re.search(r"\w", node.astext()) else self.content(node)

    def write_strong(self, node: nodes.Element) -> str:
        """Bold."""
        return f"**{self.content(node)}**"

    def write_literal(self, node: nodes.literal) -> str:
        """Code in the line."""
        text = node.astext().replace("\n", " ")
        ticks = "``" if "`" in text else "`"
        return f"{ticks}{text.replace('|', chr(92) + '|') if self.in_table else text}{ticks}"

    def write_superscript(self, node: nodes.Element) -> str:
        """Raised."""
        return f"<sup>{self.content(node)}</sup>"

    def write_subscript(self, node: nodes.Element) -> str:
        """Lowered."""
        return f"<sub>{self.content(node)}</sub>"

    def write_math(self, node: nodes.math) -> str:
        """A formula."""
        return f"${self.tex(node)}$"

    def tex(self, node: nodes.Element) -> str:
        """A formula without the book's own macros."""
        text = node.astext().strip()
        for name, meaning in self.macros.items():
            text = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, meaning=meaning: meaning, text)
        if self.in_table:  # a bar would end the cell
            text = text.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
        return text

    def write_reference(self, node: nodes.reference) -> str:
        """A link to the web or to a notebook; elsewhere only words."""
        text = self.content(node)
        if "bibtex-citation" in node.parent.get("classes", []) or "bibtex-citation" in node.get("classes", []):
            self.cited[node.get("reftitle", text)] = None
            return text
        page, hash_, name = node.get("refuri", "").partition("#")
        if "://" in page or page.startswith("mailto:"):
            return f"[{text}]({node['refuri']})"
        if not page:
            target = node.get("refid", name)
            return f"[{text}](#{target})" if target else text
        fragment = hash_ and f"#cell-id={cell_id(name)}"  # JupyterLab goes there if it is open
        return f"[{text}]({self.links[page]}{fragment})" if page in self.links else text

    def write_footnote_reference(self, node: nodes.footnote_reference) -> str:
        """The number of a footnote."""
        return f"<sup>[{node.astext()}](#{node['refid']})</sup>"

    def write_raw(self, node: nodes.raw) -> str:
        """Of HTML only the end of a line: the rest is the site's, and says what the text says too."""
        return "<br>" if node.astext().strip() == "<br>" else ""

    # Blocks

    def write_paragraph(self, node: nodes.paragraph) -> str:
        """Lines of which none begins like a heading or a list."""
        text = re.sub(r"^(#+|[-+>]|\d+(?=[.)]))(?=[ .)])", r"\\\1", self.content(node).strip(), flags=re.M)
        return re.sub(r"^\\(\d+)", r"\1\\", text, flags=re.M)

    def write_math_block(self, node: nodes.math_block) -> str:
        """A formula on a line of its own."""
        text, number = self.tex(node), self.number("displaymath", node)
        anchor = self.anchor(node) + "\n\n" if number else ""
        if ENVIRONMENT.match(text):
            return anchor + text
        if r"\\" in text and not text.startswith(r"\begin"):
            text = f"\\begin{{split}}\n{text}\n\\end{{split}}"  # as Sphinx does on the site
        tag = f"\n\\tag{{{number}}}" if number else ""
        return f"{anchor}$$\n{text}{tag}\n$$"

    def write_literal_block(self, node: nodes.literal_block) -> str:
        """Code that is only shown."""
        language = {"ipython3": "python", "default": "", "none": ""}.get(
            node.get("language", ""), node.get("language", "")
        )
        ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", node.astext())), default=0))
        return f"{ticks}{language}\n{node.astext()}\n{ticks}"

    def write_block_quote(self, node: nodes.block_quote) -> str:
        """Quoted."""
        return re.sub("^", "> ", self.content(node), flags=re.M)

    def write_bullet_list(self, node: nodes.bullet_list) -> str:
        """A list."""
        return self._items(node, lambda _: "- ")

    def write_enumerated_list(self, node: nodes.enumerated_list) -> str:
        """A list with numbers."""
        first = node.get("start", 1)
        return self._items(node, lambda index: f"{first + index}. ")

    def _items(self, node: nodes.Element, mark: object) -> str:
        texts = [self.content(item) for item in node]
        loose = any("\n\n" in text for text in texts)
        items = ((head := mark(index)) + text.replace("\n", "\n" + " " * len(head)) for index, text in enumerate(texts))
        return re.sub(r"^ +$", "", ("\n\n" if loose else "\n").join(items), flags=re.M)

    def write_definition_list_item(self, node: nodes.Element) -> str:
        """A term in bold, and what it means."""
        terms = ", ".join(self.content(term) for term in node if isinstance(term, nodes.term))
        meanings = [self.content(meaning) for meaning in node if isinstance(meaning, nodes.definition)]
        return "\n\n".join([terms if "**" in terms else f"**{terms}**", *meanings])

    def write_line_block(self, node: nodes.line_block) -> str:
        """Lines that stay lines."""
        return "  \n".join(map(self.write, node))

    def write_footnote(self, node: nodes.footnote) -> str:
        """A footnote."""
        number, *text = node
        return f"{self.anchor(node)}<sup>{number.astext()}</sup> " + "\n\n".join(map(self.write, text))

    def write_citation(self, node: nodes.citation) -> str:
        """A work in the list of references."""
        label, *text = node
        return f"{self.anchor(node)}**[{label.astext()}]** " + "\n\n".join(map(self.write, text))

    def write_table(self, node: nodes.table) -> str:
        """A table; its cells are single lines."""
        self.in_table = True
        rows = [[self._cell(entry) for entry in row] for row in node.findall(nodes.row)]
        self.in_table = False
        marks = [{"left": ":--", "right": "--:", "center": ":-:"}] * len(rows[0])
        aligned = [next(iter(entry.get("classes", [])), "") for entry in next(node.findall(nodes.row))]
        rule = [mark.get(name.removeprefix("text-"), "---") for mark, name in zip(marks, aligned, strict=True)]
        text = "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]])
        titles = [f"*{self.content(title)}*" for title in node if isinstance(title, nodes.title)]
        return "\n\n".join([*titles, text])

    def _cell(self, node: nodes.entry) -> str:
        return self.content(node).replace("\n\n", "<br>").replace("\n", " ")

    def write_image(self, node: nodes.image) -> str:
        """With the picture in it, if it is there: if not, the rules say so."""
        uri = node["uri"]
        if "://" not in uri and not uri.startswith("data:") and (file := self.folder / uri.lstrip("/")).is_file():
            picture = base64.b64encode(file.read_bytes()).decode()
            uri = f"data:{mimetypes.guess_type(uri)[0]};base64,{picture}"
        return f"![{node.get('alt', '')}]({uri})"

    def write_caption(self, node: nodes.caption) -> str:
        """The words below a figure."""
        number = self.number("figure", node.parent)
        return f"{self.anchor(node.parent)}*Fig. {number}.* {self.content(node)}" if number else self.content(node)

    # What documents a function

    def write_desc(self, node: nodes.Element) -> str:
        """A function or a class: its signature, then its description."""
        return "\n\n".join(filter(None, map(self.write, node)))

    def write_desc_signature(self, node: nodes.Element) -> str:
        """The signature, and where links to it lead."""
        return f"{self.anchor(node)}**`{node.astext()}`**"

    def write_desc_parameterlist(self, node: nodes.Element) -> str:
        """Part of a signature."""
        return node.astext()

    def write_rubric(self, node: nodes.rubric) -> str:
        """A heading outside the contents."""
        return f"**{self.content(node)}**"

    def write_field(self, node: nodes.field) -> str:
        """A named part of a description."""
        name, body = node
        return f"*{self.content(name)}*\n\n{self.content(body)}"

    def nothing(self, node: nodes.Node) -> str:
        """What has no place in a notebook."""
        return ""

    write_comment = write_index = write_meta = write_substitution_definition = write_system_message = nothing
    write_toctree = write_target = nothing
