"""The first visit on a phone: little to load, all set before scripts run, and nothing that moves."""

import gzip
import re

import pytest
from fontTools.ttLib import TTFont

import formulas
import icons
from contents import listed

PHONE = {"width": 412, "height": 823}
MOST_KB, MOST_SHIFT, SLOWDOWN = 200, 0.02, 4
WATCH = """() => {
    window.shift = 0;
    new PerformanceObserver(list => { for (const it of list.getEntries()) window.shift += it.value; })
        .observe({type: "layout-shift", buffered: true});
}"""
UNSET = """() => [...document.querySelectorAll("article .math")]
    .filter(it => !it.querySelector("mjx-container")).map(it => it.textContent)"""
BLANK = """() => [...new Set([...document.querySelectorAll("article mjx-c")]
    .filter(it => getComputedStyle(it, "::before").content === "none").map(it => it.className))]"""
HEIGHTS = "() => [...document.querySelectorAll('article p')].map(it => it.getBoundingClientRect().height)"
FITTED = """() => [...document.querySelectorAll("article mjx-container:not([display], .scrolls)")].every(it => {
    const block = it.closest("p, li, td, dd, figcaption, div");
    return !it.checkVisibility() || it.getBoundingClientRect().right <= block.getBoundingClientRect().right + 1;
})"""
UNDRAWN = """() => [...document.querySelectorAll("i[class*='fa-'], .svg-inline--fa")]
    .filter(it => !it.querySelector("path")).map(it => it.outerHTML)"""


@pytest.fixture(scope="module")
def pages(site):
    """The home page, the heaviest page and the one with most formulas."""
    texts = {name: (site / f"{name}.html").read_text(encoding="utf8") for name in listed()}
    heaviest = max(texts, key=lambda name: len(gzip.compress(texts[name].encode())))
    return {listed()[0], heaviest, max(texts, key=lambda name: texts[name].count("<mjx-container"))}


