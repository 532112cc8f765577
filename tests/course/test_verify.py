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


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"distance": 3e-15, "at_most": 1e-10, "control": {"AdaGrad": 1.66}},
            "✓ distance 3e-15 ≤ 1e-10 (AdaGrad: 1.66)",
        ),
        ({"rank": np.array([[7], [3]]), "at_least": 2, "control": 1}, "✓ 2 ≤ rank 3 (control: 1)"),
        ({"a": 0.4, "b": 1, "at_most": 1, "control": np.inf}, "✓ a 0.4 ≤ 1, b 1 ≤ 1 (control: inf)"),
        (
            {"slope": [0.5, 0.59], "at_least": 0.4, "at_most": 0.6, "control": {"fast": 2, "slow": 0.12345}},
            "✓ 0.4 ≤ slope 0.59 ≤ 0.6 (fast: 2, slow: 0.123)",
        ),
        (
            {"gap": 0, "at_most": 0, "control": None, "why": "true of every matrix"},
            "✓ gap 0 ≤ 0 (no control: true of every matrix)",
        ),
    ],
)
def test_display(shown, arguments, text):
    verify("thm-a", **arguments)
    assert [str(check) for check in shown] == [text]


@given(arrays(float, st.integers(1, 5), elements=NUMBERS), NUMBERS, NUMBERS, st.sampled_from(["most", "least"]))
def test_passes_if_and_only_if_all_values_keep_the_bound_and_the_control_breaks_it(values, bound, control, side):
    sign = 1 if side == "most" else -1
    passes = all(sign * values <= sign * bound) and sign * control > sign * bound
    with nullcontext() if passes else pytest.raises(CheckError):
        verify("thm-a", values=values, control=control, **{f"at_{side}": bound})


@given(NUMBERS, NUMBERS, NUMBERS)
def test_two_bounds_hold_together(value, one, other):
    lower, upper = sorted((one, other))
    with nullcontext() if lower <= value <= upper else pytest.raises(CheckError, match="does not hold"):
        verify("thm-a", value=value, at_least=lower, at_most=upper, control=2e9)


@pytest.mark.parametrize("control", [0.5, {"far": 2, "near": 1}, np.nan, {"far": np.inf, "none": np.nan}])
def test_a_check_that_cannot_fail_is_refused(shown, control):
    with pytest.raises(CheckError, match="thm-a: this check cannot fail"):
        verify("thm-a", value=0.5, at_most=1, control=control)
    assert not shown


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, [0, np.nan], []])
def test_measured_values_are_finite(value):
    with pytest.raises(CheckError, match="empty or not finite"):
        verify("thm-a", value=value, at_most=1, at_least=-1, control=2)


def test_html_carries_the_record_and_escapes_it():
    check = Check("thm-a", {"a": 1.0}, 1.0, None, {"<b> & \"c'": 2.0})
    element = ElementTree.fromstring(check._repr_html_())
    assert element.text == str(check)
    assert json.loads(element.get("data-check")) == {"claim": "thm-a", "text": str(check)}
