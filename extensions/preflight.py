"""What Jupyter Book would answer with a traceback, or late: files that are no YAML, or name what is not there.

``python extensions/preflight.py`` says each in one line before Jupyter Book reads them; where that was started alone,
this extension says what can still be said.
"""

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sphinx_external_toc.parsing import MalformedError, parse_toc_data
from yaml.nodes import MappingNode, Node, ScalarNode

import contents

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

CONFIGURATION, PLAN = "_config.yml", "assignments/plan.yml"
_PLACE = re.compile(r" @ '(.*?)'")


def faults() -> list[str]:
    """What is wrong with the two files, or else with the teaching plan, as ``file:line: remedy``."""
    found = []
    for file, rule in {CONFIGURATION: of_configuration, contents.TOC: of_toc}.items():
        try:
            found += [f"{file}:{line}: {remedy}" for line, remedy in rule(contents.read(file))]
        except ValueError as error:
            found.append(str(error))
    if found or not (contents.ROOT / PLAN).exists():
        return found
    from course.choosing import plan  # which reads all pages

    try:
        plan()
    except ValueError as error:
        return [str(error)]
    return []


def of_configuration(text: str) -> Iterator[tuple[int, str]]:
    """What is wrong with a configuration: line and remedy."""
    node = contents.parsed(CONFIGURATION, text)[0]
    if not isinstance(node, MappingNode):
        yield 1, "write names and values, such as title: A book"
    for name, _, value in (field for mapping in contents.mappings(node) for field in mapping):
        file = value.value if name in {"logo", "favicon"} and isinstance(value, ScalarNode) else ""
        if file and "://" not in file and not (contents.ROOT / file).is_file():
            yield value.start_mark.line + 1, f'there is no {file}: name a picture as seen from here, or {name}: ""'


def of_toc(text: str) -> Iterator[tuple[int, str]]:
    """What is wrong with a table of contents: pages that are not there or stand there twice, and its form."""
    node, toc = contents.parsed(contents.TOC, text)
    fields = (field for mapping in contents.mappings(node) for field in mapping)
    pages, seen = [value for name, _, value in fields if name in {"root", "file"}], set()
    for page in sorted(pages, key=lambda page: page.start_mark.line):
        line, name = page.start_mark.line + 1, page.value
        if not (isinstance(name, str) and contents.path(name).is_file()):
            yield line, f"there is no {name}.md: write it, or take it off the list"
        elif name in seen:
            yield line, f"{name} stands here twice: remove one"
        else:
            seen.add(name)
    try:
        parse_toc_data(toc)
    except MalformedError as error:
        if "multiple times" not in str(error):  # which was said above
            place = _PLACE.search(str(error))
            yield _line(node, place[1] if place else ""), f"mend the form: {_PLACE.sub('', str(error))}"


def _line(node: Node | None, place: str) -> int:
    """The line of a place such as ``/parts/1/chapters/4``."""
    for step in filter(None, place.split("/")):
        found = node.value[int(step)] if step.isdigit() else {key.value: value for key, value in node.value}.get(step)
        node = found or node
    return node.start_mark.line + 1 if node else 1


def _stop(app: "Sphinx", config: "Config") -> None:
    if found := faults():
        raise SystemExit("\n".join(found))  # without the traceback that Jupyter Book has for exceptions


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or None)
