"""The small book with a repository, an address, and pages and labels that stood elsewhere once."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from small import Small

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


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    book = Small.new(tmp_path_factory.mktemp("addresses") / "book")
    book.write({f"book/appendix/{name}.yml": text for name, text in {"moved": MOVED, "released": RELEASED}.items()})
    book.write({"book/appendix/errata.yml": ERRATA, "book/cite.md": "# Cite\n\n```{how-to-cite}\n```\n"})
    book.write(
        {"CITATION.cff": "cff-version: 1.2.0\nmessage: Cite.\ntitle: Numbers\nversion: 0.0.8\nauthors: [{name: A}]\n"}
    )
    book.edit("book/appendix/errata.md", "```{errata}", "```{errata-of-this-book}\n```\n\n```{errata}")
    book.edit(
        "_toc.yml",
        "      - file: book/appendix/errata\n",
        "      - file: book/appendix/errata\n      - file: book/cite\n",
    )
    code, log = book.build(environment={"BOOK_REPOSITORY_URL": REPOSITORY})
    assert code == 0, log
    return book.root / "_build/html"


def parse(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf8"), "html.parser")


def test_x(site):
    print(site)
    assert 0
