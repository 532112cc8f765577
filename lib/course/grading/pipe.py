"""Talk with a process that may say anything, too much, or nothing: lines of JSON, in time and of limited length."""

import json
import os
import select
import time
from typing import Any

__all__ = ["Gone", "Late", "Pipe"]

_LONGEST = 64 * 2**20  # bytes of a line


class Gone(Exception):
    """The process has ended, or says what is none of the agreed words."""


class Late(Exception):
    """The process does not answer in time."""


class Pipe:
    """Two ends of pipes to a process.

    Parameters
    ----------
    writing, reading : int
        File descriptors of its standard input and output.
    """

    def __init__(self, writing: int, reading: int) -> None:
        self._writing, self._reading = writing, reading
        self._rest = bytearray()
        for end in (writing, reading):
            os.set_blocking(end, False)

    def ask(self, request: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        """Send a request, if there is one, and return the answer.

        Raises
        ------
        Gone, Late
        """
        end = time.monotonic() + seconds
        if request is not None:
            self._send(json.dumps(request).encode() + b"\n", end)
        try:
            answer = json.loads(self._line(end))
        except (RecursionError, ValueError) as error:
            raise Gone from error
        if not isinstance(answer, dict):
            raise Gone
        return answer

    def _send(self, data: bytes, end: float) -> None:
        while data:
            self._wait([], [self._writing], end)
            try:
                data = data[os.write(self._writing, data) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Gone from error

    def _line(self, end: float) -> bytes:
        start = 0
        while (stop := self._rest.find(b"\n", start)) < 0:
            start = len(self._rest)
            if start > _LONGEST:
                raise Gone
            self._wait([self._reading], [], end)
            try:
                read = os.read(self._reading, 2**20)
            except BlockingIOError:
                continue
            if not read:
                raise Gone
            self._rest += read
        line = bytes(self._rest[:stop])
        del self._rest[: stop + 1]
        return line

    @staticmethod
    def _wait(reading: list[int], writing: list[int], end: float) -> None:
        left = end - time.monotonic()
        if left <= 0 or select.select(reading, writing, [], left) == ([], [], []):
            raise Late
