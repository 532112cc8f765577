"""The index of terms: titles, words that mean the same, and rows that lead nowhere."""

import re

import pytest

import claims
import synonyms
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
        (small_root / synonyms.ROWS).write_text(rows, encoding="utf8")
        monkeypatch.setattr(claims, "_checks", lambda page: [])
        return synonyms.collect(claims.collect().statements.values())

    return collected


def test_titles_and_words_that_mean_the_same(collected):
    found, faults = collected(
        "- {terms: [restricted-isometry, RIP]}\n- {terms: [Kullback–Leibler], labels: [lem-two]}\n"
    )
    assert found == {
        "def-one": ["The restricted isometry", "restricted-isometry", "RIP"],
        "lem-two": ["Entropy", "Kullback–Leibler"],
    }
    assert not faults


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("- {terms: [isometr]}", "isometr leads nowhere"),  # part of a word
        ("- {terms: [RIP], labels: [def-three, def-one]}", "no statement has the label def-three"),
        ("- {terms: RIP}", "terms must be a list of words"),
        ("- {terms: []}", "terms must be a list of words"),
        ("- {terms: [isometry, 2]}", "terms must be a list of words"),
        ("- {terms: [isometry], labels: def-one}", "labels must be a list of labels"),
        ("- {terms: [isometry], label: [def-one]}", "a row has no label"),
        ("- {labels: [def-one]}", "the row lacks terms"),
        ("- RIP", "a row gives terms, labels"),
        ("- {terms: [RIP]", "this is not YAML"),
        ("terms: [RIP]", "this is not YAML"),
    ],
)
def test_faulty_rows_are_told_with_their_line_and_the_others_count(collected, row, message):
    found, ((place, remedy),) = collected(f"# A comment.\n- {{terms: [entropies], labels: [lem-two]}}\n\n{row}\n")
    assert re.search(message, remedy) and re.fullmatch(rf"{synonyms.ROWS}:[45]", place)
    assert ("entropies" in found["lem-two"]) == (row.startswith("- ") and "YAML" not in message)


def test_a_file_without_rows_is_told_of(collected):
    _, faults = collected("# A comment.\nterms: [RIP]\n")
    assert faults == [(f"{synonyms.ROWS}:2", "write a list of rows, each with a hyphen before it")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("regularisation", "regularization"),
        ("Overparameterised", "overparametrized"),
        ("minimiser", "minimizer"),
        ("factorising", "factorizing"),
    ],
)
def test_spellings_are_one(one, other):
    assert synonyms.words(one) == synonyms.words(other)


@pytest.mark.parametrize("text", ["otherwise", "precision", "noise", "comparison", "Paris"])
def test_other_words_are_left_alone(text):
    assert synonyms.words(text) == f" {text.lower()} "


@pytest.mark.parametrize("text", ["Kullback–Leibler", "kullback-leibler", "Kullback  Leibler,"])
def test_spellings_do_not_matter(text):
    assert synonyms.words(text) == " kullback leibler "


def test_the_index_is_alphabetical():
    """Without articles; the same word in two spellings stands once."""
    written = terms.written({label: [label] for label in ("The dual", "Zeta", "an atom", "dual")})
    assert written.split("\n") == [
        *("## A", "", "- an atom: {prf:ref}`an atom`", ""),
        *("## D", "", "- The dual: {prf:ref}`The dual`, {prf:ref}`dual`", ""),
        *("## Z", "", "- Zeta: {prf:ref}`Zeta`", ""),
    ]
