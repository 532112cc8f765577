"""``make leave-out`` takes a page or a part out of the book, and what leads there becomes words."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import edition
from contents import ROOT, listed

HEAD = (
    "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\nkernelspec:\n"
    "  display_name: Python 3\n  language: python\n  name: python3\n---\n\n"
)
WALK = """\
# A walk

```{prf:theorem} Walks end
:label: thm-walk
They do.
```

$$
x=1
$$ (eq-walk)

```{figure} walk.svg
:name: fig-walk
A walk.
```

```{exercise} How long
:class: kind-computation level-1 minutes-5
:label: ex-long
Measure {prf:ref}`thm-walk`.
```

```{exercise} Graded
:class: kind-proof level-1 minutes-5 points-3
:label: ex-graded
```
"""
RUN = """\
# A run

*Here. 5 minutes. Needs {doc}`walk`.*
See {doc}`that walk </book/part/walk>`, {doc}`../part/walk`, [it](walk.md), [this](#thm-walk), `{doc}` and [web](https://a.org/walk.md).

```{prf:lemma} Runs end
:label: lem-run
As {prf:ref}`walks <thm-walk>` do, in an *emphasised {prf:ref}`thm-walk` way*.
```

```{prf:proof}
:label: proof-lem-run
By {prf:ref}`thm-walk` and {eq}`eq-walk`.
```

```{prf:lemma} Runs end soon
:label: lem-soon
They do.
```

```{prf:proof}
:label: proof-lem-soon
By {prf:ref}`thm-walk` and {prf:ref}`lem-run`.
```

{numref}`fig-walk` and {ref}`ex-long` stay.
{prf:ref}`lem-run` stays.

```{code-cell} ipython3
"{prf:ref}`thm-walk`"
```

```{exercise} How soon
:class: kind-proof level-1 minutes-5
:label: ex-soon
Is {prf:ref}`thm-walk` true?
```
"""
SAID = """\
# A run

*Here. 5 minutes. Needs _A walk_.*
See that walk, *A walk*, it, this, `{doc}` and [web](https://a.org/walk.md).

```{prf:lemma} Runs end
:label: lem-run
As walks do, in an *emphasised _Walks end_ way*.
```

```{prf:proof}
:follows-from: background
:label: proof-lem-run
By *Walks end* and an equation of the page *A walk*, left out here.
```

```{prf:lemma} Runs end soon
:label: lem-soon
They do.
```

```{prf:proof}
:label: proof-lem-soon
By *Walks end* and {prf:ref}`lem-run`.
```

A figure of the page *A walk*, left out here and *How long* stay.
{prf:ref}`lem-run` stays.

```{code-cell} ipython3
"{prf:ref}`thm-walk`"
```

```{exercise} How soon
:class: kind-proof level-1 minutes-5
:label: ex-soon
Is *Walks end* true?
```
"""
CHECK = '```{code-cell} ipython3\nverify("lem-run", x=1, at_most=1, control={"a": 2})\n```\n'
TEXTS = {
    "_toc.yml": (
        "root: book/intro\nparts:\n  - caption: Part\n    numbered: true\n    chapters:\n      - file: book/part/walk\n"
        "      - file: book/part/run\n  - caption: Other part\n    chapters:\n      - file: book/other-part/rest\n"
    ),
    "_config.yml": "sphinx:\n  config:\n    book_edition: reader\n",
    "book/intro.md": (
        "# Home\n\n{doc}`/book/part/walk`\n\n| a | {doc}`/book/part/walk`, {doc}`/book/part/run` |\n"
        "| b | {doc}`/book/other-part/rest`; more |\n"
    ),
    "book/part/walk.md": HEAD + WALK,
    "book/part/run.md": HEAD + RUN,
    "book/other-part/rest.md": f"{HEAD}# A rest\n\n{CHECK.replace('lem-run', 'lem-rest')}",
    "book/appendix/lectures.yml": (
        '- id: A\n  item: "label: thm-walk"\n  label: thm-walk\n- {id: B, label: [thm-walk, lem-run], errata: []}\n'
        "- {id: C, label: [lem-run, thm-walk, lem-soon], errata: []}\n- {id: D, label: [thm-walk], errata: []}\n"
    ),
    "book/appendix/terms.yml": (
        "# Words.\n- {terms: [hike], labels: [thm-walk]}\n- {terms: [stroll], labels: [thm-walk, lem-run]}\n"
        "- {terms: [runs], labels: [thm-walk]}\n- {terms: [walks]}\n"
    ),
    "assignments/plan.yml": (
        "# The plan.\n- week: 1\n  read: [part/walk]\n  exercises: [ex-long]\n"
        "- week: 2\n  read: [part/walk, part/run]\n  exercises: [ex-long, ex-soon]\n  due: part\n"
    ),
    "assignments/part/part.md": f"{HEAD}By {{prf:ref}}`thm-walk`.\n",
    "lib/course/answers.json": json.dumps({"ex-long": {"hint": "α"}, "ex-other": {}}),
    "tests/lint/known.py": 'KNOWN: dict[str, int] = {\n    ("names", "part/walk"): 1,\n}\n\n\nMORE = {}\n',
    "tests/faults_by_part/part.py": (
        'FAULTS = [\n    # One.\n    Fault("a", "b", "c", "walk"),\n    # Two,\n    # three.\n'
        '    Fault(\n        "a",\n'
        '        "walk",\n    ),\n    Fault("a", "b", "c", "run"),\n    # Four.\n    Fault("a", "part/walk"),\n]\n'
    ),
    "tests/faults_by_part/other_part.py": 'FAULTS = [Fault("a", "b", "c", "rest")]\n',
}
WITHOUT_WALK = {
    **TEXTS,
    "_toc.yml": TEXTS["_toc.yml"].replace("      - file: book/part/walk\n", ""),
    "book/intro.md": (
        "# Home\n\n*A walk*\n\n| a | {doc}`/book/part/run` |\n| b | {doc}`/book/other-part/rest`; more |\n"
    ),
    "book/part/run.md": HEAD + SAID,
    "book/appendix/lectures.yml": (
        '- id: A\n  item: "label: thm-walk"\n  label: null\n- {id: B, label: lem-run, errata: []}\n'
        "- {id: C, label: [lem-run, lem-soon], errata: []}\n- {id: D, label: null, errata: []}\n"
    ),
    "book/appendix/terms.yml": "# Words.\n- {terms: [stroll], labels: [lem-run]}\n- {terms: [runs]}\n",
    "assignments/plan.yml": "# The plan.\n- week: 1\n  read: [part/run]\n  exercises: [ex-soon]\n  due: part\n",
    "assignments/part/part.md": f"{HEAD}By *Walks end*.\n",
    "lib/course/answers.json": '{\n "ex-other": {}\n}\n',
    "tests/lint/known.py": 'KNOWN: dict[str, int] = {\n    ("exercises", "part/run"): 2,\n}\n\n\nMORE = {}\n',
    "tests/faults_by_part/part.py": 'FAULTS = [\n    # Two,\n    # three.\n    Fault("a", "b", "c", "run"),\n]\n',
}
del WITHOUT_WALK["book/part/walk.md"]


@pytest.fixture
def root(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf8")
    return tmp_path


def python(program, here, *words, book=ROOT):
    """Run a program with the extensions, the rules and the tools of a book."""
    folders = [str(book / name) for name in ("extensions", "tests", "authoring", "lib")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    return subprocess.run(
        [sys.executable, "-c", program, *words], cwd=here, env=environment, capture_output=True, text=True
    )


def leave_out(root, *words):
    program = "import sys, pathlib, contents; contents.ROOT = pathlib.Path.cwd(); import leave_out"
    return python(f"{program}; print(leave_out.leave_out(*sys.argv[1:]))", root, *words)


def files(root):
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_page_is_left_out_with_all_that_leads_to_it(root):
    done = leave_out(root, "part/walk")
    assert not done.returncode, done.stderr
    assert files(root) == WITHOUT_WALK
    for words in (
        "book/part/run.md:14: {doc}`walk` is _A walk_\n",
        "book/part/run.md:25: {eq}`eq-walk` is an equation of the page *A walk*, left out here\n",
        "book/part/run.md:22: proof-lem-run\n",
        "book/part/run.md: exercises\n",
        "ex-graded (Graded) is shown nowhere now",
        "assignments/part/part.md:12: ",
    ):
        assert words in done.stdout, done.stdout


def test_a_part_is_left_out(root):
    (root / "book/other-part/rest.md").write_text(f"{HEAD}By {{prf:ref}}`lem-soon`.\n")
    done = leave_out(root, "part")
    assert not done.returncode, done.stderr
    left = files(root)
    assert set(left) == {name for name in TEXTS if "/part/" not in name and not name.endswith("/part.py")}
    assert left["book/other-part/rest.md"] == f"{HEAD}By *Runs end soon*.\n"
    assert left["_toc.yml"] == (
        "root: book/intro\nparts:\n  - caption: Other part\n    chapters:\n      - file: book/other-part/rest\n"
    )
    assert left["book/intro.md"] == "# Home\n\n*A walk*\n\n| b | {doc}`/book/other-part/rest`; more |\n"
    assert left["assignments/plan.yml"] == "# The plan.\n"
    assert "assignments/part" in done.stdout


def test_the_last_page_of_a_part_is_the_part(root):
    assert not leave_out(root, "part/walk").returncode
    assert not leave_out(root, "part/run").returncode
    assert not (root / "book/part").exists() and not (root / "tests/faults_by_part/part.py").exists()
    assert "Part" not in (root / "_toc.yml").read_text().replace("Other part", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "NAME must be a part, or part/page"),
        (("part/walk.md",), "NAME must be a part, or part/page"),
        (("part/wal",), "neither a page book/part/wal.md nor one in book/part/wal"),
        (("intro",), "the home page stays"),
        (("appendix/terms",), "the appendix stays"),
        (("appendix",), "the appendix stays"),
    ],
)
def test_what_cannot_be_left_out_stays(root, words, said):
    done = leave_out(root, *words)
    assert done.returncode and said in done.stderr and files(root) == TEXTS


@pytest.mark.parametrize(
    ("page", "added", "said"),
    [
        ("book/part/run.md", CHECK.replace("lem-run", "thm-walk"), "book/part/run.md:50 checks thm-walk"),
        ("book/part/walk.md", CHECK, "lem-run (book/part/run.md:17)"),
        ("book/part/run.md", "```{prf:proof}\n:label: proof-thm-walk\nSo.\n```\n", "run.md:49 proves thm-walk"),
    ],
)
def test_nothing_is_torn_from_its_check_or_its_proof(root, page, added, said):
    (root / page).write_text((root / page).read_text() + added)
    before = files(root)
    done = leave_out(root, "part/walk")
    assert done.returncode and said in done.stderr and files(root) == before


def test_one_chapter_stays(root):
    assert not leave_out(root, "part").returncode
    done = leave_out(root, "other-part")
    assert done.returncode and "no chapter would be left" in done.stderr


# The book itself, without a page that many others refer to, and without a part.

RULES = """
import sys
import claim_rules, claims, contents
from course import choosing
from lint import RULES
from lint.book import BOOK_RULES
from lint.known import KNOWN, surplus
from source import Chapter

pages = {contents.docname(page).removeprefix("book/"): Chapter.read(page) for page in contents.chapters()}
for name in sys.argv[1:]:
    for rule in RULES:
        print(*surplus(rule, name, RULES[rule].messages(pages[name])), sep="\\n", end="")
for rule, _ in BOOK_RULES.values():
    print(*(f"{place}: {remedy}\\n" for place, remedy in rule(list(pages.values()), contents.read)), end="")
book = claims.collect(partly=True)
for rule in claim_rules.RULES:
    if not rule.__name__.startswith("checks"):  # which need the outputs
        print(*(f"{place}: {remedy}\\n" for place, remedy in rule(book)), end="")
print(*(f"{rule}, {page}\\n" for rule, page in KNOWN if page not in pages), end="")
choosing.plan()
"""
PAGE, PART = "kernel-and-rich-regimes/depth", "implicit-regularization"


@pytest.mark.skipif(
    not {PAGE, PART} <= {name[5 : len(name) - n] for name in listed() for n in (0, len(name.split("/")[-1]) + 1)},
    reason="this book has not these pages",
)
def test_the_book_without_a_page_and_a_part_keeps_its_rules(tmp_path):
    for name in edition.files():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    before = {page: page.read_text() for page in (tmp_path / "book").rglob("*.md")}
    for name in (PAGE, PART):
        done = python("import sys, leave_out; print(leave_out.leave_out(*sys.argv[1:]))", tmp_path, name, book=tmp_path)
        assert not done.returncode and "links became words" in done.stdout, done.stderr
    changed = [
        page.relative_to(tmp_path / "book").with_suffix("").as_posix()
        for page, text in before.items()
        if page.exists() and page.read_text() != text and "format_name: myst" in text
    ]
    assert "kernel-and-rich-regimes/what-depth-prefers" in changed and not (tmp_path / "book" / PART).exists()
    done = python(RULES, tmp_path, *changed, book=tmp_path)
    assert not done.returncode and not done.stdout.strip(), done.stdout + done.stderr
