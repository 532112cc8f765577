"""The kernels that execute the book: the same on every machine, whatever its user has set up for others.

Only the kernelspec written here can be found, the folders for settings are empty ones of the book's, and
variables that change Python, IPython, Jupyter or matplotlib are gone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
HOME = Path(__file__).resolve().parent.parent / "_build" / "kernel"
# One thread for each kernel: as many kernels as cores, and sums in the same order on every machine.
THREADS = ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
KERNEL_ENVIRONMENT = {"BOOK_FRAMES": "1", **dict.fromkeys(THREADS, "1")}
# PYTHONOPTIMIZE would even drop the assertions; PYTHONPATH stays, it says which library is run.
FOREIGN = ("IPYTHON", "JUPYTER", "MATPLOTLIB", "MPL", "PYTHON")
SPEC = {
    # The level keeps a notice about encryption on one's own machine from being printed for each kernel.
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--IPKernelApp.log_level=40"],
    "display_name": "Python 3",
    "language": "python",
}


def machine_environment() -> dict[str, str]:
    """The variables of this process without the user's settings."""
    kept = {k: v for k, v in os.environ.items() if k == "PYTHONPATH" or not k.upper().startswith(FOREIGN)}
    return kept | {
        "IPYTHONDIR": str(HOME / "ipython"),
        "JUPYTER_CONFIG_DIR": str(HOME / "config"),
        "JUPYTER_DATA_DIR": str(HOME / "data"),
        "JUPYTER_PATH": str(HOME / "data"),
        "MPLCONFIGDIR": str(HOME / "matplotlib"),
        "PYTHONUTF8": "1",
    }


@contextmanager
def isolated(variables: dict[str, str]) -> Iterator[None]:
    """Within, kernels are found and started with these variables and without the user's settings."""
    before = dict(os.environ)
    after = machine_environment() | variables
    _prepare(after)
    os.environ.clear()
    os.environ.update(after)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def started(start: Callable[[], Result]) -> Result:
    """What ``start`` returns, which starts a kernel; at a second trial if the kernel died before it said a word.

    The ports of a kernel are free when they are chosen, and may be another program's when it takes them.
    """
    try:
        return start()
    except RuntimeError as error:
        if "died before replying" not in str(error):
            raise
        return start()


def _prepare(environment: dict[str, str]) -> None:
    """Write the kernelspec, and list the fonts before a kernel does: it would say so, where cells must not."""
    spec, text = HOME / "data" / "kernels" / "python3" / "kernel.json", json.dumps(SPEC)
    if not spec.exists() or spec.read_text(encoding="utf8") != text:
        spec.parent.mkdir(parents=True, exist_ok=True)
        written = spec.with_suffix(f".{os.getpid()}")
        written.write_text(text, encoding="utf8")
        written.replace(spec)  # at once, for others who start kernels meanwhile
    if not list((HOME / "matplotlib").glob("fontlist-*.json")):
        command = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, env=environment, check=False, capture_output=True)
