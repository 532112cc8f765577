"""explore: on the page a frame for each position of the sliders, with a kernel a drawing for each move."""

import itertools
import json
import re
import urllib.parse
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest
from bs4 import BeautifulSoup

from course import explore

SCRIPT = Path(__file__).parents[2] / "extensions/_static/explorer.js"


def draw(**chosen):
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, float(len(str(chosen)))])
    axes.set_title(f'"{chosen}" & 100 % #1')
    return figure, f'At {chosen}, "x" < 1 &amp; y > 2.'


@pytest.fixture
def page(shown, monkeypatch):
    monkeypatch.setenv("BOOK_FRAMES", "1")

    def render(**values):
        explore(draw, **values)
        return BeautifulSoup(shown[-1].data, "html.parser")

    return render


@pytest.mark.parametrize("values", [{"a": [1, 2, 3]}, {"a": [1, 2], "b": [0.5, 1.0, 2.0]}])
def test_sliders_lead_to_their_frames(page, values):
    figure = page(**values)
    sliders, images = figure.select("input[type=range]"), figure.select(".frames img")
    assert "index = index * values.length + Number(slider.value)" in SCRIPT.read_text(encoding="utf8")
    positions = list(itertools.product(*(range(int(slider["max"]) + 1) for slider in sliders)))
    assert len(images) == len(positions)
    for position in positions:
        index, chosen = 0, {}
        for slider, at, (name, choices) in zip(sliders, position, values.items(), strict=True):
            shown = json.loads(slider["data-values"])
            index = index * len(shown) + at
            chosen[name] = choices[at]
            assert float(shown[at]) == choices[at]
        assert images[index]["alt"] == draw(**chosen)[1]
        plt.close()
        assert images[index].has_attr("hidden") == any(position)
    assert not plt.get_fignums()  # else the figures would be shown once more below the explorer


def test_frames_are_the_same_each_time(page):
    values = {"a": [1, 2], "b": [3, 4]}
    assert str(page(**values)) == str(page(**values))


def test_frames_are_percent_encoded_svg_with_selectable_text(page):
    for image in page(a=[1, 2]).select("img"):
        media, code = image["src"].split(",", 1)
        assert media == "data:image/svg+xml"
        assert re.fullmatch(r"(?:[^%#\"&\n]|%[0-9A-F]{2})+", code)
        svg = ElementTree.fromstring(urllib.parse.unquote(code, errors="strict"))
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert any("100 % #1" in (text.text or "") for text in svg.iter("{http://www.w3.org/2000/svg}text"))


def test_names_and_values_are_escaped(page):
    figure = page(**{"step_<i>&size": ['"a"', "<b>"]})
    (label,) = figure.select("label")
    assert label.span.text == "step <i>&size"
    assert json.loads(label.input["data-values"]) == ['"a"', "<b>"]
    assert label.input["aria-valuetext"] == label.output.text == '"a"'
    assert not figure.select("i, b")


def test_live_a_move_draws_one_frame(shown, monkeypatch):
    monkeypatch.delenv("BOOK_FRAMES", raising=False)
    drawn = []

    def count(**chosen):
        drawn.append(chosen)
        return draw(**chosen)

    explore(count, alpha=[1, 2, 3], depth_of_net=[2, 3])
    alpha, depth, picture = shown[0].children
    assert (alpha.description, depth.description, alpha.continuous_update) == ("alpha", "depth of net", False)
    depth.value = 3
    alpha.value = 2
    assert drawn == [{"alpha": a, "depth_of_net": d} for a, d in [(1, 2), (1, 3), (2, 3)]]
    image = BeautifulSoup(picture.value, "html.parser").img
    assert image["alt"] == draw(**drawn[-1])[1]
    plt.close()
    assert not image.has_attr("hidden") and not plt.get_fignums()
