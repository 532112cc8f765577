"""The search and the index: a reader's words lead to statements."""

import re

import pytest
import wide
from playwright.sync_api import expect
from test_site_pages import assert_accessible, put_on

import contents
import terms
from source import Chapter

NARROW = {"width": 320, "height": 740}
STATED = [block.label for path in map(contents.path, contents.listed()) for block in Chapter.read(path).statements]
QUERIES = {
    "lasso": "lem-lasso-limit",
    "RIP": "def-rip",
    "restricted isometry": "thm-rip",
    "min norm": "cor-min-norm",
    "min-norm": "cor-min-norm",
    "minimum-norm": "cor-min-norm",
    "KL": "def-divergence",
    "Kullback-Leibler": "def-divergence",
    "Bregman": "def-divergence",
    "step size": "thm-step-size",
    "step-size": "thm-step-size",
    "ℓ∞": "rem-adagrad",
    "SGD": "cor-sgd",
    "tikhonov": "thm-ridge-limit",
    "double descent": "thm-double-descent",
    "matrix completion": "thm-no-norm",
    "factorisation": "def-factorization",
}


@pytest.fixture(scope="module")
def search(visit):
    """Search for some words and wait until the search is done."""

    def search(query):
        page = visit(f"search.html?q={query}")
        done = re.compile("Search finished|did not match any")
        expect(page.locator(".search-summary")).to_contain_text(done, timeout=20_000)
        page.wait_for_load_state("networkidle")  # the excerpts are there: a page that closes too early complains
        return page

    return search


def statements(page):
    """The names of the statements found, and what their links lead to."""
    links = page.locator(".statements a").all()
    return {link.inner_text(): link.get_attribute("href") for link in links}


@pytest.mark.parametrize(("query", "label"), [each for each in QUERIES.items() if each[1] in STATED])
def test_search_leads_to_statements(search, query, label):
    page = search(query)
    found = statements(page)
    assert any(url.endswith(f"#{label}") for url in found.values()), f"{query!r} finds {found}: see terms.yml"
    page.goto(page.locator(f'.statements a[href$="#{label}"]').evaluate("link => link.href"))
    expect(page.locator(f"#{label}")).to_be_in_viewport()
    page.close()


def test_search_invents_nothing(search):
    page = search("xyzzy")
    assert not statements(page)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_search_results_are_for_everyone(search, troubles, scheme):
    """On a small phone, with excerpts that hold words and no raw TeX."""
    page = search("norm")
    put_on(page, scheme)
    page.set_viewport_size(NARROW)
    expect(page.locator("#search-results li p").first).to_be_visible()
    faults = wide.faults(page, NARROW["width"])
    assert not faults, f"the search page: {faults}: see wide.css"
    raw = [text for text in page.locator("#search-results li").all_inner_texts() if "\\" in text]
    assert not raw, f"raw TeX in the excerpts, see search.js: {raw[:2]}"
    assert_accessible(page, "search")
    assert not troubles["search.html"], f"the search page is not quiet: {troubles['search.html']}"
    page.close()


def test_the_index_is_in_reach(search, site):
    """From the search page and from the contents of every page."""
    page = search("norm")
    page.get_by_role("link", name="Index", exact=True).last.click()
    expect(page.locator("article h1")).to_contain_text("Index")
    assert page.locator("nav.bd-docs-nav a.current", has_text="Index").count()
    page.close()


def test_every_statement_is_in_the_index(visit):
    page = visit(f"{terms.PAGE}.html")
    linked = page.locator("article li a").evaluate_all("links => links.map(link => link.hash.slice(1))")
    page.close()
    missing = [label for label in STATED if label not in linked]
    assert not missing, f"the index leaves out {missing}: is it built anew?"


def test_generated_pages_of_others_are_left_out(site):
    """Pages that Sphinx makes of itself would be neither checked nor of use."""
    found = {page.name for page in site.glob("*.html")} - {"index.html", "search.html"}
    assert not found, f"{found} are built and not tested: turn them off in _config.yml, or remove them from _build"
