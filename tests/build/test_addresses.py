"""The small book with a repository, an address, and pages and labels that stood elsewhere once."""

from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from small import Small

import found

REPOSITORY, SITE = "https://github.com/someone/numbers", "https://someone.github.io/numbers/"
MOVED = "- {was: book/old/double, now: book/two}\n"
ROW = '- {{label: {}, kind: {}, page: {}, changed: "{}", text: "0"{}}}\n'
RELEASED = "".join(
    ROW.format(*row)
    for row in (
        ("def-halving", "definition", "book/one", "0.1.0", ', retired: "0.2.0", instead: lem-doubling'),
        ("eq-gone", "equation", "book/one", "0.1.0", ', retired: "0.2.0", instead: book/two'),
        ("lem-doubling", "lemma", "book/two", "0.0.7", ""),
        ("lem-halving", "lemma", "book/one", "0.1.0", ', retired: "0.3.0", instead: def-halving'),
    )
)
ERRATA = """\
- {id: E1, label: lem-doubling, since: "0.0.5", fixed: "0.0.7", was: Twice two was five., holds: It is four.}
- {id: E2, label: def-halving, since: "0.0.5", was: Halves were thirds., holds: They are halves.}
"""
CITATION = "cff-version: 1.2.0\nmessage: Cite.\ntitle: Numbers\nversion: 0.0.8\nauthors: [{name: A Group}]\n"
TOC = "      - file: book/appendix/errata\n"
# Addresses that were right once, and where they lead.
LEADS = {
    "book/old/double.html": "book/two.html",
    "book/old/double.html#fig-twice": "book/two.html#fig-twice",
    "book/old/double.html#def-doubling": "book/one.html#def-doubling",
    "book/one.html#lem-doubling": "book/two.html#lem-doubling",
    "book/one.html#proof-lem-doubling": "book/two.html#lem-doubling",
    "book/one.html#lem-halving": "book/two.html#lem-doubling",
    "book/one.html#equation-eq-gone": "book/two.html",
    "book/one.html#def-doubling": "book/one.html#def-doubling",
    "book/one.html#nowhere": "book/one.html#nowhere",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    book = Small.new(tmp_path_factory.mktemp("addresses") / "book")
    book.write({f"book/appendix/{name}.yml": text for name, text in {"moved": MOVED, "released": RELEASED}.items()})
    book.write({"book/appendix/errata.yml": ERRATA, "CITATION.cff": CITATION})
    book.write({"book/cite.md": "# Cite\n\nHow, in $2x$ words.\n\nIn a few words.\n\n```{how-to-cite}\n```\n"})
    book.edit("book/appendix/errata.md", "```{errata}", "```{errata-of-this-book}\n```\n\n```{errata}")
    book.edit("book/two.md", "\n---\n\n# Two", '\nquestion: What is "twice" & why?\n---\n\n# Two')
    book.edit("_toc.yml", TOC, f"{TOC}      - file: book/cite\n")
    code, log = book.build(environment={"BOOK_REPOSITORY_URL": REPOSITORY})
    assert code == 0, log
    return book.root / "_build/html"


def parse(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf8"), "html.parser")


def test_old_addresses_lead_on(site, chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for address, place in LEADS.items():
            page.goto("about:blank")
            page.goto(f"{site.as_uri()}/{address}")
            page.wait_for_url(f"{site.as_uri()}/{place}", timeout=20_000)
        page.evaluate("location.hash = '#lem-halving'")  # and of a link that a reader follows on the page
        page.wait_for_url("**/book/two.html#lem-doubling")
        browser.close()


def test_a_moved_page_leads_on_without_scripts(site):
    page = parse(site, "book/old/double")
    assert "0; url=../two.html" in page.select_one("noscript meta")["content"]
    assert page.select_one("body a")["href"] == "../two.html"


def test_a_mistake_is_reported_with_label_number_page_and_version(site):
    link = parse(site, "book/two").select_one("#lem-doubling .report")
    assert link.text == "Report a mistake" and link["aria-label"] == "Report a mistake in Lemma 2.1"
    form = urlsplit(link["href"])
    assert form.geturl().startswith(f"{REPOSITORY}/issues/new?")
    given = parse_qs(form.query)
    assert given["title"] == ["Mistake in Lemma 2.1, lem-doubling"]
    for word in ("Lemma 2.1 (Doubling)", "`lem-doubling`", "`book/two`", "version 0."):
        assert word in given["body"][0]
    assert "issues/new" not in (site / "_static/previews/book/two.js").read_text(encoding="utf8")


def test_the_version_of_a_claim_is_shown(site):
    assert "unchanged since version 0.0.7" in parse(site, "book/two").select_one("#lem-doubling .headerlink")["title"]
    assert "proved, 0.0.7" in parse(site, "book/appendix/checked-claims").text


def test_the_errata_of_the_book(site):
    page = parse(site, "book/appendix/errata")
    first, second = (term.text for term in page.select("dt"))
    assert first == "E2 · def-halving, which is retired · since 0.0.5, not mended yet"
    assert second == "E1 · Lemma 2.1 · since 0.0.5, mended in 0.0.7"
    assert "Twice two was five. What holds: It is four." in page.text


def test_how_to_cite(site):
    entry = parse(site, "book/cite").select_one(".highlight-bibtex").text
    for line in ("@misc{numbers,", "author = {{A Group}},", "version = {0.0.8},", f"url = {{{SITE}}},"):
        assert line in entry
    assert "A Group: Numbers, version 0.0.8." in parse(site, "book/cite").text


def tags(site, name):
    metas = parse(site, name).find_all("meta", content=True)
    return {meta.get("property") or meta.get("name"): meta["content"] for meta in metas}


def test_pages_say_what_they_are_about(site):
    for name, said in {
        "book/two": 'What is "twice" & why?',
        "book/cite": "In a few words.",
        "book/appendix/errata": "Errata: TITLE",
    }.items():
        given = tags(site, name)
        assert given["description"] == given["og:description"] == said.replace("TITLE", given["og:site_name"])
        assert given["og:url"] == f"{SITE}{name}.html"
        assert (site / given["og:image"].removeprefix(SITE)).is_file()
        assert parse(site, name).select_one("link[rel=canonical]")["href"] == f"{SITE}{name}.html"


def test_the_list_of_pages_is_whole(site):
    listed = [loc.text for loc in ElementTree.parse(site / "sitemap.xml").iter(f"{{{found.NAMESPACE}}}loc")]
    assert f"{SITE}book/intro.html" == listed[0] and f"{SITE}book/cite.html" in listed
    assert all((site / page.removeprefix(SITE)).is_file() for page in listed)
    assert not [page for page in listed if "old" in page or "search" in page]
    assert f"Sitemap: {SITE}sitemap.xml\n" in (site / "robots.txt").read_text()
