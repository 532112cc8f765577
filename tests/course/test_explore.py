"""explore: on the page a frame for each position of the sliders, with a kernel a drawing for each move."""

import base64
import itertools
import json
import re
import urllib.parse
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import explorers
from course import explore
from course.frames import texts
from epub_page import EpubPage

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


def test_the_sentence_stands_below_its_picture_for_the_eye_and_numbers_stay_whole(shown, monkeypatch):
    monkeypatch.setenv("BOOK_FRAMES", "1")
    explore(lambda a: (plt.figure(), f"At {a} it is 2.5e-04 & x < 1."), a=[1, 2])
    frames = BeautifulSoup(shown[-1].data, "html.parser").select(".frames > *")
    assert [frame.name for frame in frames] == ["img", "p"] * 2
    assert [frame["alt"] for frame in frames[::2]] == [f"At {a} it is 2.5e-04 & x < 1." for a in (1, 2)]
    assert [frame.text for frame in frames[1::2]] == [f"At {a} it is 2.5e\u201104 & x < 1." for a in (1, 2)]
    assert all(frame["aria-hidden"] == "true" for frame in frames[1::2])


def test_names_and_values_are_escaped(page):
    figure = page(**{"step_<i>&size": ['"a"', "<b>"]})
    (label,) = figure.select("label")
    assert label.span.text == "step <i>&size"
    assert json.loads(label.input["data-values"]) == ['"a"', "<b>"]
    assert label.input["aria-valuetext"] == label.output.text == '"a"'
    assert not figure.select("i, b")


def test_the_caption_comes_first_and_labels_replace_names(page):
    figure = page(a=[1, 2], of_b=[3, 4], caption='"x" < <b>2</b>?', labels={"a": "step ησ₁² & co"})
    assert [part.name for part in figure.figure.find_all(recursive=False)] == ["figcaption", "label", "label", "div"]
    assert figure.figcaption.text == '"x" < <b>2</b>?'
    for label, text in zip(figure.select("label"), ["step ησ₁² & co", "of b"], strict=True):
        assert label.span.text == label.input["aria-label"] == text
    assert not page(a=[1, 2]).select("figcaption")


@pytest.mark.parametrize("still", [None, {}, {"b": 0.3}, {"b": 1, "a": "y"}])
def test_the_most_telling_frame_stands_for_all(page, still):
    figure = page(a=["x", "y"], b=[0.1, 0.1 + 0.2, np.float64(1)], still=still)
    places = {"a": 0, "b": 0} | {name: {0.3: 1, 1: 2, "y": 1}[value] for name, value in (still or {}).items()}
    assert [int(slider["data-still"]) for slider in figure.select("input")] == list(places.values())
    explorers.stand(figure, [])
    (shown,) = figure.select(".frames img:not([hidden])")
    a, b = (json.loads(slider["data-values"])[int(slider["data-still"])] for slider in figure.select("input"))
    assert [output.text for output in figure.select("output")] == [a, b]
    assert shown["alt"].startswith(f"At {{'a': '{a}', 'b': ") and float(b) == pytest.approx([0.1, 0.3, 1][places["b"]])
    assert shown["alt"] == figure.select(".frames img")[3 * places["a"] + places["b"]]["alt"]


def test_values_that_are_arrays_can_stand(page):
    values = [np.zeros(2), np.ones(2)]
    assert page(a=values, still={"a": np.ones(2)}).input["data-still"] == "1"
    with pytest.raises(ValueError, match=r"^still says a=array\(\[1., 0.\]\), which is none of"):
        page(a=values, still={"a": np.array([1.0, 0.0])})


