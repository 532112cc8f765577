"""``make edit``: a page that is opened and saved in Jupyter is changed where somebody typed, and nowhere else."""

import re
import shutil
from difflib import ndiff
from pathlib import Path

import pytest
from jupytext import TextFileContentsManager
from nbformat.v4 import new_output
from traitlets.config import Config

from contents import ROOT, listed, path

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf8")
RECIPE = re.search(r"^edit:.*\n((?:\t.*\n)*)", MAKEFILE, re.M)[1]
LANGUAGE = {"name": "python", "version": "3.11.7", "file_extension": ".py", "pygments_lexer": "ipython3"}


@pytest.fixture(params=["book", "."])
def manager(request, tmp_path, monkeypatch):
    """Jupyter's manager of files, started in the book or above it, with the settings of the recipe."""
    shutil.copytree(ROOT / "book", tmp_path / "book", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    monkeypatch.syspath_prepend(str(ROOT / re.search(r"PYTHONPATH=(\S+)", RECIPE)[1]))
    hook = re.search(r"--ContentsManager\.pre_save_hook=(\S+)", RECIPE)[1]
    settings = Config({"ContentsManager": {"pre_save_hook": hook}})
    manager = TextFileContentsManager(root_dir=str(tmp_path / request.param), config=settings)
    folder = re.search(r'--FileCheckpoints\.checkpoint_dir="\$\(CURDIR\)/([^"]+)"', RECIPE)[1]
    manager.checkpoints.checkpoint_dir = str(tmp_path / folder)
    return manager


@pytest.mark.parametrize("page", [path(name) for name in listed()], ids=lambda page: page.stem)
@pytest.mark.parametrize("change", [None, "code", "markdown"])
def test_saving_a_page_changes_what_was_typed(manager, page, change):
    """It was run, too: JupyterLab adds what it knows of the kernel and the runs."""
    root = Path(manager.root_dir)
    copy = next(root.rglob(page.name))
    notebook = manager.get(str(copy.relative_to(root)), type="notebook")["content"]
    notebook.metadata.language_info = LANGUAGE
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    for cell in notebook.cells:
        cell.metadata.trusted = True
        if cell.cell_type == "code":
            cell.execution_count = 1
            cell.outputs = [new_output("stream", text="1")]
            cell.metadata.execution = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    typed = "another = 1" if change == "code" else "Another sentence."
    cell = next((cell for cell in notebook.cells if cell.cell_type == change), None)
    if cell:
        cell.source += f"\n{typed}"
    where = str(copy.relative_to(root))
    manager.save({"type": "notebook", "format": "json", "content": notebook}, where)
    manager.create_checkpoint(where)
    before, after = (file.read_text(encoding="utf8").split("\n") for file in (page, copy))
    changed = [line for line in ndiff(before, after) if line[0] != " "]
    assert changed == ([f"+ {typed}"] if cell else [])
    book = next(folder for folder in copy.parents if folder.name == "book")
    assert not list(book.rglob("*checkpoint*")), "a checkpoint lies in the book"
