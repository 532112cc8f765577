"""The sandbox, seen from inside, and answers that come out of it."""

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from course.crossing import FUNCTION
from course.grading import sandbox as walls
from course.grading.limits import Limits
from course.grading.pipe import Gone, Late, Pipe
from course.grading.rooms import SandboxedRoom, _outputs
from course.problems import RoomError

LIMITS = Limits(cell=5, lines=5, text=300)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def room(sandbox):
    with SandboxedRoom(LIMITS) as room:
        assert room.run("import numpy as np").ended == "ok"
        yield room


def text(ran):
    return "".join(str(each.get("text", each.get("data", each.get("evalue")))) for each in ran.outputs)


def test_values_cross_as_plain_data(room):
    code = "number, words, array = 1.5, 'ä\\'\"\\\\', np.arange(6.0).reshape(2, 3)\ndef f(a, b=1): return a + b"
    assert room.run(code).ended == "ok"
    assert (room.value("number"), room.value("words"), room.value("f")) == (1.5, "ä'\"\\", FUNCTION)
    assert np.array_equal(room.value("array"), np.arange(6.0).reshape(2, 3))
    assert room.call("f", [2]) == 3 and np.array_equal(room.call("f", [np.ones(2), 1]), [2, 2])
    assert math.isnan(room.call("f", [math.nan]))


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("", "absent", "there is no absent: bind your answer to this name"),
        ("thing = object()", "thing", "a value of type object cannot be handed in"),
        ("thing = np.zeros(10**7)", "thing", "too large"),
        ("class T(float):\n    def __float__(self): raise ValueError('\\x1b[31mno')\nthing = T()", "thing", "no"),
    ],
)
def test_what_cannot_be_had_is_said(room, code, name, words):
    room.run(code)
    with pytest.raises(RoomError, match=words):
        room.value(name)


def test_functions_that_fail_or_take_too_long_leave_the_room_alive(room):
    room.run("def f(a):\n    return 1 / a\ndef g(a):\n    while True: pass")
    for name, words in {"f": "f raised ZeroDivisionError", "g": "g takes longer than 5 seconds"}.items():
        with pytest.raises(RoomError, match=words):
            room.call(name, [0])
    assert room.call("f", [2]) == 0.5 and not room.dead


def test_what_is_printed_is_cut_and_what_is_drawn_is_kept(room):
    ran = room.run("for n in range(100): print(n)")
    assert text(ran) == "0\n1\n2\n3\n4\n\n[What follows is cut: it is too long.]\n"
    assert "cut" in text(room.run("import sys; print('x' * 1000, file=sys.stderr)"))
    ran = room.run("import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])")
    assert [list(each["data"]) for each in ran.outputs] == [["text/plain", "image/png"]], ran
    ran = room.run("from IPython.display import HTML\nHTML('<script>alert(1)</script>')")
    assert [list(each["data"]) for each in ran.outputs] == [["text/plain"]]
    assert room.run("1 / 0").ended == "error"


def test_it_sees_no_file_of_ours_and_cannot_write_but_in_its_folder(room):
    assert room.run("import os, course").ended == "ok"
    for path in (ROOT / "assignments", ROOT / "tests", ROOT / "book", Path.home() / ".ssh", Path("/etc/passwd")):
        assert room.run(f"assert not os.path.exists({str(path)!r})").ended == "ok", path
    for path in ("/", "/tmp", "/dev/shm", "/home", "/proc/sys/kernel", str(ROOT / "lib"), sys.prefix):
        assert room.run(f"open({path!r} + '/new', 'w')").ended == "error", path
    assert room.run("open('new', 'w').write('x')").ended == "ok"
    assert room.run(f"assert set(os.environ) <= {set(walls.environment()) | EXTRA!r}, os.environ").ended == "ok"


EXTRA = {
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "GIT_PAGER",
    "JPY_PARENT_PID",
    "MPLBACKEND",
    "PAGER",
    "PWD",
    "TERM",
}
EXTRA |= {"JPY_SESSION_NAME", "PYDEVD_USE_FRAME_EVAL", "LC_CTYPE", "OLDPWD", "SHLVL"}


