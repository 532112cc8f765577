"""Binder installs what the notebooks need, in the versions that the book was built with, and makes them."""

import os
import re
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import copies
import repository
from contents import ROOT, listed

BINDER = ROOT / "binder"


def pins(path):
    """Pinned versions of a requirements file, which ends with this repository itself."""
    *lines, last = path.read_text(encoding="utf8").splitlines()
    assert last == "-e .", f"{path.relative_to(ROOT)} must end with '-e .'"
    requirements = [Requirement(line) for line in lines]
    return {requirement.name: str(requirement.specifier) for requirement in requirements}


def test_pins_agree():
    book, binder = pins(ROOT / "requirements.txt"), pins(BINDER / "requirements.txt")
    others = {name: (pin, book.get(name)) for name, pin in binder.items() if pin != book.get(name)}
    assert not others, f"run 'make requirements': binder/requirements.txt and requirements.txt differ: {others}"


def test_everything_live_is_there_and_nothing_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    needed = {Requirement(line).name for line in [*project["dependencies"], *project["optional-dependencies"]["live"]]}
    binder = pins(BINDER / "requirements.txt")
    assert needed <= binder.keys()
    assert {"jupyterlab", "ipywidgets"} <= binder.keys()
    assert not {"jupyter-book", "jupyterlab-myst", "jupytext", "sphinx", "pytest", "playwright"} & binder.keys()


def python():
    """The version that Binder is asked for."""
    return (BINDER / "runtime.txt").read_text(encoding="utf8").strip().removeprefix("python-")


def test_python_is_supported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    assert Requirement(f"python{project['requires-python']}").specifier.contains(Version(python()))


def test_dockerfile():
    """A dry run of what Binder does."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    dockerfile = done.stdout + done.stderr
    assert done.returncode == 0, dockerfile
    install = re.search(r'pip install --no-cache-dir -r "?binder/requirements.txt"?', dockerfile)
    assert install, dockerfile
    assert dockerfile.index("COPY --chown=0:0 src/") < install.start() < dockerfile.index("./binder/postBuild")
    assert f"py-2d{python().replace('.', '-2e')}-2d" in dockerfile, dockerfile  # escaped: environment.py-3.12-…
    assert os.access(BINDER / "postBuild", os.X_OK), "binder/postBuild must be executable: chmod +x binder/postBuild"


def test_post_build_keeps_the_notebooks_alone():
    """It types what everybody types; the targets are tested where they belong."""
    lines = (BINDER / "postBuild").read_text(encoding="utf8").splitlines()
    commands = [line for line in lines if not line.startswith(("#", "export ", "set "))]
    assert commands == ["make notebooks", "make clean", "rm -rf .venv"]
    assert "set -euo pipefail" in lines
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf8"), re.M)
    assert {"notebooks", "clean"} <= set(targets)


@pytest.mark.parametrize("name", listed())
def test_launch_buttons_lead_to_notebooks(name):
    options = {
        "launch_buttons": {"binderhub_url": "https://mybinder.org"},
        "repository_url": "https://github.com/someone/notes",
        "repository_branch": "main",
    }
    app = SimpleNamespace(config=SimpleNamespace(html_theme_options=options))
    source = {"text": "Source", "url": f"https://github.com/someone/notes/blob/main/{name}.md"}
    buttons = [{"text": "Binder", "url": "https://mybinder.org/elsewhere"}, dict(source)]
    context = {"header_buttons": [{"type": "group", "buttons": buttons}, {"type": "javascript"}]}
    repository._mend_binder(app, name, "", context, None)
    address = "https://mybinder.org/v2/gh/someone/notes/main?urlpath=lab/tree/notebooks"
    assert buttons == [{"text": "Binder", "url": f"{address}/{copies.place(name)}"}, source]
