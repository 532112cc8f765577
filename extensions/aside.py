"""Pieces of a page that would take time to parse, put aside while the rest is read and written."""

import re
from collections.abc import Callable

PLACE = "\ue000{}\ue001"  # as text, by letters that are nobody's
_PLACE = re.compile(PLACE.format(r"(\d+)"))


class Aside:
    """The pieces that were put aside, of one page or of several."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def put(self, pattern: re.Pattern[str], text: str, piece: Callable[[re.Match[str]], str] = re.Match.group) -> str:
        """A text without what matches; ``piece`` says what is to stand there in the end."""

        def place(found: re.Match[str]) -> str:
            self._pieces.append(piece(found))
            return PLACE.format(len(self._pieces) - 1)

        return pattern.sub(place, text)

    def back(self, text: str) -> str:
        """A text, or a part of it, with its pieces."""
        return _PLACE.sub(lambda place: self._pieces[int(place[1])], text)


def without(text: str) -> str:
    """A text without the places of pieces."""
    return _PLACE.sub("", text)
