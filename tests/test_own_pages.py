"""A page with ``profile: own`` is in the book without the rules of the house, and may not break the site."""

import pytest

import claim_rules
import claims
import contents
import edition
from lint import RULES
from lint.book import BOOK_RULES
from source import Chapter
from test_sources import SAMPLE

HEAD = SAMPLE.header.replace("\n---\n", "\nprofile: own\n---\n")
TINY = f"{HEAD}\n# Mine\n\nA line. And another.\n\n```{{code-cell}} ipython3\nprint( 1 )\n```\n"
CLAIM = "\n```{prf:theorem} So\n:label: thm-so\nIt is so.\n```\n\n```{exercise} Why\n:label: ex-why\nWhy?\n```\n"
SOLVED = "\n```{solution} ex-why\n:label: sol-why\nSecret.\n```\n"


@pytest.fixture
def book(small_root):
    """A function that reads a book whose chapter has this text."""

    def book(text):
        for name, page in {"book/page": "# Home\n", "book/plain": "# Plain\n", "book/part/page": text}.items():
            (small_root / f"{name}.md").parent.mkdir(exist_ok=True)
            (small_root / f"{name}.md").write_text(page, encoding="utf8")
        return claims.collect(partly=True)

    return book


def test_it_is_a_chapter_that_nobody_asks_to_keep_the_rules(book):
    book(TINY)
    page = contents.path("book/part/page")
    assert contents.is_own(page) and page in contents.chapters() and page not in contents.taught()
    page.write_text(TINY.replace("profile: own\n", "").replace("# Mine", "# Mine\n\nprofile: own"), encoding="utf8")
    assert not contents.is_own(page) and page in contents.taught()


def test_it_keeps_the_lint_but_what_would_break_the_site():
    page = Chapter(SAMPLE.page, TINY + CLAIM)
    assert not [message for rule in RULES.values() for message in rule.messages(page)]
    house = Chapter(SAMPLE.page, page.text.replace("profile: own\n", ""))
    assert {name for name, rule in RULES.items() if rule.messages(house)} > {"ruff", "sections", "exercises"}
    for spoilt in (f"{TINY}\n\n", TINY.replace("name: python3", "name: sage")):
        assert [name for name, rule in RULES.items() if rule.messages(Chapter(SAMPLE.page, spoilt))]


def test_its_claims_need_neither_proof_nor_check(book):
    assert not claim_rules.broken(book(TINY + CLAIM))
    broken = "\n".join(claim_rules.broken(book((TINY + CLAIM).replace("profile: own\n", ""))))
    assert "thm-so has neither a proof" in broken and "no check with a control" in broken


@pytest.mark.parametrize("wrong", ["```{prf:theorem}\n```\n", "{prf:ref}`thm-none`\n", CLAIM.split("\n\n")[0] + CLAIM])
def test_what_would_break_the_site_is_told(book, wrong):
    assert claim_rules.broken(book(f"{TINY}\n{wrong}"))


def test_it_need_not_be_listed_nor_answered(small_root):
    (small_root / "_config.yml").write_text("    book_edition: reader\n")
    text = TINY + CLAIM.replace("Why\n", "Why\n:class: kind-computation\n", 1)
    texts = {"lib/course/answers.json": "{}", "book/intro.md": ""}
    page = Chapter(small_root / "book/part/page.md", text)
    house = Chapter(page.page, text.replace("profile: own\n", ""))
    for name in ("introduction_lists_chapters", "answers"):
        assert not list(BOOK_RULES[name][0]([page], texts.get)) and list(BOOK_RULES[name][0]([house], texts.get))


def test_its_solutions_are_cut_from_the_edition_of_students():
    text = edition.cut(Chapter(SAMPLE.page, TINY + CLAIM + SOLVED))
    assert "ex-why" in text and "Secret" not in text and "profile: own" in text
