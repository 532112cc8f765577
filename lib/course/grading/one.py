"""Grade one submission, in a process of its own, which can be ended as a whole."""

import contextlib
import json
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import nbformat

from course.grading.limits import Limits
from course.grading.rooms import SandboxedRoom
from course.problems import BlankRoom, LocalRoom, Outcome, ProblemSet, filled, judge
from course.problems.source import role

__all__ = ["Graded", "grade", "show"]

RUBRIC = "**Rubric.**"
_TRIALS = 3  # how many cells that end Python are left out, one after the other
_START = "spawn"  # a copy of a process that has threads may wait for one of them for ever
_OURS = 180.0  # seconds that our own part of the work may take beyond the student's
_GIVEN = 60.0  # seconds that a cell may take which is given, on a busy machine
_CONTROL = re.compile(r"\x1b\[[0-9;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass
class Graded:
    """What came of it."""

    notebook: nbformat.NotebookNode | None = None  # with the outputs of all cells
    outcomes: list[Outcome] = field(default_factory=list)
    why: str = ""  # why code had to be ended: time, memory, processes, died
    notes: list[str] = field(default_factory=list)
    broken: str = ""  # what is wrong with the tests themselves


def grade(
    problems: ProblemSet, student: str, notebook: nbformat.NotebookNode, limits: Limits, sandboxed: bool
) -> Graded:
    """Run a rebuilt notebook in the sandbox, and the tests outside of it.

    Parameters
    ----------
    problems : ProblemSet
    student : str
    notebook : NotebookNode
        As released, with the student's answers.
    limits : Limits
    sandboxed : bool

    Returns
    -------
    Graded, whatever the student's code does
    """
    context = multiprocessing.get_context(_START)
    ours, theirs = context.Pipe(duplex=False)
    task = (problems.path, problems.text, student, nbformat.writes(notebook), limits, sandboxed)
    process = context.Process(target=_alone, args=(theirs, os.getpid(), task))
    process.start()
    theirs.close()
    try:
        return _received(ours, process.sentinel, limits.total + _OURS)
    finally:
        _end(process)
        ours.close()


def _received(connection: Connection, sentinel: int, seconds: float) -> Graded:
    """Return what the process says last; where it was when it had to be ended.

    What is given and the model solution are ours to run: if that does not end well, the student is not to blame.
    """
    end, stage, ours = time.monotonic() + seconds, "it started", True
    while (left := end - time.monotonic()) > 0:
        multiprocessing.connection.wait([connection, sentinel], left)
        if not connection.poll():
            if multiprocessing.connection.wait([sentinel], 0):
                return _unfinished("died", f"the process that graded it has ended while {stage}", ours)
            continue
        try:
            said = json.loads(connection.recv_bytes())
        except EOFError:
            return _unfinished("died", f"the process that graded it has ended while {stage}", ours)
        if "stage" not in said:
            said["notebook"] = said["notebook"] and nbformat.reads(said["notebook"], as_version=4)
            return Graded(**{**said, "outcomes": [Outcome(**each) for each in said["outcomes"]]})
        stage, ours = said["stage"], said["ours"]
        end = max(end, time.monotonic() + _OURS) if ours else end
    return _unfinished("time", f"time was up while {stage}", ours)


def _unfinished(why: str, note: str, ours: bool) -> Graded:
    return Graded(broken=note) if ours else Graded(why=why, notes=[note])


def _end(process: Any) -> None:  # noqa: ANN401, of one of several contexts
    """End a process and its group; the kernel in the sandbox ends with it."""
    with contextlib.suppress(AttributeError, ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def _alone(connection: Connection, parent: int, task: tuple[Any, ...]) -> None:
    """Do the work; the first lines make this process one that can be ended as a whole."""
    with contextlib.suppress(AttributeError, OSError):
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    sys.stdin = sys.stdout = sys.stderr = open(os.devnull, "r+")  # noqa: SIM115, for the rest of its life
    os.environ["MPLBACKEND"] = "agg"

    def say(**words: object) -> None:
        connection.send_bytes(json.dumps(words).encode())

    path, text, student, notebook, limits, sandboxed = task
    with contextlib.suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (2 * limits.memory, 2 * limits.memory))
    work = nbformat.reads(notebook, as_version=4)
    try:
        graded = _work(
            ProblemSet(path, text), student, work, limits, sandboxed, lambda stage, ours: say(stage=stage, ours=ours)
        )
    except Exception as error:  # a fault of ours must not look like the student's
        graded = Graded(broken=f"the grader fails: {type(error).__name__}: {error}")
    outcomes = [asdict(outcome) for outcome in graded.outcomes]
    said = {"why": graded.why, "notes": graded.notes, "broken": graded.broken, "outcomes": outcomes}
    say(**said, notebook=graded.notebook and nbformat.writes(graded.notebook))
    connection.close()


def _follow(parent: int) -> None:
    """End with the process that has started this one."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGKILL)


def _work(
    problems: ProblemSet,
    student: str,
    notebook: nbformat.NotebookNode,
    limits: Limits,
    sandboxed: bool,
    say: Callable[[str, bool], None],
) -> Graded:
    graded = Graded(notebook)
    try:
        say("a blank was tried on the tests", True)
        blank = [outcome.grade_id for outcome in judge(problems, student, BlankRoom()) if outcome.points]
    except Exception as error:  # whatever is wrong with what is given
        return Graded(broken=f"what is given fails: {type(error).__name__}: {error}")
    if blank:
        return Graded(broken=f"a blank passes {', '.join(blank)}")
    with _inhabited(notebook, limits, sandboxed, graded, say) as room:
        say("the tests were run", False)
        graded.outcomes = [_clean(outcome) for outcome in judge(problems, student, room)]
        _remember(graded, room)
    if any(outcome.points < outcome.most for outcome in graded.outcomes):
        say("the model solution was tried on the tests", True)
        model = judge(problems, student, LocalRoom(filled(problems.notebook, student)))
        if lost := [outcome for outcome in model if outcome.points < outcome.most]:
            return Graded(broken=f"the model solution fails {lost[0].grade_id}: {lost[0].message}")
    show(problems, notebook, graded.outcomes)
    return graded


def _inhabited(
    notebook: nbformat.NotebookNode, limits: Limits, sandboxed: bool, graded: Graded, say: Callable[[str, bool], None]
) -> SandboxedRoom:
    """Return a room in which the notebook was run, if need be without the cells that end Python."""
    end, left_out = time.monotonic() + limits.total, set()
    while True:
        room = SandboxedRoom(limits, sandboxed, end)
        for cell in notebook.cells:
            if cell.cell_type != "code" or role(cell) == "test" or cell.id in left_out:
                continue
            say(f"{cell.id} was run", False)
            if room.dead == "start":
                raise OSError(room.why())
            ran = room.run(cell.source, None if role(cell) == "answer" else max(limits.cell, _GIVEN))
            cell.outputs = ran.outputs
            if ran.ended == "stopped":
                graded.notes.append(f"{cell.id} was stopped after {limits.cell:g} seconds")
            if room.dead:
                graded.notes.append(f"{room.why()} in {cell.id}")
                break
        if not room.dead:
            return room
        _remember(graded, room)
        if len(left_out) == _TRIALS or room.late or role(cell) != "answer":
            return room
        room.close()
        graded.notes = [note for note in graded.notes if "was stopped" not in note]
        left_out.add(cell.id)


def _remember(graded: Graded, room: SandboxedRoom) -> None:
    """Note why a room is dead, for the first time."""
    if room.dead and not graded.why:
        graded.why = {"lost": "time", "late": "time", "start": "died"}.get(room.dead, room.dead)


def _clean(outcome: Outcome) -> Outcome:
    """Take out of a message, which may repeat the student's words, what a terminal would obey."""
    words = _CONTROL.sub("", outcome.message).encode("utf8", "replace").decode()
    return Outcome(outcome.grade_id, outcome.points, outcome.most, words[:1000])


def show(problems: ProblemSet, notebook: nbformat.NotebookNode, outcomes: list[Outcome]) -> None:
    """Write the tests as they are, what came of them, and the rubrics into the notebook, as nbgrader understands it."""
    full = {cell.id: cell.source for cell in problems.cells("test", "written")}
    said = {outcome.grade_id: outcome for outcome in outcomes}
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.id in said:
            cell.source, message = full[cell.id], said[cell.id].message
            cell.outputs = []
            if said[cell.id].points < said[cell.id].most:
                output = nbformat.v4.new_output("error", ename="Test", evalue=message, traceback=[message])
                cell.outputs.append(output)
        elif role(cell) == "written" and RUBRIC in full[cell.id]:
            rubric = RUBRIC + full[cell.id].split(RUBRIC, 1)[1]
            cells.append(nbformat.v4.new_markdown_cell(rubric, id=f"{cell.id}-rubric", metadata={"tags": ["rubric"]}))
    notebook.cells = cells
