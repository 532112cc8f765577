"""``make notebooks``: a copy with somebody's work in it is never overwritten, whatever happened before."""

import json
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

import contents
import copies
from contents import ROOT

PAGE = "part/page.ipynb"
NEW = "part/page-new-version.ipynb"
SECOND = "part/page-new-version-2.ipynb"


class Shelf:
    """A built site, whose pages come in versions, and the folder with the copies."""

    def __init__(self, root):
        self.site, self.folder = root / "site", root / "notebooks"

    def publish(self, text):
        for name in ("book/page", "book/plain", "book/part/page"):
            path = self.site / "_sources" / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            cells = [new_markdown_cell(f"# {name}", id="a"), new_code_cell(f"'{text}'", id="b")]
            path.write_text(writes(new_notebook(cells=cells)), encoding="utf8")

    def copy(self):
        return copies.copy_all(self.site, self.folder)

    def change(self, change, name=PAGE):
        """What JupyterLab does when a reader saves."""
        notebook = self.read(name)
        change(notebook)
        (self.folder / name).write_text(json.dumps(notebook, indent=1), encoding="utf8")

    def read(self, name=PAGE):
        return json.loads((self.folder / name).read_text(encoding="utf8"))

    def code(self, name=PAGE):
        return "".join(self.read(name)["cells"][1]["source"])

    def files(self):
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def shelf(small_root):
    shelf = Shelf(small_root)
    shelf.publish("one")
    shelf.copy()
    return shelf


ALL = {"page.ipynb", "plain.ipynb", PAGE}


def type_in(notebook):
    notebook["cells"][1]["source"] = ["'mine'"]


def run(notebook):
    notebook["cells"][1].update(execution_count=1, outputs=[new_output("stream", text="a day of computing")])


def add(notebook):
    notebook["cells"].append(new_markdown_cell("a note", id="c"))


def remove(notebook):
    del notebook["cells"][0]


def swap(notebook):
    notebook["cells"].reverse()


def attach(notebook):
    notebook["cells"][0]["attachments"] = {"photo.png": {"image/png": "QQ=="}}


def strip(notebook):
    """Another program may drop what it does not know."""
    notebook["metadata"].clear()


WORK = [type_in, run, add, remove, swap, attach, strip]


def test_copies_have_the_folders_of_the_book(shelf):
    assert shelf.files() == ALL
    assert shelf.code() == "'one'"


def test_unchanged_copies_are_refreshed(shelf):
    shelf.publish("two")
    assert shelf.copy() == []
    assert (shelf.code(), shelf.files()) == ("'two'", ALL)


def leave_out_the_page(shelf):
    (shelf.site / "_sources/book/part/page.ipynb").unlink()
    (contents.ROOT / "_toc.yml").write_text("root: book/page\nchapters: [{file: book/plain}]\n", encoding="utf8")


def test_the_copy_of_a_page_that_is_no_longer_in_the_book_goes(shelf):
    shelf.change(type_in)
    shelf.publish("two")
    shelf.copy()
    shelf.change(lambda notebook: notebook["cells"].pop(), "plain.ipynb")
    assert shelf.files() == ALL | {NEW}
    (shelf.folder / "mine.ipynb").write_bytes((shelf.folder / NEW).read_bytes())
    leave_out_the_page(shelf)
    (said,) = shelf.copy()[:1]
    assert said == f"{shelf.folder / PAGE} has your changes and was kept; the book no longer has this page"
    assert shelf.files() == ALL | {"mine.ipynb"}


def test_no_empty_folder_is_left(shelf):
    leave_out_the_page(shelf)
    assert shelf.copy() == []
    assert shelf.files() == ALL - {PAGE} and not (shelf.folder / "part").exists()


