"""What a student receives: the answers with points, comments and words of the tests, and nothing that is hidden.

It is one file that holds all it needs, formulas too: it may be sent, and it loads nothing from anywhere.
"""

import html
import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter
from nbgrader.preprocessors import ClearHiddenTests, GetGrades

from course.grading.fates import FATES, Fate, atomically
from course.grading.folder import Course, Part
from course.problems import ProblemSet
from course.problems.source import role

__all__ = ["feedback"]

_PARTS = {"test": "tests", "written": "by hand", "answer": "your code"}
_TEMPLATE = Path(__file__).with_name("feedback.html.j2")
_PATH = re.compile(r"(?:/[\w.+@~-]+){2,}/?|[A-Za-z]:(?:\\[\w.+@~-]+){2,}")
_PAGE = '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n<h1>{title}</h1>\n{body}\n'


def feedback(course: Course, problems: ProblemSet, fate: Fate) -> Path:
    """Write the feedback for a submission, one page of HTML.

    Parameters
    ----------
    course : Course
    problems : ProblemSet
    fate : Fate
        What became of the submission.

    Returns
    -------
    Path of the page
    """
    graded = course.autograded(problems.name, fate.student)
    if fate.counts and graded.exists():
        notebook = _shown(nbformat.read(graded, as_version=4), fate)
        body = _exported(course, problems, fate, notebook)
    else:
        words = "".join(f"<p>{html.escape(line)}</p>" for line in _words(fate))
        body = _PAGE.format(title=html.escape(f"{problems.title}, {fate.student}"), body=words)
    path = course.path / "feedback" / fate.student / problems.name / f"{problems.name}.html"
    with atomically(path) as opened:
        opened.write(body.encode("utf8", "replace"))
    return path


def _exported(course: Course, problems: ProblemSet, fate: Fate, notebook: nbformat.NotebookNode) -> str:
    exporter = HTMLExporter(
        template_name="classic", exclude_anchor_links=True, raw_template=_TEMPLATE.read_text(encoding="utf8")
    )
    for step in (GetGrades, "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"):
        exporter.register_preprocessor(step, enabled=True)
    resources = course.resources(problems.name, fate.student)
    resources["set"] = _points(problems, course.parts(problems.name, fate.student))
    resources["mathjax"] = _mathjax()
    body, _ = exporter.from_notebook_node(notebook, resources=resources)
    return body


def _points(problems: ProblemSet, parts: dict[str, Part]) -> dict[str, Any]:
    """Say for each problem, and for each part that gives points, how many of how many, and what is to be read yet."""
    rows, headings = [], {}
    for problem in problems.problems:
        cells = [cell for cell in problem.cells if role(cell) in _PARTS]
        headings |= {cell.id: f"{problem.title} · {_PARTS[role(cell)]}" for cell in cells}
        mine = [
            {
                "id": cell.id,
                "kind": _PARTS[role(cell)],
                "score": parts[cell.id].score,
                "most": cell.metadata.nbgrader.points,
                "open": parts[cell.id].open,
            }
            for cell in cells
            if cell.id in parts
        ]
        rows.append({"title": problem.title, "label": problem.label, "parts": mine, **_sum(mine)})
    return {"title": problems.title, "problems": rows, "headings": headings, **_sum(rows)}


def _sum(rows: list[dict[str, Any]]) -> dict[str, Any]:
    score, most = (sum(row[name] for row in rows) for name in ("score", "most"))
    return {"score": score, "most": most, "open": any(row["open"] for row in rows)}


@cache
def _mathjax() -> str:
    """Return MathJax, to be written into a page: pictures of formulas, which need no file of fonts."""
    static = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static"
    return (static / "mathjax" / "tex-svg.js").read_text(encoding="utf8").replace("</script", "<\\/script")


def _shown(notebook: nbformat.NotebookNode, fate: Fate) -> nbformat.NotebookNode:
    """Take out what students are not to see."""
    notebook, _ = ClearHiddenTests(enforce_metadata=False).preprocess(notebook, {})
    notebook.cells = [cell for cell in notebook.cells if "rubric" not in cell.metadata.get("tags", ())]
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
