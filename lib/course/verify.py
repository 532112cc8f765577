"""Checks of claims: a bound that holds, and controls that show the bound could have failed."""

import html
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from IPython.display import display
from numpy.typing import ArrayLike, NDArray

from course.plain import printable
from course.real import real

__all__ = ["Check", "CheckError", "verify"]

_EXTREMES = {"largest", "smallest", "greatest", "least", "highest", "lowest", "longest", "shortest", "worst"}


class CheckError(AssertionError):
    """A claim does not hold, or its check could not have failed."""


@dataclass(frozen=True)
class Check:
    """The outcome of a check, shown below the cell that ran it.

    Parameters
    ----------
    claim : str
        Label of the statement that was measured.
    line : str
        What was measured, the bound, and the controls, in words.
    controls : list of str
        What the controls are called; empty if there is none.
    why : str
        Why there is no control.
    """

    claim: str
    line: str
    controls: list[str]
    why: str = ""

    def __str__(self) -> str:
        return printable(self.line)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        record = {"claim": self.claim, "text": self.line, "controls": self.controls, "why": self.why}
        data = html.escape(json.dumps(record, ensure_ascii=False))
        shown = re.sub(r"[\d.]+e-\d+", r'<span class="number">\g<0></span>', html.escape(self.line))
        return f'<p class="check" data-check="{data}">{shown}</p>'


