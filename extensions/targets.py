"""What the roles of a page lead to: labels, pages, works; and which of them lead nowhere.

Sphinx says so as well, but only of the whole book, late, and with the line of the paragraph. What it says again of a
role that was told here is dropped.
"""

import logging
import posixpath
import re
from collections.abc import Iterator
from difflib import get_close_matches

import contents
from source import Chapter

BIBLIOGRAPHY = "book/references.bib"
Told = tuple[str, str, str]  # file and line, the name that it is about, what to do
_ROLE = re.compile(r"\{(prf:ref|ref|numref|eq|doc|cite(?::\w+)?)\}`(?:[^`<]*<)?([^`<>]+)>?`")
_LITERAL = re.compile(r"``.+?``")
_TARGET = re.compile(r"^\(([^()\s]+)\)= *$|^\$\$ *\(([^()\s]+)\) *$")
_WORK = re.compile(r"^@\w+ *\{ *([^,\s]+) *,", re.M)
# Sphinx makes these itself.
_MADE = {"genindex", "modindex", "py-modindex", "search"}


def names(page: Chapter) -> Iterator[tuple[str, int]]:
    """Everything on a page that a role may lead to, and its line: labels, names of figures, marks in the text."""
    for block in page.blocks:
        figure = (block.options.get("mystnb") or {}).get("figure") or {}
        for name in filter(None, (block.label, block.options.get("name"), figure.get("name"))):
            yield str(name), block.line
    for line, text in page.outside:
        if match := _TARGET.match(text):
            yield match[1] or match[2], line


def twice(pages: list[Chapter]) -> Iterator[Told]:
    """Names that stand in two places: a role would lead to one of them."""
    seen: dict[str, str] = {}
    for page in pages:
        for name, line in names(page):
            here = page.place(line)
            if seen.setdefault(name, here) != here:
                yield here, name, f"the label {name} stands in {seen[name]} already: choose another"


def lost(pages: list[Chapter]) -> Iterator[Told]:
    """The roles that lead nowhere."""
    labels = {name for page in pages for name, _ in names(page)} | _MADE
    bibliography = contents.ROOT / BIBLIOGRAPHY
    works = set(_WORK.findall(bibliography.read_text(encoding="utf8"))) if bibliography.exists() else set()
    documents = {f"/{name}" for name in contents.listed()}
    lower = {label.lower() for label in labels}
    for page in pages:
        folder = posixpath.dirname(f"/{contents.docname(page.page)}")
        for line, role, target in _roles(page):
            if role == "doc":
                there, known = posixpath.normpath(posixpath.join(folder, target)) in documents, documents
            elif role.startswith("cite"):
                there, known = target in works, works
            else:  # of the latter three Sphinx reads capitals as small letters
                there, known = target in labels or (role in {"ref", "numref"} and target.lower() in lower), labels
            if not there:
                what = {"doc": "_toc.yml lists no page", "cite": f"{BIBLIOGRAPHY} has no work"}
                near = get_close_matches(target, sorted(known), 1, cutoff=0.75)
                remedy = f"correct it, perhaps to {near[0]}" if near else "correct it"
                yield (
                    page.place(line),
                    target,
                    f"{what.get(role.split(':')[0], 'nothing has the label')} {target}: {remedy}",
                )


def _roles(page: Chapter) -> Iterator[tuple[int, str, str]]:
    """Line, role and target, in the text of a page and in the captions of its figures."""
    captions = {n for cell in page.cells for n in range(cell.line, cell.start)}
    lines = dict(page.outside) | {n: page.lines[n - 1] for n in captions}
    for n in sorted(lines):
        if not lines[n].startswith("%"):
            for role, given in _ROLE.findall(_LITERAL.sub("", lines[n])):
                for target in given.split(",") if role.startswith("cite") else [given]:
                    yield n, role, target.strip()


class _Told(logging.Filter):
    """Drops what mentions one of some targets."""

    def __init__(self, targets: set[str]) -> None:
        super().__init__()
        self._pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(targets)))})(?![\w-])")

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is shown."""
        return not self._pattern.search(record.getMessage())


def told_already(targets: set[str]) -> None:
    """From now on Sphinx and its extensions say nothing of these targets: each would again, some without a line."""
    for handler in logging.getLogger("sphinx").handlers:
        handler.filters[:] = [each for each in handler.filters if not isinstance(each, _Told)]
        if targets:
            handler.filters.insert(0, _Told(targets))
