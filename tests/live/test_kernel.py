"""Explorers with a kernel: a slider draws its figure anew, the same figure that the site shows."""

import itertools
import re
import sys

import jupytext
import matplotlib.pyplot as plt
import nbconvert
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from contents import chapters
from course import explore, style
from execution import KERNEL_ENVIRONMENT
from kernel import started

WITH_EXPLORER = [page for page in chapters() if "\nexplore(" in page.read_text(encoding="utf8")]
MOVE = """\
from ipywidgets.widgets.widget import _instances

live = next(widget for widget in _instances.values() if hasattr(widget, "positions"))
for slider in range(len(live.positions)):
    before = live.picture
    live.positions = [1 if i == slider else at for i, at in enumerate(live.positions)]
    print(live.picture.count("<img"), live.picture != before)
"""
EXPLORER = """\
import matplotlib.pyplot as plt
from course import explore, style
style.use()
def draw(slope):
    figure, axes = plt.subplots()
    axes.plot([0, slope])
    return figure, f"A line of slope {slope}."
explore(draw, slope=[1, 2])"""
FIGURE = "import matplotlib.pyplot as plt\n_ = plt.plot([0, 1])"
USE = "from course import style\nstyle.use()"
RC = "text.usetex: True\nfont.family: serif\nsavefig.format: pdf\n"


@pytest.fixture(autouse=True)
def _live(monkeypatch):
    for name in KERNEL_ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)


def run(*sources, **options):
    """A notebook with these cells, executed."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    started(NotebookClient(notebook, timeout=120, **options).execute)
    return notebook


def test_a_chapter_in_a_kernel():
    """The first explorer of a chapter shows a widget, and each slider changes the picture."""
    notebook = jupytext.read(WITH_EXPLORER[0], fmt="md:myst")
    explorer = next(n for n, cell in enumerate(notebook.cells) if re.search(r"^explore\(", cell.source, re.M))
    notebook.cells[explorer + 1 :] = [new_code_cell(MOVE)]
    started(NotebookClient(notebook, timeout=120).execute)
    (view,) = notebook.cells[explorer].outputs
    assert "application/vnd.jupyter.widget-view+json" in view.data
    assert "text/html" not in view.data
    said = "".join(output.text for output in notebook.cells[-1].outputs)
    assert re.fullmatch("(1 True\n){1,2}", said), said


def test_live_and_on_the_page_the_same(monkeypatch):
    def draw(slope, width):
        figure, axes = plt.subplots()
        axes.plot([0, slope], linewidth=width)
        return figure, f"a line of slope {slope} and width {width}"

    shown = []
    monkeypatch.setattr(sys.modules["course.explore"], "display", shown.append)
    style.use()
    values = {"slope": [1, 2, 3], "width": [0.5, 1.5]}
    explore(draw, **values)
    monkeypatch.setenv("BOOK_FRAMES", "1")
    explore(draw, **values)
    live, page = shown
    frames = BeautifulSoup(page.data, "html.parser").select("img")
    for frame, positions in zip(frames, itertools.product(range(3), range(2)), strict=True):
        live.positions = list(positions)
        image = BeautifulSoup(live.picture, "html.parser").img
        assert (image["src"], image["alt"]) == (frame["src"], frame["alt"])


@pytest.fixture(scope="module")
def saved():
    """A notebook as JupyterLab saves it, without the state of widgets."""
    with pytest.MonkeyPatch.context() as patch:
        for name in KERNEL_ENVIRONMENT:
            patch.delenv(name, raising=False)
        return run(EXPLORER, store_widget_state=False)


@pytest.mark.parametrize("name", ["markdown", "latex", "html"])
def test_an_exported_notebook_shows_the_picture(saved, name):
    text, resources = nbconvert.get_exporter(name)().from_notebook_node(saved)
    pictures = {
        "markdown": r"!\[png\]\(output_0_0\.png\)",
        "latex": r"\\includegraphics\[\S+\]\{output_0_0\.png\}|\\adjustimage\{.*\}\{output_0_0\.png\}",
        "html": r'<img[^>]*src="data:image/png;base64,',
    }
    assert re.search(pictures[name], re.sub(r"\s+", " ", text)), text[-2000:]
    assert "VBox" not in text and "object at 0x" not in text and "widget-view" not in text
    assert name == "html" or "output_0_0.png" in resources["outputs"]


def test_without_pictures_the_sentence_is_left(saved):
    (output,) = saved.cells[0].outputs
    assert output.data["text/plain"] == "A line of slope 1."


@pytest.mark.parametrize(
    "sources",
    [
        (USE, FIGURE),
        ("%matplotlib inline", USE, FIGURE),
        ("%config InlineBackend.figure_formats = {'png', 'pdf'}", USE, FIGURE),
        (FIGURE, USE, FIGURE),
    ],
    ids=["before the backend", "after it", "after a configuration", "after a figure"],
)
def test_figures_are_svg_in_the_style_of_the_book_whatever_the_reader_has_set(tmp_path, monkeypatch, sources):
    (tmp_path / "matplotlibrc").write_text(RC, encoding="utf8")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path) if sources[0] != FIGURE else "")
    figure = run(*sources).cells[-1].outputs[-1].data
    assert figure.keys() == {"image/svg+xml", "text/plain"}
    assert "<text" in figure["image/svg+xml"] and "DejaVu Sans" in figure["image/svg+xml"]
    assert "<dc:date>" not in figure["image/svg+xml"]
