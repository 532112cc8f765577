"""Editions of the book: ``python extensions/edition.py student FOLDER`` writes a repository that is one.

The text is cut before Sphinx sees it, so that nothing that is built from it can hold what was cut.
``student`` has no solution, no stored answer and no hidden test; ``instructor`` has the problem sets as pages as well,
solved and with all tests. What has no edition is for readers: exercises with solutions, problem sets without.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import jupytext
import yaml
from sphinx.application import Sphinx

import contents
import graded
from course.problems.release import filled, released
from course.problems.source import ProblemSet
from source import Chapter

EDITIONS = ("instructor", "student")
MARK = "<!-- solutions -->"  # ends a line that speaks of solutions
# Keys to answers, and tests of these keys.
KEYS = ("assignments/*/trials.py", "tests/assignments/test_sets.py", "tests/grading/*", "tests/grading/*/*")
ANSWERS = "lib/course/answers.json"
CONFIGURATION = "_config.yml"


def write(edition: str, folder: Path) -> list[Path]:
    """Write an edition into a folder that is empty or holds an earlier one; the files written.

    Raises ``ValueError`` if there is no such edition, the folder is within the book or holds something else, or git
    does not know a page of the book.
    """
    if edition not in EDITIONS:  # that for readers is the book itself
        raise ValueError(f"there is no edition {edition!r}: choose from reader, {', '.join(EDITIONS)}")
    if folder.resolve().is_relative_to(contents.ROOT) and not folder.resolve().is_relative_to(contents.ROOT / "_build"):
        raise ValueError(f"{folder} is within the book: choose a folder beside it, such as ../my-course")
    known = files()
    pages = (Path(f"{name}.md") for name in contents.listed())
    if lost := [page.as_posix() for page in pages if page not in known and (contents.ROOT / page).exists()]:
        raise ValueError(f"git does not know {', '.join(lost)}: git add the pages that {contents.TOC} lists")
    written = {file: text for name in known for file, text in of_file(edition, name)}
    _clear(folder, edition)
    for name, text in written.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, Path):
            shutil.copy2(text, target)
        elif not target.exists() or target.read_text(encoding="utf8") != text:
            target.write_text(text, encoding="utf8")
    return [folder / name for name in written]


def files() -> list[Path]:
    """The files of the repository, from its root.

    With git, what it knows: grades and drafts that lie among them are nobody's to publish. Without git, what is not
    ignored.
    """
    if not (names := _git("--cached")):
        ignored = [*contents.read(".gitignore").split(), ".git"]
        names = {
            path.relative_to(contents.ROOT).as_posix()
            for path in contents.ROOT.rglob("*")
            if not any(part.match(each.rstrip("/")) for part in _heads(path) for each in ignored)
        }
    return [Path(name) for name in sorted(names) if (contents.ROOT / name).is_file()]


def strangers() -> list[str]:
    """What lies in the folder of the book, and is not in an edition since git does not know it."""
    return sorted(_git("--others", "--directory", "--no-empty-directory")) if _git("--cached") else []


def left_out() -> str:
    """A line about the strangers; empty if there are none."""
    left = ", ".join(strangers())
    return f"Not among them, as git does not know them here: {left}. What belongs there: git add.\n" if left else ""


def _git(*which: str) -> set[str]:
    git = ["git", "ls-files", *which, "--exclude-standard", "-z"]
    listed = subprocess.run(git, cwd=contents.ROOT, capture_output=True, encoding="utf8", check=False)
    return set(filter(None, listed.stdout.split("\0"))) if listed.returncode == 0 else set()


def _heads(path: Path) -> Iterator[PurePosixPath]:
    """The path and its folders, as if the book were the root of all: what is ignored there alone begins with /."""
    inside = PurePosixPath("/", path.relative_to(contents.ROOT).as_posix())
    return (each for each in (inside, *inside.parents) if each.name)


def of_file(edition: str, name: Path) -> Iterator[tuple[Path, str | Path]]:
    """What becomes of a file: names and texts, or the file itself to copy."""
    path, posix = contents.ROOT / name, name.as_posix()
    if posix == CONFIGURATION:
        yield name, _configured(path.read_text(encoding="utf8"), edition)
    elif posix == contents.TOC and edition == "instructor":
        yield name, _with_sets(path.read_text(encoding="utf8"))
    elif is_set(name):
        yield from _of_set(edition, ProblemSet.read(path))
    elif edition == "instructor":
        yield name, path
    elif any(name.match(key) for key in KEYS):
        return
    elif posix == ANSWERS:
        yield name, "{}\n"
    elif name.suffix == ".md" and (name.parts[0] == "book" or len(name.parts) == 1):
        yield name, cut(Chapter.read(path))
    else:
        yield name, path


def is_set(name: Path) -> bool:
    """Whether a file is the source of a problem set."""
    return len(name.parts) == 3 and name.parts[0] == "assignments" and name.stem == name.parts[1]


def cut(page: Chapter) -> str:
    """The text of a page without its solutions and without the lines that speak of them."""
    solutions = [block for block in page.blocks if block.name == "solution" or "solution" in block.tags]
    gone = {n for block in solutions for n in range(block.line, block.end + 1)}
    gone |= {n for n, line in enumerate(page.lines, 1) if line.rstrip().endswith(MARK)}
    kept, after = [], False
    for n, line in enumerate(page.lines, 1):
        blank = not line.strip() and after  # the blank line after what is gone goes too
        if n in gone:
            after = True
        elif not blank:
            kept.append(line)
            after = False
    return "\n".join(kept).rstrip("\n") + "\n"


def _of_set(edition: str, problems: ProblemSet) -> Iterator[tuple[Path, str]]:
    name = problems.path.relative_to(contents.ROOT)
    if edition == "instructor":
        yield name, problems.text
        solved = filled(problems.notebook, "instructor")
        yield Path("book/problem-sets", name.name), _as_page(problems, solved)
        return
    yield name, _as_page(problems, released(problems))
    titles = {each.label: f"*{each.title}*" for page in contents.chapters() for each in Chapter.read(page).statements}
    yield name.with_suffix(".ipynb"), jupytext.writes(released(problems, titles=titles), fmt="ipynb")


def _as_page(problems: ProblemSet, notebook: object) -> str:
    """A notebook in the form of the pages, under the header of its source."""
    written = jupytext.writes(notebook, fmt="md:myst")
    return Chapter(problems.path, problems.text).header + written[written.index("\n---\n", 3) + 5 :]


def _configured(text: str, edition: str) -> str:
    return re.sub(r"(?m)^(\s+book_edition:) \w+$", rf"\1 {edition}", text)


def _with_sets(text: str) -> str:
    """The table of contents with a part for the problem sets, before the appendix."""
    toc = yaml.load(text, contents.LOADER)
    pages = [{"file": f"book/problem-sets/{each.name}"} for each in graded.sets()]
    if pages:
        toc["parts"].insert(len(toc["parts"]) - 1, {"caption": "Problem sets, solved", "chapters": pages})
    return yaml.safe_dump(toc, sort_keys=False, allow_unicode=True)


def _clear(folder: Path, edition: str) -> None:
    """Remove an earlier edition, but what was built or installed there."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    configuration = folder / CONFIGURATION
    before = configuration.read_text(encoding="utf8") if configuration.is_file() else ""
    if f" book_edition: {edition}\n" not in before:
        raise ValueError(f"{folder} holds something else than the {edition} edition: choose an empty folder")
    for path in folder.iterdir():
        if path.name not in {".git", ".venv", "_build", "notebooks"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("book_edition", "reader", "env", [str])
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("python extensions/edition.py student FOLDER, or instructor")
    try:
        print(f"{len(write(sys.argv[1], Path(sys.argv[2])))} files are written to {sys.argv[2]}")
        print(left_out(), end="")
    except ValueError as error:
        raise SystemExit(str(error)) from None
