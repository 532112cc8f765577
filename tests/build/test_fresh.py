"""After any edit the site is the one that a build from nothing makes."""

import itertools

import pytest
from small import HEADER

from processes import end

DEFINITION = "```{prf:definition} Halving\n:label: def-halving\nHalf a number, doubled, is that number.\n```\n\n"
EQUATION = "$$\nx = x\n$$ (eq-same)\n\n"
EXERCISE = """\
```{exercise} The new
:class: kind-proof level-1 minutes-5
:label: ex-new
Prove {prf:ref}`def-doubling`.
```

"""
FIGURE = """\
```{code-cell} ipython3
---
mystnb:
  figure:
    caption: Before.
    name: fig-before
  image:
    alt: A square that stands before the other square and makes it the second figure.
---
from IPython.display import SVG

SVG('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
```

"""
THREE = HEADER + "# Three\n\nSee {ref}`ex-double` and {doc}`one`.\n\n```{code-cell} ipython3\n3\n```\n"
ONE, TWO = "book/one.md", "book/two.md"
TOC = "      - file: book/one\n", "      - file: book/two\n"


def insert(book, name, text, before):
    book.edit(name, before, text + before)


def move_a_definition(book):
    book.edit(TWO, DEFINITION, "")
    insert(book, ONE, DEFINITION, "```{prf:definition} Doubling")


# In this order, each on what the ones before left.
EDITS = {
    "a word": lambda book: book.edit(ONE, "another page", "some other page"),
    "a definition before a lemma": lambda book: insert(book, TWO, DEFINITION, "```{prf:lemma}"),
    "an equation before another": lambda book: insert(book, TWO, EQUATION, "$$\n2x"),
    "an exercise and a figure before others": lambda book: (
        insert(book, TWO, EXERCISE, "```{exercise} The second"),
        insert(book, TWO, FIGURE, "```{code-cell} ipython3\n---"),
    ),
    "a definition moves to an earlier page": move_a_definition,
    "a caption, a title of an exercise and one of a page": lambda book: (
        book.edit(TWO, "caption: Twice.", "caption: Two times."),
        book.edit(ONE, "The first", "The very first"),
        book.edit(ONE, "# One", "# Number one"),
    ),
    "the minutes of an exercise": lambda book: book.edit(
        TWO, "kind-proof level-1 minutes-5", "kind-proof level-2 minutes-9"
    ),
    "a claim that an exercise is about": lambda book: book.edit(
        ONE, "Double 3.", "Double 3, by {prf:ref}`def-doubling`."
    ),
    "another label": lambda book: [
        book.edit(name, "lem-doubling", "lem-twice", count=-1)
        for name in ("book/intro.md", ONE, TWO, "book/appendix/lectures.yml")
    ],
    "a page between two": lambda book: (
        book.write({"book/three.md": THREE}),
        book.edit("_toc.yml", TOC[1], f"      - file: book/three\n{TOC[1]}"),
    ),
    "pages change places": lambda book: book.edit(
        "_toc.yml", "".join([TOC[0], "      - file: book/three\n"]), "      - file: book/three\n" + TOC[0]
    ),
    "a page by another name": lambda book: (
        (book.root / "book/three.md").rename(book.root / "book/four.md"),
        book.edit("_toc.yml", "book/three", "book/four"),
    ),
    "a page less": lambda book: book.edit("_toc.yml", "      - file: book/four\n", ""),
    "an item of a lecture": lambda book: book.edit("book/appendix/lectures.yml", "Lemma 13.1", "Lemma 13.2"),
    "the literature": lambda book: book.edit("book/references.bib", "Some One", "Some Body"),
    "a docstring": lambda book: book.edit("lib/toy/__init__.py", "Twice.", "Two times."),
    "the library": lambda book: book.edit("lib/toy/__init__.py", "return x + x", "return 2.0 * x"),
    "the style": lambda book: book.edit("extensions/_static/book.css", "{", "{ --toy: 1;"),
    "the configuration": lambda book: book.edit("_config.yml", "title: The", "title: Not the"),
    "an extension": lambda book: book.edit("extensions/page.py", "level {", "degree {"),
}


@pytest.fixture(scope="module")
def builds(built_book, tmp_path_factory):
    """After each edit the site built upon the one before, and the site built from nothing."""
    found, running = {}, {}
    for name, edit in EDITS.items():
        edit(built_book)
        code, log = built_book.build()
        assert code == 0, f"{name}: {log}"
        found[name] = built_book.pages()
        fresh = built_book.copy(tmp_path_factory.mktemp("fresh") / "book")
        running[name] = fresh, fresh.start()
    for name, (fresh, build) in running.items():
        code, log = end(*build)
        assert code == 0, f"{name}, from nothing: {log}"
        found[name] = found[name], fresh.pages()
    return found


@pytest.mark.parametrize("name", EDITS)
def test_the_site_is_the_one_made_from_nothing(builds, name):
    shown, true = builds[name]
    assert shown.keys() == true.keys()
    stale = [page for page in true if shown[page] != true[page]]
    assert not stale, f"after {name} these show what is no longer so: {stale}"


@pytest.mark.parametrize(("before", "after"), list(itertools.pairwise(EDITS)))
def test_the_edit_can_be_seen(builds, before, after):
    """Otherwise the other test would say nothing."""
    assert builds[before][1] != builds[after][1]
