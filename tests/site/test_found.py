"""What search engines and shared links show of each page, and where the addresses of labels lead."""

import json
import re
from html import unescape

import pytest

from contents import listed

DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')


def descriptions(site):
    """What each page says of itself."""
    pages = {name: (site / f"{name}.html").read_text(encoding="utf8").partition("</head>")[0] for name in listed()}
    return {name: [unescape(said) for said in DESCRIPTION.findall(head)] for name, head in pages.items()}


@pytest.fixture(scope="module")
def labels(site):
    return json.loads((site / "_static/labels.js").read_text(encoding="utf8").partition("=")[2].rstrip(";\n"))


def test_every_page_says_in_a_line_what_it_is_about(site):
    for name, (said,) in descriptions(site).items():
        assert 15 <= len(said) <= 160 and not set("$\\{") & set(said), f"{name}: mend its question: {said}"


def test_no_two_pages_say_the_same(site):
    said = [each for (each,) in descriptions(site).values()]
    assert not {each for each in said if said.count(each) > 1}


def test_the_address_of_every_label_leads_to_its_place(site, labels):
    ids = {}
    for place in labels.values():
        page, _, anchor = place.partition("#")
        ids.setdefault(page, (site / page).read_text(encoding="utf8"))
        assert not anchor or f'id="{anchor}"' in ids[page], f"{place} is not there: run make book"
    assert len(labels) > 10


def test_how_to_cite_can_be_copied(visit):
    page = visit("book/appendix/citing.html")
    assert page.locator("article button.copybtn").count() == 2
    page.close()
