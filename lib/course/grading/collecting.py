"""Which notebooks a folder of submissions holds, and whose they are."""

import datetime
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dateutil import parser

__all__ = ["Submission", "collect", "same_student"]


@dataclass(frozen=True)
class Submission:
    """What a student handed in: one notebook, or none, or several of which nobody knows which counts."""

    student: str
    paths: tuple[Path, ...]

    @property
    def submitted(self) -> datetime.datetime | None:
        """When it was submitted: what nbgrader's ``timestamp.txt`` says, else when the file was last changed.

        A time without a zone is that of this machine.
        """
        if len(self.paths) != 1:
            return None
        time = _time(self._stamp) or datetime.datetime.fromtimestamp(self.paths[0].lstat().st_mtime, datetime.UTC)
        return time.astimezone(datetime.UTC).replace(microsecond=0)

    @property
    def notes(self) -> list[str]:
        """What is to be said of the time."""
        said = self._stamp
        if not said or _time(said):
            return []
        return [f"timestamp.txt says {said[:40]!r}, which is no time: that of the file is taken"]

    @property
    def _stamp(self) -> str:
        """Return what is in the file ``timestamp.txt`` of the only notebook, if there is one."""
        try:
            (path,) = self.paths
            stamp = path.with_name("timestamp.txt")
            own = stamp.is_file() and not stamp.is_symlink()  # a link may lead to what is not the student's
            return stamp.read_bytes().decode("utf8", "replace").strip() if own else ""
        except (OSError, ValueError):
            return ""


def _time(said: str) -> datetime.datetime | None:
    """Return a time that somebody has written; None if it is none, or of an unknown zone."""
    try:
        with warnings.catch_warnings(action="error", category=parser.UnknownTimezoneWarning):
            return parser.parse(said).astimezone()
    except (OSError, OverflowError, ValueError, parser.UnknownTimezoneWarning):
        return None


def same_student(name: str) -> str:
    """Return the one way to write a student's id; blanks around it and capital letters make no difference."""
    return name.strip().casefold()


def collect(folder: Path, name: str, others: Collection[str] = ()) -> tuple[list[Submission], list[Path]]:
    """Find the submissions in a folder.

    Parameters
    ----------
    folder : Path
        It holds ``<student>.ipynb``, or ``<student>/`` with a notebook in it, as nbgrader's ``submitted/`` does.
    name : str
        The problem set.
    others : names of other problem sets, whose folders inside of a student's are left alone

    Returns
    -------
    submissions : list of Submission, by student
    aside : list of Path
        What lies beside them and is no submission.
    """
    found: dict[str, tuple[str, list[Path]]] = {}
    aside = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            student, paths = path.name, _notebooks(path, name, others)
            if paths is None:
                continue
        elif path.suffix == ".ipynb":
            student, paths = path.stem, [path]
        else:
            aside.append(path)
            continue
        found.setdefault(same_student(student), (student.strip(), []))[1].extend(paths)
    return [Submission(student, tuple(paths)) for student, paths in found.values()], aside


def _notebooks(folder: Path, name: str, others: Collection[str]) -> list[Path] | None:
    """Return the notebooks that may be a student's answers; None if there are only those of other problem sets."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix == ".ipynb"]
    inside = [(path, path.relative_to(folder).parts) for path in paths]
    inside = [(path, parts) for path, parts in inside if not any(part.startswith(".") for part in parts)]
    own = [(path, parts) for path, parts in inside if parts[0] == name and len(parts) > 1]
    if not own:
        own = [(path, parts) for path, parts in inside if not {*parts[:-1], Path(parts[-1]).stem} & {*others} - {name}]
        if inside and not own:
            return None
    named = [path for path, parts in own if parts[-1] == f"{name}.ipynb"]
    return named if len(named) == 1 else [path for path, _ in own]
