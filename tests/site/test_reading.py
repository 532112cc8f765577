"""Reading in a headless browser: proofs fold and unfold, links and Back lead to what they promise."""

import re

import pytest
from bs4 import BeautifulSoup

from contents import edition, listed

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

OPEN = "proofs => proofs.filter(proof => proof.open).length"
# Whether an element is shown, below the sticky header and above the lower edge of the screen.
IN_SIGHT = """place => {
    const [{top, bottom}, header] = [place.getBoundingClientRect(), document.querySelector(".bd-header-article")];
    return place.checkVisibility() && top >= header.getBoundingClientRect().bottom && top < innerHeight
        && (bottom <= innerHeight || bottom - top > innerHeight / 2);
}"""
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }});"
NO_DETAILS_CONTENT = "CSS.supports = () => false;"


@pytest.fixture(scope="module")
def chapters(site):
    """The pages with proofs: what moves on one of them moves on all."""
    pages = [f"{name}.html" for name in listed()]
    found = [page for page in pages if '<details class="proof"' in (site / page).read_text(encoding="utf8")]
    assert len(found) > 1, "no two pages with proofs: see extensions/proofs.py"
    return found


@pytest.fixture
def chapter(browser, address, chapters):
    """A page with proofs, as a new reader finds it."""
    page, errors = browser.new_page(viewport=WIDE, reduced_motion="reduce"), []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(f"{address}/{chapters[0]}")
    yield page
    page.close()
    assert not errors


def proofs_open(page):
    return page.locator("details.proof").evaluate_all(OPEN)


def wait_in_sight(page, place):
    page.wait_for_function(f"place => ({IN_SIGHT})(place)", arg=place.element_handle(), timeout=5000)


def test_proofs_are_folded_and_name_their_statements(site, name):
    """A closed proof says of what, and links to its statement, which links back; no link lies in a summary."""
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf8"), "html.parser")
    for proof in page.select("details.proof"):
        label, statement = proof["id"].removeprefix("proof-"), proof.select_one(".proof-of a")
        assert "open" not in proof.attrs, f"{name}: {label} is unfolded before anybody asked"
        assert proof.summary.get_text() == f"Proof of {statement.get_text()}"
        assert not proof.summary.select("a"), f"{name}: a link inside a summary cannot be reached by all readers"
        assert statement["href"].endswith(f"#{label}")
        stated = page.find(id=label)
        assert not stated or stated.select(f'.claim-links a[href="#proof-{label}"]'), f"{label} links to no proof"


def test_a_proof_opens_without_javascript(browser, address, chapters):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/{chapters[0]}")
    proof = page.locator("details.proof").first
    proof.locator("summary").click()
    assert proof.locator(".proof-of").is_visible()
    assert not page.locator(".proof-switch").is_visible(), "a switch is shown that cannot work"
    page.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_switch_is_remembered(chapter, address, chapters, size):
    """By keyboard, on the next page, and from the home page, whose two ways to read set it too."""
    chapter.set_viewport_size(size)
    every = chapter.locator("details.proof").count()
    switch = chapter.get_by_role("switch", name="Show all proofs")
    switch.press("Space")
    assert proofs_open(chapter) == every
    chapter.goto(f"{address}/{chapters[1]}")
    assert proofs_open(chapter) == chapter.locator("details.proof").count() > 0
    assert switch.is_checked()
    switch.press("Space")
    assert proofs_open(chapter) == 0

    chapter.goto(f"{address}/{listed()[0]}.html")
    folded, shown = (chapter.get_by_role("radio", name=name) for name in ("Fold all proofs", "Show all proofs"))
    assert folded.is_checked()
    folded.press("ArrowDown")
    assert shown.is_checked()
    chapter.goto(f"{address}/{chapters[0]}")
    assert proofs_open(chapter) == every
    chapter.go_back()
    folded.check()
    chapter.go_forward()
    assert proofs_open(chapter) == 0, "a choice made on another page is forgotten on the way back"


def test_the_switch_works_where_nothing_can_be_remembered(browser, address, chapters):
    page = browser.new_page()
    page.add_init_script(NO_STORAGE)
    page.goto(f"{address}/{chapters[0]}")
    page.get_by_role("switch").check()
    assert proofs_open(page) == page.locator("details.proof").count()
    page.close()


