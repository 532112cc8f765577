"""The built site: its pages, served on this machine and opened in a headless browser."""

import re

import pytest
from playwright.sync_api import sync_playwright

from contents import ROOT, listed

SITE = ROOT / "_build" / "html"
_ARTICLE = re.compile(r"<article.*</article>", re.S)
_ELEMENT = re.compile(r"<(\w+)((?: [^<>]*)?)>")
# Sections that are far from the screen are laid out too, which a reader's browser does when they come near.
LAID_OUT = """addEventListener("DOMContentLoaded", () => {
    const style = document.head.appendChild(document.createElement("style"));
    style.textContent = "section { content-visibility: visible !important; }";
})"""
_LOOKS = re.compile(r' (?:class|style)="([^"]*)"')


def sample():
    """In reading order, the pages that have an element of a kind that no page before them has.

    Name, classes and own style make the kind, numbers aside, so a new kind brings its first page into the sample.
    """
    pages, seen = [], set()
    for name in listed():
        page = SITE / f"{name}.html"
        article = _ARTICLE.search(page.read_text(encoding="utf8")) if page.exists() else None
        elements = _ELEMENT.findall(article[0]) if article else []
        kinds = {(tag, *_LOOKS.findall(re.sub(r"\d+", "", rest))) for tag, rest in set(elements)}
        if not article or kinds - seen:
            pages.append(name)
        seen |= kinds
    return pages


def pytest_configure(config):
    config.addinivalue_line("markers", "sampled: one rule serves all pages, so those of the sample will do")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Of what is judged by kinds of elements, leave out the pages on which all kinds are those of earlier pages."""
    sampled = [item for item in items if item.get_closest_marker("sampled")]
    pages = sample() if sampled else []
    left = [item for item in sampled if item.callspec.params["name"] not in pages]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def sampled():
    """The pages on which what is judged by kinds of elements is judged."""
    return set(sample())


@pytest.fixture(scope="session")
def site():
    if not (SITE / "index.html").exists():
        pytest.fail(f"{SITE} holds no site: run make book")
    return SITE


@pytest.fixture(scope="module", params=listed())
def name(request, site):
    """Each page of the table of contents, such as ``book/intro``."""
    if not (site / f"{request.param}.html").exists():
        pytest.fail(f"{request.param} stands in _toc.yml and was not built: run make book")
    return request.param


@pytest.fixture(scope="module")
def address(site, serve):
    with serve(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium):
    """One browser for all pages, closed before other tests start theirs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def troubles():
    """What the pages opened with ``visit`` complained about, by page."""
    return {}


@pytest.fixture(scope="module")
def visit(browser, address, troubles):
    """Open a page of the site, record its troubles, lay out all of it, and wait for its fonts."""

    home = (f"{address}/", "data:", "blob:")

    def visit(path):
        noted = troubles.setdefault(path.partition("?")[0], [])

        def note(what, unless=False):
            unless or noted.append(what)

        page = browser.new_page(reduced_motion="reduce")
        page.on("console", lambda it: note(f"console: {it.text}", unless=it.type not in {"error", "warning"}))
        page.on("pageerror", lambda error: note(f"script: {error}"))
        page.on("requestfailed", lambda it: note(f"failed request: {it.url}"))
        page.on("response", lambda it: note(f"{it.status}: {it.url}", unless=it.status < 400))
        page.on("request", lambda it: note(f"leaves the site: {it.url}", unless=it.url.startswith(home)))
        page.add_init_script(LAID_OUT)
        page.goto(f"{address}/{path}")
        page.evaluate("document.fonts.ready.then(() => null)")  # wide.js fits formulas with their fonts
        return page

    return visit


@pytest.fixture(scope="module")
def opened(visit, name):
    page = visit(f"{name}.html")
    yield page
    page.close()


@pytest.fixture
def page(opened):
    """A page of the table of contents, on a wide screen and light, whatever the test before did to it."""
    opened.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    opened.set_viewport_size({"width": 1280, "height": 900})
    return opened
