"""What the benchmarks share: the clock, and the tables they write."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import process_time


def seconds(function: Callable[[], object], repeat: int = 3) -> float:
    """Least time of several calls, of the processor's clock, which other processes do not stop."""
    times = []
    for _ in range(repeat):
        began = process_time()
        function()
        times.append(process_time() - began)
    return min(times)


def write(file: Path, names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write a table with three digits of every float."""
    digits = [[f"{value:.3g}" if isinstance(value, float) else value for value in row] for row in rows]
    with file.open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([names, *digits])
