"""Submissions that do what no submission should, and what must become of them.

Each makes the content of a file, or of several, from the problem set and the name of a student; all other names
that the code uses are its own. The points are those of the tests; ``quick`` marks those that every test run sees.
"""

from handed_in import GOOD, cell, code, data, made, notebook, without_metadata

MARK = "a-process-that-must-not-survive"
WRONG = "twice = 3 * x\n\n\ndef double(a):\n    return 3 * a\n"


@made(detail="more than once: double-test")
def duplicated_test(problems, student):
    result = notebook(problems, student, twice_answer=GOOD)
    again = cell(result, "double-test").copy()
    result.cells.append(again)
    return data(result).replace(b'"id": "double-test"', b'"id": "other"', 1)


@made(points=(0, 0), detail="changed: twice-test, double-test", quick=True)
def edited_tests(problems, student):
    result = notebook(problems, student, twice_answer=WRONG)
    cell(result, "twice-test").source = cell(result, "double-test").source = "assert True"
    return result


@made(fate="answers missing", points=(0, 0), detail="without twice-answer")
def deleted_cells(problems, student):
    result = notebook(problems, student, twice_answer=GOOD)
    result.cells = [each for each in result.cells if each.id not in {"twice-answer", "twice-test", "imports"}]
    return result


@made(fate="unreadable", points=None, detail="no JSON", quick=True)
def damaged(problems, student):
    return data(notebook(problems, student, twice_answer=GOOD))[:-200]


@made(fate="unreadable", points=None, detail="empty", quick=True)
def empty(problems, student):
    return b""


@made(fate="unreadable", points=None, detail="no JSON", quick=True)
def deep(problems, student):
    return b"[" * 1_000_000


@made(fate="unreadable", points=None, detail="larger than", quick=True)
def huge_file(problems, student):
    return b" " * 30_000_000


@made(detail="all metadata is lost")
def lost_metadata(problems, student):
    return without_metadata(notebook(problems, student, twice_answer=GOOD))


@made(fate="unreadable", points=None, detail="another problem set", quick=True)
def another_set(problems, student):
    result = notebook(problems, student, twice_answer=GOOD)
    for each in result.cells:
        if "nbgrader" in each.metadata:
            each.metadata.nbgrader.grade_id = f"other-{each.metadata.nbgrader.grade_id}"
    return result


@made(points=(0, 2), detail="the id written in it is 'somebody'")
def another_id(problems, student):
    result = notebook(problems, student, twice_answer=f"x = twice_data(variant('somebody', 'twice'))\n{GOOD}")
    cell(result, "cell-3").source = 'student = "somebody"'
    return result


@made(fate="answers missing", points=(0, 0), detail="longer than")
def huge_source(problems, student):
    return notebook(problems, student, twice_answer=f"{GOOD}# " + "x" * 300_000)


ALMIGHTY = """
import numpy as np

class Almighty(float):
    def __eq__(self, other): return True
    def __array__(self, *_, **__): return Yes(2 * x)
    __hash__ = None

class Yes(np.ndarray):
    def __new__(cls, a): return np.asarray(a).view(cls)
    def __eq__(self, other): return True
    def __array_function__(self, *_, **__): return True
    def __array_ufunc__(self, *_, **__): return True
    __hash__ = None

twice = Yes(np.zeros(3))
double = lambda a: Almighty(3)
"""

PATCHED = f"""
import base64, builtins, json, pickle, sys
import IPython.core.interactiveshell as shell
import numpy as np
import course.crossing

{WRONG}
np.allclose = np.testing.assert_allclose = lambda *_, **__: True
json.dumps = lambda *_, **__: '"lie"'
course.crossing.encode = lambda value: '{{"dict": {{"__class__": "lie"}}}}'
base64.b64encode = lambda *_: b"eyJhcnJheSI6IFtbMV0sIDJdLCAic2hhcGUiOiBbLTFdfQ=="
lie = {{"status": "ok", "data": {{"text/plain": "[" * 9999}}}}
shell.InteractiveShell.user_expressions = lambda *_: {{"answer": lie}}
builtins.isinstance = lambda *_: True
"""

ORPHAN = f"""
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", "{MARK}"])
    os._exit(0)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{MARK}"], start_new_session=True)
{GOOD}
"""

THREAD = f"""
import threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
{GOOD}
"""

STUBBORN = f"""
{GOOD}
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""

CROWD = f"""
import os, time
{GOOD}
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
"""

GREEDY = f"""
import os, time
{GOOD}
for _ in range(4):
    if os.fork() == 0:
        block = bytearray(300_000_000)
        for n in range(0, len(block), 4096):
            block[n] = 1
        time.sleep(600)
time.sleep(600)
"""

DISK = f"""
written = 0
try:
    for folder in (".", "/", "/tmp", "/dev", "/dev/shm", "/var/tmp", "/home", "/usr", "/root"):
        for n in range(40):
            with open(f"{{folder}}/file-{{n}}", "wb") as file:
                written += file.write(bytes(5_000_000))
