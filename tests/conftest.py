"""What the tests share."""

import os
import shutil
import subprocess
import zipfile
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import settings

import browser
import contents
import execution
import kernel

# One thread for each worker, as in the kernels: workers that have as many as there are cores wait for each other.
os.environ |= dict.fromkeys(kernel.THREADS, "1")

# The same examples in every run: a red test is a changed program, not bad luck.
settings.register_profile("reproducible", deadline=None, max_examples=40, derandomize=True, database=None)
settings.load_profile("reproducible")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """In parallel a file of tests stays together, for its browser or its kernel: the site's page by page.

    Links lead to all pages, which one process parses once. Faults and rules go wherever there is room.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") or item.path.name in {"test_faults.py", "test_sources.py"}:
            continue
        page = getattr(item, "callspec", None) and item.callspec.params.get("name")
        alone = item.path.parent.name == "site" and item.path.name != "test_site_files.py"
        here = page if page and alone else ""
        item.add_marker(pytest.mark.xdist_group(f"{item.path.name} {here}"))


def pytest_collection_finish(session):
    """Were the groups lost, all tests would pass, but each worker would make what a file of tests shares."""
    grouped = getattr(session.config.option, "loadgroup", False)
    if grouped and any(item.get_closest_marker("xdist_group") and "@" not in item.nodeid for item in session.items):
        raise pytest.UsageError("pytest-xdist does not group tests: this pytest is too new for it, see pyproject.toml")


@pytest.fixture(scope="session", autouse=True)
def machine():
    """Kernels that the tests start are the book's own, whatever the user of this machine has set up."""
    with kernel.isolated({}):
        yield


@pytest.fixture
def small_root(tmp_path, monkeypatch):
    """Another root of the book, with a library, requirements and lectures of its own."""
    for name, text in {
        "requirements.txt": "numpy\n",
        "lib/toy/__init__.py": "",
        "book/appendix/lectures.yml": "[]\n",
        "book/appendix/terms.yml": "[]\n",
        "_toc.yml": "root: book/page\nchapters: [{file: book/plain}, {file: book/part/page}]\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf8")
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    for name, value in execution.KERNEL_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return tmp_path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def serve():
    """Serve a folder on this machine for a while: ``with serve(folder) as address``."""

    @contextmanager
    def serve(folder):
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()

    return serve


@pytest.fixture(scope="session")
def chromium():
    """The browser on this machine; without one its tests are skipped, and in CI they fail."""
    found = browser.find()
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(browser.MISSING)
    return found


@pytest.fixture(scope="session")
def epubcheck():
    """What EPUBCheck says against a file; without it its tests are skipped, and in CI they fail."""
    if not (found := shutil.which("epubcheck")):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no EPUBCheck found: apt install epubcheck")
    command = ["java", "-jar", found] if zipfile.is_zipfile(found) else [found]

    def epubcheck(file):
        done = subprocess.run([*command, "--failonwarnings", str(file)], capture_output=True, text=True, check=False)
        return done.stderr + done.stdout if done.returncode else ""

    return epubcheck


@pytest.fixture(scope="session")
def librsvg():
    """What converts figures for TeX; without it its tests are skipped, and in CI they fail."""
    if not shutil.which("rsvg-convert"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no rsvg-convert found: apt install librsvg2-bin")
