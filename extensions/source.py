"""The source of a page, parsed once for all who read it: claims, lint and site.

``python extensions/source.py PAGE…`` writes pages the way jupytext would, for when the lint asks for it.
"""

import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jupytext
import yaml

import contents

_OPENING = re.compile(r"(`{3,}|:{3,})(?:\{([\w:-]+)\})?[ ]*(.*)")


@dataclass(frozen=True)
class Block:
    """A fenced block: a code cell, a statement, an exercise; ``name`` is empty for plain code."""

    name: str
    title: str
    options: dict
    body: str
    line: int  # of the opening fence, counted from one
    start: int  # of the body
    end: int  # of the closing fence

    @property
    def tags(self) -> list[str]:
        """The tags of a cell."""
        return self.options.get("tags", [])

    @property
    def classes(self) -> list[str]:
        """The classes of a directive."""
        return self.options.get("class", "").split()


@dataclass(frozen=True)
class Chapter:
    """A page of the book and its text."""

    page: Path
    text: str

    @classmethod
    def read(cls, page: Path) -> "Chapter":
        return cls(page, page.read_text(encoding="utf8"))

    def place(self, line: int) -> str:
        """File and line, for messages."""
        inside = self.page.is_relative_to(contents.ROOT)
        return f"{self.page.relative_to(contents.ROOT) if inside else self.page.name}:{line}"

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def header(self) -> str:
        """The text of the YAML header, with its fences."""
        return self.text[: self.text.index("\n---\n", 3) + 5]

    @cached_property
    def blocks(self) -> list[Block]:
        """All fenced blocks, nested ones too, by their opening lines."""
        blocks, closing = [], []
        for number, line in enumerate(self.lines, 1):
            if closing and line.rstrip() == closing[-1]:
                closing.pop()
            elif opening := _OPENING.match(line):
                closing.append(opening[1])
                end = next(
                    (n for n in range(number + 1, len(self.lines) + 1) if self.lines[n - 1].rstrip() == opening[1]),
                    len(self.lines),
                )
                options, start = self._options(number + 1)
                body = "\n".join(self.lines[start - 1 : end - 1])
                blocks.append(Block(opening[2] or "", opening[3].strip(), options, body, number, start, end))
        return blocks

    def _options(self, start: int) -> tuple[dict, int]:
        """The options that stand from line ``start`` on, and the line after them."""
        if self.lines[start - 1] == "---":
            end = self.lines.index("---", start)
            return yaml.safe_load("\n".join(self.lines[start:end])), end + 2
        options = {}
        while match := re.fullmatch(r":([\w-]+):[ ]*(.*)", self.lines[start - 1]):
            options[match[1]] = yaml.safe_load(match[2]) if match[2].startswith("[") else match[2]
            start += 1
        return options, start

    def named(self, *names: str) -> list[Block]:
        """The blocks of these names."""
        return [block for block in self.blocks if block.name in names]

    @property
    def cells(self) -> list[Block]:
        """The code cells."""
        return self.named("code-cell")

    @cached_property
    def outside(self) -> list[tuple[int, str]]:
        """Numbered lines outside the header and all code."""
        code = {n for block in self.named("code-cell", "") for n in range(block.line, block.end + 1)}
        first = self.header.count("\n") + 1
        return [(n, line) for n, line in enumerate(self.lines, 1) if n >= first and n not in code]

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """Numbered lines of plain text: no code, displayed mathematics, tables, options, fences."""
        other = {n for block in self.named("math") for n in range(block.line, block.end + 1)}
        other |= {n for block in self.blocks for n in (*range(block.line, block.start), block.end)}
        displayed, prose = False, []
        for n, line in self.outside:
            toggles = line.count("$$") % 2
            if n not in other and not displayed and "$$" not in line and not line.startswith("|"):
                prose.append((n, line))
            displayed ^= bool(toggles)
        return prose

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


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(Chapter.read(Path(name)).rewritten(), encoding="utf8")
