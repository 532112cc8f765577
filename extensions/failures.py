"""Where a page fails, and why, in the lines of the page instead of those of a cell."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat

import contents
from source import Chapter

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_IN_CELL = re.compile(r"^( *)Cell In\[(\d+)\], line (\d+)")
_IN_FILE = re.compile(r'^\s*File "?(.+?)"?(?::(\d+)|, line (\d+))')
_ARROW = re.compile(r"^-+> *\d+ (.*)")
_WRITTEN = re.compile(r"^    (.*)")  # below the place of a syntax error, which is indented itself
MOST_LINES = 12


def of_cell(page: Path, notebook: nbformat.NotebookNode, index: int, name: str, message: str, trace: str = "") -> str:
    """One line with the place and the error, then the lines of the page and of the library that led to it."""
    frames = list(_frames(page, notebook, _ESCAPES.sub("", trace)))
    here = _line(page, notebook, index, 1)
    start, end = here, here + notebook.cells[index].source.count("\n")
    line = next((line for path, line, _ in frames if path == page and start <= line <= end), here)
    message = re.sub(r" \(\d+\.py, line \d+\)$", "", message.strip())  # the cell, as a file that nobody has
    first, *rest = message.splitlines() or [""]
    text = [f"{_place(page, line)}: {name}: {first}".rstrip(": ")]
    text += [f"    {more}" for more in rest[:MOST_LINES]]
    text += [f"    {_place(path, number)}  {code}".rstrip() for path, number, code in frames[:MOST_LINES]]
    return "\n".join(text)


def place(page: Path, notebook: nbformat.NotebookNode, index: int) -> str:
    """File and line of the first line of a cell."""
    return _place(page, _line(page, notebook, index, 1))


def on_stderr(page: Path, notebook: nbformat.NotebookNode) -> str:
    """The same for a cell that writes to stderr, such as a warning; empty if none does."""
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                return of_cell(page, notebook, index, "the cell writes to stderr", output.text)
    return ""


def _frames(page: Path, notebook: nbformat.NotebookNode, trace: str) -> Iterator[tuple[Path, int, str]]:
    """The steps of a traceback that are in the page or elsewhere in the book: file, line and code."""
    counts = {cell.get("execution_count"): index for index, cell in enumerate(notebook.cells)}
    place, bare = None, False
    for text in trace.splitlines():
        if match := _IN_CELL.match(text):
            bare, index = bool(match[1]), counts.get(int(match[2]))
            place = None if index is None else (page, _line(page, notebook, index, int(match[3])))
        elif match := _IN_FILE.match(text):
            path = Path(match[1]).expanduser()
            ours = path.is_relative_to(contents.ROOT) and not path.is_relative_to(contents.ROOT / ".venv")
            place = (path, int(match[2] or match[3])) if ours else None
        elif place and (match := (_WRITTEN if bare else _ARROW).match(text)):
            yield *place, match[1].strip()
            place = None


def _line(page: Path, notebook: nbformat.NotebookNode, index: int, line: int) -> int:
    """The line of the page on which a line of a cell stands."""
    before = sum(cell.cell_type == "code" for cell in notebook.cells[:index])
    block = Chapter.read(page).cells[before]
    blank = len(block.body) - len(block.body.lstrip("\n"))
    return block.start + blank + line - 1


def _place(path: Path, line: int) -> str:
    shown = path.relative_to(contents.ROOT) if path.is_relative_to(contents.ROOT) else path
    return f"{shown.as_posix()}:{line}"
