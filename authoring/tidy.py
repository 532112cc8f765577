"""Write pages the way ruff formats their cells and jupytext writes notebooks: ``python authoring/tidy.py PAGE…``."""

import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat

WIDTH = "88"  # characters that fit the column of the site at 1280 pixels


def tidy(page: Path) -> None:
    """Rewrite a page in place, under its own header."""
    text = page.read_text(encoding="utf8")
    header = text[: text.index("\n---\n", 3) + 5]
    notebook = jupytext.reads(text, fmt="md:myst")
    notebook.metadata.language_info = {"name": "python"}
    for command in (["check", "--fix", "--quiet"], ["format"]):
        arguments = [*command, "--line-length", WIDTH, "--stdin-filename", str(page.with_suffix(".ipynb")), "-"]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments], input=nbformat.writes(notebook), capture_output=True, text=True
        )
        if not done.stdout:
            raise SystemExit(f"{page}: {done.stderr}")
        notebook = nbformat.reads(done.stdout, as_version=4)
    written = jupytext.writes(notebook, fmt="md:myst")
    page.write_text(header + written[written.index("\n---\n", 3) + 5 :], encoding="utf8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        tidy(Path(name))
