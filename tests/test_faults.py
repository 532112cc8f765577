"""Faults planted in a copy of the library turn their chapters red."""

import ast
import os
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import execution
from contents import ROOT, chapters
from faults import FAULTS

LIBRARY = ROOT / "lib"
TAUGHT = {page.stem: page for page in chapters() if page.parents[1] == ROOT / "book"}
TAUGHT = {name: page for name, page in TAUGHT.items() if page.parent.name != "appendix"}
# Explorers draw one frame here, as they do for a reader.
ENVIRONMENT = {**os.environ, **execution.KERNEL_ENVIRONMENT, "BOOK_FRAMES": ""}


def red(chapter, library):
    """Execute a chapter with another library; its first error, or None."""
    notebook = jupytext.read(TAUGHT[chapter], fmt="md:myst")
    first = nbformat.v4.new_code_cell(
        "import course, implicit_bias\n"
        f"assert all(package.__file__.startswith({str(library)!r}) for package in (course, implicit_bias))"
    )
    notebook.cells.insert(0, first)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": TAUGHT[chapter].parent}})
    try:
        client.execute(env={**ENVIRONMENT, "PYTHONPATH": str(library)})
    except CellExecutionError as error:
        assert all(output.output_type != "error" for output in first.outputs), "not the planted library"
        return error
    return None


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What becomes of each chapter with each fault, and with none, computed on all cores."""

    def outcome(fault, chapter):
        library = tmp_path_factory.mktemp("planted") / "lib"
        shutil.copytree(LIBRARY, library, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        if fault:
            (library / "implicit_bias" / fault.file).write_text(planted(fault), encoding="utf8")
        return red(chapter, library)

    pairs = [*((None, chapter) for chapter in TAUGHT), *((fault, fault.chapter) for fault in FAULTS)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {pair: pool.submit(outcome, *pair) for pair in pairs}


def planted(fault):
    text = (LIBRARY / "implicit_bias" / fault.file).read_text(encoding="utf8")
    assert text.count(fault.old) == 1, f"{fault.old!r} must stand once in {fault.file}: mend tests/faults.py"
    return text.replace(fault.old, fault.new)


@pytest.mark.parametrize("chapter", TAUGHT)
def test_every_chapter_has_three_faults(chapter):
    count = Counter(fault.chapter for fault in FAULTS)[chapter]
    assert count >= 3, f"tests/faults.py has {count} faults for {chapter}, at least 3 are needed"


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_another_program(fault):
    before = (LIBRARY / "implicit_bias" / fault.file).read_text(encoding="utf8")
    assert ast.dump(ast.parse(planted(fault))) != ast.dump(ast.parse(before))


@pytest.mark.parametrize("chapter", TAUGHT)
def test_without_a_fault_the_chapter_runs(outcomes, chapter):
    assert not (error := outcomes[None, chapter].result()), error


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_fault_turns_its_chapter_red(outcomes, fault):
    error = outcomes[fault, fault.chapter].result()
    assert error, f"{fault.chapter} does not notice {fault}: add a check that does"
    assert error.ename not in {"NameError", "SyntaxError", "ImportError"}, error
