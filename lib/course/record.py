"""Recording of the answers that ``check`` judges, for authors.

``python -m course.record LABEL ANSWER TOLERANCE [WRONG HINT]…`` adds an exercise to ``answers.json``; an answer,
right or wrong, is a number or a list of numbers in JSON, such as ``"[0.6, 0.8]"``.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from course.check import ANSWERS, entries_of, hashes, matches

__all__ = ["record"]


def record(
    label: str, answer: object, tolerance: float, hints: Mapping[float | tuple[float, ...], str] | None = None
) -> dict[str, Any]:
    """Hash an answer for ``answers.json``.

    Parameters
    ----------
    label : str
        Label of the exercise.
    answer : number, or list or array of numbers
    tolerance : float, > 0 and finite
        Answers nearer than this are right; farther than twice this, wrong.
    hints : mapping of wrong answer to hint
        A wrong answer is a number or a tuple of numbers.

    Returns
    -------
    dict, the exercise's entry

    Raises
    ------
    ValueError
        If the label is empty, the tolerance not positive, the answer not made of finite real numbers, a
        hint empty, or a wrong answer so near to the right one or to another that they are taken for it.
    """
    if not isinstance(label, str) or not label:
        raise ValueError(f"label must be a non-empty string, got {label!r}")
    if not (isinstance(tolerance, float | int) and 0 < tolerance < np.inf):
        raise ValueError(f"tolerance must be a positive number, got {tolerance!r}")
    exercise = {"tolerance": tolerance, "answer": hashes(label, entries_of("answer", answer), tolerance), "hints": []}
    for wrong, hint in (hints or {}).items():
        entries = entries_of("hints", wrong)
        if not isinstance(hint, str) or not hint.strip():
            raise ValueError(f"hints must say something, got {hint!r} for {wrong}")
        if matches(label, entries, tolerance, exercise["answer"]):
            raise ValueError(f"hints: {wrong} is taken for the right answer, {answer}: they differ too little")
        for other in exercise["hints"]:
            if matches(label, entries, tolerance, other["answer"]):
                raise ValueError(f"hints: {wrong} is taken for another wrong answer, whose hint is {other['hint']!r}")
        exercise["hints"].append({"answer": hashes(label, entries, tolerance), "hint": hint})
    return exercise


def _main(*arguments: str) -> None:
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        raise SystemExit("usage: python -m course.record LABEL ANSWER TOLERANCE [WRONG HINT]…")
    label, answer, tolerance, *hints = arguments
    path = Path(str(ANSWERS))
    exercises = json.loads(path.read_text(encoding="utf8")) if path.exists() else {}
    try:
        wrong = {_parsed(value): hint for value, hint in zip(hints[::2], hints[1::2], strict=True)}
        if 2 * len(wrong) < len(hints):
            raise ValueError("hints name the same wrong answer twice")
        exercises[label] = record(label, _parsed(answer), float(tolerance), wrong)
    except ValueError as error:
        raise SystemExit(f"nothing recorded: {error}") from None
    text = json.dumps(exercises, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf8")


def _parsed(value: str) -> float | tuple[float, ...]:
    try:
        number = json.loads(value)
    except ValueError:
        raise ValueError(f"{value!r} is neither a number nor a list of numbers in JSON") from None
    return tuple(number) if isinstance(number, list) else number


if __name__ == "__main__":
    _main(*sys.argv[1:])
