"""A small book with the real extensions and configuration, for tests that build it, break it and build it again."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import processes

ROOT = Path(__file__).resolve().parents[2]
HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
FILES = {
    "_toc.yml": """\
format: jb-book
root: book/intro
parts:
  - caption: Numbers
    numbered: true
    chapters:
      - file: book/one
      - file: book/two
  - caption: Appendix
    chapters:
      - file: book/appendix/checked-claims
      - file: book/appendix/errata
      - file: book/appendix/exercises
      - file: book/appendix/api
      - file: book/appendix/references
""",
    "book/intro.md": """\
# The small book

{prf:ref}`lem-doubling`, {numref}`fig-twice`, {eq}`eq-double` and {ref}`ex-double` of {doc}`two`; {ref}`one-start`.

- *For the ideas*: skim.
- *For the proofs*: read.
""",
    "book/one.md": HEADER
    + """\
(one-start)=
# One

## A section

```{prf:definition} Doubling
:label: def-doubling
Twice a number is that number added to itself.
```

{prf:ref}`lem-doubling` is on another page, like {numref}`fig-twice` and {numref}`Figure %s ({name}) <fig-twice>`.

```{code-cell} ipython3
import toy

print(toy.double(2))
```

```{exercise} The first
:class: kind-computation level-1 minutes-5
:label: ex-first
Double 3.
```
""",
    "book/two.md": HEADER
    + """\
# Two

$$
2x = x + x
$$ (eq-double)

```{prf:lemma} Doubling
:label: lem-doubling
Twice two is four, as {cite:t}`someone1999` knew.
```

```{prf:proof}
:label: proof-lem-doubling
By {prf:ref}`def-doubling`.
```

```{code-cell} ipython3
import toy
from course import verify

verify("lem-doubling", distance=abs(toy.double(2) - 4), at_most=0, control={"three": abs(toy.double(3) - 4)})
```

```{code-cell} ipython3
---
mystnb:
  figure:
    caption: Twice.
    name: fig-twice
  image:
    alt: A square that has nothing in it and serves to be counted among the figures.
---
from IPython.display import SVG

SVG('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
```

```{exercise} The second
:class: kind-proof level-1 minutes-5
:label: ex-double
Prove {prf:ref}`lem-doubling` again; see {ref}`ex-first`.
```

```{solution} ex-double
:class: dropdown
:label: sol-double
As before.
```
""",
    "book/appendix/checked-claims.md": "# Checked claims\n\n```{checked-claims}\n```\n",
    "book/appendix/errata.md": "# Errata\n\n```{errata}\n```\n",
    "book/appendix/exercises.md": "# Exercises\n\n```{list-of-exercises}\n```\n",
    "book/appendix/api.md": "# API\n\n```{eval-rst}\n.. automodule:: toy\n   :members:\n```\n",
    "book/appendix/references.md": "# References\n\n```{bibliography}\n```\n",
    "book/appendix/lectures.yml": """\
- {id: A01, lecture: "000", item: Lemma 13.1, kind: claim, label: lem-doubling, errata: []}
""",
    "book/appendix/terms.yml": "[]\n",
    "book/references.bib": "@book{someone1999, author={Some One}, title={Numbers}, year={1999}, publisher={A}}\n",
    "lib/toy/__init__.py": '"""Toys."""\n\n\ndef double(x):\n    """Twice."""\n    return x + x\n',
    "requirements.txt": "numpy\n",
}
STRICT = ("-W", "-n", "--keep-going")


class Small:
    """The small book in a folder."""

    def __init__(self, root):
        self.root = root

    @classmethod
    def new(cls, root):
        """The small book as it stands above."""
        shutil.copytree(ROOT / "extensions", root / "extensions", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "_config.yml", root)
        if (ROOT / "_build/kernel").exists():  # spares each test a list of fonts
            shutil.copytree(ROOT / "_build/kernel", root / "_build/kernel")
        book = cls(root)
        book.write(FILES)
        return book

    def copy(self, root):
        """The same sources and executed pages elsewhere, nothing built."""
        shutil.copytree(self.root, root, ignore=shutil.ignore_patterns("html", ".doctrees", "jupyter_execute", "log"))
        return Small(root)

    def write(self, texts):
        """Write files, given their texts."""
        for name, text in texts.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf8")

    def edit(self, name, old, new, count=1):
        """Replace a text that stands in a file, at its first place or, with ``count=-1``, at all."""
        text = (self.root / name).read_text(encoding="utf8")
        assert old in text, f"{name} has no {old!r}"
        self.write({name: text.replace(old, new, count)})

    def start(self, output=None, builder=("html",), flags=STRICT, environment=None):
        """Start a build, by default where ``make book`` would put it; ``processes.end`` waits for it."""
        output = output or self.root
        output.mkdir(exist_ok=True)
        command = ["build", str(self.root), "--path-output", str(output), *flags, "--quiet"]
        command += (
            ["--builder", "custom", "--custom-builder", builder[0]] if builder[0] == "epub" else ["--builder", *builder]
        )
        return processes.start(_build, output / "log", str(self.root), command, environment or {})

    def build(self, *arguments, **options):
        """Build; the exit code and what was printed."""
        return processes.end(*self.start(*arguments, **options))

    def pages(self, output=None):
        """Names and contents of all files of the site that are made from the book, without what is chance."""
        site = (output or self.root) / "_build" / "html"
        made = (path for path in site.rglob("*") if path.is_file() and _is_made(path.relative_to(site).parts))
        return {path.relative_to(site).as_posix(): _told(path) for path in made if path.name[0] != "."}


def _is_made(parts):
    """Whether a file of the site is made from the book, or only copied."""
    return parts[0] != "_static" or parts[1] in {"labels.js", "previews", "terms.js"}


def _told(path):
    """What a file says to a reader."""
    content = path.read_bytes()
    if path.name == "objects.inv":
        return path.name
    if path.name == "searchindex.js":
        index = json.loads(content[len("Search.setIndex(") : -1])
        del index["indexentries"]  # Sphinx forgets those of pages that it does not write; their words it keeps
        for kind in ("terms", "titleterms"):
            index[kind] = {word: where for word, where in index[kind].items() if where != []}
        return index
    # Sphinx adds the state of a file to its address where an earlier build has already copied it.
    content = re.sub(rb'(_static/(?!(?:explorer|page|styles/all-\w+)\.)[^"?]*)\?v=\w+', rb"\1", content)
    return re.sub(rb'"id": "[0-9a-f]{8}"', b"", content)  # cells of a notebook


def _build(root, command, environment):
    """In a process of its own: what ``jupyter-book`` does, in the small book."""
    os.chdir(root)
    ours = {path.stem for path in Path(root, "extensions").glob("*.py")}
    for name in ours & sys.modules.keys():
        del sys.modules[name]
    paths = [f"{root}/extensions", f"{root}/lib"]
    sys.path[:] = paths + [path for path in sys.path if Path(path).resolve() != ROOT / "extensions"]
    os.environ |= {"PYTHONPATH": f"{root}/lib", "BOOK_REPOSITORY_URL": "", **environment}

    from jupyter_book.cli.main import main

    sys.argv = ["jupyter-book", *command]
    main()
