"""What JupyterLab writes into the header of a page that it saves, and what the book wants there. For ``make edit``."""

import re
from typing import Any

HEADER = re.compile(r"\A---\n(.*?)^---\n\n?", re.M | re.S)
# Lab names the kernel that it has found; a page without cells is no notebook and names none.
SECTION = r"^%s:\n(?: .*\n)+"
KERNEL = "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n"


def keep_the_header(model: dict[str, Any], path: str, **_: object) -> None:
    """Put the header of a page right before it is saved."""
    if not path.endswith(".md") or model.get("format") != "text" or not (found := HEADER.match(model["content"])):
        return
    header = re.sub(SECTION % "kernelspec", KERNEL, found[1], flags=re.M)
    header = re.sub(SECTION % "jupyter", "", header, flags=re.M)
    if header != found[1]:
        rest = model["content"][found.end() :]
        model["content"] = found[0].replace(found[1], header) + rest if header else rest
