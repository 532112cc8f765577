"""The source of a page, parsed once for all who read it: claims, lint and site.

The fences are found by the Markdown parser that the site is built with, so nothing that a reader sees as a
theorem is overlooked here. What could be read in two ways is refused, with line and remedy.

``python extensions/source.py PAGE…`` writes pages the way jupytext would, for when the lint asks for it.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import jupytext
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

import contents

CLAIMING = ("theorem", "lemma", "corollary", "proposition", "remark")
STATEMENTS = tuple(f"prf:{kind}" for kind in (*CLAIMING, "definition", "example"))
# The options of the directives that the book counts; all but solutions and proofs need a title of their own.
COUNTED = {
    **{name: {"class", "label"} for name in (*STATEMENTS, "exercise", "solution")},
    "prf:proof": {"follows-from", "label"},
}
TEXT = {"admonition", "dropdown", "note", "tip", "warning"}  # others whose text is read as well, and those without
OPAQUE = {"bibliography", "checked-claims", "code-cell", "compared-with-the-lecture", "errata", "eval-rst"}
OPAQUE |= {"figure", "image", "include", "index", "list-of-exercises", "list-table", "map-of-results", "math"}
OPAQUE |= {"errata-of-this-book", "how-to-cite", "problem-sets", "table", "teaching-plan", "terms"}
_OPENING = re.compile(r"(`{3,}|:{3,})\{([a-z][a-z0-9:-]*)\}(?: +(\S.*?))? *")
_OPTION = re.compile(r":([\w-]+):(?: +(.*))?")
_LABEL = re.compile(r"[a-z][a-z0-9-]*")
_REFERENCE = re.compile(r"\{prf:ref\}`(?:[^`<]*<)?([^`<>]+)>?`")
_ROLE = r"prf:ref|ref|numref|eq|doc|cite(?::\w+)?"
_STRAY = {
    re.compile(
        r"(?<![{\w:])((?:prf:ref|ref|numref|eq|doc|cite(?::\w+)?))`[^`\s][^`]*`"
    ): "write {{{0}}}`…`, with braces",
    re.compile(r"\{((?:prf:ref|ref|numref|eq|doc|cite(?::\w+)?))\}(?!`)"): "write {{{0}}}`…`, with nothing in between",
    re.compile(r"\]\(#((?:thm|lem|cor|prop|rem|def|exa)-[^)]*)\)"): "refer to a statement by {{prf:ref}}`{0}`",
}

_MARKDOWN = MarkdownIt("commonmark").use(front_matter_plugin).use(colon_fence_plugin).enable("table")
_MARKDOWN.core.ruler.enableOnly(["normalize", "block"])


@dataclass(frozen=True)
class Block:
    """A fenced block: a code cell, a statement, an exercise; ``name`` is empty for plain code."""

    name: str
    title: str
    options: dict[str, Any]
    body: str
    line: int  # of the opening fence, counted from one
    start: int  # of the body
    end: int  # of the closing fence

    @property
    def kind(self) -> str:
        """What a statement is, such as ``theorem``."""
        return self.name.removeprefix("prf:")

    @property
    def label(self) -> str:
        """Its label, or an empty string."""
        return str(self.options.get("label", ""))

    @property
    def tags(self) -> list[str]:
        """The tags of a cell."""
        return self.options.get("tags", [])

    @property
    def classes(self) -> list[str]:
        """The classes of a directive."""
        return str(self.options.get("class", "")).split()

    @property
    def cites(self) -> list[str]:
        """The labels of the statements that its text refers to, each once."""
        return list(dict.fromkeys(_REFERENCE.findall(self.body)))


@dataclass
class _Reading:
    """What reading a page has brought to light so far."""

    blocks: list[Block] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, remedy: str) -> None:
        """Note a line that must be mended."""
        self.refused.append((line, remedy))


@dataclass(frozen=True)
class Chapter:
    """A page of the book and its text."""

    page: Path
    text: str

    @classmethod
    def read(cls, page: Path) -> "Chapter":
        """Read a page from its file."""
        return cls(page, page.read_text(encoding="utf8"))

    def place(self, line: int) -> str:
        """File and line, for messages."""
        inside = self.page.is_relative_to(contents.ROOT)
        return f"{self.page.relative_to(contents.ROOT) if inside else self.page.name}:{line}"

    @cached_property
    def lines(self) -> list[str]:
        """The text by lines; line ``n`` of a message is ``lines[n - 1]``."""
        return self.text.split("\n")

    @cached_property
    def header(self) -> str:
        """The text of the YAML header, with its fences; empty if there is none."""
        return self.text[: self.text.index("\n---\n", 3) + 5] if self.text.startswith("---\n") else ""

    # Blocks

    @property
    def blocks(self) -> list[Block]:
        """All fenced blocks, nested ones too, by their opening lines."""
        return self._reading.blocks

    @property
    def refusals(self) -> list[tuple[int, str]]:
        """Lines that could be read in two ways, or not at all, each with its remedy."""
        stray = [
            (n, remedy.format(match[1]))
            for n, line in [*self.prose, *self.beside]
            for pattern, remedy in _STRAY.items()
            for match in pattern.finditer(re.sub(r"(?<![\w}`])`[^`]+`", "", line))
        ]
        return sorted([*self._reading.refused, *stray])

    @cached_property
    def _reading(self) -> _Reading:
        reading = _Reading()
        self._read(1, len(self.lines), reading)
        reading.blocks.sort(key=lambda block: block.line)
        return reading

    def _read(self, first: int, last: int, reading: _Reading) -> None:
        """Read the lines from ``first`` to ``last``."""
        for token in _MARKDOWN.parse("\n".join(self.lines[first - 1 : last])):
            if token.type in {"fence", "colon_fence"}:
                self._fence(token, first, reading)
            elif token.type == "code_block":
                for n, line in enumerate(token.content.split("\n"), first + token.map[0]):
                    if re.match(r"(?:`{3,}|:{3,}|~{3,}) *\{", line):
                        reading.refuse(n, "the directive is indented and would be shown as code: unindent it")

    def _fence(self, token: Token, first: int, reading: _Reading) -> None:
        line, end, mark = first + token.map[0], first + token.map[1] - 1, token.markup
        if end == line or not re.fullmatch(rf"[>\s]*{mark[0]}{{{len(mark)},}}\s*", self.lines[end - 1]):
            reading.refuse(line, f"the block is not closed: end it with {mark}")
            end += 1
        if not token.info.strip().startswith("{"):
            body = "\n".join(self.lines[line : end - 1])
            reading.blocks.append(Block("", token.info.strip(), {}, body, line, line + 1, end))
            return
        if not (opening := _OPENING.fullmatch(self.lines[line - 1])):
            reading.refuse(
                line, "a directive starts its line, in small letters and without blanks: ```{prf:theorem} Title"
            )
            return
        name, title = opening[2], opening[3] or ""
        options, start = self._options(line + 1, end, name, reading)
        block = Block(name, title, options, "\n".join(self.lines[start - 1 : end - 1]), line, start, end)
        reading.blocks.append(block)
        for remedy in _faults(block):
            reading.refuse(line, remedy)
        if name in TEXT or name in COUNTED:
            self._read(start, end - 1, reading)

    def _options(self, start: int, end: int, name: str, reading: _Reading) -> tuple[dict[str, Any], int]:
        """The options that stand from line ``start`` on, and the line after them."""
        if self.lines[start - 1] == "---":
            if name != "code-cell":
                reading.refuse(start, "give the options as lines :label: …; YAML is for cells")
            close = next((n for n in range(start + 1, end) if self.lines[n - 1] == "---"), end)
            try:
                text = "\n".join(self.lines[start : close - 1])
                return yaml.load(text, contents.LOADER) or {}, close + 1
            except yaml.YAMLError as error:
                reading.refuse(start, f"the options are not YAML: {str(error).splitlines()[0]}")
                return {}, close + 1
        options = {}
        while start < end and (line := self.lines[start - 1]).startswith(":") and not line.startswith(":::"):
            if not (match := _OPTION.fullmatch(line)):
                reading.refuse(start, f"{line!r} is no option: write :name: value, or a blank line before the text")
            elif match[1] in options:
                reading.refuse(start, f"the option {match[1]} stands twice")
            else:
                value = (match[2] or "").strip()
                options[match[1]] = yaml.load(value, contents.LOADER) if value.startswith("[") else value
            start += 1
        return options, start

    def named(self, *names: str) -> list[Block]:
        """The blocks of these names."""
        return [block for block in self.blocks if block.name in names]

    @property
    def cells(self) -> list[Block]:
        """The code cells."""
        return self.named("code-cell")

    @property
    def statements(self) -> list[Block]:
        """Theorems, lemmas, corollaries, propositions, remarks, definitions and examples."""
        return self.named(*STATEMENTS)

    @property
    def proofs(self) -> list[Block]:
        """The proofs."""
        return self.named("prf:proof")

    # Lines

    @cached_property
    def outside(self) -> list[tuple[int, str]]:
        """Numbered lines outside the header and all code."""
        code = {n for block in self.named("code-cell", "") for n in range(block.line, block.end + 1)}
        first = self.header.count("\n") + 1
        return [(n, line) for n, line in enumerate(self.lines, 1) if n >= first and n not in code]

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """Numbered lines of plain text: no code, displayed mathematics, tables, options, fences."""
        other = {n for block in self.named("math", "eval-rst") for n in range(block.line, block.end + 1)}
        other |= {n for block in self.blocks for n in (*range(block.line, block.start), block.end)}
        displayed, prose = False, []
        for n, line in self.outside:
            toggles = line.count("$$") % 2
            if n not in other and not displayed and "$$" not in line and not line.startswith("|"):
                prose.append((n, line))
            displayed ^= bool(toggles)
        return prose

    @property
    def beside(self) -> list[tuple[int, str]]:
        """Numbered lines of tables, and captions of figures at the lines of their cells."""
        figures = ((cell.line, cell.options.get("mystnb", {}).get("figure", {})) for cell in self.cells)
        tables = [(n, line) for n, line in self.outside if line.startswith("|")]
        return tables + [(n, figure.get("caption", "")) for n, figure in figures]

    @cached_property
    def headings(self) -> dict[int, tuple[int, str]]:
        """Numbered headings, as pairs of level and title."""
        found = ((n, re.fullmatch(r"(#+) (.+)", line)) for n, line in self.outside)
        return {n: (len(match[1]), match[2].strip()) for n, match in found if match}

    def section(self, title: str) -> list[tuple[int, str]]:
        """Numbered lines of the section with this title; empty if there is none."""
        start = next((n for n, (_, name) in self.headings.items() if name == title), len(self.lines))
        return [(n, line) for n, line in self.outside if start < n < self.section_end(start)]

    def section_end(self, line: int) -> int:
        """The line of the next heading."""
        return min((n for n in self.headings if n > line), default=len(self.lines) + 1)

    def rewritten(self) -> str:
        """The text after reading and writing by jupytext, under its own header."""
        written = jupytext.writes(jupytext.reads(self.text, fmt="md:myst"), fmt="md:myst")
        return self.header + written[written.index("\n---\n", 3) + 5 :]


def _faults(block: Block) -> Iterator[str]:
    """What a directive lacks, or has too much of."""
    if block.name == "eval-rst" and (found := re.search(r"^\s*\.\. *(prf:\w+|exercise|solution)", block.body, re.M)):
        yield f"{found[1]} is hidden in reStructuredText: write it as a directive of the page"
    if block.name not in COUNTED:
        if block.name not in TEXT | OPAQUE:
            yield f"{block.name} is no directive of this book: use one listed in extensions/source.py, or list it there"
        return
    if not _LABEL.fullmatch(block.label):
        yield f"{block.kind} needs a :label: of small letters, digits and hyphens, not {block.label!r}"
    for option in sorted(set(block.options) - COUNTED[block.name]):
        yield f"{block.kind} has no option {option}: it may have {' and '.join(sorted(COUNTED[block.name]))}"
    if block.name in STATEMENTS and not block.title:
        yield f"{block.kind} {block.label} needs a title: readers search for it"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(Chapter.read(Path(name)).rewritten(), encoding="utf8")
