"""Commands for instructors: thin, what they do is done elsewhere."""

import datetime
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from course import book
from course.grading.options import FILE, FOLDER, NEW, WHERE, Time, running
from course.plain import printable

__all__ = ["COMMANDS", "no_set"]


def _sources() -> Path:
    """Return the folder of the problem sets of the book that one stands in."""
    try:
        return book.find() / "assignments"
    except ValueError:
        return Path("assignments")


def _problems(name: str, folder: Path | None = None) -> Any:  # noqa: ANN401, a ProblemSet
    """Return a problem set by its name or the path of its source, or else as a course's folder has kept it."""
    from course.grading.folder import kept
    from course.problems import ProblemSet

    path = Path(name) if name.endswith(".md") else _sources() / name / f"{name}.md"
    if folder and not path.is_file():
        path = folder / kept(path.stem)
    if not path.is_file():
        raise click.ClickException(no_set(name, [each.stem for each in _sources().glob("*/*.md")]))
    return ProblemSet.read(path)


def _titles() -> dict[str, str]:
    """Return what is shown where a problem refers to a statement of the book, if this is a book."""
    try:
        book.find()
    except ValueError:
        return {}
    import contents
    from source import Chapter

    return {each.label: f"*{each.title}*" for page in contents.taught() for each in Chapter.read(page).statements}


def no_set(name: str, known: Iterable[str]) -> str:
    """Say that there is no problem set of a name, and which there are."""
    return f"there is no problem set {name!r}; there are: {', '.join(sorted(known)) or 'none here'}"


def _batch(folder: Path, problems: Any, seconds: float, total: float, no_sandbox: bool, *ours: Path) -> Any:  # noqa: ANN401
    """Return the course and what grades in it; ``ours`` are files that no student may read."""
    from course.grading.batch import Batch
    from course.grading.folder import Course
    from course.grading.limits import Limits
    from course.grading.sandbox import SandboxError, hidden, require

    try:
        if no_sandbox and sys.platform != "win32":
            _say("Warning: without a sandbox a submission can read and change whatever you can.", err=True)
        else:
            require()
            for path in (folder, problems.path, *ours):
                hidden(path)
    except SandboxError as error:
        raise click.ClickException(str(error)) from None
    course = Course(folder)
    limits = Limits(cell=seconds, total=total)
    return course, Batch(course, problems, limits, not no_sandbox, _say, _titles())