def test_it_has_no_rights(room):
    assert room.run("import os; assert os.getuid() and not os.getgroups()[1:]").ended == "ok" or os.getuid()
    assert (
        room.run("assert int(open('/proc/self/status').read().split('CapEff:')[1].split()[0], 16) == 0").ended == "ok"
    )
    assert room.run("assert len([p for p in os.listdir('/proc') if p.isdigit()]) < 6").ended == "ok"


def test_a_dead_room_says_so(sandbox):
    with SandboxedRoom(LIMITS) as room:
        assert room.run("import os; os._exit(0)").ended == "died"
        with pytest.raises(RoomError, match="x cannot be had: Python has ended"):
            room.value("x")
        assert room.run("1").ended == "died"
    with SandboxedRoom(LIMITS, end=time.monotonic()) as room:
        assert room.dead == "start"


def test_without_walls_it_works_as_well(sandbox):
    with SandboxedRoom(LIMITS, sandboxed=False) as room:
        assert room.run("x = 3").ended == "ok" and room.value("x") == 3
        folder = Path(room.run("import os; os.getcwd()").outputs[0]["data"]["text/plain"].strip("'"))
        assert folder.exists()
    assert not folder.exists()


def test_only_python_and_the_libraries_are_shown():
    words = walls.command(LIMITS)
    shown = {Path(words[n + 1]) for n, word in enumerate(words) if word.startswith("--ro-bind")}
    assert ROOT / "lib" in shown
    assert not [path for path in shown if ROOT.is_relative_to(path) or Path.home().is_relative_to(path)]
    assert "--unshare-net" in words and "--die-with-parent" in words


def test_what_would_be_shown_is_refused():
    for path in (Path(sys.prefix) / "course", ROOT / "lib" / "course", Path("/usr/share/course")):
        with pytest.raises(walls.SandboxError, match="Move it elsewhere"):
            walls.hidden(path)
    for path in (ROOT, ROOT / "_build" / "course", ROOT / "assignments"):
        walls.hidden(path)


def test_a_sandbox_that_does_not_start_is_refused(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: Unknown option --size' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    walls.require.cache_clear()
    with pytest.raises(walls.SandboxError, match=r"Unknown option --size. It is too old, .* apt install bubblewrap"):
        walls.require()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(walls.SandboxError, match=r"no sandbox on this system. .* --no-sandbox"):
        walls.require()
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(walls.SandboxError, match="WSL"):
        walls.require()
    walls.require.cache_clear()


def test_a_forged_picture_is_not_taken():
    forged = {"output_type": "display_data", "data": {"image/png": '"><script>', "text/plain": "a", "text/html": "b"}}
    (output,) = _outputs([forged, {"output_type": "stream"}, 3, {"output_type": "display_data", "data": 3}])
    assert output.data == {"text/plain": "a"}
    assert _outputs("nothing") == []


# The pipe


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("", Gone),
        ("print('no JSON', flush=True); input()", Gone),
        ("print('[1]', flush=True); input()", Gone),
        ("print('[' * 100000, flush=True); input()", Gone),
        ("while True: print('x' * 1000000, end='')", Gone),
        ("import time; time.sleep(60)", Late),
    ],
)
def test_a_process_that_says_something_else_is_given_up(code, error):
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with process, pytest.raises(error):
        try:
            Pipe(process.stdin.fileno(), process.stdout.fileno()).ask({"long": "x" * 1000}, 3)
        finally:
            process.kill()


def test_a_process_that_answers_is_understood():
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pipe = Pipe(process.stdin.fileno(), process.stdout.fileno())
    for request in ({"a": 1}, {"long": "x" * 50_000}):
        assert pipe.ask(request, 5) == json.loads(json.dumps(request))
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is of Linux")
def test_python_is_found_by_way_of_links(tmp_path, monkeypatch):
    """Of an environment that was made by another name of Python than its own."""
    (tmp_path / "python").symlink_to(sys.executable)
    (tmp_path / "venv").symlink_to("python")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv"))
    words = walls.command(Limits())
    for name, target in {"venv": "python", "python": os.readlink(tmp_path / "python")}.items():
        at = words.index(str(tmp_path / name))
        assert words[at - 2 : at] == ["--symlink", target]
    assert words[words.index(str(tmp_path)) - 1] == "--dir"
