"""The list of exercises: nothing is missing, and every entry leads to its exercise."""

import pytest
from bs4 import BeautifulSoup

import exercises
import graded
from contents import ROOT, docname, is_own, listed, path
from source import Chapter

PAGE = """\
# A page of $x$

```{exercise} Twice
:class: kind-computation level-1 minutes-10
:label: ex-twice
Double {prf:ref}`def-one` and {prf:ref}`lem-two`, then {prf:ref}`def-one` again.
```

```{note}
```{exercise} Within a note
:class: kind-proof level-3 minutes-40
:label: ex-within
Prove {prf:ref}`the lemma <lem-two>`.
```
```

```{exercise}
:label: ex-plain
A draft.
```
"""


@pytest.fixture
def written(small_root):
    """The list for the pages with these texts."""

    def written(*texts):
        pages = [Chapter(small_root / f"book/{n}.md", text) for n, text in enumerate(texts)]
        return exercises.written(pages).splitlines()

    return written


def test_an_exercise_with_all_that_is_known_of_it(written):
    lines = written("# Without any\n", PAGE.replace("```{note}\n", "````{note}\n").replace("```\n```\n", "```\n````\n"))
    assert "## A page of $x$" in lines and "## Without any" not in lines
    assert "{doc}`/book/1` has 3 exercises: 1 computation, 1 proof, 1 without a kind; 50 minutes in all." in lines
    assert [line for line in lines if "ex-" in line] == [
        "| {ref}`ex-twice` Twice | computation | 1 | 10 | {prf:ref}`def-one`, {prf:ref}`lem-two` |",
        "| {ref}`ex-within` Within a note | proof | 3 | 40 | {prf:ref}`lem-two` |",
        "| {ref}`ex-plain` |  |  |  |  |",
    ]


def test_counts_of_the_book(written):
    one = PAGE[: PAGE.index("```{note}")]
    assert "The book has 2 exercises: 2 computations; 20 minutes in all." in written(one, one.replace("-twice", "-b"))
    assert written("# A page\n")[-1] == "The book has 0 exercises."


def test_the_list_on_the_site():
    """In the order of the book, each with its number, which leads to it, and the claims it is about."""
    built = ROOT / "_build/html/book/appendix/exercises.html"
    if not built.exists():
        pytest.fail(f"there is no {built.relative_to(ROOT)}: run make book")
    page = BeautifulSoup(built.read_text(encoding="utf8"), "html.parser")
    rows = [row.select("td") for row in page.select("article tbody tr")]
    pages = [Chapter.read(path(name)) for name in listed()]
    expected = [(docname(each.page), block) for each in pages for block in each.named("exercise")]
    assert len(rows) == len(expected) > 0
    for (name, block), (exercise, kind, level, minutes, about) in zip(expected, rows, strict=True):
        link = exercise.a
        assert (built.parent / link["href"].partition("#")[0]).resolve() == ROOT / "_build/html" / f"{name}.html"
        assert link["href"].endswith(f"#{block.label}") and link.get_text().startswith("Exercise ")
        if is_own(path(name)):
            continue
        kind, _, points = kind.text.partition(", ")
        classes = {f"kind-{kind}", f"level-{level.text}", f"minutes-{minutes.text}"}
        assert classes | {f"points-{points.removesuffix(' points')}" for _ in points[:1]} == set(block.classes)
        assert [each["href"].partition("#")[2] for each in about.select("a")] == graded.about(block) != []
