"""The PDF beside the site: linked while it is there, and never older than a page."""

import pytest

import contents
import printed

LINK = '<a href="../implicit-bias.pdf">'


@pytest.fixture
def site(built_book, tmp_path, monkeypatch):
    """The site of the small book, with what shall be a PDF beside it."""
    monkeypatch.setattr(contents, "ROOT", built_book.root)
    site, made = built_book.root / "_build" / "html", tmp_path / "made.pdf"
    made.write_bytes(b"%PDF")
    printed.publish(made, site)
    return site


def is_offered(site):
    """Whether there is a PDF, and as many links to it."""
    first = (site / "book/intro.html").read_text(encoding="utf8")
    assert first.count(LINK) == (site / printed.NAME).exists()
    return LINK in first


def test_it_stays_until_a_page_changes(built_book, site):
    built_book.build()
    assert is_offered(site)
    built_book.edit("book/two.md", "As before.", "As before, and again.")
    built_book.build()
    assert not is_offered(site)


def test_a_new_one_takes_its_place(site, tmp_path):
    (tmp_path / "next.pdf").write_bytes(b"%PDF-2")
    printed.publish(tmp_path / "next.pdf", site)
    assert is_offered(site)
    assert (site / printed.NAME).read_bytes() == b"%PDF-2"
