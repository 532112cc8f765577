"""Editions: students get no solution, instructors get all, and what is written is a repository that keeps its rules."""

import json
import re
import shutil
import subprocess

import pytest

import contents
import edition
from source import Chapter

ROOT = contents.ROOT
PAGE = """\
# A page

Read on. <!-- solutions -->
Stay.

```{exercise} Twice
:class: kind-computation level-1 minutes-10
:label: ex-twice
Double {prf:ref}`lem-two`.
```

```{solution} ex-twice
:class: dropdown
:label: sol-twice
It is four.
```

```{code-cell} ipython3
:tags: [hide-cell, solution]

check("ex-twice", 4)


assert True
```

## Next

```{code-cell} ipython3
first = 1


second = 2
```
"""


@pytest.fixture
def book(small_root):
    """A small repository with a page and a problem set."""
    sample = contents.Path(__file__).with_name("assignments") / "sample.md"
    for name, text in {
        "book/part/page.md": PAGE,
        "book/plain.md": "# Plain\n",
        "book/page.md": "# Home\n",
        "README.md": "Here.\nSolved. <!-- solutions -->\nThere.\n",
        ".gitignore": "_build/\n__pycache__/\n",
        "_config.yml": "sphinx:\n  config:\n    book_edition: reader\n",
        "_toc.yml": "format: jb-book\nroot: book/page\nparts:\n"
        "  - {caption: Part, chapters: [{file: book/part/page}]}\n"
        "  - {caption: Appendix, chapters: [{file: book/plain}]}\n",
        "assignments/part/part.md": sample.read_text(),
        "assignments/part/trials.py": "WRONG = ['x * x']\n",
        "lib/course/answers.json": '{"ex-twice": {"answer": ["12ab"]}}\n',
        "tests/grading/test_grade.py": "",
        "_build/old.html": "",
    }.items():
        (small_root / name).parent.mkdir(parents=True, exist_ok=True)
        (small_root / name).write_text(text, encoding="utf8")
    return small_root


