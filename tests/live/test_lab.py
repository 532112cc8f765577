"""Notebooks in JupyterLab: a reader's copy as ``make lab`` makes it, and a source as an author opens it.

Two pages run here; of all others ``test_notebooks.py`` shows that their code is what nbval ran.
"""

import json
import re
import shutil
from itertools import pairwise

import pytest
from lab import PATIENCE, Lab, running_lab
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes
from playwright.sync_api import expect

import copies
from contents import ROOT, chapters, docname, edition, taught
from notebooks import KERNEL

pytestmark = pytest.mark.xdist_group("lab")

SOURCES = {copies.place(docname(page)): page for page in chapters()}
FIRST = copies.place(docname(taught()[0]))
SHORTEST = min(SOURCES, key=lambda name: SOURCES[name].read_text(encoding="utf8").count("{code-cell}"))
CURRENT = "id => jupyterapp.shell.currentWidget?.content?.widgets?.some(cell => cell.model.id === id)"
IN_VIEW = """id => {
    const cell = jupyterapp.shell.currentWidget?.content?.widgets?.find(cell => cell.model.id === id);
    const top = cell?.node.getBoundingClientRect().top;
    return top >= 0 && top < innerHeight;
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("readers")
    copies.copy_all(ROOT / "_build" / "html", home / "work")
    raw = "```{prf:theorem} Planted\n:label: thm-planted\n```\n\nSee {prf:ref}`thm-planted` and $\\unheard{x}$."
    cells = [new_markdown_cell(raw), new_code_cell("assert not 42, 'planted'")]
    (home / "work" / "raw.ipynb").write_text(writes(new_notebook(cells=cells, metadata=KERNEL)), encoding="utf8")
    return home


@pytest.fixture(scope="module")
def lab(browser, home):
    """JupyterLab as it comes, without MyST."""
    with running_lab(home) as address:
        lab = Lab(browser, address)
        yield lab
        lab.page.close()


@pytest.fixture(scope="module")
def first(lab):
    """The first chapter proper, opened and run."""
    with lab.opened(FIRST) as notebook:
        assert not notebook.locator(".myst").count(), "jupyterlab-myst is not disabled"
        found = lab.problems(notebook)
        assert not found, f"{FIRST} does not read well in JupyterLab: {found}"
        assert not notebook.locator("mjx-merror").count(), f"{FIRST} has a formula that MathJax cannot read"
        failed = lab.run_all()
        assert not failed, f"{FIRST} fails in JupyterLab: {failed}"
        yield notebook


@pytest.fixture(scope="module")
def cells(home):
    """The cells of the first chapter, as they lie in the folder."""
    return json.loads((home / "work" / FIRST).read_text(encoding="utf8"))["cells"]


def code(cell):
    return "".join(cell["source"])


def test_nothing_is_given_away(first, lab, cells):
    """After Run All: each answer is missing, none is right, no proof and no solution is open."""
    answers = sum(code(cell).startswith("answer = ...") for cell in cells)
    words = "this edition of the book keeps no answers" if edition() == "student" else "no answer yet"
    assert sum(said.startswith(words) for said in lab.said()) == answers > 0
    assert not [said for said in lab.said() if "right" in said]
    assert first.locator("details").count() > 0
    assert first.locator("details[open]").count() == 0


def test_an_answer_is_judged(first, lab, cells):
    """A wrong one, and the code of the solution, which stands folded below the exercise."""
    if edition() == "student":
        pytest.skip("there is no answer")
    answer, solution = next(
        (cell, found[1])
        for cell, below in pairwise(cells)
        if code(cell).startswith("answer = ...") and (found := re.search(r"```python\n(.+?)\n```", code(below), re.S))
    )
    output = lab.write(answer["id"], code(answer).replace("...", "-12345.678")).locator(".jp-OutputArea-output")
    expect(output).to_contain_text("✗", timeout=PATIENCE)
    assert "✓ right" not in output.inner_text()
    output = lab.write(answer["id"], solution).locator(".jp-OutputArea-output").first
    expect(output).to_contain_text("✓ right", timeout=PATIENCE)


def test_sliders_move(first):
    move_sliders(first, FIRST)


def move_sliders(notebook, name):
    """Each slider of each explorer of the page, and see that its picture changes."""
    explorers = notebook.locator("figure.explorer")
    expect(explorers).to_have_count(len(re.findall(r"^explore\(", SOURCES[name].read_text(encoding="utf8"), re.M)))
    for explorer in explorers.all():
        for slider in explorer.locator("input[type=range]").all():
            picture = explorer.locator("img")
            before = picture.get_attribute("src")
            slider.press("ArrowRight")
            expect(picture).not_to_have_attribute("src", before, timeout=PATIENCE)


def test_a_link_on_the_page(first, lab, cells):
    label = re.search(r"\]\(#(thm-[\w-]+)\)", "\n".join(map(code, cells)))[1]
    lab.page.evaluate("file.content.scrollToItem(0)")
    first.locator(f"a[href$='#{label}']").first.evaluate("link => link.click()")
    lab.page.wait_for_function(IN_VIEW, arg=label)


def test_a_shorter_page(lab):
    with lab.opened(SHORTEST) as notebook:
        failed = lab.run_all()
        assert not failed, f"{SHORTEST} fails in JupyterLab: {failed}"
        found = lab.problems(notebook)
        assert not found, f"{SHORTEST} does not read well in JupyterLab: {found}"
        move_sliders(notebook, SHORTEST)


def test_a_link_to_another_page(lab, home):
    """The first click opens the notebook, at its top; in one that is open JupyterLab goes to the cell."""
    text = (home / "work" / "appendix" / "checked-claims.ipynb").read_text(encoding="utf8")
    words, name = re.findall(r"\[(Theorem [\d.]+)\]\([^)#]+\.ipynb#cell-id=([\w-]+)\)", text)[-1]
    with lab.opened("appendix/checked-claims.ipynb") as notebook:
        link = notebook.get_by_role("link", name=words, exact=True).first
        link.click()
        lab.page.wait_for_function(CURRENT, arg=name)
        lab.page.evaluate("jupyterapp.shell.activateById(file.id)")
        link.click()
        lab.page.wait_for_function(IN_VIEW, arg=name)
        lab.wait("Promise.resolve(jupyterapp.shell.currentWidget.dispose())")


def test_what_must_be_found_is_found(lab):
    with lab.opened("raw.ipynb") as notebook:
        assert lab.run_all() == ["AssertionError: planted"]
        found = "\n".join(lab.problems(notebook))
        assert ":label: thm-planted" in found, found
        assert "{prf:ref}thm-planted" in found, found


def test_a_source_opens_as_a_notebook(browser, tmp_path):
    """Authors see statements and exercises as boxes; what the build generates has only its name there."""
    generated = "compared-with-the-lecture - Unknown Directive"
    (tmp_path / "work").mkdir()
    shutil.copy(SOURCES[FIRST], tmp_path / "work" / "page.md")
    with running_lab(tmp_path, authors=True) as address:
        lab = Lab(browser, address)
        with lab.opened("page.md") as notebook:
            assert "jp-NotebookPanel" in notebook.get_attribute("class")
            assert notebook.locator(".myst").count() > 10
            raw = [problem for problem in lab.problems(notebook) if problem.startswith("raw text")]
            found = [problem for problem in raw if generated not in problem]
            assert not found, f"{FIRST} does not read well as a source: {found}"
        lab.page.close()
