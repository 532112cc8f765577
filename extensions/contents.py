"""Which pages the book has: those of ``_toc.yml``, in its order, and no other file that happens to lie beside them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
TOC = "_toc.yml"
# The safe parser in C, which is ten times as fast, where there is one.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def listed() -> list[str]:
    """The pages of the table of contents, by their Sphinx names such as ``book/intro``, in reading order."""
    return list(files(toc()))


def toc() -> dict[str, Any]:
    """The table of contents."""
    return parsed(TOC, read(TOC))[1]


def edition() -> str:
    """The edition that this is, as the configuration says: ``reader``, ``student`` or ``instructor``."""
    return re.search(r"(?m)^ +book_edition: (\w+)$", read("_config.yml"))[1]


def read(file: str) -> str:
    """The text of a file of the book."""
    return (ROOT / file).read_text(encoding="utf8")


def parsed(file: str, text: str) -> tuple[yaml.Node | None, Any]:
    """What the text of a YAML file says, as a tree with lines and as a value.

    Raises ``ValueError`` with file, line and what is wrong if it is no YAML, or says something twice.
    """
    try:
        loader = LOADER(text)
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ValueError(f"{file}:{mark.line + 1}: this is not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ValueError(f"{file}:{line}: this is not YAML: {error.reason}") from None
    for fields in mappings(node):
        seen = set()
        for name, key, _ in fields:
            if name in seen:  # YAML would take the last
                raise ValueError(f"{file}:{key.start_mark.line + 1}: {name} stands twice: remove one")
            seen.add(name)
    return node, value


def mappings(node: yaml.Node | None) -> Iterator[list[tuple[str, yaml.Node, yaml.Node]]]:
    """The mappings at and below a node of YAML; of each its names, with the nodes of name and value."""
    if isinstance(node, yaml.MappingNode):
        yield [(key.value, key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        for _, value in node.value:
            yield from mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from mappings(child)


def files(entry: dict[str, Any]) -> Iterator[str]:
    """The pages at and below an entry of the table of contents."""
    for key, value in entry.items():
        if key in {"root", "file"}:
            yield value
        elif isinstance(value, list):
            for child in value:
                yield from files(child)


def path(name: str) -> Path:
    """The source of a page."""
    return ROOT / f"{name}.md"


def docname(page: Path) -> str:
    """Sphinx's name of a page, such as ``book/intro``."""
    return page.relative_to(ROOT).with_suffix("").as_posix()


def chapters() -> list[Path]:
    """The pages with cells, in reading order."""
    return [page for page in map(path, listed()) if page.exists() and is_notebook(page)]


def taught() -> list[Path]:
    """The chapters that keep the rules of the house, in reading order: of the introduction, the appendix and pages
    with ``profile: own`` less is asked."""
    others = {ROOT / "book", ROOT / "book/appendix"}
    return [page for page in chapters() if page.parent not in others and not is_own(page)]


def named(name: str) -> Path:
    """The page with cells of this name: ``depth``, or ``part/depth`` where two parts have one.

    Raises ``ValueError`` if there is none, or more than one.
    """
    every = chapters()
    found = [page for page in every if f"/{docname(page)}".endswith(f"/{name}")]
    if len(found) != 1:
        names = ", ".join(docname(page).removeprefix("book/") for page in found or every)
        raise ValueError(f"{len(found) or 'no'} pages are called {name!r}: choose from {names}")
    return found[0]


def is_own(page: Path) -> bool:
    """Whether the header of a page says ``profile: own``."""
    return says_own(page.read_text(encoding="utf8"))


def says_own(text: str) -> bool:
    """Whether a page with this text is without the rules of the house: whoever has rules for pages asks here."""
    header = text[: text.find("\n---\n", 3) + 1] if text.startswith("---\n") else ""
    return bool(re.search(r"(?m)^profile: own *$", header))


def is_notebook(page: Path) -> bool:
    """Whether the header says that the page is a MyST notebook."""
    return "format_name: myst" in page.read_text(encoding="utf8")[:600]
