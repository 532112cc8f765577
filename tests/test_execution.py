"""Chapters are executed once for each state of what they call, and a failing cell stops the build."""

import json
import os
import subprocess
import sys

import pytest
from jupyter_cache.cache.main import JupyterCacheBase

import contents
import execution
import kernel

PAGE = """\
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

# A page

```{code-cell} ipython3
import os
log = open("executions", "a")
_ = log.write("x")
log.close()
os.environ["BOOK_FRAMES"]
```
"""


def test_a_page_is_read_once_for_each_text(small_root, monkeypatch):
    """However often it is asked for, and whatever the date of the file says."""
    page, seen = write(small_root, PAGE), []
    reads, hashed = execution.jupytext.reads, JupyterCacheBase.create_hashed_notebook
    monkeypatch.setattr(execution.jupytext, "reads", lambda *given, **named: seen.append("r") or reads(*given, **named))
    monkeypatch.setattr(JupyterCacheBase, "create_hashed_notebook", lambda *given: seen.append("h") or hashed(*given))
    about = page.stat()
    for heading in ("# Once", "# Also"):
        page.write_text(PAGE.replace("# A page", heading), encoding="utf8")
        os.utime(page, ns=(about.st_atime_ns, about.st_mtime_ns))
        for _ in range(3):
            with pytest.raises(KeyError):
                execution.stamp(page)
        assert execution._read(page).cells[0].source == heading
    assert "".join(seen) == "rhrh"


def test_chapters_are_the_pages_with_cells(small_root):
    (small_root / "book/part").mkdir()
    (small_root / "book/part/page.md").write_text(PAGE, encoding="utf8")
    (small_root / "book/plain.md").write_text("# No cells\n", encoding="utf8")
    assert [contents.docname(page) for page in contents.chapters()] == ["book/part/page"]


def test_a_chapter_is_executed_once_for_each_state(small_root):
    page = write(small_root, PAGE)
    with pytest.raises(KeyError):
        execution.executed(page)
    execution.execute_all()
    execution.execute_all()
    assert (page.parent / "executions").read_text() == "x"
    assert execution.executed(page).cells[1].execution_count == 1
    first = execution.stamp(page)
    (small_root / "requirements.txt").write_text("numpy>2\n", encoding="utf8")
    with pytest.raises(KeyError):
        execution.executed(page)
    execution.execute_all()
    assert (page.parent / "executions").read_text() == "xx"
    assert execution.stamp(page) != first


def write(root, text, name="page"):
    page = root / f"book/{name}.md"
    page.write_text(text, encoding="utf8")
    return page


def code(*cells):
    """A page with these cells, the text of each with options after its first line."""
    header = PAGE[: PAGE.index("# A page")]
    return header + "# A page\n" + "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)


def failure(pages=None, **options):
    with pytest.raises(execution.ExecutionFailed) as caught:
        execution.execute_all(pages, **options)
    return str(caught.value)


def test_some_pages_alone(small_root):
    """Another page that fails is in nobody's way, and what ran is kept beside one that fails."""
    page, wrong = write(small_root, PAGE), write(small_root, code("1 / 0"), "plain")
    execution.execute_all([page])
    execution.executed(page)
    assert "book/plain.md" in failure()
    assert "book/plain.md" in failure([wrong])
    (small_root / "book/page.md").write_text(code("1 + 1"), encoding="utf8")
    assert "book/plain.md" in failure()
    execution.executed(page)


def test_chapters_are_executed_for_frames_by_whoever_asks(small_root, monkeypatch):
    for name in execution.KERNEL_ENVIRONMENT:
        monkeypatch.delenv(name)
    page = write(small_root, PAGE)
    execution.execute_all()
    (cell,) = (cell for cell in execution.executed(page).cells if cell.cell_type == "code")
    assert cell.outputs[-1].data["text/plain"] == "'1'"
    assert "BOOK_FRAMES" not in os.environ


