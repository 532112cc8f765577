"""``make install`` with the settings of other programs about, line ends, and which Pythons are let in."""

import os
import re
import shutil
import subprocess
import tomllib

import pytest

from contents import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf8")
TESTED = re.search(r"^TESTED := (.*)$", MAKEFILE, re.M)[1].split()
# Stands in for Python and for what it puts into .venv, and writes down what reaches it.
PYTHON = """\
#!/bin/sh
case "$*" in
  *'"%d.%d"'*) echo "$FAKE_VERSION" ;;
  *"version_info < (3, 11)"*) case "$FAKE_VERSION" in 3.8|3.10) exit 1 ;; esac ;;
  *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/pip && cp "$0" .venv/bin/python ;;
  *"install "*) env > reached ;;
  *"import course"*) exit $FAKE_MISSING ;;
esac
"""


@pytest.fixture
def install(tmp_path):
    """Run ``make install`` with these variables: exit code, what it said, what reached pip, what notes the success."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf8")
    (tmp_path / "python").write_text(PYTHON, encoding="utf8")
    (tmp_path / "python").chmod(0o755)

    def run(version="3.12", missing="0", **variables):
        environment = {"PATH": os.environ["PATH"], "FAKE_VERSION": version, "FAKE_MISSING": missing} | variables
        command = ["make", "install", "PYTHON=./python"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        reached = tmp_path / "reached"
        lines = reached.read_text(encoding="utf8").splitlines() if reached.exists() else []
        stamps = list((tmp_path / ".venv").glob("installed-*"))
        return done.returncode, done.stdout + done.stderr, dict(line.partition("=")[::2] for line in lines), stamps

    return run


def test_settings_of_other_programs_do_not_reach_pip(install):
    foreign = ["PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_TARGET"]
    foreign += [
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHOME",
        "PYTHONOPTIMIZE",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PYTHONWARNINGS",
    ]
    needed = ["PIP_CERT", "PIP_CONSTRAINT", "PIP_DEFAULT_TIMEOUT", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"]
    needed += ["PIP_INDEX_URL", "PIP_PROXY"]
    code, said, reached, stamps = install(PIP_USER="1", **dict.fromkeys(foreign + needed, "given"))
    assert code == 0, said
    assert stamps
    assert not set(foreign) & reached.keys()
    assert {name: reached.get(name) for name in needed} == dict.fromkeys(needed, "given")
    assert (reached["PIP_USER"], reached["PYTHONUTF8"]) == ("0", "1")


def test_what_did_not_arrive_is_not_noted_as_installed(install):
    code, said, _, stamps = install(missing="1")
    assert code != 0
    assert "installed elsewhere" in said
    assert not stamps


@pytest.mark.parametrize("version", [*TESTED, "3.8", "3.10", "3.99"])
def test_older_pythons_are_refused_and_newer_ones_announced(install, version):
    code, said, _, stamps = install(version)
    old = int(version.partition(".")[2]) < 11
    assert (code != 0) == old == (not stamps) == ("3.11 or newer" in said)
    assert ("is tested with Python" in said) == (version == "3.99")


def test_the_tested_pythons_are_the_same_everywhere():
    """One list, in the Makefile; the README says it to readers and the workflow tries one more."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    assert project["requires-python"] == f">={TESTED[0]}"
    matrix = re.search(r"python: \[(.*)\]", (ROOT / ".github/workflows/book.yml").read_text(encoding="utf8"))[1]
    assert re.findall(r"\d\.\d+", matrix)[: len(TESTED)] == TESTED
    *some, last = TESTED
    assert f"Python {', '.join(some)} or {last}" in (ROOT / "README.md").read_text(encoding="utf8")


def test_a_clone_has_no_carriage_returns(tmp_path):
    """Made where git is told to write them, as on Windows."""
    book, clone = tmp_path / "book", tmp_path / "clone"
    unwanted = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".*_cache", "*.egg-info", ".hypothesis")
    shutil.copytree(ROOT, book, ignore=unwanted)
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=true"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *words], cwd=book, check=True, capture_output=True)
    subprocess.run([*git, "clone", "-q", "-c", "core.autocrlf=true", str(book), str(clone)], check=True)
    files = [path for path in clone.rglob("*") if path.is_file() and ".git" not in path.relative_to(clone).parts[:1]]
    assert len(files) > 50
    text = [path for path in files if b"\0" not in path.read_bytes()]
    assert not [path.name for path in text if b"\r\n" in path.read_bytes()]
    changed = [path.name for path in files if path.read_bytes() != (book / path.relative_to(clone)).read_bytes()]
    assert not changed, f"mark these as binary in .gitattributes: {changed}"
    for script in (".ci/run", "binder/postBuild"):
        subprocess.run(["bash", "-n", clone / script], check=True)


def test_what_is_built_is_removed_and_grades_stay(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").write_text("", encoding="utf8")
    for name in ("_build/html/index.html", "_build/.jupyter_cache/one", "_build/course/gradebook.db"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    for _ in range(2):
        subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
        assert [path.name for path in (tmp_path / "_build").iterdir()] == ["course"]
    shutil.rmtree(tmp_path / "_build")
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
