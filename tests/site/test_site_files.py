"""The built HTML, read without a browser: links, ids, numbers, texts for images, weight."""

import gzip
import importlib
import json
import re
from functools import cache
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

import explorers
import implicit_bias
from course.explore import MOST_FRAMES
from formulas import folded

NOT_A_TEXT = re.compile(r"^[0-9a-f]{16,}|\.(svg|png|jpe?g|gif)$|^\S*$")
EXPLORER_KB, PAGE_KB = 150, 300


@cache
def parse(path):
    return BeautifulSoup(folded(path.read_text(encoding="utf8"))[0], "html.parser")


@cache
def anchors(path):
    return {tag["id"] for tag in parse(path).find_all(id=True)}


@pytest.fixture
def path(site, name):
    return site / f"{name}.html"


@pytest.fixture
def article(path):
    return parse(path).select_one("article.bd-article")


def kilobytes(*contents):
    return sum(len(gzip.compress(content)) for content in contents) / 1000


def test_links_lead_somewhere(path, name):
    """Every address within the site is that of a file, and every fragment that of an element in it."""
    dead = []
    for tag in parse(path).find_all(["a", "img", "link", "script"]):
        url = urlsplit(tag.get("href") or tag.get("src") or tag.get("data-script") or "")
        target = (path.parent / unquote(url.path)).resolve() if url.path else path
        if url.scheme or url.netloc or not (url.path or url.fragment):
            continue
        if not target.is_file():
            dead.append(f"{url.path} (no such file)")
        elif url.fragment and target.suffix == ".html" and unquote(url.fragment) not in anchors(target):
            dead.append(f"{url.path}#{url.fragment} (no such place)")
    assert not dead, f"{name}: mend or remove these links: {sorted(set(dead))}"


def test_ids_are_unique(path, name):
    ids = [tag["id"] for tag in parse(path).find_all(id=True)]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    assert not twice, f"{name}: links to {twice} are ambiguous; give each label and heading a name of its own"


def test_chapters_are_counted_through_the_parts(site, request):
    """1, 2, 3, … in the order of the table of contents, whatever part a chapter stands in."""
    sidebar = parse(site / "search.html").select("nav.bd-docs-nav li.toctree-l1 > a")
    numbers = [int(found[1]) for link in sidebar if (found := re.match(r"(\d+)\. ", link.get_text().strip()))]
    assert numbers == list(range(1, len(numbers) + 1)) and numbers, (
        f"chapters are numbered {numbers}: every lecture part of _toc.yml needs numbered: true, "
        "and _config.yml use_multitoc_numbering: true"
    )


def test_statements_share_one_counter(article, name):
    """Theorem 1.1, Lemma 1.2, Corollary 1.3, …: one counter for all statements of a chapter."""
    numbers = [tag.get_text().split()[-1] for tag in article.select(".proof.admonition .caption-number")]
    chapter = "".join(tag.get_text().strip() for tag in article.select("h1 .section-number"))
    assert numbers == [f"{chapter}{count}" for count in range(1, len(numbers) + 1)], (
        f"{name}: statements are numbered {numbers}: see prf_realtyp_to_countertyp in _config.yml"
    )


def test_statements_have_permalinks(article, name):
    bare = [
        statement.get("id", statement.get_text()[:40])
        for statement in article.select(".proof.admonition")
        if not statement.select(f'a.headerlink[href="#{statement.get("id")}"]')
    ]
    assert not bare, f"{name}: no permalink on {bare}: give each statement a :label:"


def test_outputs_are_for_readers(article, name):
    """A number is shown as a number, not as a call of the class that holds it."""
    classes = [found for box in article.select(".output") for found in re.findall(r"np\.\w+\(.*?\)", box.get_text())]
    assert not classes, f"{name}: print numbers of Python, such as float(number): {classes}"


def test_images_have_texts(article, name):
    """Alt texts say what is seen, in 40 to 400 characters; a frame of an explorer may do with 20."""
    poor = []
    for image in article.find_all("img"):
        alt, least = image.get("alt", ""), 20 if image.find_parent("figure", class_="explorer") else 40
        if not least <= len(alt) <= 400 or NOT_A_TEXT.search(alt):
            poor.append(f"{alt[:60]!r} ({len(alt)} characters)")
    assert not poor, f"{name}: write alt texts of 40 to 400 characters that say what is seen, not {poor}"


def test_pages_are_light(path, article, name):
    """A page and its own images, compressed; the theme and MathJax come from the browser's cache."""
    sources = {tag["src"] for tag in article.select("img[src]") if ":" not in tag["src"]}
    sources |= {tag["data-script"].partition("?")[0] for tag in article.select("img[data-script]")}
    weight = kilobytes(path.read_bytes(), *((path.parent / source).read_bytes() for source in sources))
    assert weight < PAGE_KB, f"{name} weighs {weight:.0f} KB, at most {PAGE_KB}: thin or rasterize figures"


def pictures(explorer, path, site):
    """The frames of an explorer: the first stands in the page, the others in a script beside it."""
    moved = explorers.drawings(path, site)
    frames = explorer.find_all("img")
    return [moved[int(it["data-frame"])] if "data-frame" in it.attrs else unquote(it["src"]) for it in frames]


def test_explorers_are_small(article, name, path, site):
    for number, explorer in enumerate(article.select("figure.explorer"), start=1):
        drawings = pictures(explorer, path, site)
        frames, weight = len(drawings), kilobytes(f"{explorer}{drawings[1:]}".encode())
        where = f"{name}, explorer {number}"
        assert frames <= MOST_FRAMES, f"{where}: {frames} frames, at most {MOST_FRAMES}: drop values"
        assert weight <= EXPLORER_KB, f"{where}: {weight:.0f} KB, at most {EXPLORER_KB}: thin its lines"


def test_explorers_show_something_new_at_each_move(article, name, path, site):
    """Neighbouring frames differ in more than their words."""
    for number, explorer in enumerate(article.select("figure.explorer"), start=1):
        frames = explorer.find_all("img")
        shown = pictures(explorer, path, site)
        drawings = [re.sub(r"<text.*?</text>", "", picture, flags=re.S) for picture in shown]
        inner = len(json.loads(explorer.find_all("input")[-1]["data-values"]))
        rows = [range(start, start + inner) for start in range(0, len(frames), inner)]
        for row in [*rows, *zip(*rows, strict=True)]:
            for i, j in pairwise(row):
                where = f"{name}, explorer {number}: frames {i + 1} and {j + 1}"
                assert drawings[i] != drawings[j], f"{where} look the same: choose values that matter"
                assert frames[i]["alt"] != frames[j]["alt"], f"{where} share an alt text: name the values"


@pytest.mark.parametrize("module", [name for name in implicit_bias.__all__ if name.islower()])
def test_the_reference_has_every_public_name(site, module):
    """Functions and classes; a constant is described where its module is."""
    public, known = importlib.import_module(f"implicit_bias.{module}"), anchors(site / "book/appendix/api.html")
    names = [name for name in public.__all__ if callable(getattr(public, name))]
    missing = [name for name in names if f"implicit_bias.{module}.{name}" not in known]
    assert not missing, f"book/appendix/api.md lacks {', '.join(missing)} of implicit_bias.{module}"
