"""Every page keeps every rule of ``lint``, and every rule notices what it is there for."""

import re
from pathlib import Path

import pytest

from contents import ROOT, chapters, docname
from lint import RULES
from lint.book import BOOK_RULES
from lint.known import KNOWN, surplus
from source import Chapter

PAGES = {docname(page).removeprefix("book/"): page for page in chapters()}
SAMPLE = Chapter.read(Path(__file__).with_name("sample.md"))
SPOILT = [(name, *texts) for name, rule in RULES.items() for texts in rule.spoilt]
SPOILT_FILES = [(name, *texts) for name, (_, spoilt) in BOOK_RULES.items() for texts in spoilt]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", RULES)
def test_pages_keep_the_rule(name, page):
    messages = surplus(name, page, RULES[name].messages(Chapter.read(PAGES[page])))
    assert not messages, "\n" + "\n".join(messages)


@pytest.mark.parametrize(("name", "page"), KNOWN)
def test_known_exceptions_are_of_a_rule_and_a_page(name, page):
    assert name in RULES and page in PAGES, f"remove ({name!r}, {page!r}) from tests/lint/known.py"


def read(name):
    return (ROOT / name).read_text(encoding="utf8")


def pages():
    return [Chapter.read(page) for page in PAGES.values()]


@pytest.mark.parametrize("name", BOOK_RULES)
def test_the_book_keeps_the_rule(name):
    messages = [f"{place}: {remedy}" for place, remedy in BOOK_RULES[name][0](pages(), read)]
    assert not messages, "\n" + "\n".join(messages)


# The rules can fail


@pytest.mark.parametrize("name", RULES)
def test_the_sample_keeps_the_rule(name):
    assert not RULES[name].messages(SAMPLE)


@pytest.mark.parametrize(("name", "old", "new"), SPOILT)
def test_the_rule_finds_what_is_spoilt(name, old, new):
    assert SAMPLE.text.count(old) == 1
    assert RULES[name].messages(Chapter(SAMPLE.page, SAMPLE.text.replace(old, new)))


@pytest.mark.parametrize(("name", "file", "pattern", "new"), SPOILT_FILES)
def test_the_rule_finds_what_is_spoilt_in_a_file(name, file, pattern, new):
    def spoilt(path):
        text = read(path)
        if path == file:
            assert re.search(pattern, text), f"{pattern} is not in {file}"
            text = re.sub(pattern, new, text, count=1)
        return text

    assert list(BOOK_RULES[name][0](pages(), spoilt))


@pytest.mark.parametrize("name", [*RULES, *BOOK_RULES])
def test_every_rule_is_seen_to_fail(name):
    spoilt = RULES[name].spoilt if name in RULES else BOOK_RULES[name][1]
    assert spoilt, f"the rule {name} is not seen to fail: enter it with a way to spoil what it is about"


CELL = "```{{code-cell}} ipython3\n{}\n```\n\n"
FACTOR = "factor = 1\n\n\ndef scaled(x):\n    return factor * x"
OWN_NAMES = [
    ["x = 1\nprint(x)", "x = 2\nprint(x)"],
    ["print([x for x in 'ab'])", "x = 1", "x = 2"],
    ["try:\n    1 / 0\nexcept ValueError as x:\n    print(x)", "x = 1"],
    [FACTOR, "x = scaled(1)"],
]
SHARED_NAMES = [
    ["x = 1", "x = 2", "print(x)"],
    ["x = 1", "x = x + 1"],
    ["x = 1", "x += 1"],
    ["x = 1", "for x in [x]:\n    print(x)"],
    ["import x", "def x():\n    return 1", "x()"],
    ["x = 1", "if x:\n    x = 2"],
    [FACTOR, "factor = 2", "print(scaled(1))"],
    [FACTOR, "factor = 2\nprint(scaled(1))"],
    [FACTOR, "def twice(x):\n    return scaled(scaled(x))", "factor = 2", "twice(1)"],
]


@pytest.mark.parametrize(
    ("cells", "clash"), [*((cells, False) for cells in OWN_NAMES), *((cells, True) for cells in SHARED_NAMES)]
)
def test_names_that_another_cell_uses(cells, clash):
    page = Chapter(SAMPLE.page, "---\n---\n\n" + "".join(map(CELL.format, cells)))
    assert bool(RULES["names"].messages(page)) == clash
