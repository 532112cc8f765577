"""What the book's pages hold today and what they may hold tomorrow, as Markdown that shows the same again."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils.core import publish_doctree
from markdown_it import MarkdownIt

from plain_markdown import PlainMarkdown


def written(rst, **macros):
    return PlainMarkdown(macros, {}, Path()).write(publish_doctree(rst, settings_overrides={"report_level": 5}))


def shown(markdown):
    return BeautifulSoup(MarkdownIt("commonmark").enable("table").render(markdown), "html.parser")


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4",
        "a_b and _c_",
        "<b>",
        "back`tick",
        "[x](y)",
        "# no heading",
        "- no list",
        "+ 1",
        "12. no list",
        "> no",
    ],
)
def test_characters_mean_themselves(text):
    escaped = text.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("`", "\\`")
    page = shown(written(f"Before.\n\n\\{escaped}"))
    assert [paragraph.get_text() for paragraph in page.select("p")] == ["Before.", text]
    assert [tag.name for tag in page.find_all()] == ["p", "p"]


def test_a_list_keeps_its_paragraphs_formulas_and_lists():
    markdown = written("5. first\n\n   .. math:: a = b\n\n   more\n\n   - inner\n   - *two*\n\n6. second\n\nAfter.")
    (outer,) = shown(markdown).find_all("ol", recursive=False)
    first, second = outer.find_all("li", recursive=False)
    assert outer["start"] == "5"
    assert [child.get_text() for child in first.find_all("p", recursive=False)] == ["first", "$$\na = b\n$$", "more"]
    assert [item.get_text() for item in first.select("ul li")] == ["inner", "two"]
    assert second.get_text().strip() == "second"
    assert outer.find_next_sibling("p").get_text() == "After."


def test_a_table_keeps_its_columns():
    """Bars inside formulas, code and words do not end a cell."""
    markdown = written(
        "=======  =======\nA|B      C\n=======  =======\n``a|b``  :math:`|x|+\\|y\\|`\n=======  =======\n"
    )
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in shown(markdown).select("tr")]
    assert rows == [["A|B", "C"], ["a|b", r"$\vert x\vert +\Vert y\Vert $"]]


def test_quotations_terms_and_code():
    page = shown(written("Before.\n\n  Quoted\n  twice.\n\nterm\n  Meaning.\n\n::\n\n  ```\n  code\n"))
    assert page.blockquote.get_text().strip() == "Quoted\ntwice."
    assert page.strong.get_text() == "term"
    assert page.code.get_text() == "```\ncode\n"


def test_formulas():
    """The book's macros are written out, names that only begin like them are not."""
    assert written(":math:`\\R^n\\Re`", R=r"\mathbb{R}") == r"$\mathbb{R}^n\Re$"
    assert r"\begin{split}" in written(".. math::\n\n   a &= b \\\\\n   c &= d\n")
    assert written(".. math::\n   :class: x\n\n   a").count("$$") == 2


def test_footnotes():
    markdown = written("Word [1]_.\n\n.. [1] Note.\n")
    assert "<sup>[1](#" in markdown
    anchor = markdown.partition("](#")[2].partition(")")[0]
    assert f'<span id="{anchor}"></span><sup>1</sup> Note.' in markdown
