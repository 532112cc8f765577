"""The frames of an explorer, drawn, and its sliders, written in HTML."""

import html
import io
import json
import re
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

__all__ = ["Draw", "controls", "drawn", "image", "png", "svg", "texts"]

Draw = Callable[..., tuple[Figure, str]]


def drawn(draw: Draw, chosen: Mapping[str, Any]) -> tuple[Figure, str]:
    """Draw one frame: a figure, which pyplot has forgotten, and the sentence that describes it."""
    before = set(plt.get_fignums())
    try:
        frame = draw(**chosen)
    finally:  # else the figure, or what was drawn before an error, would be shown once more below the cell
        for number in set(plt.get_fignums()) - before:
            plt.close(number)
    if not (isinstance(frame, tuple) and len(frame) == 2 and isinstance(frame[0], Figure)):
        raise ValueError(f"draw must return a figure and a sentence, got {type(frame).__name__}")
    figure, sentence = frame
    plt.close(figure)
    if not isinstance(sentence, str) or not sentence.strip():
        raise ValueError(f"draw must return a sentence that describes the figure, got {sentence!r}")
    return figure, sentence


def svg(figure: Figure) -> str:
    """Return the figure as SVG, the same for the same values."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    code = stream.getvalue()
    return code[code.index("<svg") :]


def png(figure: Figure) -> bytes:
    """Return the figure as PNG on white."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=150, facecolor="white")
    return stream.getvalue()


def image(svg: str, sentence: str, hidden: bool = False) -> str:
    """Return an SVG as an ``<img>`` that carries it in its address, and below it the sentence, for the eye."""
    source, said = "data:image/svg+xml," + urllib.parse.quote(svg, safe=" =:/;,()!*<>"), html.escape(sentence)
    picture = f'<img src="{html.escape(source)}" alt="{said}"{" hidden" if hidden else ""}>'
    said = re.sub(r"(?<=\de)-(?=\d)", "\N{NON-BREAKING HYPHEN}", said)  # 1e-5 is one word
    return f'{picture}<p aria-hidden="true">{said}</p>'  # whoever hears the page has heard it as the alt text


def controls(
    caption: str, labels: Mapping[str, str], choices: Mapping[str, Sequence[str]], places: Mapping[str, int]
) -> str:
    """Return the caption and a labelled slider for each list of choices, with its place where nothing moves."""
    parts = [f"<figcaption>{html.escape(caption)}</figcaption>"] if caption else []
    for name, shown in choices.items():
        label, values = html.escape(labels[name]), html.escape(json.dumps(list(shown), ensure_ascii=False))
        parts.append(
            f"<label><span>{label}</span>"
            f'<input type="range" min="0" max="{len(shown) - 1}" value="0" aria-label="{label}" '
            f'data-values="{values}" data-still="{places[name]}" aria-valuetext="{html.escape(shown[0])}">'
            f"<output>{html.escape(shown[0])}</output></label>"
        )
    return "".join(parts)


def texts(choices: Sequence[Any]) -> list[str]:
    """Write the values of a slider: exactly if short, else with so many digits that neighbours look as far apart."""
    exact = [_text(choice) for choice in choices]
    numbers = sorted(float(choice) for choice in choices if _is_decimal(choice))
    apart = min((gap for gap in np.diff(numbers) if gap > 0), default=np.inf)
    for digits in range(4, 17):
        rounded = [_text(choice, digits) for choice in choices]
        pairs = [(float(text), choice) for text, choice in zip(rounded, choices, strict=True) if _is_decimal(choice)]
        if all(abs(text - choice) <= apart / 20 for text, choice in pairs):
            break
    return [whole if len(whole) <= 12 else short for whole, short in zip(exact, rounded, strict=True)]


def _is_decimal(choice: object) -> bool:
    return isinstance(choice, Real) and not isinstance(choice, Integral | np.bool_) and bool(np.isfinite(choice))


def _text(choice: object, digits: int | None = None) -> str:
    if not _is_decimal(choice):
        return str(choice)
    unique = digits is None
    if choice == 0 or 1e-4 <= abs(choice) < 1e7:
        places = digits if unique or abs(choice) < 1 else max(digits, len(str(int(abs(choice)))) + 1)
        return np.format_float_positional(choice, places, unique=unique, fractional=unique, trim="-")
    return np.format_float_scientific(choice, None if unique else digits - 1, unique=unique, trim="-", exp_digits=1)