FAILING = {
    "an error": (code("1 + 1", "x = 1\n\n1 / 0"), "1 / 0", "ZeroDivisionError: division by zero"),
    "options": (code(":tags: [hide-input]\n\n1 / 0"), "1 / 0", "ZeroDivisionError: division by zero"),
    "yaml": (code("---\ntags: [hide-input]\n---\n1 / 0"), "1 / 0", "ZeroDivisionError: division by zero"),
    "a function": (code("def f():\n    1 / 0", "f()"), "f()", "ZeroDivisionError: division by zero"),
    "syntax": (code("x = 1", "y = 2\nx = = 1"), "x = = 1", "SyntaxError: invalid syntax"),
    "no text": (code("raise ValueError"), "raise ValueError", "ValueError"),
    "lines": (code("raise ValueError('a\\nb')"), "raise ValueError('a\\nb')", "ValueError: a"),
    "stderr": (
        code("1", "import sys\nprint('careful', file=sys.stderr)"),
        "import sys",
        "the cell writes to stderr: careful",
    ),
    "a dead kernel": (
        code("1", "import os\nos._exit(1)"),
        "import os",
        "DeadKernelError: the kernel died; is there memory enough?",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_cell_is_one_line_with_its_place(small_root, name):
    text, line, error = FAILING[name]
    page = write(small_root, text)
    first, *rest = failure().splitlines()
    assert first == f"book/page.md:{text.splitlines().index(line) + 1}: {error}"
    assert len(rest) < 5 and all(more.startswith("    ") for more in rest)
    assert "\x1b" not in "".join(rest)
    with pytest.raises(KeyError):
        execution.executed(page)


def test_the_steps_through_page_and_library_are_told(small_root):
    text = code("def f():\n    1 / 0", "f()")
    write(small_root, text)
    called, failed = (text.splitlines().index(line) + 1 for line in ("f()", "    1 / 0"))
    assert failure().splitlines()[1:] == [f"    book/page.md:{called}  f()", f"    book/page.md:{failed}  1 / 0"]


def test_a_cell_that_takes_too_long(small_root):
    text = code("1", "import time\ntime.sleep(30)")
    write(small_root, text)
    place = f"book/page.md:{text.splitlines().index('import time') + 1}"
    assert failure(timeout=1) == f"{place}: CellTimeoutError: the cell ran for more than 1 s and was stopped"


def test_time_is_that_of_the_processor(small_root, monkeypatch):
    page = write(small_root, code("import time\ntime.sleep(1.5)"))
    execution.execute_all()
    waited = execution.seconds(page)
    busy = "import time\nend = time.process_time() + 1.5\nwhile time.process_time() < end: pass"
    write(small_root, text := code("1", "", busy, "2"))
    execution.execute_all()
    assert execution.seconds(page) > max(1.5, waited + 1)
    assert not execution.too_slow(page)
    monkeypatch.setattr(execution, "MOST_SECONDS", 1)
    line = text.splitlines().index("import time") + 1
    taken = f"the page takes {execution.seconds(page):.1f} s of processor time, at most 1 s are allowed, and this cell "
    assert execution.too_slow(page).startswith(f"book/page.md:{line}: {taken}")


def test_no_chapter_is_slow():
    """As they were executed for the site; a ``KeyError`` says that they were not."""
    slow = {contents.docname(page): execution.too_slow(page) for page in contents.chapters()}
    assert not any(slow.values()), slow


def test_the_command_tells_what_fails(tmp_path):
    """In a copy of the extensions, as ``make chapter`` calls it."""
    page = tmp_path / "book/page.md"
    page.parent.mkdir()
    page.write_text(code("1 / 0"), encoding="utf8")
    (tmp_path / "requirements.txt").write_text("", encoding="utf8")
    (tmp_path / "extensions").symlink_to(contents.ROOT / "extensions")
    program = (
        "import sys, contents, pathlib; contents.ROOT = pathlib.Path.cwd(); "
        "import execution; sys.exit(execution._main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "book/page.md"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(contents.ROOT / "extensions")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "book/page.md:15: ZeroDivisionError: division by zero"


@pytest.mark.parametrize("deaths, runs", [(1, True), (2, False)])
def test_a_kernel_that_dies_at_its_start_is_started_once_more(small_root, monkeypatch, deaths, runs):
    """As it does when another program takes the port that was chosen for it."""
    tried = small_root / "tried"
    start = (
        f"import os, runpy; file = open({str(tried)!r}, 'a'); file.write('x'); file.close(); "
        f"os.path.getsize({str(tried)!r}) > {deaths} or os._exit(1); "
        "runpy.run_module('ipykernel_launcher', run_name='__main__')"
    )
    _, _, _, *arguments = kernel.SPEC["argv"]
    monkeypatch.setattr(kernel, "SPEC", kernel.SPEC | {"argv": [sys.executable, "-c", start, *arguments]})
    monkeypatch.setattr(kernel, "HOME", small_root / "kernel")
    page = write(small_root, code("1 + 1"))
    if runs:
        execution.execute_all([page])
        execution.executed(page)
    else:
        with pytest.raises(RuntimeError, match="died before replying"):
            execution.execute_all([page])
    assert tried.read_text() == "xx"


def test_the_user_of_the_machine_changes_nothing(small_root, monkeypatch):
    """Another ``python3``, an IPython that shows every line, a serif matplotlib, assertions switched off."""
    home = small_root / "hostile"
    for name, text in {
        "jupyter/kernels/python3/kernel.json": json.dumps(
            {"argv": ["false"], "display_name": "x", "language": "python"}
        ),
        "ipython/profile_default/ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'\n",
        "ipython/profile_default/startup/00.py": "planted = 1\n",
        "matplotlib/matplotlibrc": "text.usetex: True\nfont.family: serif\n",
        "startup.py": "planted = 1\n",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf8")
    for name, value in {
        "IPYTHONDIR": "ipython",
        "JUPYTER_DATA_DIR": "jupyter",
        "JUPYTER_PATH": "jupyter",
        "MATPLOTLIBRC": "matplotlib",
        "MPLCONFIGDIR": "matplotlib",
        "PYTHONSTARTUP": "startup.py",
    }.items():
        monkeypatch.setenv(name, str(home / value))
    for name, value in {
        "MPLBACKEND": "agg",
        "PYTHONOPTIMIZE": "1",
        "PYTHONWARNINGS": "error",
        "OMP_NUM_THREADS": "7",
    }.items():
        monkeypatch.setenv(name, value)
    page = write(
        small_root,
        code(
            "import os, sys\nimport matplotlib\n1\n2",
            "('planted' in globals(), __debug__, sys.warnoptions, os.environ['OMP_NUM_THREADS'],\n"
            " sys.flags.utf8_mode, matplotlib.rcParams['text.usetex'], matplotlib.rcParams['font.family'])",
        ),
    )
    execution.execute_all()
    first, second = (cell for cell in execution.executed(page).cells if cell.cell_type == "code")
    assert [output.data["text/plain"] for output in first.outputs] == ["2"]
    assert second.outputs[0].data["text/plain"] == "(False, True, [], '1', 1, False, ['sans-serif'])"
