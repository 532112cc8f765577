"""Rename the file of a chapter and what refers to it: ``python authoring/rename_chapter.py PART/OLD PART/NEW``."""

import os
import re
import sys
from pathlib import Path

from new_chapter import ROOT, check_free, split

import moved
import released

# Where a chapter is named; pages and tests besides.
FILES = ("_toc.yml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", released.FILE)
# What leads to a page, a picture or another file by the way from the page itself.
RELATIVE = re.compile(r"(\{doc\}`(?:[^`<]*<)?|\]\(<?|\{(?:figure|image)\} +)(?![/#]|[a-z]+:)([^\s`<>()#]+)")
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
    if not any(source.parent.iterdir()):
        source.parent.rmdir()
    changed = []
    for file in (*(root / each for each in FILES), *(root / "book").rglob("*.md"), *(root / "tests").rglob("*.py")):
        text = file.read_text(encoding="utf8") if file.exists() else ""
        renamed = re.sub(rf"(?<![\w-]){old}(?![\w-])", new, text)
        renamed = re.sub(rf"(?<=make chapter NAME=){before}(?![\w-])", name, renamed)
        if file.suffix == ".md":
            renamed = relinked(renamed, source if file == target else file, file, source, target)
        if file.parent == root / "tests/faults_by_part":
            renamed = re.sub(rf'"{before}"(?=\s*\))', f'"{name}"', renamed)
        if renamed != text:
            file.write_text(renamed, encoding="utf8")
            changed.append(file.relative_to(root).as_posix())
    addresses = root / moved.FILE
    addresses.parent.mkdir(exist_ok=True)
    before = addresses.read_text(encoding="utf8") if addresses.exists() else ""
    addresses.write_text(moved.after(before, [f"book/{old}"], f"book/{new}"), encoding="utf8")
    changed.append(moved.FILE)
    return LEFT.format(page=target.relative_to(root), others=", ".join(changed), name=name)


def relinked(text: str, was: Path, file: Path, source: Path, target: Path) -> str:
    """The text of a file, which ``was`` elsewhere perhaps, with links that lead where they led, from ``target`` on."""

    def mended(match: re.Match) -> str:
        there = Path(os.path.normpath(was.parent / match[2]))
        if there in {source, source.with_suffix("")}:
            there = target.with_suffix(there.suffix)
        elif was == file or not (there.exists() or there.with_name(f"{there.name}.md").exists()):
            return match[0]
        return match[1] + Path(os.path.relpath(there, file.parent)).as_posix()

    return RELATIVE.sub(mended, text)


if __name__ == "__main__":
    try:
        print(rename_chapter(*sys.argv[1:]), end="")
    except ValueError as error:
        raise SystemExit(f"make rename-chapter NAME=part/old TO=part/new: {error}") from None
