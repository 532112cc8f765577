"""No label that readers rely on vanishes or changes its meaning unseen, and its old addresses lead on."""

import re

import pytest
import released_labels

import contents
import moved
import own_errata
import released
from source import Chapter

PAGE = """\
# A page

```{prf:lemma} One
:label: lem-one
One is one.
```

$$
1 = 1
$$ (eq-one)

(start)=
## Where it starts

```{exercise} Two
:class: kind-proof level-1 minutes-5
:label: ex-two
Prove it.
```

```{solution} ex-two
:label: sol-two
Done.
```
"""
PLAIN = "# Plain\n\n```{figure} x.svg\n:name: fig-x\n:alt: x\nA picture.\n```\n"


@pytest.fixture
def root(small_root):
    (small_root / "book/part").mkdir()
    for name, text in {"page": "# Home\n", "part/page": PAGE, "plain": PLAIN}.items():
        (small_root / f"book/{name}.md").write_text(text, encoding="utf8")
    (small_root / "pyproject.toml").write_text('[project]\nversion = "1.0"\n')
    released_labels.record()
    (small_root / "pyproject.toml").write_text('[project]\nversion = "1.1"\n')
    return small_root


def edit(root, name, old, new):
    path = root / name
    text = path.read_text(encoding="utf8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf8")


def now():
    return released.labelled(Chapter.read(contents.path(name)) for name in contents.listed())


def faults():
    return [f"{place}: {remedy}" for place, remedy in released.faults(now())]


def recorded():
    return released.by_label(released.rows()[0])


def test_what_has_a_label_is_recorded_one_a_line_and_sorted(root):
    kinds = {label: row.kind for label, row in recorded().items()}
    assert kinds == {
        "eq-one": "equation",
        "ex-two": "exercise",
        "fig-x": "figure",
        "lem-one": "lemma",
        "start": "section",
    }
    lines = (root / released.FILE).read_text().splitlines()
    assert lines[1:] == sorted(lines[1:]) and len(lines) == 6
    assert {row.changed for row in recorded().values()} == {"1.0"} and not faults()
    text = (root / released.FILE).read_text()
    released_labels.record()
    assert (root / released.FILE).read_text() == text


def test_what_is_new_is_nobodys_yet(root):
    edit(root, "book/plain.md", "# Plain\n", "# Plain\n\n```{prf:lemma} New\n:label: lem-new\nNew.\n```\n")
    assert not faults()
    assert "1 new: lem-new" in released_labels.record() and recorded()["lem-new"].changed == "1.1"


def test_white_space_means_nothing(root):
    edit(root, "book/part/page.md", "One is one.", "One  is\none.")
    assert not faults()


@pytest.mark.parametrize(
    ("label", "old", "new"),
    [
        ("lem-one", "One is one.", "One is two."),
        ("lem-one", "{prf:lemma}", "{prf:theorem}"),
        ("eq-one", "1 = 1", "1 = 2"),
        ("start", "Where it starts", "Where it ends"),
        ("ex-two", "Prove it.", "Disprove it."),
    ],
)
def test_a_meaning_does_not_change_unseen(root, label, old, new):
    edit(root, "book/part/page.md", old, new)
    (told,) = faults()
    assert re.match(rf"book/part/page.md:\d+: {label} says something else than it did in 1.0: make released", told)
    assert f"1 changed: {label}" in released_labels.record() and not faults()
    assert {row.label for row in recorded().values() if row.changed == "1.1"} == {label}


def test_no_label_vanishes_unless_something_replaces_it(root):
    edit(root, "book/part/page.md", "lem-one", "lem-uno")
    (told,) = faults()
    assert "released.yml:5: lem-one, which stood on book/part/page, is gone: put it back, or make retire" in told
    with pytest.raises(ValueError, match="lem-one of book/part/page"):
        released_labels.record()
    released_labels.retire("lem-one", "lem-uno")
    assert not faults() and recorded()["lem-one"].retired == "1.1"
    assert released.leads("lem-one", now(), recorded()).label == "lem-uno"
    edit(root, "book/part/page.md", "lem-uno", "lem-1")
    (told,) = faults()
    assert "lem-one leads to lem-uno, which is not there" in told
    released_labels.retire("lem-one", "book/plain")
    assert not faults() and released.leads("lem-one", now(), recorded()) == "book/plain"


