"""``make rename-chapter`` changes the file of a chapter and what refers to it, and no other."""

import os
import subprocess
import sys

import pytest

from contents import ROOT
from moved import HEAD

TEXTS = {
    "_toc.yml": "- file: book/part/walk\n- file: book/part/walk-long\n- file: book/other-part/walk\n",
    "book/part/walk.md": "# A walk\n",
    "book/part/walk-long.md": "See {doc}`/book/part/walk`, {doc}`that walk </book/part/walk>`; a walk.\n",
    "book/intro.md": "| {doc}`/book/part/walk-long`, {doc}`/book/part/walk` |\n",
    "tests/faults_by_part/part.py": (
        'Fault("walk", "walk", "run", "walk")\nFault("a", "b", "c", "walk-long")\nFault("part/walk")\n'
    ),
    "tests/lint/known.py": '("names", "part/walk"): 1,\n("names", "part/walk-long"): 2,\n',
    "README.md": "`make chapter NAME=walk`, `make chapter NAME=walk-long`; a walk.\n",
    "Makefile": "chapter:  ## such as make chapter NAME=walk\n",
    "book/part/other.md": "{doc}`walk`, {doc}`a <./walk>`, [it](walk.md), [a](<walk.md>), [b](walk.md#mark).\n",
    "book/other-part/other.md": "{doc}`walk`, {doc}`../part/walk`, [it](../part/walk.md), `x[0](walk)`.\n",
    "book/appendix/other.md": "{doc}`walk`, [it](walk.md), [this](#walk), [web](https://a.org/walk.md).\n",
    "book/part/x.svg": "",
    "book/appendix/released.yml": "- {label: b, page: book/part/walk}\n- {label: a, page: book/part/walk-long}\n",
    "book/appendix/moved.yml": f"{HEAD}- {{was: book/part/amble, now: book/part/walk}}\n",
}
RENAMED = {
    "_toc.yml": "- file: book/part/stroll\n- file: book/part/walk-long\n- file: book/other-part/walk\n",
    "book/part/stroll.md": "# A walk\n",
    "book/part/walk-long.md": "See {doc}`/book/part/stroll`, {doc}`that walk </book/part/stroll>`; a walk.\n",
    "book/intro.md": "| {doc}`/book/part/walk-long`, {doc}`/book/part/stroll` |\n",
    "tests/faults_by_part/part.py": (
        'Fault("walk", "walk", "run", "stroll")\nFault("a", "b", "c", "walk-long")\nFault("part/stroll")\n'
    ),
    "tests/lint/known.py": '("names", "part/stroll"): 1,\n("names", "part/walk-long"): 2,\n',
    "README.md": "`make chapter NAME=stroll`, `make chapter NAME=walk-long`; a walk.\n",
    "Makefile": "chapter:  ## such as make chapter NAME=stroll\n",
    "book/part/other.md": "{doc}`stroll`, {doc}`a <stroll>`, [it](stroll.md), [a](<stroll.md>), [b](stroll.md#mark).\n",
    "book/other-part/other.md": "{doc}`walk`, {doc}`../part/stroll`, [it](../part/stroll.md), `x[0](walk)`.\n",
    "book/appendix/other.md": "{doc}`walk`, [it](walk.md), [this](#walk), [web](https://a.org/walk.md).\n",
    "book/part/x.svg": "",
    "book/appendix/released.yml": "- {label: b, page: book/part/stroll}\n- {label: a, page: book/part/walk-long}\n",
    "book/appendix/moved.yml": (
        f"{HEAD}- {{was: book/part/amble, now: book/part/stroll}}\n- {{was: book/part/walk, now: book/part/stroll}}\n"
    ),
}
# A page with links of its own, and with text that looks like one.
LINKS = """\
{doc}`walk-long`, {doc}`walk`, {doc}`/book/part/walk`,
[it](walk-long.md), ![X](x.svg), [a](https://a.org).
`x[0](f)`

```{figure} x.svg
```
"""
MOVED = """\
{doc}`../part/walk-long`, {doc}`walk`, {doc}`/book/new-part/walk`,
[it](../part/walk-long.md), ![X](../part/x.svg), [a](https://a.org).
`x[0](f)`

```{figure} ../part/x.svg
```
"""


@pytest.fixture
def root(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf8")
    return tmp_path


def rename(root, *words):
    program = (
        f"import sys, pathlib, rename_chapter; print(rename_chapter.rename_chapter(*{words}, root=pathlib.Path.cwd()))"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("authoring", "extensions"))},
        capture_output=True,
        text=True,
    )


def files(root):
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_chapter_is_renamed_with_all_that_names_it(root):
    done = rename(root, "part/walk", "part/stroll")
    assert files(root) == RENAMED, done.stderr
    assert "make chapter NAME=stroll" in done.stdout and "tests/faults_by_part/part.py" in done.stdout


def test_a_chapter_that_goes_to_another_part_leads_where_it_led(root):
    (root / "book/part/walk.md").write_text(LINKS)
    done = rename(root, "part/walk", "new-part/walk")
    assert files(root)["book/new-part/walk.md"] == MOVED, done.stderr
    assert files(root)["book/part/other.md"].startswith(
        "{doc}`../new-part/walk`, {doc}`a <../new-part/walk>`, [it](../"
    )


def test_a_chapter_that_has_its_old_name_again_leads_nowhere_else(root):
    rename(root, "part/walk", "part/stroll")
    rename(root, "part/stroll", "part/walk")
    leads = {"amble": "walk", "stroll": "walk"}
    rows = "".join(f"- {{was: book/part/{was}, now: book/part/{now}}}\n" for was, now in leads.items())
    assert files(root)["book/appendix/moved.yml"] == HEAD + rows


def test_the_last_chapter_of_a_part_leaves_no_folder(root):
    (root / "book/lonely").mkdir()
    (root / "book/lonely/hike.md").write_text("# A hike\n")
    done = rename(root, "lonely/hike", "part/hike")
    assert (root / "book/part/hike.md").exists() and not (root / "book/lonely").exists(), done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "NAME must be part/name"),
        (("walk", "part/stroll"), "NAME must be part/name"),
        (("part/walk", "part/Stroll"), "TO must be part/name"),
        (("part/run", "part/stroll"), "NAME: there is no book/part/run.md"),
        (("part/walk", "part/walk-long"), "TO 'walk-long' is taken by book/part/walk-long.md"),
        (("part/walk", "part/walk"), "TO: there is a book/part/walk.md"),
    ],
)
def test_what_cannot_be_renamed_is_not(root, words, said):
    done = rename(root, *words)
    assert said in done.stderr and files(root) == TEXTS
