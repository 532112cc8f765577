"""``pytest --nbval book`` compares what it executes: a chapter that computes something else today fails."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from contents import ROOT, chapters
from execution import KERNEL_ENVIRONMENT, executed

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
EXPLORER = """\
import matplotlib.pyplot as plt
from course import explore, style
style.use()
def draw(slope):
    figure, axes = plt.subplots()
    axes.plot([0, slope])
    return figure, f"slope {slope}"
explore(draw, slope=[1, 2])"""
SVG = """'<svg xmlns="http://www.w3.org/2000/svg"><g id="{}"/></svg>'.format(time.time_ns())"""
CHECK = "from course import verify\nverify('thm-x', distance={}, at_most=1, control={{'another': 2}})"
PLANTED = {
    "same": ["print(1)", "2", EXPLORER, CHECK.format(0)],
    "other": [
        "import time\nfrom IPython.display import HTML, SVG\nprint(time.time_ns())",
        "time.time_ns()",
        "HTML(f'<p>{time.time_ns()}</p>')",
        f"SVG({SVG})",
    ],
    "changed": ["print('forty-two')"],
    "never-ran": ["x = 1"],
}


def plant(root, name, cells):
    """Write a chapter with these code cells."""
    text = "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)
    (root / "book" / f"{name}.md").write_text(HEADER + text, encoding="utf8")


def run(root, *command):
    """Output of a Python command in the planted book."""
    path = os.pathsep.join([str(root / "extensions"), str(root / "lib")])
    environment = {name: value for name, value in os.environ.items() if name not in {*KERNEL_ENVIRONMENT, "CI"}}
    environment |= {"PYTHONPATH": path, "PYTEST_ADDOPTS": "", "COLUMNS": "200"}
    done = subprocess.run([sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What ``pytest --nbval book`` says about the planted chapters."""
    root = tmp_path_factory.mktemp("planted")
    for name in ("extensions", "lib"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "book").mkdir()
    for name in ("pyproject.toml", "requirements.txt", "book/conftest.py"):
        shutil.copy(ROOT / name, root / name)
    names = "".join(f"  - file: book/{name}\n" for name in [*PLANTED, "failing"])
    (root / "_toc.yml").write_text(f"root: book/none\nchapters:\n{names}", encoding="utf8")
    for name, cells in PLANTED.items():
        plant(root, name, cells)
    run(root, "-c", f"import os; os.environ.update({KERNEL_ENVIRONMENT}); import execution; execution.execute_all()")
    for stored in (root / "_build").rglob("base.ipynb"):
        text = stored.read_text(encoding="utf8").replace('"forty-two\\n"', '"forty-three\\n"')
        if '"x = 1"' in text:
            text = text.replace('"execution_count": 1', '"execution_count": null')
        stored.write_text(text, encoding="utf8")
    plant(root, "failing", [CHECK.format(3)])  # never built: its check does not hold
    return run(root, "-m", "pytest", "--nbval", "book", "--color=no", "-rA")


def outcomes(report, name):
    """Outcome of each cell of a planted chapter."""
    return re.findall(rf"^(PASSED|FAILED|ERROR) book/{name}\.md::", report, re.M)


def test_the_same_outputs_pass(report):
    assert outcomes(report, "same") == ["PASSED"] * 4, report


def test_other_outputs_fail(report):
    """Text, a result, html and svg."""
    assert outcomes(report, "other") == ["FAILED"] * 4, report


def test_a_changed_reference_fails(report):
    assert outcomes(report, "changed") == ["FAILED"], report
    assert "forty-three" in report
    assert report.count("Cell outputs differ") == 5


def test_a_reference_that_never_ran_fails(report):
    """The stock nbval passes it without comparison."""
    assert outcomes(report, "never-ran") == ["FAILED"], report
    assert "build the book anew" in report


def test_a_failing_check_fails_without_built_outputs(report):
    assert outcomes(report, "failing") == ["FAILED"], report
    assert "thm-x does not hold: distance is 3" in report
    assert "No built outputs for book/failing.md: executed without comparison." in report


def test_built_chapters_are_compared():
    """A ``KeyError`` means: this state of the chapter was not built, nbval would execute it only."""
    if not (ROOT / "_build" / "html").exists():
        pytest.skip("the book is not built: make book")
    for page in chapters():
        executed(page)