def first_visit(browser, address, name):
    """What a page loads on a first visit, compressed, and how far its parts move on a slow phone."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    page, loaded = context.new_page(), {}
    page.on("response", lambda it: loaded.setdefault(it.url, it))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{address}/{name}.html", wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))))")
    shared = {url: it for url, it in loaded.items() if "/_static/" in url and "/frames/" not in url}
    sizes = {url: len(gzip.compress(it.body())) / 1000 for url, it in shared.items()}
    shift = page.evaluate("shift")
    context.close()
    return sizes, shift


@pytest.fixture(scope="module")
def visits(browser, address, pages):
    return {name: first_visit(browser, address, name) for name in pages}


def test_theme_and_formulas_are_light(visits):
    for name, (sizes, _) in visits.items():
        most = sorted(sizes.items(), key=lambda it: -it[1])[:3]
        assert sum(sizes.values()) < MOST_KB, f"{name} loads {sum(sizes.values()):.0f} KB, most of it {most}"


def test_nothing_moves_when_a_page_opens(visits, browser, address):
    shifts = {name: shift for name, (_, shift) in visits.items() if shift >= MOST_SHIFT}
    for name in shifts:  # something else may have been busy
        shifts[name] = first_visit(browser, address, name)[1]
    moved = {name: shift for name, shift in shifts.items() if shift >= MOST_SHIFT}
    assert not moved, f"parts of pages move when they open: {moved}"


def test_lines_are_as_high_before_the_fonts_of_formulas_come(browser, address, pages):
    for name in pages:
        page = browser.new_page(viewport=PHONE, java_script_enabled=False)
        heights = []
        for fonts in ("", "**/*.woff*"):
            if fonts:
                page.route(fonts, lambda it: it.abort())
            page.goto(f"{address}/{name}.html", wait_until="networkidle")
            heights.append(page.evaluate(HEIGHTS))
        page.close()
        assert heights[0] == heights[1], f"{name}: text will move, see steady() in extensions/fonts.py"


def test_pages_are_set_without_scripts(browser, address, pages):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    for name in pages:
        page = context.new_page()
        page.goto(f"{address}/{name}.html")
        assert not page.evaluate(UNSET), f"{name} has formulas as they are typed: see extensions/formulas.py"
        assert not page.evaluate(BLANK), f"{name} has letters that nothing draws: see {formulas.STYLE}"
        assert not page.evaluate(UNDRAWN), f"{name} has icons that are only named: see extensions/icons.py"
    context.close()


@pytest.fixture
def phone(browser):
    page = browser.new_page(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    yield page
    page.close()


def test_a_link_leads_to_its_place_through_what_is_not_laid_out(phone, address, site):
    """Far down a page, and stays there while the sections around it find their heights."""
    stated = re.compile('class="proof [^"]*admonition')
    name = next(name for name in listed() if stated.search((site / f"{name}.html").read_text(encoding="utf8")))
    phone.goto(f"{address}/{name}.html")
    far = phone.locator(".proof.admonition[id]").last.get_attribute("id")
    phone.evaluate("place => { location.hash = place; }", far)
    phone.wait_for_timeout(1000)
    top = phone.locator(f"#{far}").evaluate("place => place.getBoundingClientRect().top")
    assert 0 <= top < PHONE["height"] / 4, f"#{far} of {name} is {top:.0f} pixels from the top: see sections.css"


def test_what_is_far_away_is_fitted_before_it_is_printed(phone, address, pages):
    name = max(pages)
    phone.goto(f"{address}/{name}.html")
    phone.wait_for_timeout(500)
    phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert phone.evaluate(FITTED), f"{name} has formulas that are wider than their column: see wide.js"


def test_scripts_wait_for_the_text(site):
    """Only a few words stand ahead of it; the page that searches needs its scripts at once."""
    for name in listed():
        head = (site / f"{name}.html").read_text(encoding="utf8").partition("</head>")[0]
        ahead = [tag for tag in re.findall("<script [^>]*src=[^>]*>", head) if "defer" not in tag]
        assert not ahead and "DOCUMENTATION_OPTIONS =" in head, f"{name}: see extensions/loading.py"


def test_every_letter_of_a_formula_has_its_rule(site):
    sheet = (site / formulas.FOLDER / formulas.STYLE).read_text(encoding="utf8")
    known = set(formulas.LETTER.findall(sheet))
    assert known
    for name in listed():
        used = set(formulas.LETTER.findall((site / f"{name}.html").read_text(encoding="utf8")))
        assert used <= known, f"{name}: {used - known} are in no rule of {formulas.STYLE}"
    for font in re.findall(r"url\(\"?([^)\"?]*)", sheet):
        assert (site / formulas.FOLDER / font).exists(), f"{formulas.STYLE} names {font}, which is not there"


def test_every_icon_that_a_style_sheet_writes_is_in_a_font(site):
    files = (path for path in (site / "_static").rglob("*.css") if not icons.MADE.match(path.name))
    sheets = (path.read_text(encoding="utf8") for path in files)
    written = set().union(*map(icons.letters, sheets))
    known = {code for path in (site / icons.FONTS).iterdir() for code in TTFont(path).getBestCmap()}
    assert len(written) > 10 and written <= known, f"{written - known} are in no font of {icons.FONTS}"
    weight = sum(path.stat().st_size for path in (site / icons.FONTS).iterdir())
    assert weight < 50_000, f"the fonts of icons have {weight} bytes: see extensions/icons.py"


def test_pictures_say_how_large_they_are(site):
    for name in listed():
        page = (site / f"{name}.html").read_text(encoding="utf8")
        pictures = re.findall(r'<img [^>]*src="(?!data:)[^>]*>', page)
        unknown = [tag[-80:] for tag in pictures if " width=" not in tag]
        assert not unknown, f"{name}: {unknown} have no size: see extensions/images.py"
