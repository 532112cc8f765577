"""The notebooks in the browser alone: what can be tried without Pyodide, which does not come with the site."""

import json
import re

import pytest
from playwright.sync_api import expect
from sphinx.errors import ConfigError

import live
import live_links
from contents import ROOT, listed


class _Config:
    def __init__(self, value):
        self.book_live = value


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live") / "live"
    live.make(ROOT / "_build" / "html", folder)
    return folder


@pytest.fixture(scope="module")
def address(made, serve):
    with serve(made) as address:
        yield address


def test_notebooks_kernel_and_library_are_in_it(made):
    notebooks = {path.relative_to(made / "files").as_posix() for path in (made / "files").rglob("*.ipynb")}
    assert notebooks == {f"{name.removeprefix('book/')}.ipynb" for name in listed()}
    assert "implicit-bias" in json.loads((made / "pypi" / "all.json").read_text(encoding="utf8"))
    assert (made / "extensions" / live.EXTENSIONS[0] / "package.json").is_file()
    first = (made / "files" / "intro.ipynb").read_text(encoding="utf8")
    assert 'piplite.install(\\"implicit-bias\\", deps=False)' in first
    left = [path.name for path in ROOT.iterdir() if path.name == "build" or path.name.startswith(".jupyterlite")]
    assert not left, f"{left} was made in the sources"


def test_the_lab_opens_and_shows_a_notebook(browser, address):
    page = browser.new_page()
    page.route(lambda url: not url.startswith((address, "data:", "blob:")), lambda route: route.abort())
    page.goto(f"{address}/lab/index.html?path=intro.ipynb")
    expect(page.locator(".jp-Notebook .jp-MarkdownCell h1").first).to_be_visible(timeout=120_000)
    expect(page.locator(".jp-DirListing-itemText").filter(has_text="intro.ipynb")).to_be_visible()
    page.close()


def test_a_folder_without_pyodide_is_refused_before_anything_is_made(tmp_path):
    with pytest.raises(ValueError, match=re.escape("it lacks pyodide.mjs")):
        live.make(ROOT / "_build" / "html", tmp_path / "live", tmp_path)
    assert not (tmp_path / "live").exists()


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_only_true_and_false_switch_the_button(value):
    with pytest.raises(ConfigError, match="book_live is true or false"):
        live_links._validate(None, _Config(value))
