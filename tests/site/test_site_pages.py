"""The site in a headless browser: quiet, legible to everyone, and everything that should move moves."""

import io
from contextlib import suppress

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import TimeoutError, expect

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}

# What axe-core calls serious or critical. Formulas are MathJax's affair; of the code one long cell will do.
AXE = """async () => {
    const size = box => box.textContent.length;
    const cells = [...document.querySelectorAll("pre")].sort((a, b) => size(a) - size(b));
    const spared = [...document.querySelectorAll("mjx-container"), ...cells.slice(0, -1)];
    const contents = spared.map(box => [...box.childNodes]);
    for (const box of spared) box.textContent = box.tagName === "PRE" ? box.textContent : "";
    const found = await axe.run({exclude: ["mjx-container"]}, {
        preload: false,
        resultTypes: ["violations"],
        rules: {"label-content-name-mismatch": {enabled: true}},
    });
    spared.forEach((box, i) => box.replaceChildren(...contents[i]));
    return found.violations.filter(({impact}) => ["serious", "critical"].includes(impact))
        .flatMap(({help, nodes}) => nodes.map(node => `${help}: ${node.target} ${node.html.slice(0, 100)}`));
}"""
# The theme makes what scrolls sideways reachable by keyboard, a moment after the width has changed.
REACHABLE = """() => [...document.querySelectorAll("pre, .output, .pst-scrollable-table-container")]
    .every(box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)"""
# Parts of the article that reach beyond the screen and lie in nothing that scrolls.
CUT_OFF = """() => {
    const fits = box => box.getBoundingClientRect().right <= innerWidth;
    const scrolls = box => ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && fits(box);
    const held = box => box.tagName !== "ARTICLE" && (scrolls(box) || held(box.parentElement));
    return [...document.querySelectorAll("article *")].filter(box => !fits(box) && !held(box.parentElement))
        .map(box => box.outerHTML.slice(0, 80));
}"""
# What an explorer shows: picture, its text, the value beside the slider and the value it announces.
SHOWN = """slider => {
    const frames = [...slider.closest("figure").querySelectorAll("img")].filter(img => img.checkVisibility());
    const [value, announced] = [slider.nextElementSibling.value, slider.getAttribute("aria-valuetext")];
    const [picture, text] = [frames[0]?.src, frames[0]?.alt];
    return {frames: frames.length, picture, "alt text": text, value, "aria-valuetext": announced};
}"""
AWAIT_MOVE = """slider => { window.moved = new Promise(done => {
    let start;
    addEventListener("input", () => { start = performance.now(); }, {capture: true, once: true});
    addEventListener("input", async () => {
        await slider.closest("figure").querySelector("img:not([hidden])").decode();
        done(performance.now() - start);
    }, {once: true});
}); }"""
# Folds that do not get taller or smaller at the first click, or not back at the second.
STUCK = """() => [...document.querySelectorAll("article :is(details, .admonition.dropdown)")].filter(fold => {
    const handle = fold.querySelector("summary, .toggle-button");
    const heights = [fold.offsetHeight];
    for (const _ of [1, 2]) { handle.click(); heights.push(fold.offsetHeight); }
    if (heights[1] > heights[0]) handle.click();  // leave it open: it may hold other folds
    return heights[0] === heights[1] || heights[0] !== heights[2];
}).map(fold => fold.outerHTML.slice(0, 80))"""


def put_on(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)


def assert_accessible(page, name):
    with suppress(TimeoutError):  # axe-core says what stays out of reach
        page.wait_for_function(REACHABLE, timeout=2000)
    page.evaluate(f"window.axe ?? (() => {{ {AXE_SCRIPT} }})()")
    serious = page.evaluate(AXE)
    assert not serious, f"{name} keeps readers out; mend the text, or book.css:\n" + "\n".join(serious)


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_accessible(page, name, scheme, size):
    page.set_viewport_size(size)
    put_on(page, scheme)
    assert_accessible(page, name)


def test_fits_a_phone(page, name):
    """The page does not scroll sideways; what is wide scrolls inside itself."""
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"], f"{name} scrolls sideways on a phone, it is {width} pixels wide"
    wide = page.evaluate(CUT_OFF)
    assert not wide, f"{name}: these are cut off on a phone, shorten them: {wide[:5]}"


