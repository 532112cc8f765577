"""check accepts right answers, rejects wrong ones, hints, and gives nothing away."""

import contextlib
import io
import json
import re
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import check
from course.check import _main, record

MODULE = sys.modules["course.check"]  # course.check itself is the function
TOLERANCES = st.floats(1e-6, 10)
# Answers in units of the tolerance; halves are the edges of rounding.
ANSWERS = st.floats(-1e6, 1e6) | st.integers(-1000, 1000).map(lambda k: k + 0.5)


def reply(exercises, label, answer):
    """What check prints, given the content of answers.json."""
    stored = SimpleNamespace(read_text=lambda encoding: json.dumps(exercises))
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as printed:
        patch.setattr(MODULE, "_ANSWERS", stored)
        check(label, answer)
    return printed.getvalue().strip()


@given(ANSWERS, TOLERANCES, st.floats(-0.999, 0.999))
def test_right_within_the_tolerance(answer, tolerance, off):
    exercises = {"ex-a": record("ex-a", answer * tolerance, tolerance)}
    assert reply(exercises, "ex-a", (answer + off) * tolerance) == "✓ right"


@given(ANSWERS, TOLERANCES, st.floats(2.001, 1e6), st.sampled_from([-1, 1]))
def test_wrong_beyond_twice_the_tolerance(answer, tolerance, off, sign):
    exercises = {"ex-a": record("ex-a", answer * tolerance, tolerance)}
    assert reply(exercises, "ex-a", (answer + sign * off) * tolerance) == "✗ not yet."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([0.25, -3], "✓ right"),
        ([[0.25], [-3]], "✓ right"),
        ([-3, 0.25], "✗ not yet."),
        ([0.25, 1e308], "✗ not yet."),
        (0.25, "✗ not yet. The answer has 2 number(s), yours has 1."),
        (7, "✗ not yet. Count the columns."),
    ],
)
def test_replies(answer, said):
    exercise = record("ex-a", [0.25, -3], 1e-3, {7: "Count the columns."})
    assert reply({"ex-a": exercise}, "ex-a", answer) == said


def given_away(exercises):
    """The labels of exercises whose entry shows more than hashes, or a right number in a hint."""
    for label, exercise in exercises.items():
        hashes = [*exercise["answer"], *(h for hint in exercise["hints"] for h in hint["answer"])]
        numbers = re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", " ".join(hint["hint"] for hint in exercise["hints"]))
        single = [{label: exercise | {"answer": [h], "hints": []}} for h in exercise["answer"][:1]]
        if (
            exercise.keys() != {"answer", "hints", "tolerance"}
            or not all(re.fullmatch("[0-9a-f]{16}", h) for h in hashes)
            or any(reply(one, label, float(number)) == "✓ right" for one in single for number in numbers)
        ):
            yield label


def test_the_stored_answers_give_nothing_away():
    exercises = json.loads(MODULE._ANSWERS.read_text(encoding="utf8"))
    assert not list(given_away(exercises)), "record these anew, with hints that do not contain the answer"


@pytest.mark.parametrize(
    "exercise",
    [
        record("ex-a", 0.25, 1e-3, {4: "You want 0.25, the reciprocal."}),
        record("ex-a", 0.25, 1e-3) | {"answer": [0.25]},
        record("ex-a", 0.25, 1e-3) | {"solution": "a quarter"},
    ],
    ids=["in a hint", "in clear", "in another field"],
)
def test_what_gives_an_answer_away_is_found(exercise):
    exercise["answer"] = [str(entry) for entry in exercise["answer"]]
    assert list(given_away({"ex-a": exercise})) == ["ex-a"]


def test_the_same_answer_has_other_hashes_in_another_exercise_or_place():
    first, second = record("ex-a", [1, 1], 0.1)["answer"]
    assert len({first, second, *record("ex-b", 1, 0.1)["answer"]}) == 3


def test_recording_from_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(MODULE, "_ANSWERS", tmp_path / "answers.json")
    _main("ex-b", "[1, 2]", "0.1")
    _main("ex-a", "3", "0.1", "4", "One less.")
    check("ex-b", [1, 2])
    check("ex-a", 4)
    assert capsys.readouterr().out == "✓ right\n✗ not yet. One less.\n"
