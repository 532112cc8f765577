"""Run a page with a faulty copy of the library, and remember which faults it has noticed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import dependencies
from contents import ROOT, docname
from execution import KERNEL_ENVIRONMENT
from source import Chapter

LIBRARY = ROOT / "lib"
SEEN = ROOT / "_build/faults"
# What a fault must not be: then any page would fail, whatever it checks.
NO_PROGRAM = re.compile("NameError|SyntaxError|ImportError|ModuleNotFoundError")
# Explorers draw one frame here, as they do for a reader.
ENVIRONMENT = {**os.environ, **KERNEL_ENVIRONMENT, "BOOK_FRAMES": "", "MPLBACKEND": "agg"}
RUN = """\
import sys
import course, implicit_bias
planted, page, source = sys.argv[1:]
assert all(package.__file__.startswith(planted) for package in (course, implicit_bias)), "not the planted library"
print("started")
exec(compile(open(source, encoding="utf8").read(), page, "exec"), {"__name__": "__main__"})
"""


def planted(fault):
    """The text of the library's file with the fault in it; ``ValueError`` if it cannot be planted."""
    file = LIBRARY / "implicit_bias" / fault.file
    if not file.exists():
        raise ValueError(f"the library has no {fault.file}: mend tests/faults_by_part")
    text = file.read_text(encoding="utf8")
    if (count := text.count(fault.old)) != 1:
        raise ValueError(f"{fault.old!r} stands {count} times in {fault.file}, it must once: mend tests/faults_by_part")
    return text.replace(fault.old, fault.new)


def code(page):
    """The cells of a page in one program, each on its own lines, so that errors name the line of the page."""
    lines = [""] * len(page.lines)
    for cell in page.cells:
        lines[cell.start - 1 : cell.end - 1] = page.lines[cell.start - 1 : cell.end - 1]
    return "\n".join(lines) + "\n"


def bare(page):
    """The cells of a page in one program, wherever they stand."""
    return "\n".join(cell.body for cell in page.cells)


def first_error(page, fault=None):
    """The first error of a page with a fault in the library, as ``ValueError: …``; empty if it runs to its end."""
    chapter = Chapter.read(page)
    with tempfile.TemporaryDirectory() as folder:
        library, source = Path(folder) / "lib", Path(folder) / "page.py"
        shutil.copytree(LIBRARY, library, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        if fault:
            (library / "implicit_bias" / fault.file).write_text(planted(fault), encoding="utf8")
        source.write_text(code(chapter), encoding="utf8")
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(library), chapter.place(1).rpartition(":")[0], str(source)],
            cwd=page.parent,
            env={**ENVIRONMENT, "PYTHONPATH": str(library)},
            capture_output=True,
            text=True,
            encoding="utf8",
        )
    assert done.stdout.startswith("started"), done.stderr
    return _error(done.stderr) if done.returncode else ""


def _error(trace):
    """The error of a traceback, which may have lines after its name."""
    lines = trace.rstrip("\n").split("\n")
    first = [n for n, line in enumerate(lines) if re.match(r"[A-Za-z_][\w.]*(Error|Exception|Exit)\b", line)]
    return "\n".join(lines[first[-1] :]) if first else trace


def was_noticed(page, fault):
    """Whether the page has noticed the fault, and neither it nor what it imports has changed since."""
    file, state = _seen(page, fault)
    return file.exists() and file.read_text(encoding="utf8") == state


def remember(page, fault):
    """Note that the page has noticed the fault."""
    file, state = _seen(page, fault)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(state, encoding="utf8")


def _seen(page, fault):
    """A file for the page and the fault, and on what it depends whether the one notices the other."""
    name, program = _digest(docname(page), repr(fault)), bare(Chapter.read(page))
    how = Path(__file__).read_text(encoding="utf8")
    return SEEN / name, _digest(program, dependencies.state(page, program), planted(fault), how)


def _digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
