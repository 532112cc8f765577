"""Which pages the book has: those of ``_toc.yml``, in its order, and no other file that happens to lie beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
# The safe parser in C, which is ten times as fast, where there is one.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def listed() -> list[str]:
    """The pages of the table of contents, by their Sphinx names such as ``book/intro``, in reading order."""
    return list(files(toc()))


def toc() -> dict[str, Any]:
    """The table of contents; what is no YAML is told by the program that builds the site."""
    return yaml.load((ROOT / "_toc.yml").read_text(encoding="utf8"), LOADER)


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
    """The chapters proper, in reading order: neither the introduction nor the appendix."""
    return [page for page in chapters() if page.parent not in {ROOT / "book", ROOT / "book/appendix"}]


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


def is_notebook(page: Path) -> bool:
    """Whether the header says that the page is a MyST notebook."""
    return "format_name: myst" in page.read_text(encoding="utf8")[:600]
