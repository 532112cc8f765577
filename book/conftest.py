"""Let ``pytest --nbval`` run the chapters: execute each cell and compare it with what the book was built from."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, find_comment_markers, find_metadata_tags

from contents import ROOT, chapters, is_own
from execution import KERNEL_ENVIRONMENT, executed
from kernel import isolated, started

WITHOUT_REFERENCE = pytest.StashKey[list[str]]()


class Chapter(IPyNbFile):
    """A MyST notebook, with the outputs of the last build where there are some."""

    def collect(self) -> Iterator[IPyNbCell]:
        """One item for each code cell."""
        try:
            self.nb, built = executed(self.path), True
        except KeyError:
            self.nb, built = jupytext.read(self.path, fmt="md:myst"), False
            self.config.stash[WITHOUT_REFERENCE].append(str(self.path.relative_to(ROOT)))
        cells = [cell for cell in self.nb.cells if cell.cell_type == "code"]
        for number, cell in enumerate(cells):
            options = defaultdict(bool, find_metadata_tags(cell.metadata))
            options.update(find_comment_markers(cell.source))
            options["check"] = built and not is_own(self.path) and options.get("check", self.compare_outputs)
            yield Cell.from_parent(self, name=f"Cell {number}", cell_num=number, cell=cell, options=options)

    def setup(self) -> None:
        """Start a kernel like those of the build: explorers draw their frames."""
        with isolated(KERNEL_ENVIRONMENT):
            started(super().setup)


class Cell(IPyNbCell):
    """A code cell; nbval would pass one without comparison whose reference never ran."""

    def runtest(self) -> None:
        """Execute the cell and compare its outputs."""
        super().runtest()
        if self.options["check"] and self.cell.source.strip() and self.cell.execution_count is None:
            self.raise_cell_error("The built outputs of this cell were not executed: build the book anew")


def pytest_configure(config: pytest.Config) -> None:
    """Start the list of chapters that are not compared."""
    config.stash[WITHOUT_REFERENCE] = []


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Chapter | None:
    """Collect the executable pages."""
    option = parent.config.option
    if (option.nbval or option.nbval_lax) and file_path in chapters():
        return Chapter.from_parent(parent, path=file_path)
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that started this one, if there is one, which chapters are not compared."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["without_reference"] = session.config.stash[WITHOUT_REFERENCE]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear it, once: all processes collect the same chapters."""
    known = node.config.stash[WITHOUT_REFERENCE]
    known += [name for name in getattr(node, "workeroutput", {}).get("without_reference", []) if name not in known]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was executed only."""
    if config.stash[WITHOUT_REFERENCE]:
        names = ", ".join(config.stash[WITHOUT_REFERENCE])
        terminalreporter.write_line(f"No built outputs for {names}: executed without comparison.", yellow=True)
