"""The site in a headless browser: quiet, legible to everyone, and everything that should move moves."""

from contextlib import suppress

import ink
import pytest
import wide
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import TimeoutError

import printing

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}

# What axe-core calls serious or critical. Formulas are MathJax's affair; of the code one long cell will do.
AXE = """async colours => {
    // On the shade of what scrolls axe-core would not judge colours at all.
    const shaded = [...document.querySelectorAll("[data-more]")].map(box => [box, box.dataset.more]);
    for (const [box] of shaded) box.removeAttribute("data-more");
    const size = box => box.textContent.length;
    const cells = [...document.querySelectorAll("pre")].sort((a, b) => size(a) - size(b));
    const spared = [...document.querySelectorAll("mjx-container"), ...cells.slice(0, -1)];
    const contents = spared.map(box => [...box.childNodes]);
    for (const box of spared) box.textContent = box.tagName === "PRE" ? box.textContent : "";
    const found = await axe.run({exclude: ["mjx-container"]}, {
        preload: false,
        resultTypes: ["violations"],
        rules: {"label-content-name-mismatch": {enabled: true}, "color-contrast": {enabled: colours}},
    });
    spared.forEach((box, i) => box.replaceChildren(...contents[i]));
    for (const [box, more] of shaded) box.dataset.more = more;
    return found.violations.filter(({impact}) => ["serious", "critical"].includes(impact))
        .flatMap(({help, nodes}) => nodes.map(node => `${help}: ${node.target} ${node.html.slice(0, 100)}`));
}"""
# All code, when it has come to rest.
OPEN = """async () => {
    for (const fold of document.querySelectorAll("details.hide")) fold.open = true;
    await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
}"""
# The theme makes what scrolls sideways reachable by keyboard, a moment after the width has changed.
REACHABLE = """() => [...document.querySelectorAll("pre, .output, .pst-scrollable-table-container")]
    .every(box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)"""
# What an explorer shows: picture, its text, the value beside the slider and the value it announces.
SHOWN = """slider => {
    const frames = [...slider.closest("figure").querySelectorAll("img")].filter(img => img.checkVisibility());
    const [value, announced] = [slider.nextElementSibling.value, slider.getAttribute("aria-valuetext")];
    const [picture, text] = [frames[0]?.src, frames[0]?.alt];
    return {frames: frames.length, picture, "alt text": text, value, "aria-valuetext": announced};
}"""
# The frames of an explorer that has come near the screen, as its readers have them when they move its slider.
FETCHED = """async slider => {
    for (const frame of slider.closest("figure").querySelectorAll("img")) {
        while (!frame.src || !frame.complete) await new Promise(done => setTimeout(done, 10));
    }
}"""
AWAIT_MOVE = """slider => { window.moved = new Promise(done => {
    let start;
    addEventListener("input", () => { start = performance.now(); }, {capture: true, once: true});
    addEventListener("input", async () => {
        await slider.closest("figure").querySelector("img:not([hidden])").decode();
        done(performance.now() - start);
    }, {once: true});
}); }"""
FIGURES = "article :is(figure, .cell_output) img"
# Hides what neither holds a figure nor lies in one; the grounds stay.
ONLY_FIGURES = f"""() => {{
    const figures = [...document.querySelectorAll("{FIGURES}")];
    const around = new Set(figures.flatMap(image => {{
        const boxes = [];
        for (let box = image; box; box = box.parentElement) boxes.push(box);
        return boxes;
    }}));
    for (const box of document.body.querySelectorAll("*")) {{
        if (!around.has(box) && !box.closest("figure, .cell_output")) box.style.display = "none";
    }}
}}"""
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


def assert_accessible(page, name, colours=True):
    page.evaluate(OPEN)
    with suppress(TimeoutError):  # axe-core says what stays out of reach
        page.wait_for_function(REACHABLE, timeout=2000)
    page.evaluate(f"window.axe ?? (() => {{ {AXE_SCRIPT} }})()")
    serious = page.evaluate(AXE, colours)
    assert not serious, f"{name} keeps readers out; mend the text, or book.css:\n" + "\n".join(serious)


def test_accessible(page, name, sampled):
    """Colours are those of kinds of elements: they take longest, and are judged where a kind is new."""
    put_on(page, "light")
    assert_accessible(page, name, colours=name in sampled)


@pytest.mark.sampled
def test_accessible_on_a_dark_phone(page, name):
    page.set_viewport_size(NARROW)
    put_on(page, "dark")
    assert_accessible(page, name)


@pytest.fixture(scope="module")
def unfolded(opened):
    """All folds open: what is cut at each width, and on a wide screen what scrolls, room for code, and idle stops."""
    opened.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    wide.unfold(opened)
    widest, *narrower = wide.WIDTHS
    faults = wide.faults(opened, widest)
    displays, fit = wide.too_wide(opened), wide.characters(opened)
    idle = opened.locator("mjx-container[tabindex='0']:not([data-more])").count()
    faults += [fault for width in narrower for fault in wide.faults(opened, width)]
    wide.unfold(opened, everything=False)
    return faults, displays, fit, idle


def test_nothing_is_cut_without_a_sign(unfolded, name):
    """The page does not scroll sideways; what is wide breaks, or scrolls inside itself and shows it."""
    faults, *_ = unfolded
    assert not faults, f"{name}: shorten or break these, or see wide.css:\n" + "\n".join(faults)


