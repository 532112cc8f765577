"""Checks of a reader's answers that do not show the solution.

``answers.json`` stores, for each exercise, a tolerance and a hash for each entry of the answer, rounded to
that tolerance; hints for typical wrong answers are found by the hashes of those wrong answers.
This is for self-study only, never for grading: an answer of few digits is found from its hash by trying.

``course.record`` adds an exercise.
"""

import difflib
import hashlib
import json
from importlib import resources
from typing import Any

import numpy as np

from course.plain import printable
from course.real import real

__all__ = ["ANSWERS", "check", "entries_of", "hashes", "matches"]

ANSWERS = resources.files("course") / "answers.json"


def check(label: str, answer: object = None) -> None:
    """Say whether an answer to an exercise is right, and give a hint where a mistake is a typical one.

    Whatever it is given it answers in one line, and it raises nothing.

    Parameters
    ----------
    label : str
        Label of the exercise, such as ``"ex-minimisers-dimension"``.
    answer : number, or list or array of numbers
        The answer, to the accuracy that the exercise asks for; ``None`` or ``...`` while there is none.
    """
    print(printable(_reply(label, answer)))


def _reply(label: object, answer: object) -> str:
    exercises = json.loads(ANSWERS.read_text(encoding="utf8"))
    if not isinstance(label, str) or label not in exercises:
        return _unknown(label, exercises)
    exercise = exercises[label]
    size = len(exercise["answer"])
    wanted = "one number" if size == 1 else f"a list of {size} numbers"
    if answer is None or answer is Ellipsis:
        return f"no answer yet: {label} asks for {wanted}"
    try:
        entries = entries_of("answer", _read(answer))
    except Exception:  # whatever an object does when it is asked for numbers, a reader gets one line
        return f"✗ {label} asks for {wanted}, yours is {_complaint(answer)}"
    tolerance = exercise["tolerance"]
    if matches(label, entries, tolerance, exercise["answer"]):
        return "✓ right"
    for wrong in exercise["hints"]:
        if matches(label, entries, tolerance, wrong["answer"]):
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


def entries_of(name: str, answer: object) -> list[float]:
    """Return the entries of an answer, or say what keeps it from being finite numbers."""
    entries = real(name, answer)
    if entries.size == 0 or not np.isfinite(entries).all() or np.asarray(answer).dtype == bool:
        raise ValueError(f"{name} must be finite numbers and not empty, got {answer!r}")
    return entries.tolist()


def matches(label: str, entries: list[float], tolerance: float, hashes: list[str]) -> bool:
    """Compare with the rounded answer and its two neighbours, so that rounding never rejects a right one."""
    return len(entries) == len(hashes) and all(
        any(_hash(label, i, _rounded(x, tolerance) + shift) == expected for shift in (-1, 0, 1))
        for i, (x, expected) in enumerate(zip(entries, hashes, strict=True))
    )


def hashes(label: str, entries: list[float], tolerance: float) -> list[str]:
    """Return a hash for each entry, rounded to the tolerance."""
    return [_hash(label, i, _rounded(x, tolerance)) for i, x in enumerate(entries)]


def _rounded(x: float, tolerance: float) -> int:
    return round(float(np.clip(x / tolerance, -1e300, 1e300)))  # the quotient may overflow


def _hash(label: str, index: int, rounded: int) -> str:
    return hashlib.sha256(f"{label}:{index}:{rounded}".encode()).hexdigest()[:16]
