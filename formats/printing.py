"""The whole book as one PDF, printed by Chromium from the pages of the site.

What would be cut at the right, and what leads nowhere, is listed instead, and nothing is printed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter

import browser
import contents
import document
from merging import merged
from offered import FORMS, offer

NAME = next(name for name, form in FORMS.items() if form == "PDF")
REMEDY = "Nothing is printed: shorten or break what is too wide, or see extensions/_static/paper.css."
CUT = "too wide for the paper"
COLUMN = 658  # pixels: A4 less the margins of paper.css
PRINT = {"prefer_css_page_size": True, "print_background": True}
# Until wide.js, in the frames after the load, has fitted formulas to the column.
_SETTLE = """async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
    for (const _ of [1, 2, 3, 4]) await new Promise(requestAnimationFrame);
    // A PDF has no MathML: who listens to it is told the TeX of a formula.
    for (const formula of document.querySelectorAll("mjx-container[data-tex]")) {
        formula.querySelector("mjx-assistive-mml")?.remove();
        formula.setAttribute("role", "img");
        formula.setAttribute("aria-label", formula.dataset.tex);
    }
}"""
_FAULTS = """column => {
    const said = box => (box.textContent.trim() || box.outerHTML).slice(0, 80);
    const named = box => `${box.closest("article")?.id}: ${said(box)}`;
    const inside = ":not(mjx-container *, mjx-assistive-mml, svg *, pre *, .visually-hidden)";
    const wide = [...document.querySelectorAll(`main ${inside}, main mjx-math`)].filter(box => {
        const right = Math.max(...[...box.getClientRects()].map(part => part.right), 0);
        const hidden = getComputedStyle(box).overflowX !== "visible" && box.scrollWidth > box.clientWidth + 1;
        return (right > column + 1 || (hidden && box.clientWidth > 1)) && box.checkVisibility();
    });
    const parts = new Set(wide.map(box => box.parentElement));
    const cut = wide.filter(box => !parts.has(box)).map(box => `CUT: ${named(box)}`);
    const lost = [...document.querySelectorAll("main a[href^='#']")]
        .filter(link => !document.getElementById(decodeURIComponent(link.hash.slice(1)))?.checkVisibility())
        .map(link => `leads nowhere: ${link.hash} in ${named(link.parentElement)}`);
    const unseen = [...document.images].filter(image => !image.naturalWidth).map(image => `no picture: ${image.alt}`);
    return [...cut, ...lost, ...unseen];
}"""
_ENTRIES = '() => [...document.querySelectorAll(".whole-contents a")].map(link => link.href.split("#")[1])'
_COUNT = "pages => { document.documentElement.style.counterReset = `page ${pages}`; }"
# Leaves nothing to see but the numbers of the pages, in their places.
_NUMBERS = """numbers => {
    document.querySelectorAll("article").forEach(article => article.remove());
    document.querySelector("main").style.visibility = "hidden";
    document.head.insertAdjacentHTML("beforeend", "<style>@page { @bottom-center { content: none; } }</style>");
    document.querySelectorAll(".whole-contents .at").forEach((at, i) => {
        at.textContent = numbers[i];
        at.style.visibility = "visible";
    });
}"""


@contextmanager
def opened(file: Path, chromium: str) -> Iterator[Page]:
    """A file in the browser, laid out for paper."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=browser.OPTIONS)
        page = started.new_page(viewport={"width": COLUMN, "height": 900})
        page.set_default_timeout(0)  # a whole book takes minutes
        page.emulate_media(media="print", color_scheme="light")
        page.goto(file.resolve().as_uri())
        page.evaluate(_SETTLE)
        yield page
        started.close()


def faults(page: Page) -> list[str]:
    """What would be cut on paper, and what leads nowhere."""
    return page.evaluate(_FAULTS.replace("CUT", CUT), COLUMN)


def make(site: Path, work: Path, parts: list[document.Part], chromium: str) -> Path:
    """Print parts of a site within a folder, each from a document of its own, and join them; the PDF.

    Raises ``ValueError`` with what would be cut or leads nowhere.
    """
    documents, printed_to, found, pages = document.write(site, work, parts), [], [], 0
    for file in documents:
        with opened(file, chromium) as page:
            found += faults(page)
            if not found:
                page.evaluate(_COUNT, pages)
                page.pdf(path=file.with_suffix(".pdf"), tagged=True, outline=True, **PRINT)
                printed_to.append(file.with_suffix(".pdf"))
                pages += len(PdfReader(printed_to[-1]).pages)
    if found:
        raise ValueError("\n".join([*found, REMEDY]))
    book = merged(printed_to)
    with opened(documents[0], chromium) as page:
        _number(page, book)
    book.write(work / NAME)
    return work / NAME


def _number(page: Page, book: PdfWriter) -> None:
    """Print nothing but the numbers of the table of contents, and lay them upon it."""
    places = {name: book.get_destination_page_number(place) + 1 for name, place in book.named_destinations.items()}
    page.evaluate(_NUMBERS, [places[f"/{entry}"] for entry in page.evaluate(_ENTRIES)])
    numbers = PdfReader(BytesIO(page.pdf(**PRINT)))
    for below, above in zip(book.pages, numbers.pages, strict=False):
        below.merge_page(above)


def ready() -> None:
    """Raises ``ValueError`` where nothing can print."""
    if not browser.find():
        raise ValueError(browser.MISSING)


def book() -> str:
    """Print the book that was built and put it beside its site; where it is.

    Raises ``ValueError`` with what would be cut or leads nowhere.
    """
    site, work = (contents.ROOT / "_build" / name for name in ("html", "pdf"))
    target = site / NAME
    if not target.exists():  # a build that changes a page has removed it
        make(site, work, document.parts(), browser.find()).replace(target)
        offer(site)
    pages, size = len(PdfReader(target).pages), target.stat().st_size / 1e6
    where = target.relative_to(contents.ROOT)
    return f"The book is in {where}: {pages} pages, {size:.1f} MB. The first page of the site links to it."
