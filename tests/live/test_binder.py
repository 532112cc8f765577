"""Binder installs what a live chapter needs, in the versions that the book was built with, and opens notebooks."""

import json
import os
import re
import subprocess
import sys
import tomllib

from packaging.requirements import Requirement
from packaging.version import Version

from contents import ROOT

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
    assert {"jupyterlab", "jupyterlab-myst", "jupytext", "ipywidgets"} <= binder.keys()
    assert not {"jupyter-book", "sphinx", "pytest", "playwright"} & binder.keys()


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


def test_post_build(tmp_path):
    """The script that it calls, written elsewhere than into this environment."""
    assert "python authoring/open_as_notebooks.py" in (BINDER / "postBuild").read_text(encoding="utf8")
    subprocess.run([sys.executable, "authoring/open_as_notebooks.py", "--prefix", tmp_path], cwd=ROOT, check=True)
    (written,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert written.parent == tmp_path / "share/jupyter/lab/settings/overrides.d"
    (settings,) = json.loads(written.read_text(encoding="utf8")).values()
    assert settings["defaultViewers"]["markdown"] == "Jupytext Notebook"
