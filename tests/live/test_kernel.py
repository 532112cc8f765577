"""Explorers with a kernel: a slider draws its figure anew, the same figure that the site shows."""

import itertools
import re
import sys

import jupytext
import matplotlib.pyplot as plt
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from contents import chapters
from course import explore, style
from execution import KERNEL_ENVIRONMENT

WITH_EXPLORER = [page for page in chapters() if "\nexplore(" in page.read_text(encoding="utf8")]
MOVE = """\
from ipywidgets.widgets.widget import _instances

*sliders, picture = next(box for box in _instances.values() if type(box).__name__ == "VBox").children
for slider in sliders:
    before = picture.value
    slider.value = slider.options[-1][1]
    print(picture.value.count("<img"), picture.value != before)
"""


@pytest.fixture(autouse=True)
def _live(monkeypatch):
    for name in KERNEL_ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)


def test_a_chapter_in_a_kernel():
    """The first explorer of a chapter shows a widget, and each slider changes the picture."""
    notebook = jupytext.read(WITH_EXPLORER[0], fmt="md:myst")
    explorer = next(n for n, cell in enumerate(notebook.cells) if re.search(r"^explore\(", cell.source, re.M))
    notebook.cells[explorer + 1 :] = [new_code_cell(MOVE)]
    NotebookClient(notebook, timeout=120).execute()
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
    *sliders, picture = live.children
    frames = BeautifulSoup(page.data, "html.parser").select("img")
    for frame, chosen in zip(frames, itertools.product(*values.values()), strict=True):
        for slider, choice in zip(sliders, chosen, strict=True):
            slider.value = choice
        image = BeautifulSoup(picture.value, "html.parser").img
        assert (image["src"], image["alt"]) == (frame["src"], frame["alt"])
