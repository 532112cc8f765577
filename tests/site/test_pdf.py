"""The book as one PDF, printed of a few pages of the site: explorers, wide displays, wide tables, exercises."""

import re
from collections import Counter

import numpy as np
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

import document
import pdf
import printing
from contents import ROOT, edition

PARTS = [
    document.Part("", ["book/intro"]),
    document.Part("Algorithmic regularization", ["book/algorithmic-regularization/quadratic-parameterization"]),
    document.Part("Appendix", ["book/appendix/background", "book/appendix/exercises"]),
]
FIRST = "A model with more parameters than data can usually fit the data perfectly"
BROKEN = """<main><article id="here"><p style="width: 900px">too wide</p><a href="#there">away</a>
<div style="width: 90px; overflow: hidden; white-space: nowrap">cut off within a narrow box</div>
</article></main>"""


@pytest.fixture(scope="module")
def folder(site, chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pdf")
    printing.make(site, folder, PARTS, chromium)
    return folder


@pytest.fixture(scope="module")
def whole(folder):
    """The documents that were printed."""
    texts = (folder.joinpath(f"{n}.html").read_text(encoding="utf8") for n in range(len(list(folder.glob("*.html")))))
    return BeautifulSoup("".join(texts), "html.parser")


@pytest.fixture(scope="module")
def printed(folder):
    return PdfReader(folder / "implicit-bias.pdf")


def words(text):
    return " ".join(text.split())


def heading(page):
    return re.search(r"(?m)^# (.*)", (ROOT / f"{page}.md").read_text(encoding="utf8"))[1]


def nested(outline, depth=0):
    """The entries of an outline, with their depths."""
    for entry in outline:
        yield from nested(entry, depth + 1) if isinstance(entry, list) else [(depth, words(entry.title))]


def tags(element):
    """The elements of a tagged PDF, at and below one."""
    children = element.get_object().get("/K", [])
    if "/S" in element.get_object():
        yield element.get_object()
    for child in children if isinstance(children, list) else [children]:
        if isinstance(child.get_object(), dict):
            yield from tags(child)


@pytest.fixture(scope="module")
def text(printed):
    return words(" ".join(page.extract_text() for page in printed.pages))


def test_reads(text, whole):
    """From the first sentence to the last, with numbers and solutions."""
    assert FIRST in text
    assert all(words(number.text) in text for number in whole.select(".theorem .caption-number"))
    last = whole.select(".solutions .solution .admonition-title" if edition() != "student" else "h1")[-1]
    assert words(last.text) in text


def test_formulas_can_be_copied(printed):
    """The signs of MathJax are text, and say which."""
    fonts = [font.get_object() for page in printed.pages for font in page["/Resources"]["/Font"].values()]
    signs = [font for font in fonts if "MathJax" in font.get("/FontDescriptor", {}).get("/FontName", "")]
    assert signs
    assert all("/ToUnicode" in font for font in signs)


def test_solutions_come_last(whole):
    """Exercises lead to them, and they back."""
    exercises = whole.select(".exercise:has(.to-solution)")
    assert bool(exercises) == (edition() != "student")
    for exercise in exercises:
        solution = whole.find(id=exercise.select_one(".to-solution a")["href"].split("#")[1])
        assert solution.find_parent("article")["class"] == ["bd-article", "solutions"]
        assert solution.select_one(f'a[href$="#{exercise["id"]}"]')


def test_outline(printed):
    """Parts and pages in their order."""
    outline = list(nested(printed.outline))
    expected = [(0, "Contents"), (0, heading(PARTS[0].pages[0]))]
    for part in PARTS[1:]:
        expected.append((0, part.caption))
        expected += [
            next((depth, title) for depth, title in outline if depth == 1 and title.endswith(heading(page)))
            for page in part.pages
        ]
    places = [outline.index(entry) for entry in expected]
    assert places == sorted(places)
    assert max(depth for depth, _ in outline) >= 2, "no sections below pages"


def test_links(printed):
    """Each goes to a place of the PDF, or to a public address."""
    places, inner = printed.named_destinations, 0
    for page in printed.pages:
        for note in page.get("/Annots", []):
            link = note.get_object()
            if uri := link.get("/A", {}).get("/URI"):
                assert uri.startswith("https://"), uri
            else:
                place = link.get("/Dest") or link["/A"]["/D"]
                assert not isinstance(place, str) or place in places, f"{place} is no place of the PDF"
                inner += 1
    assert inner > 100


def test_contents_have_the_numbers_of_pages(printed, whole):
    """Which are laid upon them, and so are read after them."""
    places = printed.named_destinations
    entries = [places["/" + entry["href"].split("#")[1]] for entry in whole.select(".whole-contents a")]
    numbers = [printed.get_destination_page_number(place) + 1 for place in entries]
    assert numbers == sorted(numbers)
    assert " ".join(map(str, numbers)) in words(printed.pages[1].extract_text())


def test_figures(printed, text, whole, site):
    """All of them, with their alt texts; of an explorer the most telling frame, and a word on its sliders."""
    figures = [tag.get("/Alt") for tag in tags(printed.trailer["/Root"]["/StructTreeRoot"]) if tag["/S"] == "/Figure"]
    shown = [image["alt"] for image in whole.select("img")]
    assert Counter(map(words, shown)) <= Counter(words(said) for said in figures if said)
    explorers = len(whole.select("figure.explorer"))
    assert explorers and text.count("on the site the sliders move them") == explorers
    for page in (page for part in PARTS for page in part.pages):
        soup = BeautifulSoup((site / f"{page}.html").read_text(encoding="utf8"), "html.parser")
        for explorer in soup.select("figure.explorer"):
            place = [int(slider["data-still"]) for slider in explorer.select("input")]
            counts = [int(slider["max"]) + 1 for slider in explorer.select("input")]
            frames = explorer.select(".frames img")
            assert any(place) and frames[np.ravel_multi_index(place, counts)]["alt"] in shown


def test_what_would_be_cut_is_listed(chromium, tmp_path):
    file = tmp_path / "broken.html"
    file.write_text(BROKEN, encoding="utf8")
    with printing.opened(file, chromium) as page:
        found = printing.faults(page)
    assert [fault.partition(":")[0] for fault in found] == ["too wide for the paper"] * 2 + ["leads nowhere"]


def test_says_what_is_missing(monkeypatch):
    monkeypatch.setenv("PATH", "")
    for arguments, said in {
        ("other", "--ready"): "there is no builder 'other': choose BUILDER=browser or BUILDER=latex",
        ("browser", "--ready"): "apt install chromium",
        ("latex", "--ready"): "latexmk, xelatex, rsvg-convert not found: install TeX and librsvg",
    }.items():
        with pytest.raises(SystemExit, match=re.escape(said)):
            pdf.main(*arguments)
