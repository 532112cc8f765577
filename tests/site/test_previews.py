"""Previews of what links lead to: what the site holds for them, and what a reader sees of it."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from test_site_pages import assert_accessible, put_on

from contents import edition, listed
from previews import SHOWN, script, write

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Brings a link to the middle of the screen until nothing around it changes its size any more.
STILL = """async link => {
    document.activeElement.blur();
    for (let top, same = 0; same < 10; top = link.getBoundingClientRect().top) {
        link.scrollIntoView({block: "center"});
        await new Promise(requestAnimationFrame);
        same = link.getBoundingClientRect().top === top ? same + 1 : 0;
    }
}"""
PREVIEW = ".preview:popover-open"
# What a reader sees of the preview of a link, and what a copy must not have.
STATE = """link => {
    const box = document.querySelector(".preview:popover-open");
    const [{left, right, top, bottom, height}, line] = [box, link].map(each => each.getBoundingClientRect());
    return {
        fits: left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight,
        covers: height > innerHeight / 2 || (top < line.bottom && bottom > line.top),
        unset: [...box.querySelectorAll(".math:not(:has(mjx-container))")].length,
        ids: [...box.querySelectorAll("[id]:not(mjx-container *)")].map(tag => tag.id),
        words: box.textContent.trim().length,
        dead: [...box.querySelectorAll("a")].filter(link => !link.href.includes("#")).length,
        blank: [...box.querySelectorAll("img")].filter(image => !image.naturalWidth).length,
    };
}"""
SOUND = {"fits": True, "covers": False, "unset": 0, "ids": [], "dead": 0, "blank": 0}


def held(site, name):
    """What the site holds for previews of a page, by id."""
    page = site / f"{name}.html"
    text = script(page, site).read_text(encoding="utf8")
    data = json.loads(re.fullmatch(r"Object\.assign\(window\.previews \?\?= \{\}, (.*)\);\n", text, re.S)[1])
    assert list(data) == [f"{name}.html"]
    return data[f"{name}.html"]


def test_what_can_be_referred_to_has_a_preview(site, name):
    """Word for word what the page says, so with its numbers; and no solution."""
    shown = held(site, name)
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf8"), "html.parser")
    for tag in page.select("article .headerlink"):
        tag.decompose()
    found = {tag["id"]: tag for selector in SHOWN.values() for tag in page.select(f"article {selector}")}
    assert set(shown) == set(found), f"{name}: the previews are not those of the page: run make book"
    for label, tag in found.items():
        copy = BeautifulSoup(shown[label], "html.parser")
        assert copy.get_text() == tag.get_text(), f"{name}: the preview of {label} is stale: run make book"
        assert not copy.select("[id], .solution"), f"{name}: the preview of {label} has an id or a solution in it"


def test_each_kind_has_a_preview(site):
    """The table of what is shown names nothing that the site does not have."""
    pages = [
        BeautifulSoup((site / f"{name}.html").read_text(encoding="utf8"), "html.parser")
        for name in listed()
        if held(site, name)
    ]
    for kind, selector in SHOWN.items():
        assert any(page.select_one(f"article {selector}") for page in pages), f"no page has {kind}"


def test_previews_follow_their_page(tmp_path):
    """Written anew with the page, left alone with it, gone with it."""
    page = tmp_path / "part" / "page.html"
    page.parent.mkdir()
    page.write_text('<article><div class="math" id="equation-one">(1)</div></article>', encoding="utf8")
    write(tmp_path)
    data = script(page, tmp_path)
    assert "(1)" in (first := data.read_text(encoding="utf8"))
    written = data.stat().st_mtime_ns
    write(tmp_path)
    assert data.stat().st_mtime_ns == written
    page.write_text(page.read_text(encoding="utf8").replace("(1)", "(2)"), encoding="utf8")
    write(tmp_path)
    assert data.read_text(encoding="utf8") == first.replace("(1)", "(2)")
    page.unlink()
    write(tmp_path)
    assert not data.exists()


@pytest.fixture(scope="module")
def chapters(site):
    """The pages with statements."""
    return [name for name in listed() if any(label.startswith("thm-") for label in held(site, name))]


@pytest.fixture(scope="module")
def opened_chapter(visit, chapters):
    """The last page with statements: it refers to other pages too."""
    page = visit(f"{chapters[-1]}.html")
    page.set_default_timeout(10_000)
    yield page
    page.close()


@pytest.fixture
def chapter(opened_chapter):
    """On a wide screen and light, with no preview shown."""
    opened_chapter.emulate_media(media="screen", color_scheme="light")
    opened_chapter.set_viewport_size(WIDE)
    opened_chapter.mouse.move(0, 0)
    opened_chapter.keyboard.press("Escape")
    opened_chapter.wait_for_selector(PREVIEW, state="detached")
    return opened_chapter


def links(page, *kinds):
    """For each kind of target the first visible link to it, on this page or another."""
    found = (page.locator(f"article a[href*='#{kind}']:not(.headerlink):visible").first for kind in kinds)
    return [link for link in found if link.count()]


def state(link):
    """Of the preview of a link, when it is there."""
    link.page.wait_for_selector(PREVIEW)
    link.page.wait_for_function(f"[...document.querySelectorAll('{PREVIEW} img')].every(image => image.complete)")
    return link.evaluate(STATE)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_hover_and_focus_show_what_a_link_leads_to(chapter, size):
    chapter.set_viewport_size(size)
    seen = links(chapter, "thm-", "lem-", "fig-", "ex-", "id", "equation-")
    assert len(seen) >= 5 or (edition() == "student" and len(seen) == 4)  # one kind is in solutions only
    for number, link in enumerate(seen):
        link.evaluate(STILL)
        link.focus() if number % 2 else link.hover()
        if number % 2:
            chapter.keyboard.press("Shift+Tab")
            for _ in range(3):  # a figure that scrolls is a stop, and when it is one, so is the link to it
                chapter.keyboard.press("Tab")
                if link.evaluate("link => link === document.activeElement"):
                    break
        found = state(link)
        assert found.pop("words") > 3
        assert found == SOUND, link.get_attribute("href")
        chapter.keyboard.press("Escape")
        assert not chapter.locator(PREVIEW).count()
    for link in chapter.locator(".claim-links a[href^='#check-'], article h2 a.headerlink").all()[:2]:
        link.hover(force=True)
        chapter.wait_for_timeout(500)
        assert not chapter.locator(PREVIEW).count(), "a link to no statement has a preview"


def test_the_preview_of_another_page(chapter, chapters, troubles):
    """Its links are those of its own page, and its words have the numbers of that page."""
    link = chapter.locator("article a[href*='.html#thm-']:visible").first
    link.hover()
    number = link.text_content().split()[-1]
    assert state(link)["words"] > 20
    box = chapter.locator(PREVIEW)
    assert number in box.get_attribute("aria-label")
    proof = box.get_by_role("link", name="Proof").evaluate("link => link.href")
    assert proof.split("#")[0] == link.evaluate("link => link.href.split('#')[0]")
    assert not troubles[f"{chapters[-1]}.html"]


def test_the_pointer_may_go_into_a_preview(chapter):
    """It stays while the pointer is on it, its links work, and it goes when the pointer leaves."""
    link = links(chapter, "thm-")[0]
    link.hover()
    state(link)
    chapter.locator(PREVIEW).hover()
    chapter.wait_for_timeout(600)
    assert chapter.locator(PREVIEW).count()
    chapter.mouse.move(5, 5)
    chapter.wait_for_selector(PREVIEW, state="detached", timeout=3000)


def test_the_keyboard_may_go_into_a_preview(chapter):
    """Tab leads from the link into its preview, Escape back to the link."""
    link = links(chapter, "thm-")[0]
    link.focus()
    chapter.keyboard.press("Shift+Tab")
    chapter.keyboard.press("Tab")
    state(link)
    chapter.keyboard.press("Tab")
    assert chapter.evaluate(f"document.activeElement === document.querySelector('{PREVIEW}')")
    chapter.keyboard.press("Tab")
    assert chapter.evaluate(f"document.querySelector('{PREVIEW}').contains(document.activeElement)")
    chapter.keyboard.press("Escape")
    assert not chapter.locator(PREVIEW).count()
    assert link.evaluate("link => link === document.activeElement")


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_a_preview_keeps_nobody_out(chapter, chapters, scheme, size):
    chapter.set_viewport_size(size)
    put_on(chapter, scheme)
    link = links(chapter, "thm-")[0]
    link.hover()
    state(link)
    assert_accessible(chapter, f"{chapters[-1]}, with a preview,")


def test_a_preview_is_not_printed(chapter):
    link = links(chapter, "thm-")[0]
    link.hover()
    state(link)
    chapter.emulate_media(media="print")
    assert not chapter.locator(".preview").is_visible()


def test_a_finger_looks_first(browser, address, chapters):
    """One tap shows, one beside it hides, two follow; links without a preview are followed at once."""
    page = browser.new_page(viewport=NARROW, has_touch=True, is_mobile=True)
    page.set_default_timeout(10_000)
    page.goto(f"{address}/{chapters[-1]}.html")
    link = page.locator("article a[href*='.html#thm-']:visible").first
    here = page.url
    link.tap()
    found = state(link)
    assert found["fits"] and not found["covers"]
    page.locator("article h1").evaluate("() => document.querySelector('article').click()")
    assert not page.locator(PREVIEW).count()
    link.tap()
    page.locator(f"{PREVIEW} .preview-go").wait_for()
    assert page.url == here
    link.tap()
    page.wait_for_url("**#thm-*")
    page.goto(here)
    page.locator("article a[href*='.html']:not([href*='#']):visible").first.tap()
    page.wait_for_function("address => location.href !== address", arg=here)
    page.close()


def test_previews_work_from_a_folder(browser, site, chapters):
    """Of this page and of another, opened as files."""
    page = browser.new_page(viewport=WIDE)
    page.set_default_timeout(10_000)
    page.goto((site / f"{chapters[-1]}.html").as_uri())
    for link in (page.locator(f"article a[href{match}]:visible").first for match in ("^='#thm-'", "*='.html#thm-'")):
        link.hover()
        assert state(link)["words"] > 20
        page.keyboard.press("Escape")
    page.close()
