"""An explorer with a kernel: native sliders, and a picture that is drawn anew for each move."""

import base64
import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.frames import Draw, drawn, image, png, svg
from course.plain import printable

__all__ = ["Live"]


class Live(anywidget.AnyWidget):
    """Sliders over a figure.

    The sliders of ipywidgets have no name that a screen reader could say; these are the native ones of the
    browser, as on the page.

    Parameters
    ----------
    draw : callable
        ``draw(**chosen)`` returns a figure and a sentence.
    grid : mapping of str to sequence
        The values of each slider.
    controls : str
        The sliders in HTML, in the order of ``grid``.
    """

    _esm = Path(__file__).with_name("live.js")
    _css = Path(__file__).with_name("live.css")
    controls = traitlets.Unicode().tag(sync=True)
    positions = traitlets.List(traitlets.Int()).tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)

    def __init__(self, draw: Draw, grid: Mapping[str, Sequence[Any]], controls: str) -> None:
        self._draw, self._grid = draw, grid
        first = [0] * len(grid)
        figure, sentence = drawn(draw, self._chosen(first))
        self._still, self._sentence = base64.b64encode(png(figure)).decode(), sentence
        super().__init__(controls=controls, positions=first, picture=image(svg(figure), sentence))

    def _chosen(self, positions: Sequence[int]) -> dict[str, Any]:
        return {name: choices[at] for (name, choices), at in zip(self._grid.items(), positions, strict=True)}

    @traitlets.observe("positions")
    def _move(self, change: dict[str, Any]) -> None:
        if not change["old"]:  # at the start
            return
        try:
            figure, sentence = drawn(self._draw, self._chosen(change["new"]))
            self.picture = image(svg(figure), sentence)
        except Exception as error:  # nobody sees what a callback raises
            said = html.escape(f"{type(error).__name__}: {error}")
            self.picture = f'<p role="alert">This position cannot be drawn. {said}</p>'

    def __repr__(self) -> str:
        return printable(self._sentence)

    def _repr_mimebundle_(self, **options: object) -> Any:  # noqa: ANN401
        """Add what an exported notebook shows, which has no kernel: the first picture, and its description."""
        bundle = super()._repr_mimebundle_(**options)
        view, *metadata = bundle if isinstance(bundle, tuple) else [bundle]
        return (view | {"image/png": self._still, "text/plain": repr(self)}, *metadata)