def test_an_explorer_stands_in_an_epub_where_its_author_says(page, shown, tmp_path):
    page(a=[1, 2, 3], labels={"a": "size"}, still={"a": 2})
    file = tmp_path / "page.html"
    file.write_text(f"<article><section><h1>Title</h1>{shown[-1].data}</section></article>", encoding="utf8")
    explorers.move(file, tmp_path)
    assert len(explorers.drawings(file, tmp_path)) == 2
    made = EpubPage.read(tmp_path, "page")
    (image,) = made.article.select("img")
    assert image["alt"].startswith("At {'a': 2}") and len(made.drawings) == 1
    assert made.article.select_one(".note").text.startswith("One of 3 pictures, with size = 2;")


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([2020.5, 2021.5, 12345.0], ["2020.5", "2021.5", "12345"]),
        ([1.0, 1, np.int64(3)][1:], ["1", "3"]),
        ([0.1 + 0.2, 0.5], ["0.3", "0.5"]),
        (np.linspace(0, 1, 4), ["0", "0.3333", "0.6667", "1"]),
        (1000 + np.array([1e-9, 2e-9]) / 3, ["1000.00000000033", "1000.00000000067"]),
        ([12345.678901234567, 12345.678901234568], None),
        ([1e-5, 1e-4, 1e6, 3e10], ["1e-5", "0.0001", "1000000", "3e+10"]),
        ([np.float32(0.1), np.float32(0.7)], ["0.1", "0.7"]),
        ([np.inf, -0.5], ["inf", "-0.5"]),
        (["ridge", None], ["ridge", "None"]),
        ([True, False], ["True", "False"]),
    ],
)
def test_values_are_shown_true_and_tell_neighbours_apart(page, values, written):
    if written is None:
        with pytest.raises(ValueError, match=r"^a has a value twice"):
            page(a=values)
    else:
        assert json.loads(page(a=values).input["data-values"]) == written


@given(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=6, unique=True))
def test_shown_values_are_near_the_true_ones_and_differ(values):
    shown = texts(values)
    assert len(set(shown)) == len(values)
    for value, text in zip(values, shown, strict=True):
        assert float(text) == pytest.approx(value, rel=1e-3, abs=0)


@pytest.fixture
def live(shown, monkeypatch):
    monkeypatch.delenv("BOOK_FRAMES", raising=False)

    def make(draw, **values):
        explore(draw, **values)
        return shown[-1]

    return make


def test_live_a_move_draws_one_frame(live):
    drawn = []

    def count(**chosen):
        drawn.append(chosen)
        return draw(**chosen)

    explorer = live(count, alpha=[1, 2, 3], depth_of_net=[2, 3], caption="Why?", labels={"alpha": "α"})
    for positions in ([0, 1], [1, 1]):
        explorer.positions = positions
    assert drawn == [{"alpha": a, "depth_of_net": d} for a, d in [(1, 2), (1, 3), (2, 3)]]
    image = BeautifulSoup(explorer.picture, "html.parser").img
    assert image["alt"] == draw(**drawn[-1])[1]
    plt.close()
    assert not image.has_attr("hidden") and not plt.get_fignums()


def test_live_and_page_have_the_same_sliders(live, page):
    values = {"alpha": [0.5, 1.0], "depth": [2, 3], "caption": "Why?", "labels": {"alpha": "α"}}
    figure = page(**values).figure
    figure.find("div").extract()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BOOK_FRAMES")
        controls = live(draw, **values).controls
    assert figure.decode_contents() == str(BeautifulSoup(controls, "html.parser"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("1 / <0>"), "ZeroDivisionError: 1 / &lt;0&gt;"),
        (None, "ValueError: draw must return a figure and a sentence, got NoneType"),
    ],
)
def test_live_an_error_is_seen_and_goes_with_the_next_good_move(live, error, said):
    def fragile(alpha):
        if alpha == 0:
            plt.figure()
            if error:
                raise error
            return None
        return draw(alpha=alpha)

    explorer = live(fragile, alpha=[1, 0, 2])
    before = explorer.picture
    explorer.positions = [1]
    assert said in explorer.picture and "<img" not in explorer.picture and 'role="alert"' in explorer.picture
    assert not plt.get_fignums()  # what was drawn before the error
    explorer.positions = [0]
    assert explorer.picture == before


def test_a_first_frame_that_fails_is_an_error(live, shown):
    with pytest.raises(ZeroDivisionError):
        live(lambda alpha: 1 / 0, alpha=[1, 2])
    assert not shown and not plt.get_fignums()


def test_live_shows_a_still_picture_and_its_description_to_who_has_no_kernel(live):
    bundle = live(draw, alpha=[1, 2])._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"] == draw(alpha=1)[1]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in data
    plt.close()