def test_a_wide_screen_needs_no_scrolling(unfolded, name):
    """Displayed formulas and outputs fit, and so does code of 88 characters a line."""
    _, displays, fit, _ = unfolded
    assert not displays, f"{name}: break these over lines, formulas with aligned or split: {displays}"
    assert fit >= wide.CODE, f"{name}: a line of code has room for {fit:.1f} characters, not {wide.CODE}: see book.css"


def test_a_formula_is_a_stop_only_if_it_scrolls(unfolded, name):
    """Else a page has hundreds of stops with nothing to do there."""
    *_, idle = unfolded
    assert not idle, f"{name}: the Tab key stops at {idle} formulas: see wide.js"


def test_figures_are_legible_on_a_phone(page, name):
    small = [f"{height:.1f} pixels: {alt}" for height, alt in wide.letters(page) if height < 8.5]
    assert not small, f"{name}: letters are too small on a phone, use 11 points or see wide.js:\n" + "\n".join(small)


def moves(page):
    """How long each move of a slider to the right takes, and what each slider shows before and after its moves."""
    took, shown = [], []
    for slider in page.locator("figure.explorer input").all():
        slider.scroll_into_view_if_needed()
        slider.evaluate(FETCHED)
        shown.append([slider.evaluate(SHOWN)])
        for _ in range(min(int(slider.get_attribute("max")), 4)):
            slider.evaluate(AWAIT_MOVE)
            slider.press("ArrowRight")
            took.append(page.evaluate("window.moved"))
            shown[-1].append(slider.evaluate(SHOWN))
    return took, shown


def test_explorers_move(page, name, visit):
    """Each slider, by keyboard: one frame at a time, another picture and another text, at once."""
    took, shown = moves(page)
    for _ in range(2):  # something else may have been busy; on a new page no frame has been decoded yet
        if max(took, default=0) < 50:
            break
        again = visit(f"{name}.html")
        took = [min(pair) for pair in zip(took, moves(again)[0], strict=True)]
        again.close()
    longest = max(took, default=0)
    assert longest < 50, f"{name}: an explorer took {longest:.0f} ms for a move: make its frames lighter"
    for seen in shown:
        assert all(state.pop("frames") == 1 for state in seen), f"{name}: an explorer shows several frames"
        for what in seen[0]:
            values = [state[what] for state in seen]
            assert len(set(values)) == len(values), f"{name}: a slider moves and its {what} stays"


@pytest.mark.sampled
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


@pytest.mark.sampled
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


@pytest.mark.sampled
def test_fits_on_paper(page, name):
    page.set_viewport_size({"width": printing.COLUMN, "height": 900})
    page.emulate_media(media="print")
    cut = [fault for fault in printing.faults(page) if fault.startswith(printing.CUT)]
    assert not cut, f"{name}: shorten or break these, or see paper.css:\n" + "\n".join(cut)


@pytest.mark.sampled
def test_prints_in_dark_ink(page, name):
    """From a dark screen as well: every text stands out from white paper."""
    with ink.on(page, "paper, from a dark screen"):
        pale = ink.pale(page)
    assert not pale, f"{name}: these are pale on paper, see ink.css: {pale[:5]}"


@pytest.mark.sampled
def test_explorers_print_their_positions(page, name):
    """The values stand on paper, the sliders do not."""
    page.emulate_media(media="print")
    for explorer in page.locator("figure.explorer").all():
        assert not explorer.locator("input:visible").count(), f"{name}: sliders on paper: see ink.css"
        shown, all_ = explorer.locator("output:visible").count(), explorer.locator("output").count()
        assert shown == all_, f"{name}: print shows {shown} of {all_} positions of an explorer: see ink.css"


@pytest.fixture(scope="module")
def figures(browser, address, name):
    """The figures of a page with nothing around them, which saves seconds, and their legible shares in light."""
    bare = browser.new_page(viewport=WIDE, reduced_motion="reduce")
    bare.goto(f"{address}/{name}.html")
    bare.evaluate(ONLY_FIGURES)
    shown = bare.locator(f"{FIGURES}:visible").all()
    yield bare, shown, [ink.legible_share(figure) for figure in shown]
    bare.close()


def assert_legible(figures, name, ground, count=None):
    """At least half as much of each figure stands out from its ground as on a light screen."""
    page, shown, light = figures
    with ink.on(page, ground):
        other = [ink.legible_share(figure) for figure in shown[:count]]
    faded = [pair for pair in zip(light, other, strict=False) if pair[1] <= pair[0] / 2]
    assert not faded, f"{name}: legible shares of figures fall on this ground: {faded}: see book.css and ink.css"


def test_figures_are_legible_in_the_dark(figures, name):
    assert_legible(figures, name, "dark")


@pytest.mark.sampled
@pytest.mark.parametrize("ground", [ground for ground in ink.GROUNDS if ground != "dark"])
def test_figures_are_legible_on_every_ground(figures, name, ground):
    assert_legible(figures, name, ground, count=2)  # one rule serves all of them


def test_quiet(page, name, troubles):
    """After all of this: no error or warning, no failed request, none to another host, no broken formula."""
    assert not troubles[f"{name}.html"], f"{name} is not quiet: {troubles[f'{name}.html']}"
    broken = page.locator("mjx-merror, [data-mjx-error]").all_text_contents()
    assert not broken, f"{name}: MathJax cannot read {broken}: correct the TeX"
    unset = page.locator("article .math:not(:has(mjx-container))").all_text_contents()
    assert not unset, f"{name}: MathJax did not set {unset}"
