"""The EPUB of a small book: valid, whole, and with formulas that need no script."""

import re
import zipfile
from posixpath import dirname, normpath

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

import browser
import contents
import epub
import packed


@pytest.fixture(scope="module")
def made(built_book, chromium):
    """Make the EPUB of the small book as it is at the moment: its files by name."""

    def made():
        with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
            patch.setattr(contents, "ROOT", built_book.root)
            opened = playwright.chromium.launch(executable_path=chromium, args=browser.OPTIONS)
            return epub.make(built_book.root / "_build" / "html", opened.new_page())

    return made


@pytest.fixture(scope="module")
def files(made):
    return made()


def page(files, name):
    return BeautifulSoup(files[f"book/{name}.xhtml"].decode(), "html.parser")


def test_epubcheck_has_nothing_to_say(files, epubcheck, tmp_path):
    packed.write(tmp_path / "small.epub", files, ("mimetype",))
    assert not (said := epubcheck(tmp_path / "small.epub")), said


def test_formulas_are_mathml(files):
    two = page(files, "two")
    assert two.select_one("div.math > .eqno").text == "(2.1)"
    assert two.select_one("div.math > math[display=block] mi").text == "x"
    assert two.select_one("div.math > math")["alttext"] == "2x = x + x"
    for name, content in files.items():
        if name.endswith(".xhtml"):
            assert not re.search(r"\\[\[(a-z]|<script", re.sub(r"<pre>.*?</pre>", "", content.decode(), flags=re.S)), (
                name
            )


def test_solutions_stand_at_the_end_and_proofs_are_open(files):
    two = page(files, "two")
    last = two.body.section.find_all("section", recursive=False)[-1]
    assert last.h2.text == "Solutions" and "As before" in last.text
    assert two.find(id="ex-double").select_one("a[href='#sol-double']")
    assert two.find(id="proof-lem-doubling").name == "div" and "By Definition 1.1" in two.text


def test_links_and_images_are_in_it(files):
    for name, content in files.items():
        soup = BeautifulSoup(content.decode(), "html.parser") if name.endswith(".xhtml") else None
        for tag in soup.select("a[href], img[src], link[href]") if soup else []:
            target, _, fragment = (tag.get("href") or tag["src"]).partition("#")
            if "://" in target:
                continue
            there = normpath(f"{dirname(name)}/{target}").strip("/") if target else name
            assert there in files, f"{name}: {target}"
            assert not fragment or f'id="{fragment}"'.encode() in files[there], f"{name}: {target}#{fragment}"


def test_the_same_book_makes_the_same_file(files, tmp_path):
    for name in ("one", "two"):
        packed.write(tmp_path / name, dict(reversed(files.items())) if name == "two" else files, ("mimetype",))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with zipfile.ZipFile(tmp_path / "one") as book:
        assert book.namelist()[0] == "mimetype" and not book.infolist()[0].compress_type
