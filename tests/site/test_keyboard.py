"""A page from top to end by the Tab key: every control is a stop, each stop is seen, and nothing else is one."""

import ink
import pytest

from contents import listed

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MOST = 1000  # stops, should a page keep the focus in a circle
# Whether the focus is on the screen, and marked: on the control, or on the box whose handle it is.
STOP = """() => {
    const stop = document.activeElement;
    if (stop === document.body) return null;
    window.stops ??= new Set();
    const again = stops.has(stop) && !stop.closest(".preview");  // a preview is one box for all links
    stops.add(stop);
    const outlined = box => [null, "::before"].some(part => {
        const {outlineStyle, outlineWidth, content} = getComputedStyle(box, part);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && content !== "none";
    });
    const around = [stop, stop.parentElement, stop.parentElement.parentElement];
    const unmarked = !around.some(outlined) && getComputedStyle(stop).boxShadow === "none";
    const {left, right, top, bottom} = stop.getBoundingClientRect();
    const inSight = right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
    const seen = inSight || stop.matches("a[href='#main-content']");  // it slides in
    const name = `${stop.tagName} ${stop.className} ${(stop.ariaLabel ?? stop.textContent).trim().slice(0, 40)}`;
    return {again, name, hidden: !seen, unmarked};
}"""
MISSED = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [data-more]")]
    .filter(box => box.checkVisibility({visibilityProperty: true, opacityProperty: false}) && !box.disabled)
    .filter(box => box.tabIndex >= 0 && box.type !== "radio" && !stops.has(box))
    .map(box => `${box.tagName} ${box.className} ${box.textContent.trim().slice(0, 40)}`)"""


def walk(page):
    """Press Tab until the page is left; what is wrong with its stops."""
    faults = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["again"]:
            break
        faults += [f"{what}: {stop['name']}" for what in ("hidden", "unmarked") if stop[what]]
    else:
        faults.append(f"more than {MOST} stops")
    return faults + [f"missed: {name}" for name in page.evaluate(MISSED)]


@pytest.fixture(scope="module")
def chapter(site):
    """The page with most links, controls and formulas."""
    return max(listed(), key=lambda name: (site / f"{name}.html").stat().st_size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_stop_is_seen(visit, chapter, size):
    page = visit(f"{chapter}.html")
    page.set_viewport_size(size)
    faults = walk(page)
    page.close()
    assert not faults, f"{chapter}: by keyboard these are out of reach or out of sight: {faults}"


@pytest.mark.parametrize("ground", [ground for ground in ink.GROUNDS if "paper" not in ground])
def test_the_switch_shows_its_position(visit, chapter, ground):
    """Its knob stands out from its ground, at one end and at the other."""
    page = visit(f"{chapter}.html")
    switch = page.get_by_role("switch")
    with ink.on(page, ground):
        pictures = []
        for _ in range(2):
            pictures.append(switch.screenshot())
            assert ink.legible_share(switch) > 0.25, f"the switch shows no knob on {ground}: see proofs.css"
            switch.click()
            page.mouse.move(0, 0)
    page.close()
    assert pictures[0] != pictures[1]
