"""Checks of a reader's answers that do not show the solution.

``answers.json`` stores, for each exercise, a tolerance and a hash for each entry of the answer, rounded to
that tolerance; hints for typical wrong answers are found by the hashes of those wrong answers.
This is for self-study only, never for grading: an answer of few digits is found from its hash by trying.

Add an exercise with ``python -m course record LABEL ANSWER TOLERANCE [WRONG HINT]…``; an answer, right or
wrong, is a number or a list of numbers in JSON, such as ``"[0.6, 0.8]"``.
"""

import difflib
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from course.plain import printable
from course.real import real

__all__ = ["check", "record"]

_USAGE = """\
Check an answer in a notebook: check("ex-…", answer), after: from course import check
Record one as an author: python -m course record LABEL ANSWER TOLERANCE [WRONG HINT]…"""
_ANSWERS = resources.files("course") / "answers.json"


def check(label: object = None, answer: object = None, *more: object) -> None:
    """Say whether an answer to an exercise is right, and give a hint where a mistake is a typical one.

    Whatever it is given it answers in one line, and it raises nothing.

    Parameters
    ----------
    label : str
        Label of the exercise, such as ``"ex-minimisers-dimension"``.
    answer : number, or list or array of numbers
        The answer, to the accuracy that the exercise asks for; ``None`` or ``...`` while there is none.
    *more
        Nothing: several numbers are one list, and who forgets the brackets is told so.
    """
    print(printable(_reply(label, answer, len(more))))


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
    exercise = {"tolerance": tolerance, "answer": _hashes(label, _entries("answer", answer), tolerance), "hints": []}
    for wrong, hint in (hints or {}).items():
        entries = _entries("hints", wrong)
        if not isinstance(hint, str) or not hint.strip():
            raise ValueError(f"hints must say something, got {hint!r} for {wrong}")
        if _matches(label, entries, tolerance, exercise["answer"]):
            raise ValueError(f"hints: {wrong} is taken for the right answer, {answer}: they differ too little")
        for other in exercise["hints"]:
            if _matches(label, entries, tolerance, other["answer"]):
                raise ValueError(f"hints: {wrong} is taken for another wrong answer, whose hint is {other['hint']!r}")
        exercise["hints"].append({"answer": _hashes(label, entries, tolerance), "hint": hint})
    return exercise


def _reply(label: object, answer: object, more: int = 0) -> str:
    exercises = json.loads(_ANSWERS.read_text(encoding="utf8"))
    if not exercises and isinstance(label, str):
        return "this edition of the book keeps no answers: hand yours in"
    if not isinstance(label, str) or label not in exercises:
        return _unknown(label, exercises)
    exercise = exercises[label]
    size = len(exercise["answer"])
    wanted = "one number" if size == 1 else f"a list of {size} numbers"
    if more:
        return f"✗ {label} asks for {wanted}, yours are {more + 1} answers: put several numbers into one list"
    if answer is None or answer is Ellipsis:
        return f"no answer yet: {label} asks for {wanted}"
    try:
        entries = _entries("answer", _read(answer))
    except Exception:  # whatever an object does when it is asked for numbers, a reader gets one line
        return f"✗ {label} asks for {wanted}, yours is {_complaint(answer)}"
    tolerance = exercise["tolerance"]
    if _matches(label, entries, tolerance, exercise["answer"]):
        return "✓ right"
    for wrong in exercise["hints"]:
        if _matches(label, entries, tolerance, wrong["answer"]):
            return f"✗ not yet. {wrong['hint']}"
    return "✗ not yet." + (f" {label} asks for {wanted}, yours has {len(entries)}." if len(entries) != size else "")


def _unknown(label: object, exercises: dict[str, Any]) -> str:
    if not isinstance(label, str):
        return 'the label of the exercise comes first, in quotes: check("ex-…", answer)'
    near = difflib.get_close_matches(label.lower(), exercises, n=1)
    return f"no exercise is called {label!r}" + (f"; did you mean {near[0]!r}?" if near else "; look for its label")


def _read(answer: object) -> object:
    """Take a number out of its quotes."""
    if not isinstance(answer, str):
        return answer
    try:
        return float(answer)
    except ValueError:
        return json.loads(answer)


def _complaint(answer: object) -> str:
    """Say what keeps an answer from being finite real numbers."""
    text = "text; write the number itself, with a decimal point"
    try:
        answer = _read(answer)
    except Exception:
        return text
    try:
        values = np.asarray(answer)
    except Exception:
        return "nested" if isinstance(answer, list | tuple) else "something else"
    if values.dtype.kind in "USbc":
        return {"b": "a truth value", "c": "complex"}.get(values.dtype.kind, text)
    if values.dtype.kind in "iuf":
        return "empty" if not values.size else "not a number (NaN)" if np.isnan(values).any() else "infinite"
    return "too large" if isinstance(answer, int) else f"of type {type(answer).__name__}"


def _entries(name: str, answer: object) -> list[float]:
    entries = real(name, answer)
    if entries.size == 0 or not np.isfinite(entries).all() or np.asarray(answer).dtype == bool:
        raise ValueError(f"{name} must be finite numbers and not empty, got {answer!r}")
    return entries.tolist()


def _matches(label: str, entries: list[float], tolerance: float, hashes: list[str]) -> bool:
    """Compare with the rounded answer and its two neighbours, so that rounding never rejects a right one."""
    return len(entries) == len(hashes) and all(
        any(_hash(label, i, _rounded(x, tolerance) + shift) == expected for shift in (-1, 0, 1))
        for i, (x, expected) in enumerate(zip(entries, hashes, strict=True))
    )


def _hashes(label: str, entries: list[float], tolerance: float) -> list[str]:
    return [_hash(label, i, _rounded(x, tolerance)) for i, x in enumerate(entries)]


def _rounded(x: float, tolerance: float) -> int:
    return round(float(np.clip(x / tolerance, -1e300, 1e300)))  # the quotient may overflow


def _hash(label: str, index: int, rounded: int) -> str:
    return hashlib.sha256(f"{label}:{index}:{rounded}".encode()).hexdigest()[:16]


def main(*arguments: str) -> None:
    """Record an answer that was given on the command line."""
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        raise SystemExit(_USAGE)
    label, answer, tolerance, *hints = arguments
    path = Path(str(_ANSWERS))
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
    raise SystemExit(_USAGE)
