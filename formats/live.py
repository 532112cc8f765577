"""An experiment: the notebooks in a JupyterLab that runs in the browser alone, with the library as a wheel.

``python formats/live.py FOLDER`` makes the site in ``_build/live``. FOLDER is a distribution of Pyodide, which then
becomes part of the site; without one, the site takes it from where its authors publish it when a notebook starts.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import contents
import copies
from notebooks import installation

# What the library is imported with. Pyodide has cvxpy under the name of its core, so the list in the wheel is no help.
NEEDED = ("numpy", "scipy", "matplotlib", "scikit-learn", "joblib", "cvxpy-base", "clarabel", "highspy")
NEEDED += ("ipywidgets", "anywidget")
FIRST = f"""\
import piplite

await piplite.install({list(NEEDED)})
await piplite.install("{{name}}", deps=False)"""
# Of what extends JupyterLab here: the kernel, and what shows sliders. The notebooks are for a Lab as it comes.
EXTENSIONS = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager", "anywidget")
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "lib")
INSTALLED = Path(sys.prefix, "share", "jupyter", "labextensions")
RUNTIME = ("pyodide.mjs", "pyodide-lock.json", "pyodide.asm.wasm", "python_stdlib.zip")


def make(site: Path, target: Path, pyodide: Path | None = None) -> None:
    """Make the live site of a built site.

    Raises ``ValueError`` if there is no Pyodide in the folder, and ``subprocess.CalledProcessError`` with the output of
    what failed.
    """
    missing = [name for name in RUNTIME if pyodide and not (pyodide / name).is_file()]
    if missing:
        raise ValueError(f"{pyodide} holds no Pyodide, it lacks {', '.join(missing)}: unpack one, or leave PYODIDE out")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name).resolve()
        wheel = _wheel(work)
        copies.copy_all(site, work / "notebooks")
        for notebook in (work / "notebooks").rglob("*.ipynb"):
            _begin(notebook, wheel)
        options = ["--no-sourcemaps", "--ignore-sys-prefix"]
        options += [f"--LiteBuildConfig.federated_extensions={INSTALLED / extension}" for extension in EXTENSIONS]
        if pyodide:
            shutil.copytree(pyodide, work / "lite" / "static" / "pyodide")
        folders = ("--lite-dir", work / "lite", "--contents", work / "notebooks", "--output-dir", work / "live")
        _run(work, "jupyterlite_core", "build", *folders, *options)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(work / "live", target)


def _wheel(work: Path) -> str:
    """Build the wheel of the library where the live site looks for wheels; the name of the library."""
    source, wheels = work / "source", work / "lite" / "pypi"
    source.mkdir()
    for name in SOURCES:
        path = contents.ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(path, source / name)
    _run(work, "pip", "wheel", source, "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels)
    return next(wheels.iterdir()).name.split("-")[0].replace("_", "-")


def _begin(notebook: Path, name: str) -> None:
    """Let a notebook begin with what installs the library in a browser."""
    text = json.loads(notebook.read_text(encoding="utf8"))
    for cell in text["cells"]:
        if "".join(cell["source"]) == installation().source:
            cell.update(cell_type="code", source=FIRST.format(name=name), outputs=[], execution_count=None)
    notebook.write_text(json.dumps(text, ensure_ascii=False, indent=1), encoding="utf8")


def _run(work: Path, module: str, *arguments: str | Path) -> None:
    """Run a module in the folder of the work, where it may leave what it notes for itself."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    subprocess.run(command, cwd=work, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main(pyodide: str = "") -> None:
    """Make the live site of the site that was built, and say where it is."""
    target = contents.ROOT / "_build" / "live"
    try:
        make(contents.ROOT / "_build" / "html", target, Path(pyodide) if pyodide else None)
    except subprocess.CalledProcessError as failed:
        sys.exit(f"{failed.stdout}\nThe live site could not be made: see above.")
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
    print(f"The live site is in {target.relative_to(contents.ROOT)}, {size:.0f} MB; it needs a server.")


if __name__ == "__main__":
    main(*sys.argv[1:2])
