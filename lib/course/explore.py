"""Explorers: sliders over a figure, live with a kernel and alive on the static page."""

import itertools
import os
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from IPython.display import HTML, display

from course.frames import Draw, controls, drawn, image, svg, texts

__all__ = ["MOST_FRAMES", "MOST_SLIDERS", "explore"]

MOST_FRAMES, MOST_SLIDERS = 120, 2


def explore(
    draw: Draw,
    *,
    caption: str = "",
    labels: Mapping[str, str] | None = None,
    still: Mapping[str, Any] | None = None,
    **values: Sequence[Any],
) -> None:
    """Show a figure that follows one or two sliders.

    With a kernel each move draws the figure anew. Where the environment variable ``BOOK_FRAMES`` is set,
    as it is when the site is built, every combination is drawn once and the page switches between them.

    Parameters
    ----------
    draw : callable
        ``draw(**chosen)`` returns a figure and a sentence that describes it, which stands below the picture
        and is its alt text.
    caption : str
        Stands above the sliders; best a question that the reader answers before moving them.
    labels : mapping of str to str
        What to write beside a slider instead of its name: the symbol of the text, with its unit.
    still : mapping of str to value, optional
        The most telling frame, by the values of its sliders: it stands for all where nothing moves, in the
        book's PDF and in its EPUB. A slider that is not named stands at its first value.
    **values : sequence
        For each slider its name and the values it takes, at least two and all different; at most two
        sliders. The first values make the first frame.

    Raises
    ------
    ValueError
        If ``draw`` is not callable, ``caption`` or ``labels`` are not text, there are no sliders or more
        than two, one has fewer than two values or one value twice, ``still`` names what no slider has,
        there are more than 120 frames, or ``draw`` does not return a figure and a sentence.
    """
    if not callable(draw):
        raise ValueError(f"draw must be callable, got {draw!r}")
    if not isinstance(caption, str):
        raise ValueError(f"caption must be a sentence, got {caption!r}; no slider can have this name")
    if not isinstance(labels, Mapping | None):
        raise ValueError(f"labels must map sliders to their labels, got {labels!r}; no slider can have this name")
    if not 1 <= len(values) <= MOST_SLIDERS:
        raise ValueError(f"values must name one or two sliders, got {len(values)}")
    names = {name: name.replace("_", " ") for name in values} | dict(labels or {})
    for name, label in names.items():
        if name not in values:
            raise ValueError(f"labels names the slider {name!r}, there are {list(values)}")
        if not isinstance(label, str) or not label.strip():
            raise ValueError(f"labels must say what {name} is, got {label!r}")
    grid = {name: _choices(name, choices) for name, choices in values.items()}
    frames = [dict(zip(grid, chosen, strict=True)) for chosen in itertools.product(*grid.values())]
    if len(frames) > MOST_FRAMES:
        raise ValueError(f"values make {len(frames)} frames, at most {MOST_FRAMES} are allowed")
    places = _places(still, grid)
    sliders = controls(caption.strip(), names, {name: texts(choices) for name, choices in grid.items()}, places)
    if os.environ.get("BOOK_FRAMES"):
        display(_page(draw, frames, sliders))
    else:
        from course.live import Live  # a page needs no widgets

        display(Live(draw, grid, sliders))


def _choices(name: str, choices: Sequence[Any]) -> list[Any]:
    if not np.iterable(choices) or isinstance(choices, str):
        raise ValueError(f"{name} must be a sequence of values, got {choices!r}")
    choices = list(choices)
    if len(choices) < 2:
        raise ValueError(f"{name} needs at least two values, got {choices}")
    if len(set(texts(choices))) < len(choices):
        raise ValueError(f"{name} has a value twice: {choices}")
    return choices


def _places(still: Mapping[str, Any] | None, grid: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    if not isinstance(still, Mapping | None):
        raise ValueError(f"still must map sliders to values, got {still!r}; no slider can have this name")
    places = dict.fromkeys(grid, 0)
    for name, value in (still or {}).items():
        if name not in grid:
            raise ValueError(f"still names the slider {name!r}, there are {list(grid)}")
        fitting = [place for place, choice in enumerate(grid[name]) if _same(choice, value)]
        if not fitting:
            raise ValueError(f"still says {name}={value!r}, which is none of {texts(grid[name])}")
        places[name] = fitting[0]
    return places


def _same(choice: object, value: object) -> bool:
    if isinstance(choice, Real) and isinstance(value, Real):
        return bool(np.isclose(float(choice), float(value), rtol=1e-9, atol=0))
    return np.array_equal(choice, value)  # a value may be an array


def _page(draw: Draw, frames: Sequence[Mapping[str, Any]], sliders: str) -> HTML:
    images = []
    for chosen in frames:
        figure, sentence = drawn(draw, chosen)
        images.append(image(svg(figure), sentence, hidden=bool(images)))
    return HTML(f'<figure class="explorer">{sliders}<div class="frames">{"".join(images)}</div></figure>')
