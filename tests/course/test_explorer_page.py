"""The explorer on a page in a browser: handle, value and picture agree, also after Back and after a reload."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import matplotlib.pyplot as plt
import pytest
from playwright.sync_api import sync_playwright
from test_explore import SCRIPT, draw

from course import explore

STATE = """() => [...document.querySelectorAll("figure.explorer")].map(figure => ({
    handles: [...figure.querySelectorAll("input")].map(slider => slider.value),
    values: [...figure.querySelectorAll("output")].map(output => output.value),
    announced: [...figure.querySelectorAll("input")].map(slider => slider.ariaValueText),
    frames: [...figure.querySelectorAll("img")].flatMap((image, i) => image.hidden ? [] : [i]),
    said: [...figure.querySelectorAll("p")].filter(said => said.checkVisibility()).map(said => said.textContent),
}))[0]"""
MOVED = {
    "handles": ["1", "2"],
    "values": ["2", "7"],
    "announced": ["2", "7"],
    "frames": [5],
    "said": [draw(a=2, b=7)[1]],
}
plt.close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def address(tmp_path, shown, monkeypatch):
    """Serve a page with an explorer, and another page to go to."""
    monkeypatch.setenv("BOOK_FRAMES", "1")
    explore(draw, a=[1, 2], b=[5, 6, 7], labels={"a": "step ησ₁²"})
    plt.close("all")
    script, style = (SCRIPT.with_name(name).read_text(encoding="utf8") for name in ("explorer.js", "book.css"))
    head = f"<!doctype html><meta charset=utf-8><script>{script}</script><style>{style}</style>"
    (tmp_path / "page.html").write_text(f"{head}<a href=other.html>other</a>{shown[-1].data}", encoding="utf8")
    (tmp_path / "other.html").write_text("<!doctype html><h1>Another page</h1>", encoding="utf8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["built anew", "kept"])
def page(request, chromium):
    """A page of a browser that builds pages anew after Back, or keeps them as they were left."""
    keep = ["--disable-back-forward-cache"] if request.param == "kept" else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"], ignore_default_args=keep
        )
        yield browser.new_page()
        browser.close()


def move(page, address):
    page.goto(f"{address}/page.html")
    assert page.evaluate(STATE)["frames"] == [0]
    a, b = page.get_by_role("slider").all()
    assert page.get_by_role("slider", name="step ησ₁²", exact=True).count() == 1
    a.press("ArrowRight")
    b.press("End")
    assert page.evaluate(STATE) == MOVED


def test_after_back_a_page_is_as_it_was_left(page, address):
    move(page, address)
    page.click("a")
    page.wait_for_selector("h1")
    page.evaluate("() => void setTimeout(() => history.back())")  # it answers before the page is gone
    page.wait_for_selector("figure")
    page.wait_for_timeout(300)  # the browser puts handles back when it likes
    assert page.evaluate(STATE) == MOVED


def test_where_the_browser_puts_handles_back_late_the_picture_follows(page, address):
    """As Firefox does after a reload: the handles move without an event, before the page is shown."""
    page.add_init_script("""addEventListener("load", () => {
        document.querySelectorAll("input").forEach((slider, i) => { slider.value = i + 1; });
    })""")
    page.goto(f"{address}/page.html")
    page.wait_for_timeout(300)
    assert page.evaluate(STATE) == MOVED
