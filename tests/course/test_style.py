"""The colours can be seen and told apart, and the same figure is the same file."""

import io
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from course import style

SHEET = Path(__file__).parents[2] / "extensions/_static/book.css"
COLOURS = [getattr(style, name) for name in style.__all__ if name.isupper()]
WHITE, DARK = "#ffffff", "#14181e"  # the grounds of the theme
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
# Complete loss of one kind of cone; the rows make red, green and blue. Machado, Oliveira and Fernandes 2009.
VISION = {
    "common": "1 0 0  0 1 0  0 0 1",
    "protanopia": "0.152286 1.052583 -0.204868  0.114503 0.786281 0.099216  -0.003882 -0.048116 1.051998",
    "deuteranopia": "0.367322 0.860646 -0.227968  0.280085 0.672501 0.047413  -0.01182 0.04294 0.968881",
    "tritanopia": "1.255528 -0.076749 -0.178779  -0.078411 0.930809 0.147602  0.004733 0.691367 0.3039",
}


def linear(colour):
    """Light for a colour of the screen."""
    c = np.asarray(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(colour, ground):
    """Contrast ratio as in WCAG 2."""
    lower, upper = sorted(LUMINANCE @ linear(c) + 0.05 for c in (colour, ground))
    return upper / lower


def turned_over(colour):
    """The colour in dark mode, by the filter of the style sheet."""
    amount, angle = re.search(r"invert\((.*?)\) hue-rotate\((\d+)deg\)", SHEET.read_text(encoding="utf8")).groups()
    assert angle == "180"
    inverted = float(amount) + (1 - 2 * float(amount)) * np.array(to_rgb(colour))
    return np.clip(2 * np.array([0.213, 0.715, 0.072]) @ inverted - inverted, 0, 1)


def lab(light):
    """CIELAB coordinates, in which a distance of 2 is just noticeable."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    t = to_xyz @ light / [0.9505, 1, 1.089]
    x, y, z = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart(vision):
    response = np.array(VISION[vision].split(), float).reshape(3, 3)
    seen = [lab(np.clip(response @ linear(colour), 0, 1)) for colour in COLOURS]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


def test_lines_stand_out_from_both_grounds():
    lines = plt.rcParams["axes.prop_cycle"].by_key()
    assert len(set(map(str, lines["linestyle"]))) == len(set(lines["color"])) == 5
    for colour in lines["color"]:
        assert contrast(colour, WHITE) >= 3
        assert contrast(turned_over(colour), DARK) >= 3


@pytest.mark.parametrize("colour", COLOURS)
def test_areas_are_seen_on_both_grounds(colour):
    assert contrast(colour, WHITE) >= 2
    assert contrast(turned_over(colour), DARK) >= 3


SHEETS = {path.name: path.read_text(encoding="utf8") for path in SHEET.parents[1].glob("_*/*.css")}


def of_the_site(theme):
    """The colours of the site in light or in dark, by their names."""
    light, dark = re.split(r"@media screen", re.sub(r"(?s)/\*.*?\*/", "", SHEETS["colours.css"]))
    return dict(re.findall(r"--([\w-]+): *(#\w{6}|\d+%);", dark if theme == "dark" else light))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_in_the_colours_of_the_site_are_legible(theme):
    colours = of_the_site(theme)
    tint, surface = float(colours.pop("tint")[:-1]) / 100, colours.pop("pst-color-surface", "#f3f4f5")
    ground = np.array(to_rgb(WHITE if theme == "light" else DARK))
    assert {"claim", "check", "erratum", "exercise"} <= set(colours)
    for name, colour in colours.items():
        tinted = tint * np.array(to_rgb(colour)) + (1 - tint) * ground
        least = min(contrast(colour, each) for each in (ground, tinted, surface))
        assert least >= 4.5, f"--{name} of {theme} has a contrast of {least:.1f}, not 4.5: see colours.css"


def test_the_colours_of_the_site_stand_in_one_place():
    defined = {name for text in SHEETS.values() for name in re.findall(r"(?m)--([\w-]+):", text)}
    for name, text in SHEETS.items():
        if name != "colours.css":
            typed = re.findall(r"#[0-9a-f]{3,8}\b(?=[;, )!])|(?:rgb|hsl)a?\((?!0 0 0)[^)]*\)", text)
            grey = [colour for colour in typed if re.fullmatch(r"#(.)\1\1", colour)]
            allowed = name in {"ink.css", "slides.css"} and typed == grey
            assert not typed or allowed, f"{name}: {typed}: use var(--…) of colours.css"
        used = set(re.findall(r"var\(--(?!pst-)([\w-]+)\)", text))
        assert used <= defined | {"box", "margin", "room", "row"}, (
            f"{name} uses {used - defined}, which no style sheet defines"
        )


def test_the_same_figure_is_the_same_transparent_svg():
    def save():
        figure, axes = plt.subplots()
        axes.plot([0, 1], marker="o")
        axes.set_xlabel("α")
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
        plt.close(figure)
        return stream.getvalue()

    svg = save()
    assert svg == save()
    assert "<text" in svg  # so that it can be searched and read aloud
    assert not re.search(r"fill: *(#ffffff|white)", svg)


RC = """
text.usetex: True
font.family: serif
axes.formatter.use_locale: True
axes.facecolor: black
lines.linewidth: 20
axes.titlesize: 40
savefig.dpi: 13
"""
STATE = "from course import style; style.use(); import matplotlib as m; print({**m.rcParams})"


def test_a_readers_own_configuration_changes_nothing(tmp_path):
    (tmp_path / "matplotlibrc").write_text(RC, encoding="utf8")
    plain, own = (
        subprocess.run(
            [sys.executable, "-c", STATE], capture_output=True, text=True, check=True, env=environment
        ).stdout
        for environment in (os.environ | {"MATPLOTLIBRC": os.devnull}, os.environ | {"MATPLOTLIBRC": str(tmp_path)})
    )
    assert own == plain


def test_what_was_set_before_is_gone_and_twice_is_once():
    plain = dict(plt.rcParams)
    plt.rcParams.update({"text.usetex": True, "font.family": "serif", "axes.facecolor": "black"})
    style.use()
    style.use()
    assert dict(plt.rcParams) == plain


def test_a_script_stays_without_a_shell():
    code = "from course import style; style.use(); from IPython import get_ipython; print(get_ipython())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
