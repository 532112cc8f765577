"""The index: which words lead to which statement, for the page *Index* and for the search.

A statement is entered under its title, and under the words of each row of ``terms.yml`` that has a word in common
with its title or names its label. The search finds a statement by these words, however they are hyphenated.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

import contents
from claim_links import number
from claim_pages import Generated
from claims import Book, Statement

PAGE, ROWS = "book/appendix/terms", "book/appendix/terms.yml"


def collect(statements: Iterable[Statement]) -> dict[str, list[str]]:
    """The words that lead to each statement, by its label."""
    entries = {statement.label: [statement.title] for statement in statements}
    titles = {label: title for label, (title,) in entries.items()}
    for row in yaml.safe_load((contents.ROOT / ROWS).read_text(encoding="utf8")):
        if not set(row) <= {"terms", "labels"} or not row.get("terms"):
            raise ExtensionError(f"{ROWS}: write - {{terms: […], labels: […]}}, not {row}")
        named = row.get("labels", [])
        if unknown := sorted(set(named) - set(entries)):
            raise ExtensionError(f"{ROWS}: {row['terms']} names {unknown}, which no statement has as its label")
        found = [label for label, title in titles.items() if label in named or _share(row["terms"], title)]
        if not found:
            raise ExtensionError(f"{ROWS}: {row['terms']} leads nowhere; add labels: […], or leave the row out for now")
        for label in found:
            entries[label] += [term for term in row["terms"] if words(term) not in map(words, entries[label])]
    return entries


@cache
def words(text: str) -> str:
    """The words of a text, in small letters without accents, between single spaces; a hyphen parts words."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " " + " ".join(re.findall(r"[^\W_]+", plain)) + " "


def _share(terms: list[str], title: str) -> bool:
    return any(words(term) in words(title) for term in terms)


class Index(Generated):
    """``{terms}``: all terms in alphabetical order, each with the statements it leads to."""

    def write(self, book: Book) -> str:
        """A list for each letter."""
        self.env.note_dependency(str(contents.ROOT / ROWS))
        return written(collect(book.statements.values()))


def written(entries: dict[str, list[str]]) -> str:
    """The index in MyST: without articles, the same word in two spellings once."""
    places: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}  # the first way in which a term is written, article and capitals or not
    for label, terms in entries.items():
        for term in terms:
            places.setdefault(_alphabetical(term), []).append(f"{{prf:ref}}`{label}`")
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
    entries, statements = collect(app.book_claims.statements.values()), []
    for statement in app.book_claims.statements.values():
        name = contents.docname(statement.page)
        statements.append(
            {
                "name": _plain(f"{number(app, statement)} ({statement.title})"),
                "page": app.env.titles[name].astext(),
                "url": f"{app.builder.get_target_uri(name)}#{statement.label}",
                "terms": [words(term).strip() for term in entries[statement.label]],
            }
        )
    index = {"url": app.builder.get_target_uri(PAGE), "statements": statements}
    script = f"const bookIndex = {json.dumps(index, ensure_ascii=False)};\n"
    Path(app.outdir, "_static", "terms.js").write_text(script, encoding="utf8")


def _plain(title: str) -> str:
    return re.sub(r"\$[^$]*\$", "…", title)


def _scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    if page == "search":
        app.add_js_file("terms.js", loading_method="defer")
        app.add_js_file("search.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("terms", Index)
    app.connect("html-page-context", _scripts)
    app.connect("build-finished", _for_search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
