"""Checks of claims: a bound that holds, and a control that shows the bound could have failed."""

import html
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from IPython.display import display

from course.real import real

__all__ = ["Check", "CheckError", "verify"]


class CheckError(AssertionError):
    """A claim does not hold, or its check could not have failed."""


@dataclass(frozen=True)
class Check:
    """The outcome of a check, shown below the cell that ran it.

    Parameters
    ----------
    claim : str
        Label of the statement that was measured.
    measured : dict of str to float
        What was measured, the entry nearest to the bound for an array.
    at_most, at_least : float or None
        The bound.
    control : dict of str to float
        The same measurement where the claim is not expected to hold; empty if there is none.
    why : str
        Why there is no control.
    """

    claim: str
    measured: dict[str, float]
    at_most: float | None
    at_least: float | None
    control: dict[str, float]
    why: str = ""

    def __str__(self) -> str:
        lower = "" if self.at_least is None else f"{_number(self.at_least)} ≤ "
        upper = "" if self.at_most is None else f" ≤ {_number(self.at_most)}"
        measured = ", ".join(f"{lower}{name} {_number(x)}{upper}" for name, x in self.measured.items())
        control = ", ".join(f"{name}: {_number(x)}" for name, x in self.control.items())
        return f"✓ {measured} ({control or 'no control: ' + self.why})"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        record = html.escape(json.dumps({"claim": self.claim, "text": str(self)}, ensure_ascii=False))
        return f'<p class="check" data-check="{record}">{html.escape(str(self))}</p>'


def verify(
    label: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    control: float | Mapping[str, float] | None,
    why: str = "",
    **measured: float | np.ndarray,
) -> None:
    """Check a claim: every measured value keeps the bound, and the control breaks it.

    Parameters
    ----------
    label : str
        Label of the claim, such as ``"thm-implicit-bias"``.
    at_most, at_least : float, optional
        The bound; at least one of the two.
    control : float or mapping of str to float or None
        The same measurement on a wrong answer, or with a hypothesis removed. It must break the bound.
        A mapping names its controls. ``None`` needs a reason in ``why``.
    why : str
        Why no control exists.
    **measured : float or array
        What is measured. Of an array every entry must keep the bound.

    Raises
    ------
    CheckError
        If a measured value breaks the bound or is not finite, or if a control keeps the bound: such a
        check cannot fail.
    ValueError
        If the label is empty, nothing is measured, there is no finite bound, ``why`` and ``control``
        disagree, or something measured is not a real number.
    """
    if not isinstance(label, str) or not label:
        raise ValueError(f"label must be a non-empty string, got {label!r}")
    if not measured:
        raise ValueError("measured is empty: name at least one value, such as distance=…")
    if at_most is None and at_least is None:
        raise ValueError("at_most and at_least are both missing: a check needs a bound")
    for name, bound in {"at_most": at_most, "at_least": at_least}.items():
        if bound is not None and not math.isfinite(_one(name, bound)):
            raise ValueError(f"{name} must be finite, got {bound!r}: nothing breaks such a bound")
    if (control is None) != bool(why):
        raise ValueError("why must give a reason exactly when control is None")
    controls = {} if control is None else control if isinstance(control, Mapping) else {"control": control}
    if control is not None and not controls:
        raise ValueError("control is an empty mapping: name at least one control")

    def excess(value: float) -> float:
        above = -math.inf if at_most is None else value - at_most
        below = -math.inf if at_least is None else at_least - value
        return max(above, below)

    worst = {}
    for name, value in measured.items():
        entries = real(name, value)
        if entries.size == 0 or not np.isfinite(entries).all():
            raise CheckError(f"{label}: {name} is empty or not finite: {value!r}")
        worst[name] = float(max(entries, key=excess))
    wrong = {name: _one(name, value) for name, value in controls.items()}

    check = Check(label, worst, at_most, at_least, wrong, why)
    for name, value in worst.items():
        if excess(value) > 0:
            raise CheckError(f"{label} does not hold: {name} is {value:.6g}\n{str(check).replace('✓', '✗')}")
    for name, value in wrong.items():
        if not excess(value) > 0:
            keeps = "is not a number" if math.isnan(value) else f"is {value:.6g} and keeps the bound too"
            raise CheckError(f"{label}: this check cannot fail: {name} {keeps}")
    display(check)


def _one(name: str, value: float) -> float:
    entries = real(name, value)
    if entries.size != 1:
        raise ValueError(f"{name} must be one number, got {entries.size}")
    return float(entries[0])


def _number(value: float) -> str:
    """Short for a reader: integers as they are, the rest with three digits."""
    if abs(value) < 1e6 and value == round(value):
        return str(round(value))
    return f"{value:.0e}" if abs(value) < 1e-6 else f"{value:.3g}"
