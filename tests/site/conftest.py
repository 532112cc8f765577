"""The built site: its pages, served on this machine and opened in a headless browser."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright

from contents import ROOT, listed


@pytest.fixture(scope="session")
def site():
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").exists():
        pytest.fail(f"{folder} holds no site: run make book")
    return folder


@pytest.fixture(scope="module", params=listed())
def name(request, site):
    """Each page of the table of contents, such as ``book/intro``."""
    if not (site / f"{request.param}.html").exists():
        pytest.fail(f"{request.param} stands in _toc.yml and was not built: run make book")
    return request.param


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


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
    """Open a page of the site, record its troubles, and wait until its formulas are set."""

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
        page.goto(f"{address}/{path}")
        page.evaluate("window.MathJax?.startup?.promise.then(() => null)")
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
