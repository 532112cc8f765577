"""The notebooks that the site offers: complete in themselves, and they run wherever the library is installed."""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import jupytext
import nbformat
import pytest
from bs4 import BeautifulSoup
from lab import Lab, running_lab
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_markdown_cell, new_notebook

from contents import ROOT, chapters, docname
from downloads import KERNEL, installation
from execution import KERNEL_ENVIRONMENT

SITE = ROOT / "_build" / "html"
PAGES = {docname(page): page for page in chapters()}
STATEMENT = re.compile(r"^\*\*((?:Theorem|Lemma|Corollary|Proposition|Remark|Definition|Example) [\d.]+)\*\*", re.M)


@pytest.fixture(params=PAGES)
def name(request):
    return request.param


@pytest.fixture
def download(name):
    return nbformat.read(downloaded(name), as_version=4)


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    """The downloads that do not run in an empty folder, on all cores."""
    folder = tmp_path_factory.mktemp("elsewhere")

    def run(name):
        notebook = nbformat.read(downloaded(name), as_version=4)
        del notebook.cells[0]  # it would install the library from the web
        try:
            NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
        except CellExecutionError as error:
            return error

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(os.cpu_count()) as pool:
        for variable in KERNEL_ENVIRONMENT:
            patch.delenv(variable, raising=False)
        return dict(zip(PAGES, pool.map(run, PAGES), strict=True))


@pytest.fixture(scope="module")
def bare_lab(browser, tmp_path_factory):
    """JupyterLab as it comes, without MyST."""
    home = tmp_path_factory.mktemp("bare")
    for name in PAGES:
        target = home / "work" / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(downloaded(name), target)
    raw = new_markdown_cell("```{prf:theorem} Planted\n:label: thm-planted\n```\n\nSee {prf:ref}`thm-planted` and $x$.")
    nbformat.write(new_notebook(cells=[raw], metadata=KERNEL), home / "work" / "raw.ipynb")
    with running_lab(home, disabled=["jupyterlab-myst"]) as address:
        lab = Lab(browser, address)
        yield lab
        lab.page.close()


def downloaded(name):
    path = SITE / "_sources" / f"{name}.ipynb"
    if not path.exists():
        pytest.fail(f"{path} is missing: run make book")
    return path


def text(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_offered(name):
    page = (SITE / f"{name}.html").read_text(encoding="utf8")
    up = "../" * name.count("/")
    assert f'href="{up}_sources/{name}.ipynb"' in page, f"{name} has no button for its notebook"


def test_valid(download):
    nbformat.validate(download)
    assert download.metadata.kernelspec.name == "python3"
    assert all(not cell.outputs for cell in download.cells if cell.cell_type == "code")


def test_nothing_is_left_to_resolve(name, download):
    left = re.findall(r".*(?:\{[\w:-]+\}`|:(?:class|label|name): |^:::|^```\{|\\R\b|\\argmin).*", text(download), re.M)
    assert not left, f"{name}: {left}"


def test_numbers_are_those_of_the_site(name, download):
    page = BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf8"), "html.parser")
    numbers = [number.text.strip() for number in page.select("div.proof > .admonition-title > .caption-number")]
    assert STATEMENT.findall(text(download)) == numbers
    source = PAGES[name].read_text(encoding="utf8")
    assert len(numbers) == len(re.findall(r"^[`:]{3,}\{prf:(?!proof)", source, re.M))


def test_same_code(name, download):
    """Each cell of the chapter and no other, folded where it is folded in the chapter."""
    cells = [cell for cell in jupytext.read(PAGES[name], fmt="md:myst").cells if cell.cell_type == "code"]
    found = [cell for cell in download.cells[1:] if cell.cell_type == "code"]
    assert [cell.source for cell in found] == [cell.source for cell in cells]
    for cell, source in zip(found, cells, strict=True):
        folded = bool({"hide-cell", "hide-input", "solution"} & set(source.metadata.get("tags", [])))
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == folded, cell.source


@pytest.mark.parametrize(("directive", "shown"), [("prf:proof", "<details open>"), ("solution", "<details>")])
def test_proofs_are_open_and_solutions_are_not(name, download, directive, shown):
    directives = re.findall(rf"^[`:]{{3,}}\{{{directive}\}}", PAGES[name].read_text(encoding="utf8"), re.M)
    assert text(download).count(f"{shown}<summary>{directive.removeprefix('prf:').title()} ") == len(directives)


def test_first_cell(download):
    assert download.cells[0].source == installation().source


def test_first_cell_with_and_without_repository(monkeypatch):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://github.com/someone/notes.git")
    monkeypatch.setenv("BOOK_REPOSITORY_BRANCH", "fall-2026")
    cell = installation()
    assert (cell.cell_type, cell.source) == ("code", "%pip install -q git+https://github.com/someone/notes@fall-2026")
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "")
    cell = installation()
    assert cell.cell_type == "markdown"
    assert "pip install" in cell.source


def test_runs(name, failures):
    assert not failures[name], f"{name}.ipynb fails on its own: {failures[name]}"


def test_reads_well_in_a_bare_lab(name, bare_lab):
    with bare_lab.opened(f"{name}.ipynb") as notebook:
        assert not notebook.locator(".myst").count(), "jupyterlab-myst is not disabled"
        found = bare_lab.problems(notebook)
        assert not found, f"{name}.ipynb does not read well in JupyterLab: {found}"
        assert not notebook.locator("mjx-merror").count(), f"{name}.ipynb has a formula that MathJax cannot read"
        solutions = text(nbformat.read(downloaded(name), as_version=4)).count("<details><summary>")
        assert notebook.locator("details:not([open])").count() == solutions


def test_unresolved_text_would_be_found(bare_lab):
    """The same notebook without its conversion."""
    with bare_lab.opened("raw.ipynb") as notebook:
        found = "\n".join(bare_lab.problems(notebook))
        assert ":label: thm-planted" in found, found
        assert "{prf:ref}thm-planted" in found, found
