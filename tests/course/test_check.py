"""check accepts right answers, rejects wrong ones, hints, and gives nothing away."""

import contextlib
import io
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import check
from course.check import main, record

MODULE = sys.modules["course.check"]  # course.check itself is the function
TOLERANCES = st.floats(1e-6, 10)
# Answers in units of the tolerance; halves are the edges of rounding.
ANSWERS = st.floats(-1e6, 1e6) | st.integers(-1000, 1000).map(lambda k: k + 0.5)


def reply(exercises, *given):
    """What check prints, given the content of answers.json."""
    stored = SimpleNamespace(read_text=lambda encoding: json.dumps(exercises))
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as printed:
        patch.setattr(MODULE, "_ANSWERS", stored)
        check(*given)
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
        (0.25, "✗ not yet. ex-a asks for a list of 2 numbers, yours has 1."),
        (7, "✗ not yet. Count the columns."),
        ((0.5, -3), "✗ not yet. Half the first."),
        ("[0.25, -3]", "✓ right"),
    ],
)
def test_replies(answer, said):
    exercise = record("ex-a", [0.25, -3], 1e-3, {7: "Count the columns.", (0.5, -3): "Half the first."})
    assert reply({"ex-a": exercise}, "ex-a", answer) == said


class Hostile:
    """An object that fails at whatever it is asked."""

    def __array__(self, *_, **__):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        *((nothing, "no answer yet: {} asks for {}") for nothing in (None, ...)),
        *((text, "✗ {} asks for {}, yours is text") for text in ("x", "", "1/2", "0,25", b"1", ["1"], "[" * 9999)),
        *((strange, "✗ {} asks for {}, yours is of type") for strange in (object(), {"a": 1}, {1, 2}, len, [None])),
        *((nested, "✗ {} asks for {}, yours is nested") for nested in ([[1], [1, 2]], "[[1], [1, 2]]", [1, [2]])),
        *((nan, "✗ {} asks for {}, yours is not a number (NaN)") for nan in (np.nan, [1, np.nan], "nan")),
        *((infinite, "✗ {} asks for {}, yours is infinite") for infinite in (np.inf, [1, -np.inf], "inf")),
        *((complex_, "✗ {} asks for {}, yours is complex") for complex_ in (1j, np.array([1 + 0j]))),
        *((empty, "✗ {} asks for {}, yours is empty") for empty in ([], (), np.zeros(0), "[]")),
        *((truth, "✗ {} asks for {}, yours is a truth value") for truth in (True, np.array([True, False]), "true")),
        (10**400, "✗ {} asks for {}, yours is too large"),
        (Hostile(), "✗ {} asks for {}, yours is something else"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize(("right", "wanted"), [(1, "one number"), ([1, 2, 3], "a list of 3 numbers")])
def test_whatever_is_answered_one_kind_line_comes_back(answer, said, right, wanted):
    line = reply({"ex-a": record("ex-a", right, 0.1)}, "ex-a", answer)
    assert line.startswith(said.format("ex-a", wanted)) and "\n" not in line


@given(st.text() | st.binary() | st.complex_numbers() | st.lists(st.none() | st.floats() | st.text(max_size=2)))
def test_no_answer_raises(answer):
    assert reply({"ex-a": record("ex-a", 1, 0.1)}, "ex-a", answer).startswith(("✓", "✗"))


@pytest.mark.parametrize("right", ["1", " 1.0 ", "1e0", ".99999", "+1"])
def test_a_number_in_quotes_is_that_number(right):
    assert reply({"ex-a": record("ex-a", 1, 0.1)}, "ex-a", right) == "✓ right"


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("ex-iteration", "no exercise is called 'ex-iteration'; did you mean 'ex-iterations'?"),
        ("Ex-Iterations", "no exercise is called 'Ex-Iterations'; did you mean 'ex-iterations'?"),
        ("iterations", "no exercise is called 'iterations'; did you mean 'ex-iterations'?"),
        ("zzz", "no exercise is called 'zzz'; look for its label"),
        *((other, "the label of the exercise comes first, in quotes") for other in (3, None, ["ex-a"], np.eye(2))),
    ],
)
def test_a_mistyped_label(label, said):
    exercises = {name: record(name, 1, 0.1) for name in ("ex-arrival", "ex-iterations", "ex-height")}
    assert reply(exercises, label, 1).startswith(said)


