"""Run a page with a faulty copy of the library, and remember which faults it has noticed."""

import hashlib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import matplotlib
from threadpoolctl import threadpool_limits

import dependencies
import processes
from contents import ROOT, docname
from execution import KERNEL_ENVIRONMENT
from source import Chapter

LIBRARY = ROOT / "lib"
SEEN = ROOT / "_build/faults"
# What a fault must not be: then any page would fail, whatever it checks.
NO_PROGRAM = re.compile("NameError|SyntaxError|ImportError|ModuleNotFoundError")


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
        library = Path(folder) / "lib"
        shutil.copytree(LIBRARY, library, ignore=shutil.ignore_patterns("*.egg-info"))
        if fault:
            (library / "implicit_bias" / fault.file).write_text(planted(fault), encoding="utf8")
        program = code(chapter), chapter.place(1).rpartition(":")[0]
        process = processes.start(_run, Path(folder) / "log", str(library), str(page.parent), *program)
        status, said = processes.end(*process)
    assert "started\n" in said, said
    return _error(said) if status else ""


def _run(library, folder, program, name):
    """In a process of its own: a program with this library."""
    os.chdir(folder)
    os.environ |= {**KERNEL_ENVIRONMENT, "BOOK_FRAMES": ""}  # one frame of an explorer, as for a reader
    matplotlib.use("agg")
    sys.path.insert(0, library)
    with threadpool_limits(1):
        import course
        import implicit_bias

        ours = course, implicit_bias
        assert all(package.__file__.startswith(library) for package in ours), "not the planted library"
        print("started")
        exec(compile(program, name, "exec"), {"__name__": "__main__"})


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
