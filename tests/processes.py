"""Processes that start as copies of a server: it has imported what is slow, and nothing that is the book's own."""

import multiprocessing
import os
import sys

_CONTEXT = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
_BUILD = ("jupyter_book.cli.main", "jupyter_book.sphinx", "myst_nb.sphinx_ext")
_PAGE = ("cvxpy", "ipywidgets", "matplotlib.pyplot", "scipy.integrate", "scipy.optimize", "sklearn.datasets")
_CONTEXT.set_forkserver_preload([*_BUILD, *_PAGE])


def start(run, log, *arguments):
    """Start ``run(*arguments)`` in a process of its own that writes what it says into a file; ``end`` waits for it."""
    process = _CONTEXT.Process(target=_logged, args=(run, str(log), arguments))
    process.start()
    return process, log


def end(process, log):
    """Wait for a process; its exit code and what it said."""
    process.join()
    return process.exitcode, log.read_text(encoding="utf8")


def _logged(run, log, arguments):
    descriptor = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    sys.stdout.reconfigure(line_buffering=True)  # else a traceback would come before what was said earlier
    run(*arguments)
