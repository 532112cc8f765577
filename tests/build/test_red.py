"""A build that failed fails again until it is mended, and then nothing of it is left."""

import re

import pytest
from small import STRICT

ONE, TWO = "book/one.md", "book/two.md"
FAULTS = {
    "a reference": (ONE, "{prf:ref}`lem-doubling`", "{prf:ref}`lem-doublign`", "lem-doublign"),
    "a citation": (TWO, "{cite:t}`someone1999`", "{cite:t}`somebody1999`", "somebody1999"),
    "a word of the index": (
        "book/appendix/terms.yml",
        "[]",
        "- {terms: [twice], labels: [lem-dobuling]}",
        "lem-dobuling",
    ),
    "an item of a lecture": (
        "book/appendix/lectures.yml",
        "label: lem-doubling",
        "label: lem-dobuling",
        "lem-dobuling",
    ),
    "a field of an item": ("book/appendix/lectures.yml", "errata: []", "errata: {}", "errata must be"),
    "a label twice": (TWO, "# Two", "(one-start)=\n# Two", "one-start"),
}
# Nobody asked the first build of the last to fail on warnings.
BUILDS = [*((name, STRICT) for name in FAULTS), ("a reference", ())]


@pytest.mark.parametrize(("name", "first"), BUILDS)
def test_a_red_build_stays_red_until_it_is_mended(built_book, name, first):
    page, right, wrong, told = FAULTS[name]
    built_book.edit(page, right, wrong)
    for flags in (first, STRICT):
        code, log = built_book.build(flags=flags)
        assert (code != 0) == bool(flags), log
        assert log.count("WARNING") == log.count(told) == 1, log
        assert re.search(rf"{page}:\d+: WARNING: .*{told}", log), log
    built_book.edit(page, wrong, right)
    code, log = built_book.build()
    assert code == 0, log
    assert "WARNING" not in log


def test_a_failing_cell_is_told_once_in_one_line(built_book):
    """With the line of the page, also where another page fails, and no traceback of the program that executes."""
    for page, wrong in {ONE: "print(toy.double(2, 3))", TWO: "import sys; _ = sys.stderr.write('careful')"}.items():
        built_book.edit(page, "import toy\n", f"import toy\n{wrong}\n")
    for _ in range(2):
        code, log = built_book.build()
        assert code == 1
        (first,) = re.findall(r"^book/one\.md:(\d+): TypeError: double\(\) takes 1 .*", log, re.M)
        (second,) = re.findall(r"^book/two\.md:(\d+): the cell writes to stderr: careful", log, re.M)
        for page, line in {ONE: first, TWO: second}.items():
            text = (built_book.root / page).read_text(encoding="utf8").splitlines()[int(line) - 1]
            assert text.startswith("print(toy") if page == ONE else text == "import toy", text
        assert log.count("TypeError") == log.count("careful") == 1
        assert "Traceback" not in log
        assert len(log.splitlines()) < 20, log