def test_a_retired_label_is_not_used_again(root):
    edit(root, "book/part/page.md", "lem-one", "lem-uno")
    released_labels.retire("lem-one", "lem-uno")
    edit(root, "book/part/page.md", "lem-uno", "lem-one")
    assert any("lem-one meant something else until 1.1" in told for told in faults())


def test_a_label_that_has_moved_is_recorded(root):
    lemma = PAGE[PAGE.index("```{prf:lemma}") : PAGE.index("$$\n")]
    edit(root, "book/part/page.md", lemma, "")
    edit(root, "book/plain.md", "# Plain\n", f"# Plain\n\n{lemma}")
    assert "lem-one stood on book/part/page: make released" in faults()[0]
    assert "1 moved: lem-one" in released_labels.record() and not faults()
    assert recorded()["lem-one"].changed == "1.0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "has no label without a name"),
        (("lem-one", "ex-two"), "lem-one still stands in book/part/page.md:3"),
        (("lem-two", "ex-two"), "has no lem-two"),
    ],
)
def test_what_cannot_be_retired_is_not(root, words, said):
    before = (root / released.FILE).read_text()
    with pytest.raises(ValueError, match=said):
        released_labels.retire(*words)
    assert (root / released.FILE).read_text() == before


def test_two_lines_after_a_merge_become_one(root):
    edit(
        root,
        released.FILE,
        "- {label: lem-one, kind",
        '- {label: lem-one, kind: lemma, page: p, changed: "0.9", text: "0"}\n- {label: lem-one, kind',
    )
    assert any("lem-one stands twice" in told for told in faults())
    released_labels.record()
    assert not faults()


def test_a_file_that_cannot_be_read_is_told(root):
    edit(root, released.FILE, "- {label: lem-one", "<<<<<<< HEAD\n- {label: lem-one")
    assert any("this is not YAML" in told for told in faults())
    with pytest.raises(ValueError, match="this is not YAML"):
        released_labels.record()


def test_what_is_left_out_leads_home(root):
    (root / "book/part/page.md").write_text("# Another\n")
    released_labels.record("book/page")
    assert not faults() and released.leads("lem-one", now(), recorded()) == "book/page"


# Pages that have another name


def test_what_led_to_a_page_goes_with_it():
    text = moved.after("", ["book/a"], "book/b")
    text = moved.after(text, ["book/b"], "book/c")
    assert text == f"{moved.HEAD}- {{was: book/a, now: book/c}}\n- {{was: book/b, now: book/c}}\n"
    assert moved.after(text, ["book/c"], "book/a").count("now: book/a") == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{was: book/plain, now: book/page}", "there is a page book/plain again"),
        ("{was: book/a, now: book/b}", "book/a leads to book/b, which _toc.yml does not list"),
        ("{was: book/a}", "the row lacks now"),
    ],
)
def test_a_page_leads_to_one_that_is_there(small_root, row, said):
    (small_root / moved.FILE).write_text(f"- {row}\n")
    found, faults = moved.moved()
    assert not found and said in faults[0][1]


# Errata of this book

ERRATUM = {"id": "E1", "label": "lem-one", "since": '"1.0"', "fixed": '"1.1"', "was": "It was.", "holds": "It is."}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"id": "A1"}, "id must be E and a number"),
        ({"since": "1.0"}, "since must be the first version with it"),
        ({"fixed": '"1.0"'}, "E1 is fixed in 1.0, not after 1.0"),
        ({"label": "lem-two"}, "has no label lem-two"),
        ({"why": "So."}, "a row has no why"),
    ],
)
def test_errata_are_whole(root, changed, said):
    row = ", ".join(f"{name}: {value}" for name, value in (ERRATUM | changed).items())
    (root / own_errata.FILE).write_text(f"- {{{row}}}\n")
    faults = own_errata.errata()[1]
    assert (said in faults[0][1]) if said else not faults
