"""Other forms than the site: each builds, and offers nothing that is not there."""

import re
import tomllib

import pytest
import yaml
from bs4 import BeautifulSoup
from small import ROOT

import contents
from offered import offer


def offered(book):
    """The line of the home page that names other forms of the book."""
    home = BeautifulSoup((book.root / "_build/html/book/intro.html").read_text(encoding="utf8"), "html.parser")
    return home.find(id="formats")


def test_the_home_page_offers_what_is_there(built_book, monkeypatch):
    """Until the book changes; nothing that is older than it stays."""
    site = built_book.root / "_build" / "html"
    monkeypatch.setattr(contents, "ROOT", built_book.root)
    assert offered(built_book).has_attr("hidden") and not offered(built_book).text
    for name, size in {"implicit-bias.pdf": 2_340_000, "implicit-bias.epub": 10}.items():
        (site / name).write_bytes(bytes(size))
    offer(site)
    code, log = built_book.build()
    assert code == 0, log
    assert offered(built_book).text == "Also as: PDF (2.3 MB), EPUB (0.1 MB)"
    assert not offered(built_book).has_attr("hidden")
    assert all((site / "book" / link["href"]).is_file() for link in offered(built_book).find_all("a"))
    built_book.edit("book/one.md", "A section", "A chapter")
    code, log = built_book.build()
    assert code == 0, log
    assert not list(site.glob("implicit-bias.*")) and offered(built_book).has_attr("hidden")


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
