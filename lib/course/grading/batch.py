"""Grade many submissions, one after the other; none of them stops the others, and what is finished stays."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from course.grading import one
from course.grading.collecting import Submission
from course.grading.fates import Fate, NotGradedError, fates, now
from course.grading.folder import Course
from course.grading.limits import Limits
from course.grading.submission import Rebuilt, Unreadable, load, parse, rebuild
from course.problems import Outcome, ProblemSet

__all__ = ["Batch", "NotGradedError"]


class Batch:
    """The submissions of a problem set.

    Parameters
    ----------
    course : Course
    problems : ProblemSet
    limits : Limits
    sandboxed : bool
    say : function of a line, for whoever waits
    titles : mapping of labels to what is shown for a statement of the book
    """

    def __init__(
        self,
        course: Course,
        problems: ProblemSet,
        limits: Limits,
        sandboxed: bool = True,
        say: Callable[[str], None] = print,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        self._course, self._problems, self._limits, self._sandboxed = course, problems, limits, sandboxed
        self._titles = titles or {}
        self._say, self._sha256 = say, hashlib.sha256(problems.text.encode()).hexdigest()

    def grade(self, submissions: Sequence[Submission]) -> Counter[str]:
        """Grade what is new or has changed.

        Returns
        -------
        Counter of the fates of all these submissions
        """
        counts: Counter[str] = Counter()
        for n, submission in enumerate(submissions, 1):
            where = f"[{n}/{len(submissions)}] {submission.student}"
            try:
                data, collected = self._load(submission)
                known = self._known(submission)
                if known and self._stays(known, collected):
                    self._say(f"{where}: {known.fate}, done before")
                else:
                    reason = known and self._change(known, collected)
                    if known:  # as the id was written then
                        submission = replace(submission, student=known.student)
                    known = self._grade(submission, data, collected, known, reason or "")
                    self._say(f"{where}: {line(known)}")
                counts[known.fate] += 1
            except Exception as error:  # whatever it is, the others are graded
                counts["not graded"] += 1
                self._say(f"{where}: not graded: {type(error).__name__}: {error}")
        return counts

    def gone(self, submissions: Sequence[Submission]) -> list[str]:
        """Return the students who have a grade, but are not among those of these submissions."""
        here = {known.student for submission in submissions if (known := self._known(submission))}
        every = fates(self._course.path, self._problems.name)
        return [fate.student for fate in every if fate.student not in here]

    def regrade(self, student: str, reason: str, file: Path | None = None) -> Fate:
        """Grade one submission again, and record why.

        Parameters
        ----------
        student : str
        reason : str
        file : Path
            The notebook that counts; that which was graded before if there is none.

        Raises
        ------
        NotGradedError
            If this student's submission has never been graded.
        ValueError
            If the reason is empty.
        """
        if not reason.strip():
            raise ValueError("Say why: the reason is kept with the grade.")
        known = Fate.known(self._course.path, self._problems.name, student)
        student = known.student  # as it was written then
        path = file or self._course.path / "submitted" / student / self._problems.name / f"{self._problems.name}.ipynb"
        if not path.exists():
            raise NotGradedError(f"Which notebook of {student} counts? Name it with --file.")
        submission = Submission(student, (path,))
        data, _ = self._load(submission)
        fate = self._grade(submission, data, known.collected_sha256, known, reason)
        if not file:
            fate = replace(fate, file=known.file, submitted=known.submitted)
            fate.write(self._course.path)
        return fate

    def _load(self, submission: Submission) -> tuple[bytes | Unreadable, str]:
        """Return what is in the file, and a fingerprint of all files."""
        found: bytes | Unreadable = Unreadable("there is no notebook")
        prints = hashlib.sha256()
        for path in submission.paths:
            try:
                found = load(path, self._limits)
                prints.update(hashlib.sha256(found).digest())
            except Unreadable as error:
                found = error
                prints.update(str(error).encode())
        return found, prints.hexdigest()

    def _known(self, submission: Submission) -> Fate | None:
        return Fate.read(self._course.path, self._problems.name, submission.student)

    def _stays(self, known: Fate, collected: str) -> bool:
        return known.fate != "not graded" and not self._change(known, collected)

    def _change(self, known: Fate, collected: str) -> str:
        if known.collected_sha256 != collected:
            return "the submission has changed"
        return "" if known.problems_sha256 == self._sha256 else "the problem set has changed"

    def _grade(
        self, submission: Submission, data: bytes | Unreadable, collected: str, known: Fate | None, reason: str
    ) -> Fate:
        """Grade one submission, enter what came of it, and only then say that it is done."""
        start = time.monotonic()
        submitted = submission.submitted
        fate = Fate(
            submission.student,
            self._problems.name,
            "graded",
            file=", ".join(map(str, submission.paths)),
            submission_sha256=hashlib.sha256(data).hexdigest() if isinstance(data, bytes) else "",
            collected_sha256=collected,
            problems_sha256=self._sha256,
            submitted=submitted.isoformat() if submitted else "",
            history=[*known.history, _entry(known, reason)] if known and reason else known.history if known else [],
        )
        if len(submission.paths) > 1:
            names = ", ".join(str(path) for path in submission.paths)
            fate = replace(fate, fate="ambiguous", detail=[f"{len(submission.paths)} notebooks: {names}"])
        else:
            try:
                fate = self._graded(fate, submission, data)
            except Unreadable as error:
                fate = replace(fate, fate="unreadable", detail=[str(error)])
        seconds = round(time.monotonic() - start, 1)
        fate = replace(fate, graded=now(), seconds=seconds, detail=[*fate.detail, *submission.notes])
        fate.write(self._course.path)
        return fate

    def _graded(self, fate: Fate, submission: Submission, data: bytes | Unreadable) -> Fate:
        if isinstance(data, Unreadable):
            raise data
        name, student = self._problems.name, submission.student
        self._course.keep(name, student, data)
        rebuilt = rebuild(self._problems, student, parse(data), self._limits, self._titles)
        graded = one.grade(self._problems, student, rebuilt.notebook, self._limits, self._sandboxed)
        if graded.broken:
            return replace(fate, fate="not graded", detail=[f"the tests are broken: {graded.broken}"])
        self._complete(graded, rebuilt)
        self._course.save(name, student, graded.notebook, fate.submitted)
        manual = any(part.open for part in self._course.parts(name, student).values())
        kind = (
            "killed" if graded.why else "answers missing" if rebuilt.missing else "needs manual" if manual else "graded"
        )
        gone = [f"without {', '.join(rebuilt.missing)}"] if rebuilt.missing else []
        return replace(
            fate,
            fate="killed" if graded.why else kind,
            why=graded.why,
            detail=[*graded.notes, *gone, *rebuilt.notes],
            points={outcome.grade_id: outcome.points for outcome in graded.outcomes},
            messages={outcome.grade_id: outcome.message for outcome in graded.outcomes if outcome.message},
            missing=rebuilt.missing,
        )

    def _complete(self, graded: one.Graded, rebuilt: Rebuilt) -> None:
        """Give no points where no test could be run."""
        if graded.notebook is None or not graded.outcomes:
            words = "This could not be tested: " + "; ".join(graded.notes)
            tests = self._problems.cells("test")
            graded.outcomes = [Outcome(cell.id, 0, cell.metadata.nbgrader.points, words) for cell in tests]
            graded.notebook = graded.notebook or rebuilt.notebook
            one.show(self._problems, graded.notebook, graded.outcomes)


def line(fate: Fate) -> str:
    """Say in a line what became of a submission."""
    why = f" ({fate.why})" if fate.why else ""
    points = f", {sum(fate.points.values()):g} points by tests" if fate.counts else ""
    detail = f": {'; '.join(fate.detail)}" if fate.detail else ""
    return f"{fate.fate}{why}{points}, {fate.seconds:g} s{detail}"


def _entry(known: Fate, reason: str) -> dict[str, object]:
    """Return what is kept of an earlier grading."""
    kept = {"fate": known.fate, "points": known.points, "graded": known.graded, "submission": known.submission_sha256}
    return {"when": now(), "reason": reason, "before": kept}
