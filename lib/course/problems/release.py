"""What students receive: the problem set without solutions and hidden tests."""

import re
from collections.abc import Mapping

import nbformat

from course.problems.source import ProblemSet, role

__all__ = ["filled", "released"]

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_CODE = "# Your code here.\nraise NotImplementedError"
_TEXT = "*Your answer here.*"
_REFERENCE = re.compile(r"\{prf:ref\}`([^`]+)`")


def released(problems: ProblemSet, student: str = "", titles: Mapping[str, str] | None = None) -> nbformat.NotebookNode:
    """Return the notebook that a student receives.

    Parameters
    ----------
    problems : ProblemSet
    student : str
        Id to be filled in; empty if each student writes it.
    titles : mapping of labels to what is shown for a statement of the book; a label that it lacks is shown itself.
        By default the roles stay, for the book to resolve.

    Returns
    -------
    NotebookNode

    Raises
    ------
    ValueError
        If nbgrader does not accept the metadata of a cell.
    """
    from nbgrader import preprocessors as nbgrader  # takes its time, and reading the sources does without

    notebook = problems.notebook
    notebook.metadata = nbformat.NotebookNode(kernelspec=_KERNEL, language_info={"name": "python"})
    clear = nbgrader.ClearSolutions(code_stub={"python": _CODE}, text_stub=_TEXT)
    cut = (nbgrader.LockCells(), clear, nbgrader.ClearHiddenTests(), nbgrader.ClearOutput())
    for step in (nbgrader.CheckCellMetadata(), *cut, nbgrader.ComputeChecksums()):
        try:
            notebook, _ = step.preprocess(notebook, {})
        except Exception as error:
            raise ValueError(f"{problems.path.name}: {error}") from error
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and titles is not None:
            cell.source = _REFERENCE.sub(lambda match: titles.get(match[1], match[1]), cell.source)
    return filled(notebook, student)


def filled(notebook: nbformat.NotebookNode, student: str) -> nbformat.NotebookNode:
    """Write a student's id where the notebook asks for it, in place, and return the notebook."""
    for cell in notebook.cells:
        if role(cell) == "student":
            cell.source = f"student = {student!r}"
    return notebook
