"""Write the skeleton of a chapter and every file it touches: ``python authoring/new_chapter.py PART/NAME TITLE``."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKELETON, OWN = Path(__file__).with_name("skeleton.md"), Path(__file__).with_name("own.md")
LEFT = """\
{page} is written, and listed in {others}.
What is left says: make chapter NAME={name}
Only you know: the text where the page says TODO, three faults in tests/faults_by_part, the rows of
book/appendix/lectures.yml that its statements serve, and new symbols for book/appendix/notation.md.
"""
OWN_LEFT = """\
{page} is written without the rules of the house, and listed in {others}.
To see it: make chapter NAME={name}
"""


def new_chapter(where: str = "", title: str = "", profile: str = "", root: Path = ROOT) -> str:
    """Add a chapter to the book below ``root``, or with the profile ``own`` a page without its rules; what is left."""
    part, name = split("NAME", where)
    if not title.strip():
        raise ValueError("TITLE is empty: say what the chapter is called")
    if profile not in {"", "own"}:
        raise ValueError(f"PROFILE is own, or left out, not {profile!r}")
    page = root / "book" / f"{where}.md"
    check_free("NAME", name, root)
    changed = {"_toc.yml": listed(read(root, "_toc.yml"), part, name)}
    if not profile:
        changed["book/intro.md"] = introduced(read(root, "book/intro.md"), part, name)
    changed["CHANGELOG.md"] = noted(read(root, "CHANGELOG.md"), title)
    skeleton = (OWN if profile else SKELETON).read_text(encoding="utf8")
    page.parent.mkdir(exist_ok=True)
    page.write_text(skeleton.replace("@NAME@", name).replace("@TITLE@", title), encoding="utf8")
    for file, text in changed.items():
        (root / file).write_text(text, encoding="utf8")
    if profile:
        return OWN_LEFT.format(page=page.relative_to(root), others=", ".join(changed), name=name)
    answer = [f"ex-{name}-length", "2", "0.01", "10", "That is y; the length of x is missing."]
    answer += ["5", "That is the length of x."]
    environment = {**os.environ, "PYTHONPATH": str(root / "lib")}
    subprocess.run([sys.executable, "-m", "course", "record", *answer], check=True, cwd=root, env=environment)
    return LEFT.format(page=page.relative_to(root), others=", ".join([*changed, "lib/course/answers.json"]), name=name)


def split(variable: str, where: str) -> list[str]:
    """Part and name of a chapter, both without what an address or a label cannot have."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*/[a-z][a-z0-9-]*", where):
        raise ValueError(f"{variable} must be part/name in small letters, digits and hyphens, got {where!r}")
    return where.split("/")


def check_free(variable: str, name: str, root: Path) -> None:
    """See to it that no other page is called so."""
    if same := next((root / "book").rglob(f"{name}.md"), None):
        raise ValueError(f"{variable} {name!r} is taken by {same.relative_to(root)}: choose another")


def read(root: Path, file: str) -> str:
    """The text of a file."""
    return (root / file).read_text(encoding="utf8")


def caption(part: str) -> str:
    """What the part of a folder is called."""
    return part.replace("-", " ").capitalize()


def listed(toc: str, part: str, name: str) -> str:
    """The table of contents with the chapter at the end of its part, which comes before the appendix if it is new."""
    line = f"      - file: book/{part}/{name}\n"
    chapters = list(re.finditer(rf"^ *- file: book/{part}/\S+\n", toc, re.M))
    if chapters:
        return toc[: chapters[-1].end()] + line + toc[chapters[-1].end() :]
    before = "  - caption: Appendix\n"
    if before not in toc:
        raise ValueError(f"_toc.yml has no line {before.strip()!r}, before which a new part would come: add it")
    return toc.replace(before, f"  - caption: {caption(part)}\n    numbered: true\n    chapters:\n{line}{before}")


def introduced(introduction: str, part: str, name: str) -> str:
    """The introduction with the chapter in its table, in the place of what was in preparation."""
    link = f"{{doc}}`/book/{part}/{name}`"
    if others := re.search(rf"^\|.*\{{doc\}}`/book/{part}/[^`]*`", introduction, re.M):  # up to the last of the row
        return introduction[: others.end()] + f", {link}" + introduction[others.end() :]
    waiting = f"{caption(part)}, in preparation"
    if waiting not in introduction:
        raise ValueError(f"book/intro.md has neither a chapter of {part} nor {waiting!r} in its table: add a row")
    return introduction.replace(waiting, link)


def noted(changelog: str, title: str) -> str:
    """The changelog with the chapter at the end of its newest version."""
    newest = re.search(r"^## .*\n(?:\n|[-\w ].*\n)*", changelog, re.M)
    if not newest:
        raise ValueError("CHANGELOG.md has no version '## …': add one")
    text = newest[0].rstrip("\n")
    stop = "" if title[-1] in "?!" else "."
    return changelog.replace(text, f"{text}\n- New chapter: {title}{stop}", 1)


if __name__ == "__main__":
    try:
        print(new_chapter(*sys.argv[1:]), end="")
    except ValueError as error:
        raise SystemExit(f'make new-chapter NAME=part/name TITLE="…" [PROFILE=own]: {error}') from None
