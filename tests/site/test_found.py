"""What search engines and shared links show of each page, and where the addresses of labels lead."""

import json
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, SoupStrainer

from contents import listed

HEAD = SoupStrainer("meta")


@cache
def description(path):
    found = BeautifulSoup(path.read_text(encoding="utf8"), "html.parser", parse_only=HEAD).select(
        "meta[name=description]"
    )
    return [tag["content"] for tag in found]


@pytest.fixture(scope="module")
def labels(site):
    return json.loads((site / "_static/labels.js").read_text(encoding="utf8").partition("=")[2].rstrip(";\n"))


def test_every_page_says_in_a_line_what_it_is_about(site):
    for name in listed():
        (said,) = description(site / f"{name}.html")
        assert 15 <= len(said) <= 160 and not set("$\\{") & set(said), f"{name}: mend its question: {said}"


def test_no_two_pages_say_the_same(site):
    said = [description(site / f"{name}.html")[0] for name in listed()]
    assert not {each for each in said if said.count(each) > 1}


def test_the_address_of_every_label_leads_to_its_place(site, labels):
    ids = {}
    for place in labels.values():
        page, _, anchor = place.partition("#")
        ids.setdefault(page, (site / page).read_text(encoding="utf8"))
        assert not anchor or f'id="{anchor}"' in ids[page], f"{place} is not there: run make book"
    assert len(labels) > 10 and Path(next(iter(ids))).suffix == ".html"


def test_how_to_cite_can_be_copied(visit):
    page = visit("book/appendix/citing.html")
    buttons = page.locator("article button.copybtn")
    assert (buttons.count() == 2 and buttons.first.get_attribute("aria-label")) or buttons.first.inner_text()
    page.close()
