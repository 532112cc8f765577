"""Chapters are executed once for each state of what they call, and a failing cell stops the build."""

import pytest
from sphinx.errors import ExtensionError

import contents
import execution

PAGE = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A page

```{code-cell} ipython3
import os
log = open("executions", "a")
_ = log.write("x")
log.close()
os.environ["BOOK_FRAMES"]
```
"""


def test_chapters_are_the_pages_with_cells(small_root):
    (small_root / "book/part").mkdir()
    (small_root / "book/part/page.md").write_text(PAGE, encoding="utf8")
    (small_root / "book/plain.md").write_text("# No cells\n", encoding="utf8")
    assert [contents.docname(page) for page in contents.chapters()] == ["book/part/page"]


@pytest.mark.parametrize("path", ["lib/toy/__init__.py", "lib/toy/new.json", "lib/new.py", "requirements.txt"])
def test_another_file_is_another_cache(small_root, path):
    before = execution.cache_folder()
    assert execution.cache_folder() == before
    (small_root / path).write_text("# changed\n", encoding="utf8")
    assert execution.cache_folder() != before


def test_another_environment_is_another_cache(small_root, monkeypatch):
    before = execution.cache_folder()
    monkeypatch.setitem(execution.KERNEL_ENVIRONMENT, "BOOK_FRAMES", "")
    assert execution.cache_folder() != before


def test_what_chapters_do_not_call_leaves_the_cache(small_root):
    before = execution.cache_folder()
    (small_root / "lib/toy/notes.txt").write_text("changed", encoding="utf8")
    assert execution.cache_folder() == before


def test_a_chapter_is_executed_once(small_root):
    page = small_root / "book/page.md"
    page.write_text(PAGE, encoding="utf8")
    with pytest.raises(KeyError):
        execution.executed(page)
    execution.execute_all()
    execution.execute_all()
    assert (page.parent / "executions").read_text() == "x"
    assert execution.executed(page).cells[1].execution_count == 1


def test_chapters_are_executed_for_frames_by_whoever_asks(small_root, monkeypatch):
    for name in execution.KERNEL_ENVIRONMENT:
        monkeypatch.delenv(name)
    page = small_root / "book/page.md"
    page.write_text(PAGE, encoding="utf8")
    execution.execute_all()
    (cell,) = (cell for cell in execution.executed(page).cells if cell.cell_type == "code")
    assert cell.outputs[-1].data["text/plain"] == "'1'"


def test_a_failing_cell_names_page_and_error(small_root):
    page = small_root / "book/page.md"
    page.write_text(PAGE.replace('os.environ["BOOK_FRAMES"]', "1 / 0"), encoding="utf8")
    with pytest.raises(ExtensionError, match=r"book/page\.md fails") as caught:
        execution.execute_all()
    assert "ZeroDivisionError: division by zero" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    with pytest.raises(KeyError):
        execution.executed(page)
