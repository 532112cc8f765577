"""The index of terms: titles, words that mean the same, and rows that lead nowhere."""

import pytest
from sphinx.errors import ExtensionError

import claims
import terms

PAGE = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
---

# A page

```{prf:definition} The restricted isometry
:label: def-one
One.
```

```{prf:lemma} Entropy
:label: lem-two
Two.
```
"""


@pytest.fixture
def collected(small_root, monkeypatch):
    """The terms of a page with two statements, by label."""

    def collected(rows):
        (small_root / "book/page.md").write_text(PAGE, encoding="utf8")
        (small_root / terms.ROWS).write_text(rows, encoding="utf8")
        monkeypatch.setattr(claims, "_checks", lambda page: [])
        return terms.collect(claims.collect().statements.values())

    return collected


def test_titles_and_words_that_mean_the_same(collected):
    found = collected("- {terms: [restricted-isometry, RIP]}\n- {terms: [Kullback–Leibler], labels: [lem-two]}\n")
    assert found == {
        "def-one": ["The restricted isometry", "restricted-isometry", "RIP"],
        "lem-two": ["Entropy", "Kullback–Leibler"],
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("- {terms: [isometr]}", "leads nowhere"),  # part of a word
        ("- {terms: [RIP], labels: [def-three]}", r"\['RIP'\] names \['def-three'\]"),
        ("- {term: [RIP]}", "write - {terms"),
    ],
)
def test_faulty_rows_are_named(collected, row, message):
    with pytest.raises(ExtensionError, match=message):
        collected(row)


@pytest.mark.parametrize("text", ["Kullback–Leibler", "kullback-leibler", "Kullback  Leibler,"])
def test_spellings_do_not_matter(text):
    assert terms.words(text) == " kullback leibler "


def test_the_index_is_alphabetical():
    """Without articles; the same word in two spellings stands once."""
    written = terms.written({label: [label] for label in ("The dual", "Zeta", "an atom", "dual")})
    assert written.split("\n") == [
        *("## A", "", "- an atom: {prf:ref}`an atom`", ""),
        *("## D", "", "- The dual: {prf:ref}`The dual`, {prf:ref}`dual`", ""),
        *("## Z", "", "- Zeta: {prf:ref}`Zeta`", ""),
    ]
