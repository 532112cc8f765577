"""The student's room: a kernel in the sandbox, which runs cells and is asked for answers."""

import base64
import contextlib
import math
import re
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import nbformat
import psutil

from course.crossing import decode, encode
from course.grading.limits import Limits
from course.grading.pipe import Gone, Late, Pipe
from course.grading.sandbox import HOME, command, environment
from course.problems.rooms import RoomError

__all__ = ["Ran", "SandboxedRoom"]

_START = 120.0  # seconds that a kernel has to start
_IMPORT = 60.0  # seconds that it has to import what writes answers
_GRACE = 10.0  # seconds beyond a limit that the other side keeps itself
_LOOK = 0.2  # seconds between two looks at memory and processes
_CROSSING = "__import__('importlib').import_module('course.crossing')"
_PICTURES = {"image/png", "image/jpeg"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\n]+")
_ENDS = {
    "died": "Python has ended",
    "late": "all the time for a submission is used up",
    "lost": "time is up, and the code could not be stopped",
    "memory": "the code used too much memory",
    "processes": "the code started too many processes",
    "start": "Python did not start in the sandbox",
}


@dataclass(frozen=True)
class Ran:
    """What became of a cell."""

    ended: str  # ok, error, stopped (time was up), or a reason why the room is dead
    outputs: list[nbformat.NotebookNode]


class SandboxedRoom:
    """A kernel in the sandbox; a ``Room`` for the tests, and a context manager that leaves nothing behind.

    Parameters
    ----------
    limits : Limits
    sandboxed : bool
        False runs the code with the rights of the user.
    end : float
        When time is up for all that is asked of it, on the monotonic clock.
    """

    def __init__(self, limits: Limits, sandboxed: bool = True, end: float = math.inf) -> None:
        self._limits, self._over, self._end = limits, threading.Event(), end
        self._warm = False  # whether it has what writes answers, whose import is not the student's time
        self.dead = ""  # why it is dead: died, lost, late, memory, processes, start; empty while it lives
        self._folder = None if sandboxed else tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        home = self._folder.name if self._folder else HOME
        self._process = subprocess.Popen(
            command(limits, sandboxed),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(home),
            cwd=self._folder.name if self._folder else "/",
            bufsize=0,
        )
        self._pipe = Pipe(self._process.stdin.fileno(), self._process.stdout.fileno())
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        if self._ask(None, _START).get("ended") != "ready":
            self._die("start")
            self.dead = "start"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all processes of the room."""
        self._over.set()
        self._kill()
        self._watch.join()
        for end in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                end.close()
        if self._folder:
            self._folder.cleanup()

    def run(self, code: str, seconds: float | None = None) -> Ran:
        """Run a cell, within the seconds of the limits or others."""
        seconds = seconds or self._limits.cell
        result = self._ask({"code": code, "seconds": seconds}, seconds + _GRACE)
        return Ran(self.dead or str(result.get("ended")), _outputs(result.get("outputs")))

    def value(self, name: str) -> Any:  # noqa: ANN401
        """Return what is bound to a name."""
        return self._evaluate(name, name)

    def call(self, name: str, arguments: list[Any]) -> Any:  # noqa: ANN401
        """Return what the function of this name gives."""
        handed = f"{_CROSSING}.decode({encode(arguments)!r})"
        return self._evaluate(name, f"{name}(*{handed})", called=True)

    @property
    def late(self) -> bool:
        """Whether all its time is used up."""
        return time.monotonic() > self._end

    def why(self) -> str:
        """Say why it is dead."""
        return _ENDS[self.dead]

    def _evaluate(self, name: str, expression: str, called: bool = False) -> Any:  # noqa: ANN401
        if not self._warm:
            self._ask({"code": "", "expression": _CROSSING, "seconds": _IMPORT}, _IMPORT + _GRACE)
            self._warm = True
        handed = f"__import__('base64').b64encode({_CROSSING}.encode({expression}).encode()).decode()"
        result = self._ask({"code": "", "expression": handed, "seconds": self._limits.cell}, self._limits.cell + _GRACE)
        if self.dead:
            raise RoomError(f"{name} cannot be had: {self.why()}")
        if result.get("ended") == "stopped":
            raise RoomError(f"{name} takes longer than {self._limits.cell:g} seconds")
        answer = result.get("answer")
        if not isinstance(answer, dict) or answer.get("status") != "ok":
            raise RoomError(_refusal(name, answer, called))
        try:
            return decode(base64.b64decode(answer["data"]["text/plain"].strip("'"), validate=True).decode())
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RoomError(f"{name} was not handed in as plain data") from error

    def _ask(self, request: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        if self.late:
            self._die("late")
        if self.dead:
            return {}
        try:
            result = self._pipe.ask(request, seconds)
        except Gone:
            result = {"ended": "died"}
        except Late:
            result = {"ended": "lost"}
        if result.get("ended") in {"died", "lost"}:
            self._die(result["ended"])
        return result

    def _die(self, reason: str) -> None:
        self._kill()
        self._over.set()
        self._watch.join()  # it may know better
        self.dead = self.dead or reason

    def _kill(self) -> None:
        """End the first process; the system ends the others in the sandbox, and without one we try."""
        others = [] if not self._folder else _descendants(self._process.pid)
        self._process.kill()
        for other in others:
            with contextlib.suppress(psutil.Error):
                other.kill()
        self._process.wait()

    def _look(self) -> None:
        """See to it, in a thread of its own, that memory and processes stay within their limits."""
        while not self._over.is_set():
            found = _descendants(self._process.pid)
            if len(found) > self._limits.processes:
                self.dead = self.dead or "processes"
            elif _memory(found) > self._limits.memory:
                self.dead = self.dead or "memory"
            if self.dead:
                self._process.kill()
                return
            self._over.wait(_LOOK)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _memory(processes: list[psutil.Process]) -> int:
    """Return the bytes that processes use; what they share is counted once, if the first sum is large."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    if len(processes) > 3 and total > 2**30:
        with contextlib.suppress(AttributeError, psutil.Error):  # on systems that do not tell
            return sum(process.memory_full_info().pss for process in processes)
    return total


def _refusal(name: str, answer: object, called: bool) -> str:
    """Say why there is no answer."""
    kind, words = "Error", "no answer"
    if isinstance(answer, dict):
        kind, words = str(answer.get("ename"))[:100], str(answer.get("evalue"))[:500]
    if not called and kind == "NameError":
        return f"there is no {name}: bind your answer to this name"
    return f"{name} raised {kind}: {words}" if called else words


def _outputs(found: object) -> list[nbformat.NotebookNode]:
    """Take the outputs that are what they should be; nothing in them runs in a browser."""
    return [nbformat.from_dict(each) for each in map(_output, found if isinstance(found, list) else []) if each]


def _output(found: object) -> dict[str, Any] | None:
    try:
        kind = found["output_type"]
        if kind == "stream":
            name = "stderr" if found["name"] == "stderr" else "stdout"
            return {"output_type": kind, "name": name, "text": _text(found["text"])}
        if kind == "error":
            lines = [_text(line) for line in found["traceback"]]
            return {
                "output_type": kind,
                "ename": _text(found["ename"]),
                "evalue": _text(found["evalue"]),
                "traceback": lines,
            }
        shown = {kind: _text(value) for kind, value in found["data"].items() if kind in {"text/plain", *_PICTURES}}
        data = {kind: value for kind, value in shown.items() if kind not in _PICTURES or _BASE64.fullmatch(value)}
        return {"output_type": "display_data", "data": data, "metadata": {}}
    except (AttributeError, KeyError, TypeError):
        return None


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError("no text")
    return found
