"""What the code of a student can see and reach: nothing but Python, the libraries and an empty folder.

Bubblewrap builds a machine of its own around the kernel: the environment of Python and the system's libraries,
read-only; a small folder in memory; its own processes, and no network. When the first process in it ends, or ours
does, all others in it are ended by the system, whatever they have become meanwhile.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path

from course.grading.limits import Limits

__all__ = ["SandboxError", "command", "environment", "hidden", "require"]

HOME = "/room"  # no folder of anybody's
RUNNER = Path(__file__).with_name("theirs.py")
_SYSTEM = ("/usr", "/nix/store", "/gnu/store", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
_LINKED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")  # on most systems links into /usr
_APART = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
_THREADS = ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_HINTS = {  # by what bubblewrap says
    "Unknown option": " It is too old, version 0.7 is needed.",
    "ermi": " Ubuntu since 24.04 allows it after: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
}
_REMEDY = (
    "Submissions are run in a sandbox of bubblewrap, on Linux: on Debian and Ubuntu, apt install bubblewrap. "
    "Elsewhere grade in a virtual machine that holds nothing of value, with --no-sandbox."
)


class SandboxError(Exception):
    """There is no sandbox on this machine; says why, and the remedy."""


@cache
def require() -> None:
    """See to it that the sandbox works here.

    Raises
    ------
    SandboxError
        If it does not; says why, and the remedy.
    """
    if sys.platform == "win32":
        raise SandboxError("Grading works on Linux, and on macOS without a sandbox: on Windows use its Linux (WSL).")
    if not sys.platform.startswith("linux"):
        raise SandboxError(f"There is no sandbox on this system. {_REMEDY}")
    if not shutil.which("bwrap"):
        raise SandboxError(f"The program bwrap is not installed. {_REMEDY}")
    trial = [*_walls(Limits()), sys.executable, "-c", "import course, ipykernel, jupyter_client"]
    try:
        done = subprocess.run(trial, env=environment(), capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        raise SandboxError(f"The sandbox does not start within two minutes. {_REMEDY}") from None
    if done.returncode:
        why = done.stderr.strip().split("\n")[-1]
        hint = next((hint for words, hint in _HINTS.items() if words in why), "")
        raise SandboxError(f"The sandbox does not work here: {why}.{hint} {_REMEDY}")


def hidden(path: Path) -> None:
    """See to it that a file or folder of ours is not among what the sandbox shows.

    Raises
    ------
    SandboxError
        If it is; says where.
    """
    path = path.resolve()
    if shown := [folder for folder in _shown() if path.is_relative_to(folder)]:
        raise SandboxError(f"Students' code could read {path}: the sandbox shows {shown[0]}. Move it elsewhere.")


def command(limits: Limits, sandboxed: bool = True) -> list[str]:
    """Return the command that runs a student's kernel; it is spoken to through its standard input and output."""
    walls = _walls(limits) if sandboxed else []
    return [*walls, sys.executable, "-P", str(RUNNER), json.dumps(asdict(limits) | {"sandboxed": sandboxed})]


def environment(home: str = HOME) -> dict[str, str]:
    """Return the variables that a student's code sees."""
    return {
        "HOME": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "JUPYTER_CONFIG_DIR": f"{home}/.jupyter",
        "JUPYTER_DATA_DIR": f"{home}/.jupyter",
        "JUPYTER_RUNTIME_DIR": f"{home}/.jupyter",
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",  # else each thread reserves address space, which is limited
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "TMPDIR": home,
        **dict.fromkeys(_THREADS, "1"),
    }


def _walls(limits: Limits) -> list[str]:
    """Return bubblewrap's part of the command."""
    words = [shutil.which("bwrap") or "bwrap", *_APART, "--die-with-parent", "--new-session"]
    if os.getuid():  # root needs no other user's rights to build it, and becomes nobody inside
        words += ["--unshare-user"]
    there = [*_shown(), *map(Path, _LINKED)]
    links = [path for path in _links() if not any(path.is_relative_to(each) for each in there)]
    for folder in sorted({parent for path in [*_shown(), *links] for parent in path.parents if parent != Path("/")}):
        words += ["--perms", "0755", "--dir", str(folder)]
    for path in _shown():
        words += ["--ro-bind", str(path), str(path)]
    for path in links:
        words += ["--symlink", os.readlink(path), str(path)]
    for path in map(Path, _LINKED):
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            words += ["--ro-bind", str(path), str(path)]
    words += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    words += ["--size", str(limits.folder), "--perms", "1777", "--tmpfs", HOME]
    words += ["--perms", "1777", "--dir", f"{HOME}/.matplotlib"]
    for fonts in _fonts():
        words += ["--ro-bind-try", str(fonts), f"{HOME}/.matplotlib/{fonts.name}"]
    return [*words, "--remount-ro", "/", "--chdir", HOME, "--"]


def _shown() -> list[Path]:
    """Return what the sandbox shows of this machine."""
    return [path for path in map(Path, _SYSTEM) if path.exists()] + _python()


def _python() -> list[Path]:
    """Return the folders of Python and of the book's libraries, and of no other file of the book."""
    found = [Path(prefix) for prefix in (sys.base_prefix, sys.exec_prefix, sys.prefix)]
    for name in ("course", "implicit_bias"):
        spec = importlib.util.find_spec(name)
        if spec and spec.submodule_search_locations:
            found += [Path(each).parent for each in spec.submodule_search_locations]
    return _outermost([*found, *(path.resolve() for path in found)])


def _links() -> list[Path]:
    """Return the links that lead from the command to Python itself: an environment may be made by way of one."""
    found, path = [], Path(sys.executable)
    while path.is_symlink() and path not in found:
        found.append(path)
        path = Path(os.path.normpath(path.parent / os.readlink(path)))
    return found


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Drop what is missing, part of the system, or inside of another of them."""
    every = {path for path in paths if path.is_dir() and not path.is_relative_to("/usr")}
    return sorted(path for path in every if not any(other in every for other in path.parents))


def _fonts() -> list[Path]:
    """Return matplotlib's list of fonts, which takes seconds to make."""
    import matplotlib.font_manager  # makes it where there is none

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))
