"""Execute the chapters in parallel, each once for each state of its code and of what it imports.

``python extensions/execution.py PAGE…`` executes some pages, or all, and tells of each failure in one line and its
place. jupyter-cache keys its outputs on the source of the cells alone; the rest of the key is kept with them.
"""

import copy
import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter, sub
from pathlib import Path

import jupytext
import nbformat
import psutil
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.cache.db import NbCacheRecord
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.application import Sphinx
from sphinx.config import Config

import contents
import dependencies
import failures
from contents import chapters
from kernel import KERNEL_ENVIRONMENT, isolated, started

__all__ = [
    *("KERNEL_ENVIRONMENT", "MOST_SECONDS", "ExecutionFailed", "NotExecuted"),
    *("all_executed", "execute_all", "executed", "seconds", "stamp"),
]

LOGGER = logging.getLogger("sphinx.book")
# Processor time of the kernel, which does not grow when the machine has other things to do.
MOST_SECONDS = 20


class ExecutionFailed(Exception):
    """Pages did not execute; the message tells where and why."""


class NotExecuted(KeyError):
    """A page was not executed as it is now."""

    def __init__(self, page: Path) -> None:
        super().__init__(page)
        self.page = page

    def __str__(self) -> str:
        """What to do."""
        return f"{self.page} was not executed in its present state: make book"


@dataclass
class _Run:
    """What came of executing a page."""

    page: Path
    notebook: nbformat.NotebookNode
    # Number of each executed cell, and the processor time that the kernel had taken at its end.
    seconds: list[tuple[int, float]] = field(default_factory=list)
    failure: str = ""


def cache_folder() -> Path:
    """The folder with the outputs."""
    return contents.ROOT / "_build" / ".jupyter_cache"


def executed(page: Path) -> nbformat.NotebookNode:
    """The notebook of a page with its outputs; ``NotExecuted`` if this state of it was not executed."""
    return get_cache(cache_folder()).merge_match_into_notebook(_found(page)[1])[1]


def seconds(page: Path) -> float:
    """The processor time that the kernel of an executed page took; ``NotExecuted`` as in ``executed``."""
    return max((total for _, total in _found(page)[0].data["processor_seconds"]), default=0.0)


def stamp(page: Path) -> str:
    """Another for each execution of a page; ``NotExecuted`` as in ``executed``."""
    record = _found(page)[0]
    return f"{record.hashkey} {record.created.isoformat()}"


@contextmanager
def all_executed() -> Iterator[None]:
    """Within, a page that somebody changes while the book is built ends the build in one line."""
    try:
        yield
    except NotExecuted as changed:
        place = f"{contents.docname(changed.page)}.md:1"
        raise SystemExit(f"{place}: the page was changed while the book was built: build it again") from None


def execute_all(pages: list[Path] | None = None, timeout: int = 120) -> None:
    """Execute the pages, by default all chapters, that the cache does not hold, on all cores.

    Raises ``ExecutionFailed`` with all failures, one paragraph each, if a cell fails, takes longer than ``timeout``
    seconds or writes to stderr. What did not fail is kept.
    """
    pages = chapters() if pages is None else pages
    outputs = get_cache(cache_folder())
    missing = [page for page in pages if _record(outputs, page)[0] is None]
    if not missing:
        return
    LOGGER.info("executing %d of %d chapters", len(missing), len(pages))
    with isolated(KERNEL_ENVIRONMENT), ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(lambda page: _run(page, timeout), missing))
    for run in runs:
        if not run.failure:
            _keep(outputs, run)
    if failed := [run.failure for run in runs if run.failure]:
        raise ExecutionFailed("\n\n".join(failed))


def _run(page: Path, timeout: int) -> _Run:
    """Execute a page in a kernel of its own."""
    run, begun = _Run(page, copy.deepcopy(_read(page))), [0]

    def measure(cell_index: int, **_: object) -> None:
        times = psutil.Process(client.km.provisioner.pid).cpu_times()
        run.seconds.append((cell_index, sum(times[:4])))  # its own, and those of its children

    client = NotebookClient(
        run.notebook,
        timeout=timeout,
        record_timing=False,
        resources={"metadata": {"path": str(page.parent)}},
        on_cell_start=lambda cell, cell_index: begun.append(cell_index),
        on_cell_executed=measure,
    )
    try:
        started(client.execute)
    except CellExecutionError as error:
        run.failure = failures.of_cell(page, run.notebook, begun[-1], error.ename, error.evalue, error.traceback)
    except CellTimeoutError:
        reason = f"the cell ran for more than {timeout} s and was stopped"
        run.failure = failures.of_cell(page, run.notebook, begun[-1], "CellTimeoutError", reason)
    except DeadKernelError:
        reason = "the kernel died; is there memory enough?"
        run.failure = failures.of_cell(page, run.notebook, begun[-1], "DeadKernelError", reason)
    _join_streams(run.notebook)
    run.failure = run.failure or failures.on_stderr(page, run.notebook)
    return run


