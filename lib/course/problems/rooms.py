"""The room in which a student's code runs, as the tests see it from theirs."""

from typing import Any, Protocol

import nbformat

from course.crossing import decode, encode

__all__ = ["BlankRoom", "LocalRoom", "Room", "RoomError"]


class RoomError(Exception):
    """The answer cannot be had: it is not bound, takes too long, or is no plain data; says why in plain words."""


class Room(Protocol):
    """Where the answers are."""

    def value(self, name: str) -> Any:  # noqa: ANN401
        """Return what is bound to a name as plain data, ``FUNCTION`` for a function; else raise ``RoomError``."""

    def call(self, name: str, arguments: list[Any]) -> Any:  # noqa: ANN401
        """Return what the function of this name gives, as plain data; else raise ``RoomError``."""


class BlankRoom:
    """Nothing was answered: every name is ``None``."""

    def value(self, name: str) -> None:
        """Return nothing."""

    def call(self, name: str, arguments: list[Any]) -> None:
        """Return nothing."""


class LocalRoom:
    """Code that is trusted, such as a model solution, run in this process.

    Parameters
    ----------
    notebook : the notebook to run; a cell that fails is left, as in a grader, and the next one is run
    """

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.errors: list[Exception] = []
        for cell in notebook.cells:
            if cell.cell_type == "code":
                try:
                    exec(compile(cell.source, f"<{cell.get('id', 'cell')}>", "exec"), self.names)
                except Exception as error:  # whatever an answer raises, the others count
                    self.errors.append(error)

    def value(self, name: str) -> Any:  # noqa: ANN401
        """Return what is bound to a name."""
        if name not in self.names:
            raise RoomError(f"there is no {name}: bind your answer to this name")
        return _crossed(self.names[name])

    def call(self, name: str, arguments: list[Any]) -> Any:  # noqa: ANN401
        """Return what the function of this name gives."""
        try:
            answer = self.names[name](*decode(encode(arguments)))
        except Exception as error:
            raise RoomError(f"{name} raised {type(error).__name__}: {error}") from error
        return _crossed(answer)


def _crossed(value: object) -> Any:  # noqa: ANN401
    try:
        return decode(encode(value))
    except ValueError as error:
        raise RoomError(str(error)) from error
