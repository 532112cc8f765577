"""``python -m course``: what authors and instructors do with the course, in the folder of the book."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import nbformat

from course import book, choosing
from course.check import main as record_answer
from course.grading.commands import COMMANDS, no_set

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Choose exercises, make problem sets and editions, and grade."""


for each in COMMANDS:
    main.add_command(each)


def plain(command: Callable[..., None]) -> Callable[..., None]:
    """Say what is wrong in a line, without a traceback."""

    @wraps(command)
    def said(*args: object, **options: object) -> None:
        try:
            command(*args, **options)
        except (ValueError, OSError) as error:
            raise click.ClickException(str(error)) from None

    return said


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("label")
@click.argument("answer")
@click.argument("tolerance")
@click.argument("hints", nargs=-1, metavar="[WRONG HINT]...")
def record(label: str, answer: str, tolerance: str, hints: tuple[str, ...]) -> None:
    """Store the answer to an exercise, for self-study, with a hint for each typical wrong answer."""
    record_answer(label, answer, tolerance, *hints)


@main.command()
@click.option("--kind", type=click.Choice(["computation", "proof", "exploration"]))
@click.option("--level", type=click.IntRange(1, 3))
@click.option("--minutes", type=click.IntRange(1), help="At most so many.")
@click.option("--about", metavar="LABEL", default="", help="Of a claim, such as thm-step-size.")
@click.option("--page", metavar="NAME", default="", help="A page, or a part.")
@click.option("--graded/--ungraded", default=None, help="Only problems that give points, or only others.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@plain
def exercises(as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """List exercises and graded problems, all or those that are asked for."""
    found = choosing.chosen(
        choosing.exercises(), **{name: value for name, value in options.items() if value is not None}
    )
    if as_json:
        click.echo(json.dumps([vars(each) for each in found], ensure_ascii=False, indent=1))
        return
    for each in found:
        facts = {"level": each.level, "minutes": each.minutes, "points": each.points}
        said = [each.kind] if each.kind else []
        said += [f"level {n}" if name == "level" else f"{n} {name}" for name, n in facts.items() if n]
        click.echo(f"{each.label}  {each.title}")
        click.echo(f"    {', '.join(said)}; {each.page}" if said else f"    {each.page}")
        if each.about:
            click.echo(f"    about {', '.join(each.about)}")
    graded, minutes = sum(bool(each.points) for each in found), sum(each.minutes for each in found)
    many = "1 exercise" if len(found) == 1 else f"{len(found)} exercises"
    click.echo(f"{many}, {graded} of them graded; {minutes} minutes in all")


@main.command()
@click.argument("labels", nargs=-1, metavar="[LABEL]...")
@click.option("--week", type=click.IntRange(1), help="Take the exercises of this week of the teaching plan.")
@click.option("--title", help="What stands above.")
@click.option(
    "--to", "target", type=click.Path(path_type=Path), default=Path("sheet"), show_default=True, metavar="NAME"
)
@plain
def sheet(labels: tuple[str, ...], week: int | None, title: str | None, target: Path) -> None:
    """Compose a sheet of exercises without solutions: NAME.md and NAME.ipynb. The book must be built."""
    if week:
        weeks = {each["week"]: each for each in choosing.plan()}
        if week not in weeks:
            raise ValueError(f"the teaching plan has weeks {min(weeks)} to {max(weeks)}")
        labels, title = (*weeks[week]["exercises"], *labels), title or f"Week {week}"
    if not labels:
        raise ValueError("say which exercises: labels, or --week")
    notebook = choosing.sheet(title or "Exercises", list(labels))
    write(target.with_suffix(".ipynb"), nbformat.writes(notebook))
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    write(target.with_suffix(".md"), "\n\n".join(text) + "\n")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@plain
def repository(folder: Path) -> None:
    """Write a repository for students into FOLDER: the book without any solution or hidden test."""
    book.find()
    import edition

    click.echo(f"{len(edition.write('student', folder))} files are written to {folder}.")
    click.echo(edition.left_out(), nl=False)
    click.echo(
        "Publish it as a repository of its own, with a history of its own: git init there, not a copy of this one."
    )


@main.command()
@click.argument("names", nargs=-1, metavar="[SET]...")
@click.option("--to", "target", type=click.Path(path_type=Path), default=Path("release"), show_default=True)
@click.option(
    "--roster", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="One id a line: a copy for each."
)
@click.option("--id", "column", default="", help="The roster's column of ids, if it is a table.")
@plain
def release(names: tuple[str, ...], target: Path, roster: Path | None, column: str) -> None:
    """Make the notebooks that students receive, of all problem sets or of those named."""
    book.find()
    import contents
    import graded
    from course.grading import rosters
    from course.problems import released
    from exercises import title
    from source import Chapter

    known = {each.name: each for each in graded.sets()}
    for name in names:
        if name not in known:
            raise ValueError(no_set(name, known))
    try:
        students = rosters.students(roster.read_bytes(), column) if roster else [""]
    except rosters.RosterError as error:
        raise ValueError(f"{roster}: {error}") from None
    pages = [Chapter.read(page) for page in contents.chapters()]
    titles = {each.label: f"*{each.title}*, page *{title(page)}*" for page in pages for each in page.statements}
    for name in names or known:
        for student in students:
            notebook = released(known[name], student, titles)
            folder = target / name / student
            write(folder / f"{name}.ipynb", nbformat.writes(notebook))


def write(file: Path, text: str) -> None:
    """Write a file and say so."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf8")
    click.echo(f"{file} is written.")
