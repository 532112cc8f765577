"""A small book that speaks of a page in every way there is, and the same without that page."""

import json

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

````{exercise} Graded
:class: kind-proof level-1 minutes-5 points-3
:label: ex-graded
```{include} ../../assignments/part/part.md
:start-after: <!-- ex-graded -->
:end-before: <!-- end -->
```
````
"""
SET = """\
# Problem set: A part

## Graded · proof · level 1 · 5 minutes · 3 points

<!-- ex-graded -->
Is {prf:ref}`thm-walk` true?
<!-- end -->

+++ {"nbgrader": {"points": 3}}

Yes.
"""
RUN = """\
# A run

*Here. 5 minutes. Needs {doc}`walk`.*
See {doc}`that walk </book/part/walk>`, {doc}`../part/walk`, [it](walk.md), [this](#thm-walk), `{doc}` and [web](https://a.org/walk.md).

```{prf:lemma} Runs end
:label: lem-run
As {prf:ref}`walks <thm-walk>` do, in an *emphasized {prf:ref}`thm-walk` way*.
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
As walks do, in an *emphasized _Walks end_ way*.
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

````{exercise} Graded
:class: kind-proof level-1 minutes-5 points-3
:label: ex-graded
```{include} ../../assignments/part/part.md
:start-after: <!-- ex-graded -->
:end-before: <!-- end -->
```
````
"""
CHECK = '```{code-cell} ipython3\nverify("lem-run", x=1, at_most=1, control={"a": 2})\n```\n'
TEXTS = {
    "README.md": "# A book\n\nFive problem sets.\nA long walk.\n`make chapter NAME=part/walk`\nsheet ex-long.\n",
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
        "# The plan.\n- week: 1\n  read: [part/walk]\n  exercises: [ex-long]\n  due: other\n"
        "- week: 2\n  read: [part/walk, part/run]\n  exercises: [ex-long, ex-soon]\n"
        "- week: 3\n  read: [part/walk]\n  exercises: []\n  due: another\n"
        "- week: 4\n  read: [part/run]\n  exercises: []\n"
        "- week: 5\n  read: [part/walk]\n  exercises: []\n  due: part\n"
    ),
    "assignments/part/part.md": HEAD + SET,
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
    "assignments/plan.yml": (
        "# The plan.\n- week: 1\n  read: [part/run]\n  exercises: [ex-soon]\n  due: other\n"
        "- week: 2\n  read: [part/run]\n  exercises: []\n  due: another\n"
    ),
    "assignments/part/part.md": HEAD + SET.replace("{prf:ref}`thm-walk`", "*Walks end*"),
    "lib/course/answers.json": '{\n "ex-other": {}\n}\n',
    "tests/lint/known.py": 'KNOWN: dict[str, int] = {\n    ("exercises", "part/run"): 3,\n}\n\n\nMORE = {}\n',
    "tests/faults_by_part/part.py": 'FAULTS = [\n    # Two,\n    # three.\n    Fault("a", "b", "c", "run"),\n]\n',
}
del WITHOUT_WALK["book/part/walk.md"]
