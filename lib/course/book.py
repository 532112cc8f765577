"""The sources of the book that one stands in."""

import sys
from pathlib import Path

__all__ = ["find"]


def find() -> Path:
    """Return the root of the book whose folder, or one within it, is the current one; its parser can be imported then.

    Raises
    ------
    ValueError
        If this is no book.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "_toc.yml").is_file() and (folder / "extensions/contents.py").is_file():
            if str(folder / "extensions") not in sys.path:
                sys.path.insert(0, str(folder / "extensions"))
            return folder
    raise ValueError("this is no folder of the book: go to the one with _toc.yml")