FOUR = {"ex-four": record("ex-four", (1, 2, 3, 4), 0.1)}


def test_numbers_without_brackets_and_no_label():
    assert "yours are 2 answers: put several numbers into one list" in reply(FOUR, "ex-four", 0.5, 0.25)
    assert reply(FOUR) and "\n" not in reply(FOUR)


def test_an_answer_may_be_left_out():
    assert reply(FOUR, "ex-four") == "no answer yet: ex-four asks for a list of 4 numbers"


@pytest.mark.parametrize(
    ("hints", "said"),
    [
        ({1.05: "Nearly."}, "1.05 is taken for the right answer"),
        ({2: "Two.", 2.05: "Two again."}, "2.05 is taken for another wrong answer, whose hint is 'Two.'"),
        ({2: " "}, "must say something"),
        ({2: None}, "must say something"),
        ({np.nan: "Not a number."}, "must be finite"),
    ],
)
def test_hints_that_would_mislead_are_not_recorded(hints, said):
    with pytest.raises(ValueError, match=f"^hints.*{re.escape(said)}"):
        record("ex-a", 1, 0.1, hints)


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


def test_every_exercise_has_hints_for_typical_mistakes():
    exercises = json.loads(MODULE._ANSWERS.read_text(encoding="utf8"))
    few = [label for label, exercise in exercises.items() if len(exercise["hints"]) < 2]
    assert not few, "record these with hints for two typical wrong answers or more"
    for label, exercise in exercises.items():
        answers = [tuple(wrong["answer"]) for wrong in exercise["hints"]]
        assert tuple(exercise["answer"]) not in answers, f"{label} has a hint for the right answer"
        assert len(set(answers)) == len(answers), f"{label} has two hints for one answer"


def test_the_same_answer_has_other_hashes_in_another_exercise_or_place():
    first, second = record("ex-a", [1, 1], 0.1)["answer"]
    assert len({first, second, *record("ex-b", 1, 0.1)["answer"]}) == 3


def test_recording_from_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(MODULE, "_ANSWERS", tmp_path / "answers.json")
    main("ex-b", "[1, 2]", "0.1", "[2, 1]", "The other way round.", "3", "That is the sum.")
    main("ex-a", "3", "0.1", "4", "One less.")
    for label, answer in [("ex-b", [1, 2]), ("ex-b", (2, 1)), ("ex-b", 3), ("ex-a", 4)]:
        check(label, answer)
    said = ["✓ right", "✗ not yet. The other way round.", "✗ not yet. That is the sum.", "✗ not yet. One less."]
    assert capsys.readouterr().out.splitlines() == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ex-a", "1"], "python -m course record LABEL"),
        (["ex-a", "1", "0.1", "2"], "python -m course record LABEL"),
        (["ex-a", "one", "0.1"], "'one' is neither a number nor a list"),
        (["ex-a", "1", "0"], "tolerance must be a positive number"),
        (["ex-a", "1", "0.1", "1.0", "Right."], "taken for the right answer"),
        (["ex-a", "1", "0.1", "2", "Two.", "2.0", "Two."], "the same wrong answer twice"),
        (["", "1", "0.1"], "label must be"),
    ],
)
def test_what_cannot_be_recorded_says_why_and_changes_nothing(tmp_path, monkeypatch, arguments, said):
    monkeypatch.setattr(MODULE, "_ANSWERS", tmp_path / "answers.json")
    with pytest.raises(SystemExit, match=re.escape(said)):
        main(*arguments)
    assert not (tmp_path / "answers.json").exists()


def test_who_types_the_module_alone_is_told_what_to_do():
    done = subprocess.run([sys.executable, "-m", "course.check"], capture_output=True, text=True, encoding="utf8")
    assert done.returncode == 1
    assert 'check("ex-…", answer)' in done.stderr and "python -m course record LABEL" in done.stderr
