"""A build that failed fails again until it is mended, and then nothing of it is left."""

import re

import nbformat
import pytest
from small import STRICT

ONE, TWO = "book/one.md", "book/two.md"
FAULTS = {
    "a reference": (ONE, "{prf:ref}`lem-doubling`", "{prf:ref}`lem-doublign`", "lem-doublign"),
    "a link": (ONE, "is on another page", "is [on another page](too.md)", "too.md"),
    "a link to a file that is no page": (ONE, "is on another page", "is [on another page](stray.md)", "stray"),
    "a link into a page": (ONE, "is on another page", "is [on another page](two.md#eq-double)", "eq-double"),
    "a picture": (ONE, "is on another page", "is ![on another page](none.svg)", "none.svg"),
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
CELL = nbformat.v4.new_code_cell("open('../../../ran', 'w').close()\n1 / 0")
STRAY = nbformat.writes(nbformat.v4.new_notebook(cells=[CELL]))


@pytest.mark.parametrize(("name", "first"), BUILDS)
def test_a_red_build_stays_red_until_it_is_mended(built_book, name, first):
    page, right, wrong, told = FAULTS[name]
    built_book.write({"book/stray.md": "# Stray\n"})
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


def test_what_comes_beside_the_pages_while_they_are_built_is_no_page(built_book):
    """Such as the notebooks of students, whose code nobody else may run."""
    text = (built_book.root / ONE).read_text(encoding="utf8")
    stray = "from pathlib import Path\n\nfolder = Path('../release/part/ada')\nfolder.mkdir(parents=True)\n"
    stray += f"_ = (folder / 'part.ipynb').write_text({STRAY!r})\n"
    built_book.edit(ONE, "import toy\n", f"import toy\n{stray}")
    code, log = built_book.build()
    built_book.write({ONE: text})
    assert code == 0, log
    assert (built_book.root / "release/part/ada/part.ipynb").exists() and not (built_book.root / "ran").exists()
    assert not (built_book.root / "_build/html/release").exists()


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


def test_a_page_that_is_not_there_is_told_in_one_line(built_book):
    """Also where nobody looked before Jupyter Book started."""
    built_book.edit("_toc.yml", "book/two", "book/too")
    code, log = built_book.build()
    built_book.edit("_toc.yml", "book/too", "book/two")
    assert code == 1
    assert re.search(r"^_toc\.yml:8: there is no book/too\.md: write it", log, re.M), log
    assert "Traceback" not in log and len(log.splitlines()) < 10, log
