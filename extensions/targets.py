"""What the roles and links of a page lead to: labels, pages, works, files; and which of them lead nowhere.

Sphinx says so as well, but only of the whole book, late, and with the line of the paragraph. What it says again of
what was told here is dropped.
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
# What follows the words of a link, and stays in the book.
_LINK = re.compile(r"(!\[[^\]]*)?\]\((?![a-z][a-z0-9+.-]*:|//)<?([^\s()<>]+)", re.I)
_MODULE = re.compile(r"\w+(\.\w+)+")  # of which Sphinx knows more
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
    """The roles and links that lead nowhere."""
    labels = {name for page in pages for name, _ in names(page)} | _MADE
    bibliography = contents.ROOT / BIBLIOGRAPHY
    works = set(_WORK.findall(bibliography.read_text(encoding="utf8"))) if bibliography.exists() else set()
    for page in pages:
        yield from _lost_roles(page, labels, works)
        yield from _lost_links(page, labels | works)


def _lost_roles(page: Chapter, labels: set[str], works: set[str]) -> Iterator[Told]:
    lower, documents = {label.lower() for label in labels}, _documents(page)
    for line, role, target in _roles(page):
        if role == "doc":
            missing, known = "_toc.yml lists no page", documents
            target = posixpath.normpath(target)
        elif role.startswith("cite"):
            missing, known = f"{BIBLIOGRAPHY} has no work", works
        else:
            missing, known = "nothing has the label", labels
        # Of these two Sphinx reads capitals as small letters.
        if target not in known and not (role in {"ref", "numref"} and target.lower() in lower):
            yield page.place(line), target, f"{missing} {target}: {_correct(target, known)}"


def _lost_links(page: Chapter, labels: set[str]) -> Iterator[Told]:
    """Links such as ``[words](page.md)`` and pictures, each told by what Sphinx would say of it, in its quotes."""
    lower, documents = {label.lower() for label in labels}, _documents(page)
    for line, is_picture, target in _links(page):
        path, _, anchor = target.partition("#")
        name = posixpath.normpath(path.removesuffix(".md"))
        file = contents.ROOT / path[1:] if path.startswith("/") else page.page.parent / path
        if is_picture:
            if not file.is_file():
                yield page.place(line), posixpath.basename(path), f"there is no picture {path}: correct it"
        elif not path:
            if anchor.lower() not in lower:
                yield page.place(line), f"'{anchor}'", f"nothing has the label {anchor}: {_correct(anchor, labels)}"
        elif name in documents:
            if anchor:
                remedy = "only a label leads into a page: write {ref}`words <label>` instead of"
                yield page.place(line), f"'{anchor}'", f"{remedy} {target}"
        elif path.endswith(".md"):
            known = {f"{document}.md" for document in documents}
            place = posixpath.normpath(posixpath.join(posixpath.dirname(f"/{contents.docname(page.page)}"), name))
            for shown in (target, place[1:]):  # of a file that was a page Sphinx gives the latter
                yield page.place(line), f"'{shown}'", f"_toc.yml lists no page {path}: {_correct(path, known)}"
        elif not file.is_file() and path.lower() not in lower and not _MODULE.fullmatch(path):
            missing = f"neither a page nor a label nor a file is called {path}"
            yield page.place(line), f"'{target}'", f"{missing}: {_correct(path, labels | documents)}"


def _documents(page: Chapter) -> set[str]:
    """What the pages of the book are called on a page: by their place in the book, or by the way from here."""
    documents = {f"/{name}" for name in contents.listed()}
    folder = posixpath.dirname(f"/{contents.docname(page.page)}")
    return documents | {posixpath.relpath(document, folder) for document in documents}


def _correct(target: str, known: set[str]) -> str:
    near = get_close_matches(target, sorted(known), 1, cutoff=0.75)
    return f"correct it, perhaps to {near[0]}" if near else "correct it"


def _roles(page: Chapter) -> Iterator[tuple[int, str, str]]:
    """Line, role and target, in the text of a page and in the captions of its figures."""
    captions = {n for cell in page.cells for n in range(cell.line, cell.start)}
    lines = dict(page.outside) | {n: page.lines[n - 1] for n in captions}
    for n in sorted(lines):
        if not lines[n].startswith("%"):
            for role, given in _ROLE.findall(_LITERAL.sub("", lines[n])):
                for target in given.split(",") if role.startswith("cite") else [given]:
                    yield n, role, target.strip()


def _links(page: Chapter) -> Iterator[tuple[int, bool, str]]:
    """Line, whether it is a picture, and target of each link that stays in the book."""
    for n, line in sorted({*page.prose, *((n, line) for n, line in page.outside if line.startswith("|"))}):
        if not line.startswith("%"):
            plain = re.sub(r"`[^`]*`|\$[^$]*\$", "", _LITERAL.sub("", line))
            yield from ((n, bool(picture), target) for picture, target in _LINK.findall(plain))
    for block in page.named("figure", "image"):
        yield block.line, True, block.title


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