@click.command()
@click.argument("problems")
@click.argument("submissions", type=FOLDER)
@WHERE
@running
def grade(problems: str, submissions: Path, folder: Path, seconds: float, total: float, no_sandbox: bool) -> None:
    """Grade what is new in a folder of SUBMISSIONS for a problem set.

    PROBLEMS is the name of a problem set, or the path of its source. The folder holds STUDENT.ipynb, or STUDENT/ with a
    notebook in it. What has been graded before stays as it is unless it has changed; stop and start as you like.
    """
    from course.grading.collecting import collect
    from course.grading.folder import BusyError

    source = _problems(problems)
    course, batch = _batch(folder, source, seconds, total, no_sandbox, submissions)
    if not folder.exists():
        _say(f"A new course folder: {folder}")
    others = [each.stem for each in _sources().glob("*/*.md")]
    found, aside = collect(submissions, source.name, others)
    for path in aside:
        _say(f"Left aside, it is no notebook: {path}")
    try:
        with course.locked():
            course.prepare(source)
            counts = batch.grade(found)
    except (BusyError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        _say("Stopped. What is graded stays; the same command goes on.")
        raise SystemExit(130) from None
    _say(_summary(counts))
    if gone := batch.gone(found):
        _say(
            f"In the table, but not in {submissions}: {', '.join(gone)}. "
            f"Who is there by mistake: python -m course forget {source.name} STUDENT"
        )


@click.command()
@click.argument("problems")
@click.argument("student")
@click.option("--reason", required=True, help="Why; it is kept with the grade.")
@click.option("--file", type=FILE, help="The notebook that counts, if not the one that was graded.")
@WHERE
@running
def regrade(
    problems: str,
    student: str,
    reason: str,
    file: Path | None,
    folder: Path,
    seconds: float,
    total: float,
    no_sandbox: bool,
) -> None:
    """Grade one STUDENT's submission again, and record why."""
    from course.grading.batch import NotGradedError, line
    from course.grading.folder import BusyError

    _there(folder)
    source = _problems(problems)
    course, batch = _batch(folder, source, seconds, total, no_sandbox)
    try:
        with course.locked():
            course.prepare(source)
            _say(f"{student}: {line(batch.regrade(student, reason, file))}")
    except (BusyError, NotGradedError, ValueError) as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.argument("problems")
@click.argument("student")
@click.option("--reason", default="", help="Why; needed where a person has given points.")
@WHERE
def forget(problems: str, student: str, reason: str, folder: Path) -> None:
    """Take the submission of one STUDENT out of the table, such as one under a wrong id; it is put aside."""
    from course.grading.fates import NotGradedError
    from course.grading.folder import BusyError, Course
    from course.grading.forgetting import forget as forgotten

    _there(folder)
    course = Course(folder)
    try:
        with course.locked():
            aside = forgotten(course, _problems(problems, folder).name, student, reason)
            _say(f"What there was of it is in {aside} now.")
    except (BusyError, NotGradedError, ValueError) as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.argument("problems")
@click.option("--to", "out", type=NEW, help="CSV to write; else it is printed.")
@click.option("--roster", type=FILE, help="The course's list, an id a line or CSV: with a row for the absent.")
@click.option("--id", "column", default="", help="The roster's column of ids, if it is CSV.")
@click.option("--due", type=Time(), help="As 2027-01-15T18:00, this machine's time; how late, is in hours.")
@WHERE
def export(
    problems: str,
    out: Path | None,
    roster: Path | None,
    column: str,
    due: datetime.datetime | None,
    folder: Path,
) -> None:
    """Write a table of all submissions to a problem set: what became of each, and its points."""
    from course.grading import rosters, tables
    from course.grading.folder import Course

    try:
        students = rosters.students(roster.read_bytes(), column) if roster else ()
    except rosters.RosterError as error:
        raise click.ClickException(f"{roster}: {error}") from None
    source = _problems(problems, folder)
    text = tables.export(Course(folder), source, students, due)
    _graded(folder, source.name)
    if out:
        _write(out, text.encode("utf8"))
        _say(f"{out} is written.")
    else:
        click.echo(printable(text), nl=False)


@click.command("fill-roster")
@click.argument("grades", type=FILE)
@click.argument("roster", type=FILE)
@click.option("--id", "column", required=True, help="The column of ids, as 'SIS Login ID' or 'Username'.")
@click.option("--column", "target", required=True, help="The column to fill.")
@click.option("--to", "out", required=True, type=NEW, help="CSV to write.")
@click.option("--partial", is_flag=True, help="Write what is clear even if something is not; the exit code is 1 then.")
@click.option("--zero", is_flag=True, help="Give 0 points to whoever has handed in nothing; else such a cell stays.")
def fill_roster(grades: Path, roster: Path, column: str, target: str, out: Path, partial: bool, zero: bool) -> None:
    """Fill one column of a ROSTER that Canvas or Moodle has given out, from a table of GRADES that export has written.

    All else in the roster stays, byte by byte. A column of which the roster says that it has another maximum than the
    problem set is never filled.
    """
    from course.grading import rosters, tables

    try:
        points, maximum = tables.scores(grades.read_text(encoding="utf8"))
        filled = rosters.fill(roster.read_bytes(), column, target, points, maximum, zero)
    except (rosters.RosterError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    for complaint in filled.complaints:
        _say(complaint, err=True)
    if filled.complaints and not partial:
        raise click.ClickException("Nothing is written. Mend this, or write the rest with --partial.")
    _write(out, filled.data)
    _say("1 row is filled." if filled.count == 1 else f"{filled.count} rows are filled.")
    if filled.complaints:
        raise SystemExit(1)


@click.command()
@click.argument("problems")
@WHERE
def feedback(problems: str, folder: Path) -> None:
    """Write a page for each submission: points, comments, words of the tests, and nothing hidden."""
    from course.grading.fates import fates
    from course.grading.feedback import feedback as written
    from course.grading.folder import Course

    course, source = Course(folder), _problems(problems, folder)
    _graded(folder, source.name)
    for fate in fates(course.path, source.name):
        _say(str(written(course, source, fate)))


COMMANDS = (grade, regrade, forget, export, fill_roster, feedback)


def _there(folder: Path) -> None:
    """See to it that a mistyped name does not make a new folder."""
    if not folder.is_dir():
        raise click.ClickException(f"There is no course folder {folder}: name it with --course.")


def _graded(folder: Path, name: str) -> None:
    """Say so if there is nothing to be shown."""
    if not (folder / "fates" / name).is_dir():
        _say(f"Nothing of {name} has been graded in {folder}.", err=True)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None


def _summary(counts: Counter[str]) -> str:
    return "; ".join(f"{kind}: {count}" for kind, count in sorted(counts.items())) or "There are no submissions."


def _say(text: str, err: bool = False) -> None:
    click.echo(printable(text), err=err)
