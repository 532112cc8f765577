"""The chapters in JupyterLab, as on Binder: they open as notebooks, read well, run, and their sliders move."""

import re
import shutil

import pytest
from lab import PATIENCE, Lab, running_lab
from playwright.sync_api import expect

from contents import ROOT, chapters

CHAPTERS = [page.relative_to(ROOT / "book").as_posix() for page in chapters()]
OPEN_SOLUTIONS = """() => [
    ...[...file.node.querySelectorAll(".myst-exercise:not(details:not([open]))")]
        .map(box => box.querySelector(".myst-exercise-title").textContent).filter(title => title.includes("Solution")),
    ...file.content.widgets.filter(cell => cell.model.getMetadata("tags")?.includes("solution"))
        .filter(cell => !cell.inputHidden).map(cell => cell.model.sharedModel.source),
]"""
PLANTED = r"""
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

# Planted

```{unheard-of}
```

A theorem.
:label: thm-planted

$$ \unheard{x} $$

```{exercise}
:label: ex-planted
What is it?
```

```{solution} ex-planted
:label: sol-planted
42
```

```{code-cell} ipython3
:tags: [hide-cell, solution]

assert 42
```

```{code-cell} ipython3
assert not 42, "planted"
```
"""


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "book", home / "work", ignore=shutil.ignore_patterns("__pycache__"))
    (home / "work" / "planted.md").write_text(PLANTED.lstrip(), encoding="utf8")
    with running_lab(home) as address:
        lab = Lab(browser, address)
        yield lab
        lab.page.close()


def problems(lab, notebook):
    """Also: solutions that nobody asked for."""
    return [*lab.problems(notebook), *(f"open solution: {title}" for title in lab.page.evaluate(OPEN_SOLUTIONS))]


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter(lab, name):
    source = (ROOT / "book" / name).read_text(encoding="utf8")
    with lab.opened(name) as notebook:
        assert "jp-NotebookPanel" in notebook.get_attribute("class"), f"{name} does not open as a notebook"
        failed = lab.run_all()
        assert not failed, f"{name} fails in JupyterLab: {failed}"
        found = problems(lab, notebook)
        assert not found, f"{name} does not read well in JupyterLab: {found}"
        explorers = notebook.locator(".jp-OutputArea figure.explorer")
        expect(explorers).to_have_count(len(re.findall(r"^explore\(", source, re.M)))
        for explorer in explorers.all():
            labels = explorer.locator("label > span").all_inner_texts()
            assert labels and explorer.get_by_role("slider").count() == len(labels)
            for label in labels:
                picture = explorer.locator("img")
                before = picture.get_attribute("src")
                explorer.get_by_role("slider", name=label, exact=True).press("ArrowRight")
                expect(picture).not_to_have_attribute("src", before, timeout=PATIENCE)


def test_what_must_be_found_is_found(lab):
    """A chapter with an unknown directive, a raw option, wrong TeX, an open solution and a failing cell."""
    with lab.opened("planted.md") as notebook:
        assert lab.run_all() == ["AssertionError: planted"]
        found = "\n".join(problems(lab, notebook))
        for trouble in [
            "unheard-of - Unknown Directive",
            ":label: thm-planted",
            r"error: Undefined control sequence: \unheard",
            "open solution: Solution to Exercise",
            "open solution: assert 42",
        ]:
            assert trouble in found, found


def test_launch_link(lab):
    """Where the launch buttons of the site lead."""
    lab.page.goto(f"{lab.address}lab/tree/{CHAPTERS[0]}")
    expect(lab.page.locator(".jp-NotebookPanel")).to_be_visible(timeout=PATIENCE)
