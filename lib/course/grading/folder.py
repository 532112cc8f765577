"""A course's folder, in nbgrader's layout, so that its formgrader shows it: outside of what is published."""

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import ComputeChecksums, SaveAutoGrades, SaveCells
from sqlalchemy.exc import SAWarning

from course.grading.fates import atomically
from course.problems import ProblemSet, released
from course.problems.source import grade_id, role

__all__ = ["BusyError", "Course", "Part", "kept"]

_CONFIG = '''"""Settings for nbgrader: `jupyter lab` here, then *Formgrader*, to grade what people have written."""

c = get_config()  # noqa: F821
c.CourseDirectory.root = {root!r}
c.CourseDirectory.db_url = {db_url!r}
'''


class BusyError(Exception):
    """Another command works on this folder."""


class Part:
    """Points of one cell: what the tests gave, what a person gave, and the most there is."""

    def __init__(self, grade: Any) -> None:  # noqa: ANN401, of nbgrader's database
        self.auto: float | None = grade.auto_score
        self.manual: float | None = grade.manual_score
        self.score: float = grade.score
        self.open: bool = bool(grade.needs_manual_grade)


class Course:
    """The folder of a course."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.db_url = f"sqlite:///{self.path / 'gradebook.db'}"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Work on it alone.

        Raises
        ------
        BusyError
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with open(self.path / ".lock", "w") as lock:
            try:
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except ImportError:  # a system without it
                pass
            except OSError:
                raise BusyError(f"Another command is at work in {self.path}: wait until it has finished.") from None
            yield

    def prepare(self, problems: ProblemSet) -> None:
        """Enter a problem set.

        Raises
        ------
        ValueError
            If it has other cells than when submissions were graded.
        """
        self._write("nbgrader_config.py", _CONFIG.format(root=str(self.path), db_url=self.db_url).encode())
        notebook, _ = ComputeChecksums().preprocess(problems.notebook, {})
        self._write(f"source/{problems.name}/{problems.name}.ipynb", _bytes(notebook))
        self._write(kept(problems.name), problems.text.encode())
        self._write(f"release/{problems.name}/{problems.name}.ipynb", _bytes(released(problems, titles={})))
        self._create()
        with Gradebook(self.db_url) as gradebook:
            gradebook.update_or_create_assignment(problems.name)
        try:
            SaveCells().preprocess(notebook, self._resources(problems.name))
        except RuntimeError as error:
            raise ValueError(
                f"{problems.name} has other cells than when submissions were graded: grade them all anew "
                "in a new folder, with --course"
            ) from error

    def keep(self, name: str, student: str, data: bytes) -> None:
        """Keep a submission as it came."""
        self._write(f"submitted/{student}/{name}/{name}.ipynb", data)

    def save(self, name: str, student: str, notebook: nbformat.NotebookNode, submitted: str) -> None:
        """Enter a graded notebook, whose outputs say which tests hold; what a person has given stays.

        Whoever has given points for an answer need not look again while answer and points to be given are the same.
        """
        settled = self._settled(name, student)
        if submitted:
            for folder in ("submitted", "autograded"):
                self._write(f"{folder}/{student}/{name}/timestamp.txt", submitted.encode())
        self._write(f"autograded/{student}/{name}/{name}.ipynb", _bytes(notebook))
        with Gradebook(self.db_url) as gradebook, warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's way to speak with its database
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(name, student, timestamp=submitted or None)
        SaveAutoGrades().preprocess(notebook, self._resources(name, student))
        same = [cell for cell, answer in _written(notebook).items() if settled.get(cell) == answer]
        if same:
            with Gradebook(self.db_url) as gradebook:
                for grade in gradebook.find_submission_notebook(name, name, student).grades:
                    if grade.cell.name in same:
                        grade.needs_manual_grade = False
                gradebook.db.commit()

    def _settled(self, name: str, student: str) -> dict[str, Any]:
        """Return the answers in words that a person has given points for, and how many they could give."""
        before = self.autograded(name, student)
        if not before.exists():
            return {}
        parts = self.parts(name, student)
        given = {cell for cell, part in parts.items() if part.manual is not None and not part.open}
        written = _written(nbformat.read(before, as_version=4))
        return {cell: answer for cell, answer in written.items() if cell in given}

    def parts(self, name: str, student: str) -> dict[str, Part]:
        """Return the points of a student's cells, as the database has them now; none if it was not graded."""
        if not (self.path / "gradebook.db").exists():
            return {}
        with Gradebook(self.db_url) as gradebook:
            try:
                found = gradebook.find_submission_notebook(name, name, student)
            except MissingEntry:
                return {}
            return {grade.cell.name: Part(grade) for grade in found.grades}

    def autograded(self, name: str, student: str) -> Path:
        """Return where a graded notebook lies."""
        return self.path / "autograded" / student / name / f"{name}.ipynb"

    def resources(self, name: str, student: str) -> ResourcesDict:
        """Return what nbgrader's preprocessors and exporters must know of a submission."""
        return self._resources(name, student)

    def _resources(self, name: str, student: str = "") -> ResourcesDict:
        about = {"notebook": name, "assignment": name, "student": student, "db_url": self.db_url}
        return ResourcesDict(nbgrader=about, unique_key=name)

    def _create(self) -> None:
        """Create the database if there is none: as a whole or not at all."""
        database, draft = self.path / "gradebook.db", self.path / ".gradebook.db"
        if database.exists():
            return
        draft.unlink(missing_ok=True)
        before = os.environ["PATH"]
        os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), before))  # it calls alembic
        try:
            Gradebook(f"sqlite:///{draft}").close()
        finally:
            os.environ["PATH"] = before
        draft.replace(database)

    def _write(self, name: str, data: bytes) -> None:
        path = self.path / name
        if not path.exists() or path.read_bytes() != data:
            with atomically(path) as opened:
                opened.write(data)


def kept(name: str) -> str:
    """Return where, in a course's folder, the source of a problem set lies by which submissions were graded."""
    return f"source/{name}/{name}.md"


def _written(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """Return the answers in words, and how many points there are for each."""
    cells = [cell for cell in notebook.cells if role(cell) == "written"]
    return {grade_id(cell): (cell.source, cell.metadata.nbgrader.points) for cell in cells}


def _bytes(notebook: nbformat.NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode("utf8", "replace") + b"\n"
