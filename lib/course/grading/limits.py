"""How much a submission may take."""

from dataclasses import dataclass

__all__ = ["Limits"]

_MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """What a submission may take of the machine, and of a grader's patience."""

    cell: float = 20.0  # seconds for a cell, and for each question of a test
    total: float = 300.0  # seconds for a submission, all in all
    memory: int = 3072 * _MEGABYTE  # bytes, for each process and for all together
    processes: int = 100  # processes at one time
    folder: int = 64 * _MEGABYTE  # bytes for the files that it writes
    lines: int = 200  # of what a cell prints
    text: int = 50_000  # characters of what a cell prints
    picture: int = 2_000_000  # characters of a picture, as it stands in a notebook
    pictures: int = 10  # of a cell
    answer: int = 200_000  # characters of the source of a cell
    submission: int = 20 * _MEGABYTE  # bytes of a notebook
