"""``python extensions/copies.py`` copies the built notebooks to ``notebooks/``, for readers to work in.

A copy with somebody's work in it is never overwritten. Each copy carries in its metadata which version it is and
what its cells were when they were written, so there is no list that could be lost or be wrong: a copy whose cells
are still those is refreshed, or removed when the book no longer has its page; any other file is kept, and a newer
version is written beside it under a name that says so.
"""

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import contents

FOLDER = "notebooks"
_KEY = "book"


def place(page: str) -> str:
    """Where the notebook of a page lies in the folder."""
    return f"{page.removeprefix('book/')}.ipynb"


def work(notebook: dict[str, Any]) -> str:
    """A digest of what a reader can change: text, code, outputs, and the order of the cells."""
    kept = ("cell_type", "source", "attachments", "outputs", "execution_count")
    cells = [[_joined(cell.get(name)) for name in kept] for cell in notebook["cells"]]
    return _digest(json.dumps(cells, sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _joined(value: Any) -> Any:  # noqa: ANN401
    """Texts are stored as one string or as a list of lines; what is empty is often left out."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    return value or None


def copy_all(site: Path, folder: Path) -> list[str]:
    """Bring the copies up to date; what there is to say about it."""
    said, found = [], 0
    for page in contents.listed():
        source = site / "_sources" / f"{page}.ipynb"
        if source.exists():
            found += 1
            said += _refresh(source, folder / place(page), page)
    if not found:
        raise FileNotFoundError(f"{site} holds no notebooks: run make book")
    return said + [text for path in sorted(folder.rglob("*.ipynb")) if (text := _clear(path, folder))]


def _clear(path: Path, folder: Path) -> str:
    """Remove what was written for a page that is no longer in the book; what there is to say if it was kept."""
    written, now = _state(path)
    page = written.get("page")
    if page is None or page in contents.listed():
        return ""
    names = rf"{re.escape(place(page).removesuffix('.ipynb'))}(-new-version(-\d+)?)?\.ipynb"
    if not re.fullmatch(names, path.relative_to(folder).as_posix()):  # a copy that a reader has made
        return ""
    if now != written.get("cells"):
        return f"{path} has your changes and was kept; the book no longer has this page"
    path.unlink()
    if path.parent != folder and not any(path.parent.iterdir()):
        path.parent.rmdir()
    return ""


def _refresh(source: Path, target: Path, page: str) -> list[str]:
    text = source.read_text(encoding="utf8")
    notebook = json.loads(text)
    notebook["metadata"][_KEY] = {"version": _digest(text), "cells": work(notebook), "page": page}
    text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    kept = target
    for number in range(1, 1000):
        written, now = _state(target)
        if written.get("version") == notebook["metadata"][_KEY]["version"]:
            return []
        if now in (written.get("cells"), None):  # nobody worked here, or there is nothing
            _write(target, text)
            return [] if target == kept else [f"{kept} has your changes and was kept; the new version is {target.name}"]
        beside = "new-version" if number == 1 else f"new-version-{number}"
        target = kept.with_name(f"{kept.stem}-{beside}.ipynb")
    raise FileExistsError(f"{kept} has a thousand versions beside it: remove some")


def _state(path: Path) -> tuple[dict[str, str], str | None]:
    """What was written here and what is here now, which is nothing only if there is no file."""
    if not os.path.lexists(path):
        return {}, None
    try:
        notebook = json.loads(path.read_text(encoding="utf8"))
        return dict(notebook["metadata"].get(_KEY, {})), work(notebook)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}, "cannot be read"


def _write(path: Path, text: str) -> None:
    """Write beside, then rename: whoever is killed in between leaves the old file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(text, encoding="utf8")
    beside.replace(path)


def main() -> None:
    """Copy, and say what was kept."""
    folder = contents.ROOT / FOLDER
    try:
        said = copy_all(contents.ROOT / "_build" / "html", folder)
    except OSError as error:
        sys.exit(f"The notebooks could not be copied to {folder}: {error}")
    print(*said, sep="\n", end="\n" if said else "")


if __name__ == "__main__":
    main()