def everything(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_page_is_cut_and_the_rest_of_it_stays():
    text = edition.cut(Chapter(contents.ROOT / "book/part/page.md", PAGE))
    assert "four" not in text and "check" not in text and "Read on" not in text and "assert" not in text
    assert "Double {prf:ref}`lem-two`.\n```\n\n## Next\n\n" in text
    assert "first = 1\n\n\nsecond = 2" in text and "Stay.\n" in text
    assert edition.cut(Chapter(contents.ROOT / "book/part/page.md", text)) == text


def test_students_get_no_key_to_anything(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    edition.write("student", folder)
    found = everything(folder)
    whole = "\n".join(found.values())
    for secret in ("It is four", "12ab", "x + x", "a + a", "2 * fresh", "homogeneous", "BEGIN", "x * x']"):
        assert secret not in whole, secret
    assert json.loads(found["lib/course/answers.json"]) == {}
    assert found["README.md"] == "Here.\nThere.\n"
    assert "book_edition: student" in found["_config.yml"]
    assert not [name for name in found if name.startswith(("tests/grading", "_build")) or name.endswith("trials.py")]
    assert "double the vector" in found["assignments/part/part.md"]
    notebook = json.loads(found["assignments/part/part.ipynb"])
    assert [cell["source"] for cell in notebook["cells"] if "student" in cell["metadata"].get("tags", [])]


def test_instructors_get_everything(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("instructor")
    edition.write("instructor", folder)
    found = everything(folder)
    assert "It is four" in found["book/part/page.md"] and "12ab" in found["lib/course/answers.json"]
    page = found["book/problem-sets/part.md"]
    assert "student = 'instructor'" in page and "2 * fresh" in page and "homogeneous" in page
    assert found["_toc.yml"].index("book/problem-sets/part") < found["_toc.yml"].index("book/plain")
    assert "assignments/part/trials.py" in found


def test_an_edition_replaces_an_earlier_one_and_nothing_else(book, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    edition.write("student", folder)
    (folder / "_build").mkdir()
    (folder / "_build" / "built").write_text("")
    (folder / "old.md").write_text("")
    edition.write("student", folder)
    assert (folder / "_build/built").exists() and not (folder / "old.md").exists()
    with pytest.raises(ValueError, match="holds something else than the instructor edition"):
        edition.write("instructor", folder)
    other = tmp_path_factory.mktemp("other")
    (other / "mine.txt").write_text("")
    with pytest.raises(ValueError, match="choose an empty folder"):
        edition.write("student", other)
    assert (other / "mine.txt").exists()
    with pytest.raises(ValueError, match="no edition 'teacher': choose from reader, instructor, student"):
        edition.write("teacher", other)


def test_without_git_the_same_files_are_found(book):
    shutil.rmtree(book / ".git", ignore_errors=True)
    (book / ".gitignore").write_text("_build/\n/ids.txt\n/sheet.*\n")
    for name in ("ids.txt", "sheet.md", "book/sheet.md"):
        (book / name).write_text("")
    found = {name.as_posix() for name in edition.files()}
    assert {"README.md", "book/sheet.md"} <= found and not {"ids.txt", "sheet.md"} & found
    assert not [name for name in found if name.startswith("_build")]


def test_what_lies_beside_the_book_is_in_no_edition(book, tmp_path_factory):
    def git(*words):
        subprocess.run(["git", *words], cwd=book, check=True, capture_output=True)

    git("init")
    git("add", ".")
    before = edition.files()
    for name in ("grades.csv", "handed-in/ada.ipynb", "handed-in/bob.ipynb", "book/part/draft.md", "assignments/new/a"):
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text("")
    assert edition.files() == before and contents.Path("README.md") in before
    assert edition.strangers() == ["assignments/new/", "book/part/draft.md", "grades.csv", "handed-in/"]
    git("rm", "--cached", "book/part/page.md")
    with pytest.raises(
        ValueError, match=r"^git does not know book/part/page\.md: git add the pages that _toc\.yml lists"
    ):
        edition.write("student", tmp_path_factory.mktemp("student"))


def test_what_the_guide_types_of_students_is_ignored(book):
    guide = (ROOT / "book/appendix/instructors.md").read_text(encoding="utf8")
    typed = {name for line in re.findall("(?m)^python -m course .*", guide) for name in re.findall(r"\w+\.\w+", line)}
    assert {"ids.txt", "grades.csv"} <= typed
    shutil.copy(ROOT / ".gitignore", book)
    before = edition.files()
    for name in (*typed, "sheet.md", "sheet.ipynb", "release/ada/part.ipynb", "submissions/ada.ipynb"):
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text("")
    assert edition.files() == before


@pytest.mark.parametrize("name", [".", "book/sub", "my-course"])
def test_an_edition_is_not_written_into_the_book(book, name):
    before = edition.files()
    with pytest.raises(ValueError, match=r"is within the book: choose a folder beside it, such as \.\./my-course"):
        edition.write("student", book / name)
    assert edition.files() == before
    assert edition.write("student", book / "_build/student")


def test_no_line_of_a_solution_is_in_what_students_get(tmp_path):
    """Of the book as it is: no line that stands in solutions, or in hidden tests, alone."""
    if contents.edition() == "student":
        pytest.skip("nothing is left to cut")
    edition.write("student", tmp_path)
    solved, open_lines = set(), set()
    for page in contents.chapters():
        chapter = Chapter.read(page)
        blocks = [block for block in chapter.blocks if block.name == "solution" or "solution" in block.tags]
        inside = {n for block in blocks for n in range(block.start, block.end)}
        for n, line in enumerate(chapter.lines, 1):
            (solved if n in inside else open_lines).add(line.strip())
    secret = {line for line in solved - open_lines if len(line) > 25}
    assert len(secret) > 1000
    for path in (*tmp_path.glob("*.md"), *tmp_path.glob("book/**/*.md"), *tmp_path.glob("assignments/*/*")):
        leaked = secret & {line.strip() for line in path.read_text(encoding="utf8").split("\n")}
        assert not leaked, f"{path.relative_to(tmp_path)}: {sorted(leaked)[:3]}"


def test_the_readme_of_students_names_what_they_have():
    shown = edition.cut(Chapter.read(contents.ROOT / "README.md"))
    assert "make test-grading" not in shown and "EDITION=instructor" not in shown
    assert "make book" in shown and "make lint" in shown
