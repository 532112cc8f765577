"""The site as an archive, and as an EPUB if it was made: read without a server, from whatever folder."""

import zipfile

import pytest
from playwright.sync_api import expect

import archive
import epub
import packed
from contents import listed


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """The archive of the site, unpacked into a folder whose name has more in it than letters."""
    folder = tmp_path_factory.mktemp("unpacked") / "mine, über all"
    packed.write(folder.parent / archive.NAME, archive.files(site))
    with zipfile.ZipFile(folder.parent / archive.NAME) as packet:
        packet.extractall(folder)
    (inside,) = folder.iterdir()
    return inside


@pytest.fixture
def opened(browser, unpacked):
    """A browser page without a server, and what is wrong with what it shows."""
    page, troubles = browser.new_page(reduced_motion="reduce", color_scheme="light"), []
    page.on("console", lambda it: it.type in {"error", "warning"} and troubles.append(it.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda it: troubles.append(it.url))
    page.on("request", lambda it: it.url.startswith(("file:", "data:", "blob:")) or troubles.append(it.url))
    yield page
    page.close()
    assert not troubles, f"not everything works from a file: {troubles}"


def test_the_archive_reads_without_a_server(opened, unpacked):
    """From its index to the home page: formulas, sliders, previews, the dark page."""
    opened.goto((unpacked / "index.html").as_uri())
    opened.wait_for_url(f"**/{listed()[0]}.html")
    expect(opened.locator("mjx-container").first).to_be_visible()
    explorer = opened.locator("figure.explorer").first
    before = explorer.locator("img:not([hidden])").get_attribute("alt")
    explorer.locator("input").first.press("ArrowRight")
    assert explorer.locator("img:not([hidden])").get_attribute("alt") != before
    opened.locator("article a[href*='#thm-']").first.hover()
    expect(opened.locator(".preview")).to_be_visible()
    opened.locator(".theme-switch-button:visible").first.click()
    expect(opened.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_archive_is_searched_without_a_server(opened, unpacked):
    opened.goto(f"{(unpacked / 'search.html').as_uri()}?q=lasso")
    expect(opened.locator(".search-summary")).to_contain_text("Search finished", timeout=20_000)
    assert opened.locator("#search-results li a").count() > 2 and opened.locator(".statements a").count()
    opened.locator("#search-results li a").first.click()
    expect(opened.locator("article h1")).to_be_visible()


def test_the_archive_holds_what_pages_link_to_and_no_other_form(unpacked):
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert f"_sources/{listed()[0]}.ipynb" in files
    assert not [name for name in files if name.startswith(("implicit-bias.", ".")) or ".doctree" in name]
    assert '<p id="formats" hidden></p>' in (unpacked / f"{listed()[0]}.html").read_text(encoding="utf8")


def test_the_epub_is_valid(site, epubcheck):
    if not (site / epub.NAME).exists():
        pytest.skip("no EPUB of the book was made: make epub")
    assert not (said := epubcheck(site / epub.NAME)), said
