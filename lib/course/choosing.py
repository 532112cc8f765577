"""Choose among the exercises and graded problems of the book, and compose a sheet of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import nbformat

from course import book

__all__ = ["Exercise", "chosen", "exercises", "plan", "sheet"]

PLAN = "assignments/plan.yml"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Exercise:
    """An exercise, or a graded problem, as the book has it."""

    label: str
    title: str
    page: str  # such as implicit-regularization/perceptron
    kind: str
    level: int
    minutes: int
    points: int  # 0 if it is not graded
    about: tuple[str, ...]  # labels of claims


def exercises() -> list[Exercise]:
    """Return all exercises of the book, in its order."""
    book.find()
    import contents
    import graded
    from page import traits
    from source import Chapter

    found = []
    for path in contents.chapters():
        for block in Chapter.read(path).named("exercise"):
            words = traits(block.classes)
            numbers = (int(words.get(name, 0)) for name in ("level", "minutes", "points"))
            page = contents.docname(path).removeprefix("book/")
            about = tuple(graded.about(block))
            found.append(Exercise(block.label, block.title, page, words.get("kind", ""), *numbers, about))
    return found


def chosen(
    every: Iterable[Exercise],
    *,
    kind: str = "",
    level: int = 0,
    minutes: int = 0,
    about: str = "",
    page: str = "",
    graded: bool | None = None,
) -> list[Exercise]:
    """Return those of a kind, of a level, of at most so many minutes, about a claim, on a page or in a part.

    Raises
    ------
    ValueError
        If no exercise is about this claim or on this page; says which names are like it.
    """
    every = list(every)
    if page and page not in (pages := {name for each in every for name in (each.page, *each.page.split("/"))}):
        raise ValueError(f"no page or part with exercises is called {page!r}{_near(page, pages)}")
    if about and about not in {name for each in every for name in each.about}:
        raise ValueError(f"{about!r} is {_unknown(about)}")
    return [
        each
        for each in every
        if (not kind or each.kind == kind)
        and (not level or each.level == level)
        and (not minutes or each.minutes <= minutes)
        and (not about or about in each.about)
        and (not page or page in {each.page, *each.page.split("/")})
        and (graded is None or bool(each.points) == graded)
    ]


def _unknown(label: str) -> str:
    import contents
    from source import Chapter

    claims = {each.label for page in contents.chapters() for each in Chapter.read(page).statements}
    return "a claim that no exercise is about" if label in claims else f"no claim of the book{_near(label, claims)}"


def _near(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name, sorted(known), cutoff=0.4)
    return f"; there is {', '.join(found)}" if found else ""


def plan() -> list[dict[str, Any]]:
    """Return the weeks of the teaching plan: what is read, which exercises are done, which problem set is due.

    Raises
    ------
    ValueError
        If the plan is no YAML, or names a page, an exercise or a problem set that the book does not have; says where.
    """
    book.find()
    import contents
    import graded

    node, weeks = contents.parsed(PLAN, contents.read(PLAN))
    known = {
        "read": {name.removeprefix("book/") for name in contents.listed()},
        "exercises": {each.label for each in exercises()},
        "due": {each.name for each in graded.sets()},
    }
    for field, _, value in (field for week in contents.mappings(node) for field in week):
        for each in value.value if isinstance(value.value, list) else [value]:
            if field in known and each.value not in known[field]:
                line, near = each.start_mark.line + 1, _near(each.value, known[field])
                raise ValueError(f"{PLAN}:{line}: the book has no {each.value!r} ({field}){near}")
    return weeks or []


def sheet(title: str, labels: list[str], site: Path | None = None) -> nbformat.NotebookNode:
    """Compose a notebook of exercises, as the built site numbers and shows them, without solutions.

    Parameters
    ----------
    title : str
    labels : list of str
    site : Path
        The folder with the built site; by default that of the book.

    Returns
    -------
    NotebookNode

    Raises
    ------
    ValueError
        If there is no such exercise, or the site is not built.
    """
    root = book.find()
    import contents
    from plain_markdown import cell_id

    site = site or root / "_build/html"
    pages = {each.label: each.page for each in exercises()}
    cells = [nbformat.v4.new_markdown_cell(f"# {title}", id="title")]
    cells.append(nbformat.v4.new_code_cell("from course import check", id="imports"))
    for label in dict.fromkeys(labels):
        if label not in pages:
            listed = _near(label, pages) or ": python -m course exercises lists them"
            raise ValueError(f"no exercise is called {label!r}{listed}")
        file = site / "_sources/book" / f"{pages[label]}.ipynb"
        if not file.exists():
            raise ValueError(f"{contents.docname(contents.ROOT / 'book' / pages[label])} is not built: make book")
        cells += _cells(nbformat.read(file, as_version=4), cell_id(label), label)
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _cells(notebook: nbformat.NotebookNode, name: str, label: str) -> Iterator[nbformat.NotebookNode]:
    """Find the cell of an exercise, without links, and the one for its answer."""
    here = next((n for n, cell in enumerate(notebook.cells) if cell.id == name), None)
    if here is None:
        raise ValueError(f"{label} is not in the built site: make book")
    cell = notebook.cells[here]
    cell.source = re.sub(r"<span [^>]*></span>|\[([^\]]+)\]\((?!http)[^)]*\)", r"\1", cell.source)
    yield cell
    following = notebook.cells[here + 1 : here + 2]
    yield from (each for each in following if each.cell_type == "code" and f'check("{label}"' in each.source)
