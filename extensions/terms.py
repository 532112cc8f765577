"""The index: which words lead to which statement, for the page *Index* and for the search.

A statement is entered under its title, and under the words of each row of ``terms.yml`` that has a word in common
with its title or names its label. The search finds a statement by these words, however they are hyphenated.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import contents
from contents import chapters, docname
from source import Chapter

PAGE, ROWS = "book/appendix/terms", "book/appendix/terms.yml"


@dataclass
class Entry:
    """A statement and the words that lead to it."""

    label: str
    kind: str
    title: str
    docname: str
    terms: list[str] = field(default_factory=list)


def collect() -> list[Entry]:
    """All statements of the book that have a label, in reading order, with their terms."""
    entries = [
        Entry(block.options["label"], block.name.removeprefix("prf:"), block.title, docname(page))
        for page in chapters()
        for block in Chapter.read(page).blocks
        if block.name.startswith("prf:") and block.name != "prf:proof" and "label" in block.options
    ]
    for entry in entries:
        entry.terms += [entry.title] if entry.title else []
    labels = {entry.label for entry in entries}
    for row in yaml.safe_load((contents.ROOT / ROWS).read_text(encoding="utf8")):
        if not set(row) <= {"terms", "labels"} or not row.get("terms"):
            raise ExtensionError(f"{ROWS}: write - {{terms: […], labels: […]}}, not {row}")
        named = row.get("labels", [])
        if unknown := sorted(set(named) - labels):
            raise ExtensionError(f"{ROWS}: {row['terms']} names {unknown}, which no statement has as its label")
        found = [entry for entry in entries if entry.label in named or _share(row["terms"], entry.title)]
        if not found:
            raise ExtensionError(f"{ROWS}: {row['terms']} leads nowhere; add labels: […], or leave the row out for now")
        for entry in found:
            entry.terms += [term for term in row["terms"] if words(term) not in map(words, entry.terms)]
    return entries


def words(text: str) -> str:
    """The words of a text, in small letters without accents, between single spaces; a hyphen parts words."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " " + " ".join(re.findall(r"[^\W_]+", plain)) + " "


def _share(terms: list[str], title: str) -> bool:
    return any(words(term) in words(title) for term in terms)


class Index(SphinxDirective):
    """``{terms}``: all terms in alphabetical order, each with the statements it leads to."""

    def run(self) -> list[nodes.Node]:
        """Write the list and parse it."""
        self.env.note_dependency(str(contents.ROOT / ROWS))
        section = nodes.section()
        section.document = self.state.document
        lines = StringList(_written(collect()).splitlines(), source=self.env.docname)
        self.state.nested_parse(lines, self.content_offset, section, match_titles=True)
        return section.children


def _written(entries: list[Entry]) -> str:
    places: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}  # the first way in which a term is written, article and capitals or not
    for entry in entries:
        for term in entry.terms:
            places.setdefault(_alphabetical(term), []).append(f"{{prf:ref}}`{entry.label}`")
            spelt.setdefault(_alphabetical(term), term)
    text = []
    for letter, terms in groupby(sorted(places), key=lambda term: term[0].upper()):
        text += [f"## {letter}", "", *(f"- {spelt[term]}: {', '.join(places[term])}" for term in terms), ""]
    return "\n".join(text)


def _alphabetical(term: str) -> str:
    """Without a leading article."""
    return re.sub(r"^(the|an?) (?=\w)", "", words(term).strip()) or "#"


def _for_search(app: Sphinx, error: Exception | None) -> None:
    """Write ``terms.js``: for each statement its name, page, address and terms. A script opens as a file, too."""
    if error or app.builder.format != "html":
        return
    statements = []
    for entry in collect():
        numbers = app.env.toc_fignumbers.get(entry.docname, {})
        number = next((of_kind[entry.label] for of_kind in numbers.values() if entry.label in of_kind), ())
        name = f"{entry.kind.title()} {'.'.join(map(str, number))}" + (f" ({entry.title})" if entry.title else "")
        url = f"{app.builder.get_target_uri(entry.docname)}#{entry.label}"
        page = app.env.titles[entry.docname].astext()
        terms = [words(term).strip() for term in entry.terms]
        statements.append({"name": _plain(name), "page": page, "url": url, "terms": terms})
    index = {"url": app.builder.get_target_uri(PAGE), "statements": statements}
    script = f"const bookIndex = {json.dumps(index, ensure_ascii=False)};\n"
    Path(app.outdir, "_static", "terms.js").write_text(script, encoding="utf8")


def _plain(title: str) -> str:
    return re.sub(r"\$[^$]*\$", "…", title)


def _scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    if page == "search":
        app.add_js_file("terms.js", loading_method="defer")
        app.add_js_file("search.js", loading_method="defer")


def _outdated(app: Sphinx, env: Any, added: set, changed: set, removed: set) -> list[str]:  # noqa: ANN401
    """The index depends on every chapter."""
    return [PAGE] if PAGE in env.found_docs else []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("terms", Index)
    app.connect("env-get-outdated", _outdated)
    app.connect("html-page-context", _scripts)
    app.connect("build-finished", _for_search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
