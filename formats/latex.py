"""The whole book as one PDF through Sphinx's LaTeX builder: ``python formats/latex.py``, where TeX is installed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import contents

TOOLS = ("latexmk", "xelatex", "rsvg-convert")
MISSING = "{} not found: install TeX and librsvg (Debian and Ubuntu: apt install {}), or leave BUILDER=latex out"
PACKAGES = (
    "latexmk texlive-xetex texlive-latex-extra texlive-fonts-extra fonts-freefont-otf fonts-dejavu-core librsvg2-bin"
)
NAME = "implicit-bias"


def ready() -> None:
    """Raises ``ValueError`` where there is no TeX."""
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        raise ValueError(MISSING.format(", ".join(missing), PACKAGES))


def book() -> str:
    """Build the book for TeX and typeset it; where it is.

    Raises ``ValueError`` with what TeX stopped at.
    """
    folder = contents.ROOT / "_build" / "latex"
    shutil.rmtree(folder, ignore_errors=True)
    build = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "--builder", "latex", "--quiet"]
    if subprocess.run(build, cwd=contents.ROOT, check=False).returncode:
        raise ValueError("the book does not build: mend what is said above")
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-file-line-error", f"{NAME}.tex"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        log = (folder / f"{NAME}.log").read_text(encoding="utf8", errors="replace")
        errors = re.findall(r"(?m)^(?:\./|!).*", log)
        raise ValueError("\n".join([*errors[:20], f"TeX stopped; all that it says is in _build/latex/{NAME}.log"]))
    return f"The book is in _build/latex/{NAME}.pdf"
