"""What a student receives: the answers with points, comments and words of the tests, and nothing that is hidden."""

import html
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
from nbconvert.exporters import HTMLExporter
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from traitlets.config import Config

from course.grading.fates import FATES, Fate, atomically
from course.grading.folder import Course

__all__ = ["feedback"]

_PATH = re.compile(r"(?:/[\w.+@~-]+){2,}/?|[A-Za-z]:(?:\\[\w.+@~-]+){2,}")
_PAGE = '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n<h1>{title}</h1>\n{body}\n'


def feedback(course: Course, fate: Fate) -> Path:
    """Write the feedback for a submission, one page of HTML.

    Parameters
    ----------
    course : Course
    fate : Fate
        What became of the submission.

    Returns
    -------
    Path of the page
    """
    graded = course.autograded(fate.problems, fate.student)
    if fate.counts and graded.exists():
        notebook = _shown(nbformat.read(graded, as_version=4), fate)
        body = _exported(course, fate, notebook)
    else:
        words = "".join(f"<p>{html.escape(line)}</p>" for line in _words(fate))
        body = _PAGE.format(title=html.escape(fate.problems), body=words)
    path = course.path / "feedback" / fate.student / fate.problems / f"{fate.problems}.html"
    with atomically(path) as opened:
        opened.write(body.encode("utf8", "replace"))
    return path


def _exported(course: Course, fate: Fate, notebook: nbformat.NotebookNode) -> str:
    templates = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
    settings = Config()
    settings.HTMLExporter.template_name = "feedback"
    settings.HTMLExporter.extra_template_basedirs = [str(templates / "templates")]
    settings.HTMLExporter.extra_template_paths = [
        str(templates / "static" / "node_modules" / "bootstrap" / "dist" / "css")
    ]
    exporter = HTMLExporter(config=settings)
    for step in (GetGrades, "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"):
        exporter.register_preprocessor(step, enabled=True)
    body, _ = exporter.from_notebook_node(notebook, resources=course.resources(fate.problems, fate.student))
    return body


def _shown(notebook: nbformat.NotebookNode, fate: Fate) -> nbformat.NotebookNode:
    """Take out what students are not to see."""
    notebook, _ = ClearHiddenTests(enforce_metadata=False).preprocess(notebook, {})
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            _trim(output)
    said = nbformat.v4.new_markdown_cell("\n\n".join(html.escape(line) for line in _words(fate)))
    notebook.cells.insert(0, said)
    return notebook


def _trim(output: Any) -> None:  # noqa: ANN401, of a cell
    """Of an error leave what it says, without where; of all words the paths."""
    if output.output_type == "error":
        output.evalue = _pathless(output.evalue)
        said = output.evalue if output.ename == "Test" else f"{output.ename}: {output.evalue}"
        output.traceback = [said]
    elif output.output_type == "stream":
        output.text = _pathless(output.text)
    elif "text/plain" in output.get("data", {}):
        output.data["text/plain"] = _pathless(output.data["text/plain"])


def _pathless(text: str) -> str:
    for folder in (sys.prefix, sys.base_prefix):
        text = text.replace(folder, "…")
    return _PATH.sub(lambda match: "…/" + re.split(r"[/\\]", match[0].rstrip("/"))[-1], text)


def _words(fate: Fate) -> list[str]:
    """Say what became of the submission, in words for the student."""
    said = [] if fate.fate in {"graded", "needs manual"} else [f"{fate.fate.capitalize()}: {FATES[fate.fate]}."]
    details = [] if fate.fate in {"not graded", "ambiguous"} else fate.detail
    return said + [f"{_pathless(detail[:1].upper() + detail[1:])}." for detail in details]
