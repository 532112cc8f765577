"""Rename the file of a chapter and what refers to it: ``python authoring/rename_chapter.py PART/OLD PART/NEW``."""

import re
import sys
from pathlib import Path

from new_chapter import ROOT, check_free, split

# Where a chapter is named; pages and tests besides.
FILES = ("_toc.yml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LEFT = """\
{page} is written; changed: {others}.
Labels are what they were. If it goes to another part, move its line in _toc.yml and its link in book/intro.md.
Now: make chapter NAME={name}
"""


def rename_chapter(old: str = "", new: str = "", root: Path = ROOT) -> str:
    """Rename a chapter of the book below ``root``; what was done."""
    (_, before), (_, name) = split("NAME", old), split("TO", new)
    source, target = (root / "book" / f"{where}.md" for where in (old, new))
    if not source.exists():
        raise ValueError(f"NAME: there is no book/{old}.md")
    if name != before:
        check_free("TO", name, root)
    elif target.exists():
        raise ValueError(f"TO: there is a book/{new}.md")
    target.parent.mkdir(exist_ok=True)
    source.rename(target)
    changed = []
    for file in (*(root / each for each in FILES), *(root / "book").rglob("*.md"), *(root / "tests").rglob("*.py")):
        text = file.read_text(encoding="utf8") if file.exists() else ""
        renamed = re.sub(rf"(?<![\w-]){old}(?![\w-])", new, text)
        if file == root / "tests/faults.py":
            renamed = re.sub(rf'"{before}"(?=\s*\))', f'"{name}"', renamed)
        if renamed != text:
            file.write_text(renamed, encoding="utf8")
            changed.append(file.relative_to(root).as_posix())
    return LEFT.format(page=target.relative_to(root), others=", ".join(changed), name=name)


if __name__ == "__main__":
    try:
        print(rename_chapter(*sys.argv[1:]), end="")
    except ValueError as error:
        raise SystemExit(f"make rename-chapter NAME=part/old TO=part/new: {error}") from None
