"""The slides: what is on them, that all of it is seen, and that they move."""

import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import slides
from contents import ROOT, path
from source import Chapter

BOOK = ROOT / "_build" / "html"
PAGES = slides.pages()
# Of each part the page with the most statements; opened in a browser, all would take minutes.
FULLEST = {
    page.part: page for page in sorted(PAGES, key=lambda page: len(Chapter.read(path(page.name)).statements))
}.values()
# Markup in the line, around which the words of a source are those of the site.
MARKUP = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|\{[^{}]+\}`[^`]*`|`[^`]*`|\[[^\]]*\]\([^)]*\)", re.S)
# What is wrong with what the slides show, each shown for a moment.
FAULTS = """() => Reveal.getSlides().flatMap((section, i) => {
  Reveal.slide(i);
  const slide = section.firstElementChild, faults = [], note = (text) => faults.push(`slide ${i + 1}: ${text}`);
  const { right, bottom, width } = slide.getBoundingClientRect();
  if (slide.clientWidth !== 1280 || slide.clientHeight !== 720 || width !== innerWidth) note("has another size");
  if (slide.scrollWidth > 1280 || slide.scrollHeight > 720) note("is too full");
  for (const element of slide.querySelectorAll("h1, h2, p, li, img:not([hidden]), mjx-container, input, output")) {
    const box = element.getBoundingClientRect(), size = parseFloat(getComputedStyle(element).fontSize);
    const small = element.closest(".admonition, .of") ? 20 : 24;
    if (box.right > right + 1 || box.bottom > bottom + 1) note(`${element.localName} is cut`);
    if (element.matches("p, li") && size < small) note(`letters of ${size} pixels: ${element.innerText.slice(0, 40)}`);
    if (element.matches("img") && (box.height < 240 || !element.alt)) note("a picture cannot be seen");
  }
  if (slide.querySelector("mjx-merror, [data-mjx-error]")) note("a formula is wrong");
  return faults;
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the slides, which the fixtures beside this file serve and open."""
    if not (BOOK / "index.html").exists():
        pytest.fail(f"{BOOK} holds no site: run make book")
    folder = tmp_path_factory.mktemp("slides")
    slides.write(BOOK, folder)
    return folder


@pytest.fixture(scope="module")
def read(site):
    """A file of the slides, parsed."""
    parsed = {}

    def read(file):
        if file not in parsed:
            parsed[file] = BeautifulSoup((site / file).read_text(encoding="utf8"), "html.parser")
        return parsed[file]

    return read


@pytest.fixture(scope="module")
def start(visit):
    """Open a deck, and wait until it can be shown."""

    def start(file):
        page = visit(file)
        page.wait_for_function("window.Reveal?.isReady()")
        return page

    return start


@pytest.fixture
def explorer(start):
    """A deck at its first explorer."""
    page = start(PAGES[0].deck)
    page.evaluate("Reveal.slide(Reveal.getSlides().findIndex((slide) => slide.querySelector('.explorer')))")
    yield page
    page.close()


def at(page):
    return page.evaluate("Reveal.getIndices().h")


def frame(page):
    return page.evaluate("[...document.querySelectorAll('.present .frames img')].findIndex((image) => !image.hidden)")


@pytest.mark.parametrize("page", FULLEST, ids=lambda page: page.deck)
def test_all_of_a_deck_is_seen(start, troubles, page):
    opened = start(page.deck)
    assert opened.evaluate(FAULTS) == []
    assert troubles[page.deck] == []
    opened.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.deck)
def test_a_deck_has_what_the_page_has(read, page):
    """All statements and errata under the titles of the site, all figures and explorers, summary and questions."""
    chapter, deck = Chapter.read(path(page.name)), read(page.deck)
    written = BeautifulSoup((BOOK / f"{page.name}.html").read_text(encoding="utf8"), "html.parser")
    stated = {block.label for block in chapter.statements}
    assert {section["id"] for section in deck.select("section[id]") if section.select(slides.STATEMENT)} == stated
    for section in deck.select("section[id]:has(.admonition-title)"):
        title = section.select_one(".admonition-title").get_text()
        assert title == written.find(id=section["id"]).select_one(".admonition-title").get_text()
    for kind in (".erratum", "figure.explorer"):
        assert len(deck.select(kind)) == len(written.select(f"article {kind}")), kind
    figures = {figure["id"] for figure in written.select("article section:not(#exercises) > .cell figure[id]")}
    assert {section["id"] for section in deck.select("section[id]:has(figure)")} == figures
    assert page.question and page.question in deck.select_one(".title").get_text()
    for name in ("summary", "next"):
        for told in written.select(f"section#{name} > :is(ul, p)"):
            assert told.get_text() in deck.get_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.deck)
