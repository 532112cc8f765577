"""``make edit``: a page that is opened and saved in Jupyter unchanged is left as it was."""

import re
import shutil
from pathlib import Path

import pytest
from jupytext import TextFileContentsManager
from nbformat.v4 import new_output

from contents import ROOT, chapters

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf8")
RECIPE = re.search(r"^edit:.*\n((?:\t.*\n)*)", MAKEFILE, re.M)[1]
LANGUAGE = {"name": "python", "version": "3.11.7", "file_extension": ".py", "pygments_lexer": "ipython3"}


@pytest.fixture(params=["book", "."])
def manager(request, tmp_path):
    """Jupyter's manager of files, started in the book or above it, with the settings of the recipe."""
    shutil.copytree(ROOT / "book", tmp_path / "book", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    manager = TextFileContentsManager(root_dir=str(tmp_path / request.param))
    folder = re.search(r'--FileCheckpoints\.checkpoint_dir="\$\(CURDIR\)/([^"]+)"', RECIPE)[1]
    manager.checkpoints.checkpoint_dir = str(tmp_path / folder)
    return manager


@pytest.mark.parametrize("page", chapters(), ids=lambda page: page.stem)
def test_saving_a_page_unchanged_changes_nothing(manager, page):
    """It was run, too: JupyterLab adds what it knows of the kernel and the runs."""
    root = Path(manager.root_dir)
    copy = next(root.rglob(page.name))
    notebook = manager.get(str(copy.relative_to(root)))["content"]
    notebook.metadata.language_info = LANGUAGE
    notebook.metadata.kernelspec.display_name = re.search(r'--display-name "([^"]+)"', RECIPE)[1]
    for cell in notebook.cells:
        cell.metadata.trusted = True
        if cell.cell_type == "code":
            cell.execution_count = 1
            cell.outputs = [new_output("stream", text="1")]
            cell.metadata.execution = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    path = str(copy.relative_to(root))
    manager.save({"type": "notebook", "format": "json", "content": notebook}, path)
    manager.create_checkpoint(path)
    assert copy.read_text(encoding="utf8") == page.read_text(encoding="utf8")
    book = next(folder for folder in copy.parents if folder.name == "book")
    assert not list(book.rglob("*checkpoint*")), "a checkpoint lies in the book"