def _join_streams(notebook: nbformat.NotebookNode) -> None:
    """Join what a cell printed in pieces: where a kernel cuts its messages is a matter of chance."""
    for cell in notebook.cells:
        joined = []
        for output in cell.get("outputs", []):
            if joined and output.output_type == joined[-1].output_type == "stream" and output.name == joined[-1].name:
                joined[-1].text += output.text
            else:
                joined.append(output)
        if cell.cell_type == "code":
            cell.outputs = joined


def _keep(outputs: JupyterCacheAbstract, run: _Run) -> None:
    """Store the outputs of a page."""
    state = dependencies.state(run.page, _source(run.notebook))
    data = {"state": state, "processor_seconds": run.seconds}
    bundle = CacheBundleIn(run.notebook, str(run.page), data=data)
    outputs.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _found(page: Path) -> tuple[NbCacheRecord, nbformat.NotebookNode]:
    record, notebook = _record(get_cache(cache_folder()), page)
    if record is None:
        raise NotExecuted(page)
    return record, notebook


def _record(outputs: JupyterCacheAbstract, page: Path) -> tuple[NbCacheRecord | None, nbformat.NotebookNode]:
    """The entry of the cache for the present state of a page, and its notebook."""
    notebook, key = _parsed(page.read_text(encoding="utf8"))
    try:
        record = NbCacheRecord.record_from_hashkey(key, outputs.db)
    except KeyError:
        return None, notebook
    told = isinstance(record.data.get("processor_seconds"), list)  # an earlier version kept their sum
    same = told and record.data.get("state") == dependencies.state(page, _source(notebook))
    return (record if same else None), notebook


def _source(notebook: nbformat.NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def _read(page: Path) -> nbformat.NotebookNode:
    """The notebook of a page, which the caller must not change."""
    return _parsed(page.read_text(encoding="utf8"))[0]


@cache
def _parsed(text: str) -> tuple[nbformat.NotebookNode, str]:
    """The notebook of a text, and under which key its outputs are kept."""
    notebook = jupytext.reads(text, fmt="md:myst")
    return notebook, get_cache(cache_folder()).create_hashed_notebook(notebook)[1]


def _configure(app: Sphinx, config: Config) -> None:
    config.nb_execution_cache_path = str(cache_folder())
    # What else comes while the book is built, such as notebooks of students, is not read, which would execute it.
    config.include_patterns = [f"{name}.md" for name in contents.listed()]


def _execute(app: Sphinx) -> None:
    try:
        execute_all(timeout=app.config.nb_execution_timeout)
    except ExecutionFailed as failed:
        # Jupyter Book would print an exception twice, each time with a traceback of its own.
        raise SystemExit(f"{failed}\n") from None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _execute)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _main(names: list[str]) -> str | None:
    """Execute the named pages; what failed."""
    pages = [Path(name).resolve() for name in names] or chapters()
    unknown = [str(page) for page in pages if not page.is_file()]
    if unknown:
        return f"no such page: {', '.join(unknown)}"
    try:
        execute_all(pages)
    except ExecutionFailed as failed:
        return str(failed)
    return "\n".join(filter(None, map(too_slow, pages))) or None


def too_slow(page: Path) -> str:
    """Where and what is wrong with the time that an executed page takes; empty if nothing is."""
    if (taken := seconds(page)) <= MOST_SECONDS or contents.is_own(page):
        return ""
    cells, totals = zip(*_found(page)[0].data["processor_seconds"], strict=True)
    slowest, most = max(zip(cells, map(sub, totals, (0.0, *totals)), strict=True), key=itemgetter(1))
    return (
        f"{failures.place(page, _read(page), slowest)}: the page takes {taken:.1f} s of processor time, at most "
        f"{MOST_SECONDS} s are allowed, and this cell {most:.1f} s: make it faster, or move the experiment to "
        "benchmarks/experiments"
    )


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