except OSError:
    pass
for folder in ("/", "/tmp", "/dev", "/dev/shm", "/var/tmp", "/home", "/usr", "/root"):
    try:
        with open(f"{{folder}}/file", "wb") as file:
            written += 1_000_000_000
    except OSError:
        pass
{GOOD}
if written > 70_000_000:
    twice = None
"""

NETWORK = f"""
import socket
reached = []
for address in (("127.0.0.1", PORT), ("1.1.1.1", 53), ("8.8.8.8", 53)):
    try:
        reached.append(socket.create_connection(address, timeout=1))
    except OSError:
        pass
{GOOD}
if reached:
    twice = None
"""

SPY = f"""
import os, sqlite3
found = []
for path in SECRETS:
    try:
        found.append(open(path, "rb").read())
    except OSError:
        pass
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a") as file:
            file.write("spoilt")
        found.append(path)
    except OSError:
        pass
    if path.endswith("gradebook.db"):
        try:
            with sqlite3.connect(path) as base:
                base.execute("UPDATE grade SET auto_score = 99")
            found.append(path)
        except sqlite3.Error:
            pass
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "sys", "usr", "site-packages", "lib-dynload")]
    for name in files:
        if name in ("gradebook.db", "trials.py", "sample.md", "aaa.ipynb", "secret") or name.endswith("bash_history"):
            found.append(os.path.join(folder, name))
for number in os.listdir("/proc"):
    for name in ("environ", "cmdline"):
        try:
            text = open(f"/proc/{{number}}/{{name}}", "rb").read()
        except OSError:
            continue
        if b"SECRET" in text or b"HIDDEN" in text:
            found.append(number)
{GOOD}
print(found)
if found:
    twice = None
"""

FORGER = f"""
import os
{WRONG}
for number in os.listdir("/proc"):
    for end in "012":
        try:
            with open(f"/proc/{{number}}/fd/{{end}}", "wb", buffering=0) as file:
                file.write(b'{{"ended": "ok", "outputs": 3, "answer": {{"status": "ok"}}}}\\n[1, 2]\\n')
        except (OSError, ValueError):
            pass
"""

HOSTILE = {
    "duplicated-test": duplicated_test,
    "edited-tests": edited_tests,
    "deleted-cells": deleted_cells,
    "damaged": damaged,
    "empty": empty,
    "deep": deep,
    "huge-file": huge_file,
    "lost-metadata": lost_metadata,
    "another-set": another_set,
    "another-id": another_id,
    "huge-source": huge_source,
    "spy": code(SPY, quick=True),
    "patched-testing": code(f"import numpy as np\nnp.testing.assert_allclose = np.allclose = lambda *_: True\n{WRONG}",
                            points=(0, 0)),
    "patched-all": code(PATCHED, fate="*", points=(0, 0), quick=True),
    "almighty": code(ALMIGHTY, points=(0, 0), quick=True),
    "leaves": code(f"{GOOD}\nimport os\nos._exit(0)", fate="killed", why="died", points=(0, 0), quick=True),
    "leaves-politely": code(f"{GOOD}\nimport sys\nsys.exit(0)"),
    "kills-its-guard": code(f"{GOOD}\nimport os\nos.kill(os.getppid(), 9)\nos.kill(1, 9)\nos.kill(-1, 9)",
                            fate="killed", why="died", points=(0, 0)),
    "orphan": code(ORPHAN, quick=True),
    "thread": code(THREAD),
    "large-array": code(f"import numpy as np\nblock = np.ones(800_000_000)\n{GOOD}", points=(0, 0)),
    "greedy": code(GREEDY, fate="killed", why="memory", points=(0, 0)),
    "talkative": code(f"{GOOD}\nprint('x' * 80_000_000)\nwhile True:\n    print(x)", detail="was stopped", quick=True),
    "endless": code(f"while True:\n    pass\n{GOOD}", points=(0, 0), detail="was stopped"),
    "stubborn": code(STUBBORN, fate="killed", why="time", points=(0, 0)),
    "late": code("import time\ntwice = 2 * x\n\n\ndef double(a):\n    time.sleep(600)", points=(1, 0),
                 said="A hidden test does not hold."),
    "crowd": code(CROWD, fate="killed", why="processes", points=(0, 0)),
    "network": code(NETWORK),
    "disk": code(DISK),
    "asks": code(f"{GOOD}\ninput('What is it?')"),
    "huge-answer": code(f"import numpy as np\n{GOOD}\ntwice = np.zeros(10_000_000)", points=(0, 2), said="too large"),
    "bottomless": code(f"{GOOD}\ntwice = []\ntwice.append(twice)", points=(0, 2)),
    "not-numbers": code("twice = x * float('nan')\ndouble = lambda a: None", points=(0, 0)),
    "forger": code(FORGER, fate="*", points=(0, 0)),
    "null-bytes": code("twice = '\\ud800\x00'\n", points=(0, 0)),
}  # fmt: skip
