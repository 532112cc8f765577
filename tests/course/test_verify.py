"""verify shows what keeps its bound, and refuses what breaks it and what could not have failed."""

import json
from contextlib import nullcontext
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course import verify
from course.verify import Check, CheckError

NUMBERS = st.floats(-1e9, 1e9)
VALUES = arrays(float, st.integers(1, 5), elements=NUMBERS)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            {"largest_distance": 3e-15, "at_most": 1e-10, "control": {"AdaGrad": 1.66}},
            "✓ largest distance 3e-15 ≤ 1e-10 · AdaGrad: 1.66",
        ),
        ({"rank": [[7], [3]], "at_least": 2, "control": {"a copy": 1}}, "✓ smallest rank 3 ≥ 2 · a copy: 1"),
        (
            {"largest_rise": [0.4, 1], "gap": 1e-8, "at_most": 1, "control": {"p, q": np.inf, "r": 1720.4}},
            "✓ largest rise 1 ≤ 1, gap 1e-8 ≤ 1 · p, q: inf · r: 1720",
        ),
        (
            {"slope": [0.5, 0.59], "at_least": 0.4, "at_most": 0.6, "control": {"fast": 2, "slow": 0.12345}},
            "✓ 0.4 ≤ slope 0.5 to 0.59 ≤ 0.6 · fast: 2 · slow: 0.123",
        ),
        (
            {"gap": 0, "at_most": 1, "control": {"far": [3, 2, 5]}},
            "✓ gap 0 ≤ 1 · far: at least 2",
        ),
        (
            {"gap": [2], "at_least": 1, "control": {"far": [-3, 0]}},
            "✓ gap 2 ≥ 1 · far: at most 0",
        ),
        (
            {"gap": 0, "at_most": 0, "control": None, "why": "true of every matrix"},
            "✓ gap 0 ≤ 0 · no control: true of every matrix",
        ),
    ],
)
def test_the_line_reads_in_words(shown, arguments, line):
    verify("thm-a", **arguments)
    assert [(str(check), repr(check), check.line) for check in shown] == [(line, line, line)]


@given(VALUES, NUMBERS, VALUES, st.sampled_from(["most", "least"]))
def test_passes_if_and_only_if_all_values_keep_the_bound_and_all_controls_break_it(values, bound, control, side):
    sign = 1 if side == "most" else -1
    passes = all(sign * values <= sign * bound) and all(sign * control > sign * bound)
    with nullcontext() if passes else pytest.raises(CheckError):
        verify("thm-a", values=values, control={"another": control}, **{f"at_{side}": bound})


@given(NUMBERS, NUMBERS, NUMBERS)
def test_two_bounds_hold_together(value, one, other):
    lower, upper = sorted((one, other))
    with nullcontext() if lower <= value <= upper else pytest.raises(CheckError, match="does not hold"):
        verify("thm-a", value=value, at_least=lower, at_most=upper, control={"over": 2e9, "under": -2e9})


@pytest.mark.parametrize(
    ("control", "reason"),
    [
        ({"near": 0.5}, "near is 0.5 and keeps the bound too"),
        ({"far": 2, "near": 1}, "near is 1 and keeps the bound too"),
        ({"mostly": [5, 0.9, 7]}, "mostly is 0.9 and keeps the bound too"),
        ({"none": np.nan}, "none is not a number"),
        ({"far": np.inf, "partly": [2, np.nan]}, "partly is not a number"),
    ],
)
def test_a_check_that_cannot_fail_is_refused(shown, control, reason):
    with pytest.raises(CheckError, match=f"thm-a: this check cannot fail: {reason}"):
        verify("thm-a", value=0.5, at_most=1, control=control)
    assert not shown


@pytest.mark.parametrize(
    ("control", "idle"),
    [({"over": 2}, "at_least"), ({"under": [-2, -3]}, "at_most"), ({"over": 2, "both": [-2, 3]}, "at_least")],
)
def test_each_of_two_bounds_needs_a_control(shown, control, idle):
    with pytest.raises(CheckError, match=f"this check cannot fail: no control breaks {idle}"):
        verify("thm-a", value=0.5, at_most=1, at_least=0, control=control)
    assert not shown


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, [0, np.nan], []])
def test_measured_values_are_finite(value):
    with pytest.raises(CheckError, match="empty or not finite"):
        verify("thm-a", value=value, at_most=1, at_least=-1, control={"over": 2, "under": -2})


@pytest.mark.parametrize("bare", [2, np.float64(2), [2, 3], "AdaGrad"])
def test_a_bare_control_is_told_what_to_write(bare):
    with pytest.raises(ValueError, match=r'^control must be named.*control=\{"a start off the row space": …\}'):
        verify("thm-a", value=0, at_most=1, control=bare)


@pytest.mark.parametrize("check", [Check("thm-a", "✓ <b> & \"c' 1 ≤ 2 · d: 3", ["d"]), Check("thm-b", "✓ e", [], "so")])
def test_html_carries_the_record_and_escapes_it(check):
    element = ElementTree.fromstring(check._repr_html_())
    assert element.text == check.line
    record = {"claim": check.claim, "text": check.line, "controls": check.controls, "why": check.why}
    assert json.loads(element.get("data-check")) == record
