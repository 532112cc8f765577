"""Other forms than the site: each builds, and offers nothing that is not there."""

import re
import tomllib
import zipfile

import pytest
import yaml
from bs4 import BeautifulSoup
from small import ROOT


@pytest.fixture(scope="module")
def output(built_book):
    """The folder with what a builder makes of the small book."""

    def output(builder):
        code, log = built_book.build(builder=(builder,))
        assert code == 0, log
        assert "WARNING" not in log
        return built_book.root / "_build" / builder

    return output


def test_a_site_without_an_address_names_none(built_book):
    site = built_book.root / "_build/html"
    assert not (site / "sitemap.xml").exists() and not (site / "robots.txt").exists()
    page = BeautifulSoup((site / "book/two.html").read_text(encoding="utf8"), "html.parser")
    given = {meta.get("property") or meta.get("name") for meta in page.find_all("meta")}
    assert {"description", "og:title"} <= given and not {"og:url", "og:image"} & given
    assert not page.select("link[rel=canonical], .report") and "unchanged" not in str(page.select(".headerlink"))


def test_a_folder_for_each_page(output):
    folder = output("dirhtml")
    page = folder / "book/two/index.html"
    text = page.read_text(encoding="utf8")
    assert re.search(r'class="caption-number">Lemma 2.1', text)
    offered = re.findall(r'href="([^"]*\.ipynb)"', text)
    assert offered, "no notebook is offered"
    assert all((page.parent / link).is_file() for link in offered)


def test_latex(output):
    (file,) = output("latex").glob("implicit-bias.tex")
    text = file.read_text(encoding="utf8")
    assert "Twice two is four" in text
    assert "As before" in text


def test_epub(output):
    (file,) = output("epub").glob("*.epub")
    with zipfile.ZipFile(file) as book:
        assert "Twice two is four" in book.read("book/two.xhtml").decode()


def test_the_site_is_not_stale_after_another_form(built_book, output):
    """Which read the changed page and left the site to be written."""
    built_book.edit("lib/toy/__init__.py", "return x + x", "return 2.0 * x")
    output("latex")
    code, log = built_book.build()
    assert code == 0, log
    assert "4.0" in (built_book.root / "_build/html/book/one.html").read_text(encoding="utf8")


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))
    assert config["sphinx"]["config"]["version"] == project["version"]
