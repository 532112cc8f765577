"""Take out of a course what became of a submission that is there by mistake; it is put aside, not destroyed."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from nbgrader.api import Gradebook

from course.grading.fates import Fate, atomically, now
from course.grading.folder import Course

__all__ = ["forget"]


def forget(course: Course, problems: str, student: str, reason: str = "") -> Path:
    """Take a submission out of the table, the gradebook and the feedback.

    Parameters
    ----------
    course : Course
    problems : str
        Name of the problem set.
    student : str
    reason : str
        Why; needed where a person has given points.

    Returns
    -------
    Path of the folder that holds what there was

    Raises
    ------
    NotGradedError
        If nothing of this student has been graded.
    ValueError
        If a person has given points and there is no reason.
    """
    fate = Fate.known(course.path, problems, student)
    student = fate.student
    given = {cell: part.manual for cell, part in course.parts(problems, student).items() if part.manual is not None}
    if given and not reason.strip():
        raise ValueError(f"{student} has points by hand, for {', '.join(given)}: say with --reason why they may go.")
    aside = course.path / "forgotten" / problems / student / now().replace(":", ".")
    with atomically(aside / "fate.json") as opened:
        opened.write(json.dumps({"reason": reason, "by hand": given, **asdict(fate)}, indent=1).encode())
    for folder in ("submitted", "autograded", "feedback"):
        if (course.path / folder / student / problems).is_dir():
            shutil.move(course.path / folder / student / problems, aside / folder)
    if course.parts(problems, student):
        with Gradebook(course.db_url) as gradebook:
            gradebook.remove_submission(problems, student)
    fate.remove(course.path)
    return aside
