"""What of a page is wider than the screen or its column, and whether the page says so."""

WIDTHS = (1280, 700, 390, 320)  # of the tables all stack on the narrow two, and none before
CODE = 88  # characters of a line of code that fit on a wide screen

# Waits until the sidebars have slid to their places and wide.js, in the frame after, has fitted the page.
_SETTLE = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await new Promise(done => setTimeout(done, 50));
    await frame();
    await Promise.allSettled(document.getAnimations().map(it => it.finished));
    for (const _ of [1, 2, 3]) await frame();
}"""
_FAULTS = """() => {
    const faults = [];
    const parts = "article, .prev-next-footer, footer";
    const named = box => (box.textContent.trim() || box.outerHTML).slice(0, 60);
    const fault = (what, box) => faults.push(`${what}: ${named(box)}`);
    const shown = box => box.clientWidth > 1 && box.checkVisibility();
    const fits = box => box.getBoundingClientRect().right <= innerWidth + 1;
    const shade = box => getComputedStyle(box).backgroundImage;
    const style = new Map();
    const overflow = box => style.get(box) ?? style.set(box, getComputedStyle(box).overflowX).get(box);
    const scrolls = box => ["auto", "scroll"].includes(overflow(box)) && fits(box);
    const held = box => box && (scrolls(box) || held(box.parentElement));

    const [page, phone] = [document.documentElement.scrollWidth, innerWidth <= 600];
    if (page > innerWidth) faults.push(`the page scrolls sideways, it is ${page} pixels wide`);
    const boxes = document.querySelectorAll(`:is(${parts}) :not(mjx-math *, mjx-assistive-mml *, svg *, pre *)`);
    for (const box of boxes) {
        if (!shown(box)) continue;
        if (!fits(box) && !held(box.parentElement)) fault("beyond the screen", box);
        if (box.scrollWidth <= box.clientWidth + 1 || overflow(box) === "visible") continue;
        if (!scrolls(box)) fault("cut off", box);
        else if (phone && box.matches(".pst-scrollable-table-container")) fault("a table does not stack", box);
        else if (!shade(box).includes("gradient")) fault("scrolls and does not show it", box);
        else if (box.tabIndex !== 0) fault("scrolls by mouse only", box);
    }
    for (const number of document.querySelectorAll("article .eqno")) {
        const [whole, own] = [number.parentElement, number].map(box => box.getBoundingClientRect());
        const cut = own.left < whole.left - 1 || own.right > whole.right + 1;
        if (shown(number.parentElement) && cut) fault("number cut off", number.parentElement);
    }
    const main = document.querySelector("article, #search-results");
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const [text, box] = [texts.currentNode, texts.currentNode.parentElement];
        if (box.closest("pre, mjx-container, script, style") || !box.checkVisibility()) continue;
        const words = box.closest("td code, th code") ? /\\S+/g : /[-−]?\\d[\\d.]*e-\\d+/g;
        for (const {0: word, index} of text.data.matchAll(words)) {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            const parts = [...range.getClientRects()];
            const width = parts.reduce((sum, part) => sum + part.width, 0);
            const room = (box.closest("table") ?? main).clientWidth / 2;
            if (width < room && parts.some(part => part.top > parts[0].bottom - 2)) fault(`${word} is broken`, box);
        }
    }
    const block = box => getComputedStyle(box).display.startsWith("inline") ? block(box.parentElement) : box;
    for (const formula of document.querySelectorAll("article mjx-container:not([display], .scrolls) > mjx-math")) {
        if (!formula.checkVisibility()) continue;
        const column = block(formula.parentElement.parentElement).getBoundingClientRect();
        const beyond = [...formula.getClientRects()].some(part => part.right > column.right + 1);
        if (beyond) fault("a formula wider than its column", formula.parentElement);
        for (const line of [...formula.querySelectorAll(":scope > span, :scope > span > span")]) {
            const last = [...line.querySelectorAll("mjx-c, mjx-mspace")].at(-1);
            const ends = last.closest("mjx-mo, mjx-mspace") || !line.nextElementSibling;
            if (!ends) fault("a line that could be taken for the whole formula", line);
            const next = line.nextElementSibling?.tagName ?? "WBR";  // without which Firefox does not break
            if (next !== "WBR") fault("a place to break that not every browser sees", line);
        }
    }
    return faults;
}"""
_WIDE = """() => [...document.querySelectorAll("article :is(mjx-container[display], .output pre)")]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => (box.querySelector("mjx-assistive-mml") ?? box).textContent.slice(0, 60))"""
# How many characters fit into a line of each cell, less the 15 pixels of a scrollbar.
_CHARACTERS = """() => {
    const ruler = document.createElement("span");
    ruler.textContent = "x".repeat(100);
    return Math.min(...[...document.querySelectorAll("div.cell_input pre")].filter(box => box.clientWidth).map(box => {
        box.append(ruler);
        const character = ruler.getBoundingClientRect().width / 100;
        ruler.remove();
        const {paddingLeft, paddingRight} = getComputedStyle(box);
        return (box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - 15) / character;
    }), 1000);
}"""
# The height in pixels of the smallest plain text in each figure; indices and exponents may be smaller.
_LETTERS = """() => Promise.all([...document.querySelectorAll("article :is(figure, .cell_output) img")]
    .filter(image => image.checkVisibility() && image.src.includes("svg")).map(async image => {
        const source = await (await fetch(image.src)).text();
        const svg = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
        const sizes = [...svg.querySelectorAll("text")].map(text => parseFloat(text.style.fontSize)).filter(Boolean);
        return [Math.min(...sizes) * image.clientWidth / svg.viewBox.baseVal.width, image.alt.slice(0, 60)];
    }))"""


_UNFOLD = "open => { for (const fold of document.querySelectorAll('article details')) fold.open = open; }"


def unfold(page, everything=True):
    """Open all proofs and all code, or fold them again."""
    page.evaluate(_UNFOLD, everything)


def resize(page, width):
    """Give the page a width and wait until it has settled."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(_SETTLE)


def faults(page, width):
    """What is cut off at this width, or scrolls without showing it."""
    resize(page, width)
    for _ in range(10):
        found = page.evaluate(_FAULTS)
        if not found:
            break
        page.wait_for_timeout(200)  # on a busy machine what scrolls is marked some frames later
    return [f"at {width} pixels {fault}" for fault in found]


def too_wide(page):
    """Displayed formulas and outputs that must be scrolled on a wide screen."""
    resize(page, WIDTHS[0])
    return page.evaluate(_WIDE)


def characters(page):
    """How many characters of code fit into a line of every cell on a wide screen."""
    resize(page, WIDTHS[0])
    return page.evaluate(_CHARACTERS)


def letters(page):
    """Pairs for each figure: the height of its smallest letters on a phone, in pixels, and its alt text."""
    resize(page, 390)
    return page.evaluate(_LETTERS)