def test_print_leaves_the_proofs_as_they_were(chapter):
    """Also in browsers that cannot show them by style sheet."""
    chapter.add_init_script(NO_DETAILS_CONTENT)
    chapter.reload()
    chapter.locator("details.proof summary").first.click()
    before = chapter.locator("details.proof").evaluate_all("all => all.map(proof => proof.open)")
    chapter.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert proofs_open(chapter) == len(before)
    chapter.evaluate("dispatchEvent(new Event('afterprint'))")
    assert chapter.locator("details.proof").evaluate_all("all => all.map(proof => proof.open)") == before


# Puts a link at the head of the page that leads to an element, and folds what the element lies in.
LINK_TO = """place => {
    place.id ||= `somewhere-${document.querySelectorAll(".planted").length}`;
    const link = document.createElement("a");
    link.className = "planted";
    link.href = "#" + place.id;
    link.textContent = "planted";
    document.querySelector("article h1").after(link);
}"""
NEST = """proof => {
    const outer = document.createElement("details");
    outer.innerHTML = "<summary>outer</summary>";
    proof.before(outer);
    outer.append(proof);
}"""
FOLD = """place => {
    for (const fold of document.querySelectorAll("article details")) fold.open = false;
    place.closest(".toggle:not(.toggle-hidden)")?.querySelector(".toggle-button").click();
}"""


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_links_unfold_each_time(chapter, size):
    """Into proofs in other folds, hidden cells and solutions; also when the address already is that of the link."""
    chapter.set_viewport_size(size)
    chapter.locator("details.proof").first.evaluate(NEST)
    proof, solution = "details.proof", ".solution.dropdown"
    solved = () if edition() == "student" else (solution, f"{solution} section p")
    for where in (proof, f"{proof} > p:last-child", *solved, "details.hide .highlight"):
        place = chapter.locator(f"article {where}").first
        place.evaluate(LINK_TO)
        for _ in range(3):
            place.evaluate(FOLD)
            chapter.locator("a.planted").first.press("Enter")
            wait_in_sight(chapter, place)


def test_links_from_other_pages_unfold(visit, chapters, site):
    """The place is in sight at once, and still is when the formulas above it are set."""
    text = (site / chapters[0]).read_text(encoding="utf8")
    proof = re.findall(r'<details class="proof" id="([^"]+)"', text)[-1]
    solution = re.findall(r'<div class="solution[^"]*" id="([^"]+)"', text)[-1:]
    assert solution or edition() == "student"
    for name in (proof, *solution):
        page = visit(f"{chapters[0]}?highlight=norm#{name}")
        wait_in_sight(page, page.locator(f'[id="{name}"]'))
        assert page.locator(f'details[id="{name}"][open], .solution[id="{name}"]:not(.toggle-hidden)').count() == 1
        page.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_check_links_show_the_code(chapter, size):
    """The line with the check is in sight, and above it as much of its cell as there is room for."""
    chapter.set_viewport_size(size)
    for link in chapter.get_by_role("link", name="Check", exact=True).all()[:4]:
        link.press("Enter")
        check = chapter.locator(f'[id="{link.get_attribute("href")[1:]}"]')
        wait_in_sight(chapter, check)
        cell = check.locator("xpath=ancestor::div[contains(@class, 'cell ')][1]")
        top, code, bottom = cell.evaluate(
            "cell => [cell.getBoundingClientRect().top, cell.querySelector('.cell_input').checkVisibility(),"
            " cell.getBoundingClientRect().bottom]"
        )
        assert code, "a Check link leads to a cell whose code is folded: see extensions/_static/page.js"
        header = chapter.locator(".bd-header-article").bounding_box()["height"]
        assert top >= header or bottom - top > size["height"] - 2 * header, "the cell of a check is out of sight"


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same page", "other page"])
def test_back_returns_to_the_place(visit, chapters, address, elsewhere):
    """To the same line on the screen, with the proofs open that the reader had opened."""
    page = visit(chapters[0])
    page.locator("details.proof summary").nth(1).click()
    link = page.locator("article a[href^='#thm-']:visible, article a[href^='#lem-']:visible").nth(8)
    link.evaluate("link => link.scrollIntoView({block: 'center'})")
    before = link.evaluate("link => link.getBoundingClientRect().top")
    if elsewhere:
        page.goto(f"{address}/{listed()[0]}.html")
    else:
        link.press("Enter")
        page.wait_for_function("location.hash && scrollY")
    page.go_back()
    page.wait_for_timeout(300)
    assert proofs_open(page) == 1
    assert link.evaluate("link => link.getBoundingClientRect().top") == pytest.approx(before, abs=3)
    page.close()