def test_an_unchanged_save_is_no_work(shelf):
    """Texts are stored in one piece or as lines, and programs add metadata of their own."""

    def save(notebook):
        notebook["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell["metadata"]["trusted"] = True

    shelf.change(save)
    shelf.publish("two")
    assert shelf.copy() == []
    assert shelf.code() == "'two'"


@pytest.mark.parametrize("work", WORK)
def test_work_is_kept_and_the_new_version_lies_beside_it(shelf, work):
    shelf.change(work)
    mine = (shelf.folder / PAGE).read_bytes()
    if work is not strip:
        assert shelf.copy() == []  # nothing new: nothing to say
        assert shelf.files() == ALL
    shelf.publish("two")
    (said,) = shelf.copy()
    assert re.search(
        r"part/page\.ipynb has your changes and was kept; the new version is page-new-version\.ipynb", said
    )
    assert (shelf.folder / PAGE).read_bytes() == mine
    assert shelf.code(NEW) == "'two'"
    assert shelf.copy() == []
    shelf.publish("three")
    assert len(shelf.copy()) == 1
    assert (shelf.folder / PAGE).read_bytes() == mine
    assert (shelf.code(NEW), shelf.files()) == ("'three'", ALL | {NEW})


@pytest.mark.parametrize("work", WORK)
def test_work_in_the_new_version_is_kept_too(shelf, work):
    shelf.change(type_in)
    shelf.publish("two")
    shelf.copy()
    shelf.change(work, NEW)
    mine = (shelf.folder / NEW).read_bytes()
    shelf.publish("three")
    (said,) = shelf.copy()
    assert said.endswith("page-new-version-2.ipynb")
    assert (shelf.folder / NEW).read_bytes() == mine
    assert (shelf.code(), shelf.code(SECOND)) == ("'mine'", "'three'")


def test_renamed_work_is_kept(shelf):
    shelf.change(type_in)
    (shelf.folder / PAGE).rename(shelf.folder / "mine.ipynb")
    shelf.publish("two")
    assert shelf.copy() == []
    assert (shelf.code("mine.ipynb"), shelf.code()) == ("'mine'", "'two'")


def test_another_page_under_this_name_is_kept(shelf):
    (shelf.folder / "plain.ipynb").replace(shelf.folder / PAGE)
    shelf.change(type_in)
    shelf.publish("two")
    assert len(shelf.copy()) == 1
    assert (shelf.code(), shelf.code(NEW), shelf.code("plain.ipynb")) == ("'mine'", "'two'", "'two'")


def test_a_deleted_copy_comes_back(shelf):
    (shelf.folder / PAGE).unlink()
    assert shelf.copy() == []
    assert shelf.code() == "'one'"


@pytest.mark.parametrize("content", [b"", b'{"cells": [', b"[]", b"null", b'{"cells": 3, "metadata": {}}', b"\xff\xfe"])
def test_what_cannot_be_read_is_kept(shelf, content):
    (shelf.folder / PAGE).write_bytes(content)
    shelf.publish("two")
    assert len(shelf.copy()) == 1
    assert (shelf.folder / PAGE).read_bytes() == content
    assert shelf.code(NEW) == "'two'"


def test_a_dangling_link_and_a_folder_are_kept(shelf):
    for name, make in ((PAGE, Path.mkdir), ("plain.ipynb", lambda path: path.symlink_to("nowhere"))):
        (shelf.folder / name).unlink()
        make(shelf.folder / name)
    shelf.publish("two")
    assert len(shelf.copy()) == 2
    assert (shelf.folder / PAGE).is_dir()
    assert (shelf.folder / "plain.ipynb").is_symlink()


@pytest.mark.parametrize("worked", [False, True])
def test_killed_in_between(shelf, monkeypatch, worked):
    """Before each rename in turn: what is there is whole, and the next run completes it."""
    if worked:
        shelf.change(type_in)
    shelf.publish("two")
    for survived in range(4):
        left = iter(range(survived))

        def replace(path, target, left=left):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return path.rename(target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            try:
                shelf.copy()
            except KeyboardInterrupt:
                assert survived < 3
        assert all(
            shelf.code(name) in {"'one'", "'two'", "'mine'"} for name in shelf.files() if "part" not in name[-5:]
        )
    assert shelf.copy() == []
    assert shelf.code() == ("'mine'" if worked else "'two'")
    assert shelf.files() == (ALL | {NEW} if worked else ALL)


def main(root, monkeypatch):
    """What the command says when it fails."""
    monkeypatch.setattr(copies.contents, "ROOT", root)
    with pytest.raises(SystemExit) as stopped:
        copies.main()
    return stopped.value.code


def test_without_a_book_it_says_so(small_root, monkeypatch):
    assert "run make book" in main(small_root, monkeypatch)
    assert not (small_root / "notebooks").exists()


def test_where_nothing_can_be_written_it_says_so(shelf, monkeypatch):
    root = shelf.folder.parent
    (root / "_build").mkdir()
    shelf.site.rename(root / "_build" / "html")

    def refuse(path, *_, **__):
        raise PermissionError(30, "Read-only file system", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", refuse)
        monkeypatch.setattr(copies.contents, "ROOT", root)
        copies.main()  # nothing to write: nothing to say
        (shelf.folder / PAGE).unlink()
        assert re.search(r"could not be copied to .*notebooks: .*Read-only file system", main(root, monkeypatch))
    for path in sorted(shelf.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    shelf.folder.rmdir()
    shelf.folder.write_text("a file", encoding="utf8")
    assert "could not be copied" in main(root, monkeypatch)


def test_the_built_book(tmp_path):
    """A second run has nothing to do."""
    assert "$(BIN)/python extensions/copies.py" in (ROOT / "Makefile").read_text(encoding="utf8")
    for _ in range(2):
        assert copies.copy_all(ROOT / "_build" / "html", tmp_path) == []
    assert (tmp_path / "intro.ipynb").exists()