@dataclass(frozen=True)
class _Bound:
    """The numbers from ``at_least`` to ``at_most``, of which one may be missing."""

    at_most: float | None
    at_least: float | None

    def sides(self, values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """How far each value is beyond each side; negative inside, NaN for NaN."""
        above = {} if self.at_most is None else {"at_most": values - self.at_most}
        below = {} if self.at_least is None else {"at_least": self.at_least - values}
        return above | below

    def excess(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each value is beyond the nearer side."""
        return np.maximum.reduce(list(self.sides(values).values()))

    def measured(self, name: str, values: NDArray[np.float64]) -> str:
        """Say in words which values keep the bound: the extreme that matters, for two sides both."""
        lowest, highest = _number(values.min()), _number(values.max())
        if self.at_most is None:
            return f"{_which('smallest', name, values)} {lowest} ≥ {_number(self.at_least)}"
        if self.at_least is None:
            return f"{_which('largest', name, values)} {highest} ≤ {_number(self.at_most)}"
        between = lowest if lowest == highest else f"{lowest} to {highest}"
        return f"{_number(self.at_least)} ≤ {name} {between} ≤ {_number(self.at_most)}"

    def control(self, name: str, values: NDArray[np.float64]) -> str:
        """Name a control with the entry that breaks the bound least."""
        nearest = values[self.excess(values).argmin()]
        if values.size == 1:
            return f"{name}: {_number(nearest)}"
        others = "at least" if nearest == values.min() else "at most" if nearest == values.max() else "such as"
        return f"{name}: {others} {_number(nearest)}"


def verify(
    label: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    control: Mapping[str, ArrayLike] | None,
    why: str = "",
    **measured: ArrayLike,
) -> None:
    """Check a claim: every measured value keeps the bound, and every control breaks it.

    Parameters
    ----------
    label : str
        Label of the claim, such as ``"thm-implicit-bias"``.
    at_most, at_least : float, optional
        The bound; at least one of the two. Where both are given, a control must break each.
    control : mapping of str to number or array, or None
        The same measurement with one hypothesis dropped, or with the nearest wrong formula, under a name
        that says which. Every entry of an array must break the bound. ``None`` needs a reason in ``why``.
    why : str
        Why no control exists.
    **measured : number or array
        What is measured; the names are shown as words. Of an array every entry must keep the bound.

    Raises
    ------
    CheckError
        If a measured value breaks the bound or is not finite, or if a control, or an entry of it, keeps
        the bound, or if no control breaks one of two sides: such a check cannot fail.
    ValueError
        If the label is empty, nothing is measured, there is no finite bound, the controls have no names,
        ``why`` and ``control`` disagree, or something measured is not a real number.
    """
    if not isinstance(label, str) or not label:
        raise ValueError(f"label must be a non-empty string, got {label!r}")
    if not measured:
        raise ValueError("measured is empty: name at least one value, such as distance=…")
    bound = _bound(at_most, at_least)
    wrong = _controls(control)
    if not isinstance(why, str) or bool(wrong) == bool(why.strip()):
        raise ValueError("why must give a reason exactly when control is None")
    found = {name.replace("_", " ").strip(): real(name, value) for name, value in measured.items()}
    for name, values in found.items():
        if values.size == 0 or not np.isfinite(values).all():
            raise CheckError(f"{label}: {name} is empty or not finite: {values}")

    line = ", ".join(bound.measured(name, values) for name, values in found.items())
    shown = [bound.control(name, values) for name, values in wrong.items()] or [f"no control: {why}"]
    check = Check(label, " · ".join([f"✓ {line}", *shown]), list(wrong), why)
    for name, values in found.items():
        excess = bound.excess(values)
        if excess.max() > 0:
            value = values[excess.argmax()]
            raise CheckError(f"{label} does not hold: {name} is {value:.6g}\n{check.line.replace('✓', '✗')}")
    _can_fail(label, bound, wrong)
    display(check)


def _bound(at_most: float | None, at_least: float | None) -> _Bound:
    if at_most is None and at_least is None:
        raise ValueError("at_most and at_least are both missing: a check needs a bound")
    sides = {}
    for name, side in {"at_most": at_most, "at_least": at_least}.items():
        sides[name] = None
        if side is not None:
            entries = real(name, side)
            if entries.size != 1 or not math.isfinite(entries[0]):
                raise ValueError(f"{name} must be one finite number, got {side!r}: nothing breaks another bound")
            sides[name] = float(entries[0])
    if None not in sides.values() and sides["at_least"] > sides["at_most"]:
        raise ValueError(f"at_least is {at_least} and above at_most, {at_most}: nothing keeps such a bound")
    return _Bound(**sides)


def _controls(control: Mapping[str, ArrayLike] | None) -> dict[str, NDArray[np.float64]]:
    if control is None:
        return {}
    if not isinstance(control, Mapping):
        raise ValueError(
            f"control must be named, got {control!r}: say in words what is wrong with it, such as "
            'control={"a start off the row space": …}'
        )
    if not control:
        raise ValueError("control is an empty mapping: name at least one control")
    for name in control:
        if not isinstance(name, str) or not name.strip() or name == "control":
            raise ValueError(f"control has the name {name!r}: say in words what is wrong with it")
    wrong = {name: real(name, value) for name, value in control.items()}
    for name, values in wrong.items():
        if values.size == 0:
            raise ValueError(f"{name} is a control without values")
    return wrong


def _can_fail(label: str, bound: _Bound, wrong: dict[str, NDArray[np.float64]]) -> None:
    """Every entry of every control breaks the bound, and each side is broken by a control."""
    for name, values in wrong.items():
        if np.isnan(values).any():
            raise CheckError(f"{label}: this check cannot fail: {name} is not a number")
        excess = bound.excess(values)
        if not excess.min() > 0:
            value = values[excess.argmin()]
            raise CheckError(f"{label}: this check cannot fail: {name} is {value:.6g} and keeps the bound too")
    for side in bound.sides(np.zeros(1)) if wrong else ():
        if not any(bound.sides(values)[side].min() > 0 for values in wrong.values()):
            raise CheckError(f"{label}: this check cannot fail: no control breaks {side}")


def _which(extreme: str, name: str, values: NDArray[np.float64]) -> str:
    """Say which entry of an array is shown, unless its name does."""
    return name if values.size == 1 or name.split(" ")[0] in _EXTREMES else f"{extreme} {name}"


def _number(value: float) -> str:
    """Short for a reader: integers as they are, the rest with three digits, very small and large ones with one."""
    if abs(value) < 1e6 and value == round(value):
        return str(round(value))
    if 1e-4 <= abs(value) < 1e6:
        return np.format_float_positional(value, 3, unique=False, fractional=False, trim="-")
    return np.format_float_scientific(value, 0, trim="-", exp_digits=1) if math.isfinite(value) else str(value)
