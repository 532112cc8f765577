"""Checks of a reader's answers that do not give the solution away.

``answers.json`` stores, for each exercise, a tolerance and a hash for each entry of the answer, rounded to
that tolerance; hints for typical wrong answers are found by the hashes of those wrong answers.
Add an exercise with ``python -m course.check LABEL ANSWER TOLERANCE [WRONG HINT]…``.
"""

import hashlib
import json
import sys
from importlib import resources
from pathlib import Path

import numpy as np

from course.real import real

__all__ = ["check", "record"]

_ANSWERS = resources.files("course") / "answers.json"


def check(label: str, answer: object) -> None:
    """Say whether an answer to an exercise is right, and give a hint where a mistake is a typical one.

    Parameters
    ----------
    label : str
        Label of the exercise, such as ``"ex-minimisers-dimension"``.
    answer : number, or list or array of numbers
        The answer, to the accuracy that the exercise asks for.

    Raises
    ------
    ValueError
        If no exercise has this label, or the answer is not made of finite real numbers.
    """
    exercises = json.loads(_ANSWERS.read_text(encoding="utf8"))
    if not isinstance(label, str) or label not in exercises:
        raise ValueError(f"label {label!r} has no checked answer; choose from {sorted(exercises)}")
    exercise = exercises[label]
    entries = _entries(answer)
    if _matches(label, entries, exercise["tolerance"], exercise["answer"]):
        print("✓ right")
        return
    for wrong in exercise["hints"]:
        if _matches(label, entries, exercise["tolerance"], wrong["answer"]):
            print(f"✗ not yet. {wrong['hint']}")
            return
    if len(entries) != len(exercise["answer"]):
        print(f"✗ not yet. The answer has {len(exercise['answer'])} number(s), yours has {len(entries)}.")
    else:
        print("✗ not yet.")


def record(label: str, answer: object, tolerance: float, hints: dict[float, str] | None = None) -> dict:
    """Hash an answer for ``answers.json``.

    Parameters
    ----------
    label : str
        Label of the exercise.
    answer : number, or list or array of numbers
    tolerance : float, > 0 and finite
        Answers nearer than this are right; farther than twice this, wrong.
    hints : dict of wrong answer to hint

    Returns
    -------
    dict, the exercise's entry

    Raises
    ------
    ValueError
        If the tolerance is not positive or the answer not made of finite real numbers.
    """
    if not (isinstance(tolerance, float | int) and 0 < tolerance < np.inf):
        raise ValueError(f"tolerance must be a positive number, got {tolerance!r}")

    def hashes(value: object) -> list[str]:
        entries = _entries(value)
        return [_hash(label, i, _rounded(x, tolerance)) for i, x in enumerate(entries)]

    wrong = [{"answer": hashes(value), "hint": hint} for value, hint in (hints or {}).items()]
    return {"tolerance": tolerance, "answer": hashes(answer), "hints": wrong}


def _entries(answer: object) -> list[float]:
    entries = real("answer", answer)
    if entries.size == 0 or not np.isfinite(entries).all():
        raise ValueError(f"answer must be finite and not empty, got {answer!r}")
    return entries.tolist()


def _matches(label: str, entries: list[float], tolerance: float, hashes: list[str]) -> bool:
    """Compare with the rounded answer and its two neighbours, so that rounding never rejects a right one."""
    return len(entries) == len(hashes) and all(
        any(_hash(label, i, _rounded(x, tolerance) + shift) == expected for shift in (-1, 0, 1))
        for i, (x, expected) in enumerate(zip(entries, hashes, strict=True))
    )


def _rounded(x: float, tolerance: float) -> int:
    return round(float(np.clip(x / tolerance, -1e300, 1e300)))  # the quotient may overflow


def _hash(label: str, index: int, rounded: int) -> str:
    return hashlib.sha256(f"{label}:{index}:{rounded}".encode()).hexdigest()[:16]


def _main(label: str, answer: str, tolerance: str, *hints: str) -> None:
    path = Path(str(_ANSWERS))
    exercises = json.loads(path.read_text(encoding="utf8")) if path.exists() else {}
    wrong = {float(value): hint for value, hint in zip(hints[::2], hints[1::2], strict=True)}
    exercises[label] = record(label, json.loads(answer), float(tolerance), wrong)
    text = json.dumps(exercises, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
