"""Other forms than the site: each builds, and offers nothing that is not there."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from base64 import b64decode

import pytest
import yaml
from bs4 import BeautifulSoup
from small import ROOT

import contents
from course.frames import controls, image
from for_tex import still
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


def test_the_archive_is_made_where_the_book_is(built_book):
    """By the script that ``make archive`` runs, in the folder of whatever edition."""
    shutil.copytree(ROOT / "formats", built_book.root / "formats")
    environment = os.environ | {"PYTHONPATH": "extensions"}
    command = [sys.executable, "formats/archive.py"]
    done = subprocess.run(command, cwd=built_book.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "The archive is _build/html/implicit-bias.zip" in done.stdout
    assert offered(built_book).text.startswith("Also as: archive to read offline (")
    with zipfile.ZipFile(built_book.root / "_build/html/implicit-bias.zip") as archive:
        home = archive.read("implicit-bias/book/intro.html").decode()
        assert "implicit-bias/book/two.html" in archive.namelist() and "Also as" not in home


def test_a_button_leads_to_the_live_site_only_if_it_is_asked_for(built_book):
    page = built_book.root / "_build/html/book/two.html"
    assert "live/lab" not in page.read_text(encoding="utf8")
    built_book.edit("_config.yml", "book_live: false", "book_live: true")
    code, log = built_book.build()
    assert code == 0, log
    button = BeautifulSoup(page.read_text(encoding="utf8"), "html.parser").select_one("a[href*='live/lab']")
    assert button["href"] == "../live/lab/index.html?path=two.ipynb"
    assert "Live" in button.text or "Run this page" in str(button)
    built_book.edit("_config.yml", "book_live: true", "book_live: false")


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


@pytest.fixture(scope="module")
def for_tex(output, librsvg):
    """The folder that is handed to TeX, and the book there."""
    folder = output("latex")
    return folder, (folder / "implicit-bias.tex").read_text(encoding="utf8")


def test_tex_has_what_the_site_has(for_tex):
    """Macros, statements, solutions, figures as PDF, and the site's numbers."""
    folder, text = for_tex
    assert r"\renewcommand{\R}[0]{\mathbb{R}}" in text
    assert all(said in text for said in ("Twice two is four", "As before", "Definition 1.1 (Doubling)", "Exercise 2.1"))
    (figure,) = re.findall(r"\\sphinxincludegraphics\{\{([^}]*)\}\.pdf\}", text)
    assert (folder / f"{figure}.pdf").read_bytes().startswith(b"%PDF")


def test_tex_finds_all_that_is_referred_to(for_tex):
    _, text = for_tex
    places = set(re.findall(r"\\label\{(?:\\detokenize\{)?([^}]*)\}", text))
    wanted = set(re.findall(r"\\(?:hyperref\[|ref\{|eqref\{)(?:\\detokenize\{)?([^\]}]*)\}", text))
    assert {name.rpartition(":")[2] for name in wanted} >= {
        "lem-doubling",
        "proof-lem-doubling",
        "ex-double",
        "fig-twice",
    }
    assert wanted <= places, f"TeX would not find {sorted(wanted - places)}"


def test_an_explorer_stands_still_in_tex():
    """By the frame that stands for all, with its values."""
    frames = [image(f"<svg xmlns='http://www.w3.org/2000/svg' id='{n}'/>", f"Frame {n}.", n > 0) for n in range(3)]
    sliders = controls("Move it.", {"n": "how many"}, {"n": ["one", "two", "three"]}, {"n": 2})
    page = f'<figure class="explorer">{sliders}<div class="frames">{"".join(frames)}</div></figure>'
    picture, words = still(BeautifulSoup(page, "html.parser").figure)
    assert b"id='2'" in b64decode(picture["uri"].partition("base64,")[2])
    assert words.astext() == "Move it. how many three: Frame 2. On the site sliders move this figure."


def test_epub_of_sphinx(output):
    """Which ``make epub`` does not use; it still builds."""
    (file,) = output("epub").glob("*.epub")
    with zipfile.ZipFile(file) as book:
        assert "Twice two is four" in book.read("book/two.xhtml").decode()


def test_the_site_is_not_stale_after_another_form(built_book, output):
    """Which read the changed page and left the site to be written."""
    built_book.edit("lib/toy/__init__.py", "return x + x", "return 2.0 * x")
    output("dirhtml")
    code, log = built_book.build()
    assert code == 0, log
    assert "4.0" in (built_book.root / "_build/html/book/one.html").read_text(encoding="utf8")


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))
    assert config["sphinx"]["config"]["version"] == project["version"]