def test_explorers_move(page, name):
    """Each slider, by keyboard: one frame at a time, another picture and another text, at once."""
    for slider in page.locator("figure.explorer input").all():
        seen = [slider.evaluate(SHOWN)]
        for _ in range(min(int(slider.get_attribute("max")), 4)):
            slider.evaluate(AWAIT_MOVE)
            slider.press("ArrowRight")
            took = page.evaluate("window.moved")
            assert took < 50, f"{name}: an explorer took {took:.0f} ms for a move: make its frames lighter"
            seen.append(slider.evaluate(SHOWN))
        assert all(state.pop("frames") == 1 for state in seen), f"{name}: an explorer shows several frames"
        for what in seen[0]:
            values = [state[what] for state in seen]
            assert len(set(values)) == len(values), f"{name}: a slider moves and its {what} stays"


def test_explorers_show_a_frame_without_javascript(browser, address, page, name):
    if not page.locator("figure.explorer").count():
        pytest.skip("no explorer on this page")
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(f"{address}/{name}.html")
    explorers = plain.locator("figure.explorer").count()
    frames = plain.locator("figure.explorer img:visible").count()
    plain.close()
    assert frames == explorers, f"{name}: without JavaScript {explorers} explorers show {frames} frames"


def test_folds(page, name):
    """Whatever folds opens and folds again."""
    stuck = page.evaluate(STUCK)
    assert not stuck, f"{name}: these do not open and fold, see extensions/proofs.py: {stuck}"


def test_prints(page, name):
    """On paper every proof is shown, also a folded one, and no solution."""
    page.locator("details.proof").evaluate_all("all => all.forEach(proof => { proof.open = false; })")
    page.emulate_media(media="print")
    hidden = page.locator("details.proof").evaluate_all(
        "all => all.filter(proof => !proof.lastElementChild.checkVisibility()).map(proof => proof.id)"
    )
    assert not hidden, f"{name}: print leaves out {hidden}: see @media print in book.css"
    shown = page.locator(".solution:visible").count()
    assert not shown, f"{name}: print shows {shown} solutions: see @media print in book.css"


def test_figures_are_legible_in_the_dark(page, name):
    """At least half as much of a figure stands out from its ground in dark mode as in light mode."""

    def shares():
        figures = page.locator("article :is(figure, .cell_output) img:visible").all()
        return np.array([legible_share(figure.screenshot()) for figure in figures])

    light = shares()
    put_on(page, "dark")
    dark = shares()
    assert np.all(dark > light / 2), f"{name}: figures fade from {light} to {dark} in the dark: see book.css"


def legible_share(screenshot):
    """Share of the pixels with a contrast of 4.5 or more to the ground, which is the most common colour."""
    counts, colours = zip(*Image.open(io.BytesIO(screenshot)).convert("RGB").getcolors(1 << 24), strict=True)
    channels = np.array(colours) / 255
    linear = np.where(channels <= 0.04, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722] + 0.05
    ground = luminance[np.argmax(counts)]
    stands_out = np.maximum(luminance / ground, ground / luminance) >= 4.5
    return np.array(counts)[stands_out].sum() / sum(counts)


def test_quiet(page, name, troubles):
    """After all of this: no error or warning, no failed request, none to another host, no broken formula."""
    assert not troubles[f"{name}.html"], f"{name} is not quiet: {troubles[f'{name}.html']}"
    broken = page.locator("mjx-merror, [data-mjx-error]").all_text_contents()
    assert not broken, f"{name}: MathJax cannot read {broken}: correct the TeX"
    unset = page.locator("article .math:not(:has(mjx-container))").all_text_contents()
    assert not unset, f"{name}: MathJax did not set {unset}"


def test_search_finds(visit, troubles):
    page = visit("search.html?q=interpolation")
    found = page.locator("#search-results li a").first
    expect(found, "the search finds nothing for 'interpolation'").to_be_visible(timeout=10_000)
    assert not troubles["search.html"], f"the search page is not quiet: {troubles['search.html']}"
    assert_accessible(page, "search")
    page.close()
