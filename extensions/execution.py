"""Execute the chapters in parallel, once for each state of the code they call.

jupyter-cache keys its outputs on the source of the cells alone; a chapter also depends on the library, on
the pinned packages and on the Python that runs it, so each such state has a cache folder of its own.
"""

import hashlib
import logging
import multiprocessing
import os
import platform
import re
from pathlib import Path

import jupytext
import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors import load_executor
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

import contents
from contents import chapters

LOGGER = logging.getLogger("sphinx.book")
# One thread for each kernel: as many kernels as cores, and sums in the same order on every machine.
KERNEL_ENVIRONMENT = {"BOOK_FRAMES": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def cache_folder() -> Path:
    """The folder with the outputs for this library, these requirements and this Python."""
    digest = hashlib.sha256(platform.python_version().encode())
    library = (path for path in (contents.ROOT / "lib").rglob("*") if path.suffix in {".py", ".json"})
    for path in [contents.ROOT / "requirements.txt", *sorted(library)]:
        digest.update(path.relative_to(contents.ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name, value in KERNEL_ENVIRONMENT.items():
        digest.update(f"{name}={value}".encode())
    return contents.ROOT / "_build" / ".jupyter_cache" / digest.hexdigest()[:12]


def executed(page: Path) -> nbformat.NotebookNode:
    """The notebook of a page with its outputs; ``KeyError`` if this state of it was not executed."""
    notebook = jupytext.read(page, fmt="md:myst")
    return get_cache(cache_folder()).merge_match_into_notebook(notebook)[1]


def execute_all(timeout: int = 120) -> None:
    """Execute the chapters that the cache does not hold, on all cores."""
    os.environ.update(KERNEL_ENVIRONMENT)
    cache = get_cache(cache_folder())
    missing = []
    for page in chapters():
        try:
            cache.match_cache_notebook(jupytext.read(page, fmt="md:myst"))
        except KeyError:
            missing.append(
                str(cache.add_nb_to_project(str(page), read_data={"name": "jupytext", "type": "plugin"}).uri)
            )
    if not missing:
        return
    LOGGER.info("executing %d of %d chapters", len(missing), len(chapters()))
    result = load_executor("local-parallel", cache, LOGGER).run_and_cache(filter_uris=missing, timeout=timeout)
    multiprocessing.get_logger().setLevel(logging.WARNING)  # no farewells of the worker processes
    for uri in [*result.excepted, *result.errored]:
        trace = cache.get_project_record(uri).traceback or "the notebook could not be read or stored"
        raise ExtensionError(f"{Path(uri).relative_to(contents.ROOT)} fails:\n{_plain(trace)}")
    for uri in missing:
        _join_streams(cache, Path(uri))


def _join_streams(cache: JupyterCacheAbstract, page: Path) -> None:
    """Join what a cell printed in pieces: where a kernel cuts its messages is a matter of chance."""
    record, notebook = cache.merge_match_into_notebook(jupytext.read(page, fmt="md:myst"))
    for cell in notebook.cells:
        joined = []
        for output in cell.get("outputs", []):
            if joined and output.output_type == joined[-1].output_type == "stream" and output.name == joined[-1].name:
                joined[-1].text += output.text
            else:
                joined.append(output)
        if cell.cell_type == "code":
            cell.outputs = joined
    bundle = CacheBundleIn(notebook, str(page), data=cache.get_cache_record(record).data)
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _plain(trace: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", trace)


def _set_cache(app: Sphinx, config: Config) -> None:
    config.nb_execution_cache_path = str(cache_folder())


def _execute(app: Sphinx) -> None:
    execute_all(app.config.nb_execution_timeout)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    site = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))
    app.add_config_value("book_extensions", site.hexdigest(), "env")  # a change here reads all pages anew
    app.connect("config-inited", _set_cache)
    app.connect("builder-inited", _execute)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
