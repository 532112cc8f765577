"""The index of terms: the page *Index*, and what the search knows of statements."""

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import contents
from claim_links import number
from claim_pages import Generated
from claims import Book
from synonyms import ROWS, collect, words

PAGE = "book/appendix/terms"


class Index(Generated):
    """``{terms}``: all terms in alphabetical order, each with the statements it leads to."""

    def write(self, book: Book) -> str:
        """A list for each letter."""
        self.env.note_dependency(str(contents.ROOT / ROWS))
        return written(collect(book.statements.values())[0])


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
    (entries, _), statements = collect(app.book_claims.statements.values()), []
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
