"""Ways in and out: where to start, what comes before and after, where in the page one is."""

import re
from functools import cache

import pytest
from bs4 import BeautifulSoup

from contents import is_own, listed, path
from formulas import folded

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CURRENT = "document.querySelector('#pst-page-toc-nav a[aria-current]')?.textContent.trim()"


def asked(name):
    """The question in the header of a page."""
    found = re.search(r"\A---\n.*?^question: (.*?)\n.*?^---\n", path(name).read_text(encoding="utf8"), re.S | re.M)
    return found[1].strip("'\"") if found else ""


@cache
def parse(site, name):
    return BeautifulSoup(folded((site / f"{name}.html").read_text(encoding="utf8"))[0], "html.parser")


def test_the_neighbours_and_their_questions(site, name):
    """At the foot: the pages before and after in the table of contents, each with what it asks."""
    names = listed()
    i = names.index(name)
    foot = parse(site, name).select_one(".prev-next-area")
    for side, neighbour in (("left-prev", names[i - 1] if i else None), ("right-next", [*names, None][i + 1])):
        link = foot.select_one(f"a.{side}")
        assert bool(link) == bool(neighbour)
        if link:
            target = (site / f"{name}.html").parent / link["href"]
            assert target.resolve() == (site / f"{neighbour}.html").resolve()
            shown = link.select_one(".question")
            assert (shown.get_text() if shown else "") == asked(neighbour), f"{name}: run make book"


def test_every_chapter_asks(name):
    """Pages that teach say what they ask."""
    if "/appendix/" not in name and not is_own(path(name)):
        assert asked(name).endswith("?"), f"{name}.md: add to its header the line question: …?"


def test_the_home_page_says_where_to_start(site):
    home, first = listed()[:2]
    link = parse(site, home).select_one(".start-here a")
    assert link, f"{home} has no box with the class start-here"
    target = (site / f"{home}.html").parent / link["href"]
    assert target.resolve() == (site / f"{first}.html").resolve(), f"{home} starts elsewhere than at {first}"


def test_every_page_leads_home(site, name):
    """The book's title does; on the home page it leads to its top."""
    home = listed()[0]
    title = parse(site, name).select_one(".bd-sidebar-primary a.navbar-brand")["href"]
    target = (site / f"{name}.html").parent / title
    assert title == "#" if name == home else target.resolve() == (site / f"{home}.html").resolve()


def test_no_page_names_a_repository_that_is_not_one(site, name):
    assert "path/to/the/repository" not in parse(site, name).get_text()


@pytest.fixture(scope="module")
def chapter(browser, address, site):
    """A long page."""
    name = max(listed(), key=lambda name: (site / f"{name}.html").stat().st_size)
    page = browser.new_page(viewport=WIDE, reduced_motion="reduce")
    page.goto(f"{address}/{name}.html")
    yield page
    page.close()


def test_contents_follow_a_jump(chapter):
    """Whatever a link leads to, its section is the current one, also after unfolding and after Back."""
    statements = chapter.locator(".proof.admonition[id]")
    count = statements.count()
    places = [statements.nth(i).get_attribute("id") for i in (count - 1, 0, count // 2)]
    places.append(chapter.locator("details.proof").nth(2).get_attribute("id"))
    places.append(chapter.locator("article section[id] > h2").last.evaluate("title => title.parentElement.id"))
    sections = []
    for place in places:
        chapter.evaluate(
            """place => {
            const link = document.createElement("a");
            link.href = "#" + place;
            document.body.append(link);
            link.click();
        }""",
            place,
        )
        section = chapter.locator(f'[id="{place}"]').evaluate(
            "place => { const titles = [...document.querySelectorAll('#pst-page-toc-nav a')];"
            " return titles.findLast(link => document.querySelector(link.hash).contains(place)).textContent.trim(); }"
        )
        sections.append(section)
        chapter.wait_for_function(f"section => {CURRENT} === section", arg=section, timeout=3000)
        chapter.wait_for_timeout(150)
        assert chapter.evaluate(CURRENT) == section, "Contents changed its mind after the jump"
    chapter.go_back()
    chapter.wait_for_function(f"section => {CURRENT} === section", arg=sections[-2], timeout=3000)


def test_contents_follow_scrolling(chapter):
    """Up as well as down, and to the very end."""
    chapter.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = chapter.locator("#pst-page-toc-nav a").last.text_content().strip()
    chapter.evaluate("history.replaceState(null, '', location.pathname)")
    for part in (0.6, 0.3):
        chapter.evaluate(f"scrollTo(0, document.body.scrollHeight * {part})")
        reached = chapter.evaluate("""() => [...document.querySelectorAll("#pst-page-toc-nav a")].findLast(
            link => document.querySelector(link.hash).getBoundingClientRect().top < 100).textContent.trim()""")
        chapter.wait_for_function(f"reached => {CURRENT} === reached", arg=reached, timeout=3000)
    chapter.evaluate("location.hash = ''")
    chapter.evaluate("scrollTo(0, document.body.scrollHeight)")
    chapter.wait_for_function(f"last => {CURRENT} === last", arg=last, timeout=3000)


def test_the_foot_of_a_page_fits_a_phone(chapter):
    chapter.set_viewport_size(NARROW)
    cut = chapter.locator(".prev-next-area *").evaluate_all(
        "all => all.filter(box => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).display !== 'inline')"
        ".map(box => box.className)"
    )
    assert not cut
    right = chapter.locator(".prev-next-area a").evaluate_all("all => all.map(a => a.getBoundingClientRect().right)")
    assert max(right) <= NARROW["width"]
