"""The process that grades one submission: whatever becomes of it there is a result, and it is known who is to blame."""

import os
import time

import pytest
from handed_in import notebook

from course.grading import one
from course.grading.limits import Limits

ENDS = {
    "sleeps": (lambda _: time.sleep(60), "", [], "time was up while it started"),
    "leaves": (lambda _: os._exit(0), "", [], "the process that graded it has ended while it started"),
    "fails": (lambda _: 1 / 0, "", [], "the grader fails: ZeroDivisionError: division by zero"),
    "sleeps in an answer": (
        lambda say: (say("an answer was run", False), time.sleep(60)),
        "time",
        ["time was up while an answer was run"],
        "",
    ),
    "leaves in an answer": (
        lambda say: (say("an answer was run", False), os._exit(0)),
        "died",
        ["the process that graded it has ended while an answer was run"],
        "",
    ),
    "sleeps in our part": (
        lambda say: (say("an answer was run", False), say("the solution was tried", True), time.sleep(60)),
        "",
        [],
        "time was up while the solution was tried",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_whatever_becomes_of_the_process(monkeypatch, sample, name):
    work, why, notes, broken = ENDS[name]
    monkeypatch.setattr(one, "_work", lambda *arguments: work(arguments[-1]))
    monkeypatch.setattr(one, "_OURS", 2.0)
    monkeypatch.setattr(one, "_START", "fork")  # which has what is patched here
    graded = one.grade(sample, "ada", notebook(sample, "ada"), Limits(total=1), True)
    assert (graded.why, graded.notes, graded.broken) == (why, notes, broken)
