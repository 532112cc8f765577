"""Explorers: sliders over a figure, live with a kernel and alive on the static page."""

import html
import io
import itertools
import json
import os
import urllib.parse
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, display
from matplotlib.figure import Figure

__all__ = ["MOST_FRAMES", "MOST_SLIDERS", "explore"]

MOST_FRAMES, MOST_SLIDERS = 120, 2


def explore(draw: Callable[..., tuple[Figure, str]], **values: Sequence[Any]) -> None:
    """Show a figure that follows one or two sliders.

    With a kernel each move draws the figure anew. Where the environment variable ``BOOK_FRAMES`` is set,
    as it is when the site is built, every combination is drawn once and the page switches between them.

    Parameters
    ----------
    draw : callable
        ``draw(**chosen)`` returns a figure and a sentence that describes it, which becomes its alt text.
    **values : sequence
        For each slider its name and the values it takes, at least two; at most two sliders.

    Raises
    ------
    ValueError
        If ``draw`` is not callable, there are no sliders or more than two, one has fewer than two values,
        there are more than 120 frames, or ``draw`` does not return a figure and a sentence.
    """
    if not callable(draw):
        raise ValueError(f"draw must be callable, got {draw!r}")
    if not 1 <= len(values) <= MOST_SLIDERS:
        raise ValueError(f"values must name one or two sliders, got {len(values)}")
    for name, choices in values.items():
        if not np.iterable(choices):
            raise ValueError(f"{name} must be a sequence of values, got {choices!r}")
    grid = {name: list(choices) for name, choices in values.items()}
    for name, choices in grid.items():
        if len(choices) < 2:
            raise ValueError(f"{name} needs at least two values, got {choices}")
    frames = [dict(zip(grid, chosen, strict=True)) for chosen in itertools.product(*grid.values())]
    if len(frames) > MOST_FRAMES:
        raise ValueError(f"values make {len(frames)} frames, at most {MOST_FRAMES} are allowed")
    if os.environ.get("BOOK_FRAMES"):
        display(_still(draw, grid, frames))
    else:
        display(_live(draw, grid))


def _live(draw: Callable[..., tuple[Figure, str]], grid: dict[str, list[Any]]) -> Any:  # noqa: ANN401
    import ipywidgets

    picture = ipywidgets.HTML()
    sliders = {
        name: ipywidgets.SelectionSlider(
            options=[(_shown(choice), choice) for choice in choices],
            description=name.replace("_", " "),
            continuous_update=False,
        )
        for name, choices in grid.items()
    }

    def update(_change: object = None) -> None:
        picture.value = _image(*_frame(draw, {name: slider.value for name, slider in sliders.items()}))

    for slider in sliders.values():
        slider.observe(update, names="value")
    update()
    return ipywidgets.VBox([*sliders.values(), picture])


def _still(draw: Callable[..., tuple[Figure, str]], grid: dict[str, list[Any]], frames: list[dict]) -> HTML:
    images = "".join(_image(*_frame(draw, chosen), hidden=index > 0) for index, chosen in enumerate(frames))
    return HTML(f'<figure class="explorer">{_controls(grid)}<div class="frames">{images}</div></figure>')


def _controls(grid: dict[str, list[Any]]) -> str:
    controls = []
    for name, choices in grid.items():
        shown = [_shown(choice) for choice in choices]
        controls.append(
            f"<label><span>{html.escape(name.replace('_', ' '))}</span>"
            f'<input type="range" min="0" max="{len(choices) - 1}" value="0" '
            f'data-values="{html.escape(json.dumps(shown))}" aria-valuetext="{html.escape(shown[0])}">'
            f"<output>{html.escape(shown[0])}</output></label>"
        )
    return "".join(controls)


def _frame(draw: Callable[..., tuple[Figure, str]], chosen: dict[str, Any]) -> tuple[str, str]:
    """Draw one frame: its SVG, the same for the same values, and its description."""
    drawn = draw(**chosen)
    if not (isinstance(drawn, tuple) and len(drawn) == 2 and isinstance(drawn[0], Figure)):
        raise ValueError(f"draw must return a figure and a sentence, got {type(drawn).__name__}")
    figure, sentence = drawn
    if not isinstance(sentence, str) or not sentence.strip():
        raise ValueError(f"draw must return a sentence that describes the figure, got {sentence!r}")
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    plt.close(figure)
    svg = stream.getvalue()
    return svg[svg.index("<svg") :], sentence


def _image(svg: str, sentence: str, hidden: bool = False) -> str:
    source = "data:image/svg+xml," + urllib.parse.quote(svg, safe=" =:/;,()!*<>")
    return f'<img src="{html.escape(source)}" alt="{html.escape(sentence)}"{" hidden" if hidden else ""}>'


def _shown(choice: object) -> str:
    return f"{choice:.4g}" if isinstance(choice, float) else str(choice)
