"""Options that commands for instructors share."""

from pathlib import Path
from typing import Any

import click

__all__ = ["FILE", "FOLDER", "NEW", "WHERE", "Time", "running"]

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)


class Time(click.DateTime):
    """A day and a time; a day alone would be its first minute."""

    name = "time"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])

    def get_metavar(self, *_: object, **__: object) -> str:
        """Return how help shows it."""
        return "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """Return the time, or say how one is written."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day with a time, such as 2027-01-15T18:00", param, ctx)


WHERE = click.option(
    "--course",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("_build/course"),
    show_default=True,
    help="Folder of the course, in nbgrader's layout. Never publish it.",
)
_RUNNING = (
    click.option(
        "--seconds",
        type=click.FloatRange(min=1),
        default=20.0,
        show_default=True,
        help="For each cell; the notebooks say ten.",
    ),
    click.option("--total", type=click.FloatRange(min=1), default=300.0, show_default=True, help="For a submission."),
    click.option("--no-sandbox", is_flag=True, help="Run students' code with your own rights. Think twice."),
)


def running(command: Any) -> Any:  # noqa: ANN401, a function with options
    """Give a command the options of running students' code."""
    for option in reversed(_RUNNING):
        command = option(command)
    return command