def test_no_solution_and_no_code_is_in_a_deck(read, page):
    deck = read(page.deck)
    assert not deck.select("pre, details, .cell, .solution, .exercise")
    chapter = Chapter.read(path(page.name))
    hidden = [block for block in chapter.blocks if block.name == "solution" or "solution" in block.tags]
    inside = {n for block in hidden for n in range(block.start, block.end)}
    elsewhere = letters("\n".join(line for n, line in enumerate(chapter.lines, 1) if n not in inside))
    shown = letters(deck.get_text())
    told = (words for block in hidden for text in MARKUP.split(block.body) for words in text.split("\n"))
    long = [words for words in told if len(letters(words)) >= 12 and letters(words) not in elsewhere]
    assert len(long) >= 4 * bool(hidden)
    assert [words for words in long if letters(words) in shown] == []


def letters(text):
    return re.sub(r"\W", "", text).lower()


def test_the_index_and_all_links_lead_somewhere(site, read):
    index = read(slides.INDEX)
    assert [link["href"] for link in index.select("a[href]")] == [page.deck for page in PAGES]
    assert [part.get_text() for part in index.select("h2")] == list(dict.fromkeys(page.part for page in PAGES))
    for page in PAGES:
        deck = read(page.deck)
        assert not [name for name, n in Counter(tag["id"] for tag in deck.select("[id]")).items() if n > 1]
        for tag in deck.select("[href], [src]"):
            link = tag.get("href") or tag["src"]
            if link.startswith("#/"):
                assert deck.find("section", id=link[2:]), f"{page.deck}: {link}"
            elif not re.match(r"[a-z]+:", link):
                file = (site / page.deck).parent / link.partition("#")[0]
                assert file.exists(), f"{page.deck}: {link}"


def test_arrows_move_slides_and_on_a_slider_the_slider(explorer):
    here = at(explorer)
    explorer.keyboard.press("ArrowRight")
    assert at(explorer) == here + 1
    explorer.keyboard.press("ArrowLeft")
    assert (at(explorer), frame(explorer)) == (here, 0)
    slider = explorer.locator(".present input").first
    slider.focus()
    explorer.keyboard.press("ArrowRight")
    moved = frame(explorer)
    assert at(explorer) == here
    assert moved > 0
    explorer.keyboard.press("Escape")
    explorer.keyboard.press("ArrowRight")
    assert at(explorer) == here + 1
    explorer.keyboard.press("ArrowLeft")
    slider.focus()
    explorer.keyboard.press("PageDown")  # of a presenter's remote
    assert at(explorer) == here + 1
    explorer.keyboard.press("PageUp")
    assert (at(explorer), frame(explorer)) == (here, moved)


def test_a_slide_has_an_address(start):
    label = next(block.label for block in Chapter.read(path(PAGES[0].name)).statements)
    page = start(f"{PAGES[0].deck}?#/{label}")
    assert page.evaluate("Reveal.getCurrentSlide().id") == label
    page.close()


def test_what_is_too_long_goes_on_on_another_slide(site, start):
    """A statement of thirty paragraphs and a list of thirty items: nothing is lost, nothing is cut."""
    deck = BeautifulSoup((site / PAGES[0].deck).read_text(encoding="utf8"), "html.parser")
    box = deck.select_one(slides.STATEMENT)
    title = box.select_one(".admonition-title")
    words = "Of every statement as long as this one the reader should be told more slowly."
    told = [f"<p>{n}. {words}</p>" for n in range(30)]
    items = "".join(f"<li><p>{n}. {words}</p></li>" for n in range(30, 60))
    leading = f'<p>60. {words} As in</p><div class="math">\\[\\sum_i x_i=1\\]</div>'
    box.clear()
    box.append(title)
    box.append(BeautifulSoup("".join([*told, f'<ol start="30">{items}</ol>', leading]), "html.parser"))
    (site / PAGES[0].deck).with_name("long.html").write_text(str(deck), encoding="utf8")
    page = start((Path(PAGES[0].deck).parent / "long.html").as_posix())
    assert page.evaluate(FAULTS) == []
    boxes = page.evaluate(
        "[...document.querySelectorAll('div.proof')].map((box) => box.textContent.includes('told more') ? "
        "[box.querySelector('.admonition-title').textContent, [...box.querySelectorAll('p:not(.admonition-title)')]"
        ".map((p) => parseInt(p.textContent)), [...box.querySelectorAll('ol')].map((list) => list.start), "
        "Boolean(box.querySelector('.math'))] : null).filter(Boolean)"
    )
    name = title.get_text()
    assert len(boxes) > 2
    assert [each[0] for each in boxes] == [name] + [f"{name} (continued)"] * (len(boxes) - 1)
    assert [n for each in boxes for n in each[1]] == list(range(61))
    assert [n for each in boxes for n in each[2]] == list(range(30, 60))
    assert [each[3] for each in boxes if 60 in each[1]] == [True]  # the line that leads to a formula stays with it
    page.close()


def test_a_deck_prints_each_slide_on_a_page(start):
    page = start(f"{PAGES[0].deck}?print-pdf")
    page.wait_for_selector(".pdf-page")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == page.evaluate("Reveal.getTotalSlides()")
    assert set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf)) == {b"0 0 960 540"}
    page.close()
