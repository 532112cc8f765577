"""Old addresses lead on: of pages that have another name, and of labels that stand elsewhere or are retired.

A page that has moved leaves one that leads on, and keeps what stands after ``#``. Where a page has no such place,
``addresses.js`` looks it up in ``_static/labels.js``, which is written here and loaded only then.
"""

import html
import json
from pathlib import Path
from string import Template

from sphinx.application import Sphinx
from sphinx.util import logging

import moved
import released

LOGGER = logging.getLogger(__name__)
TEMPLATE = Path(__file__).parent / "_addresses" / "moved.html"


def places(app: Sphinx) -> dict[str, str]:
    """Where each label is, seen from the root of the site; of a retired one what replaces it."""
    now, before = released.labelled(app.book_claims.pages), released.by_label(released.rows()[0])
    found = {}
    for label in sorted({*now, *(label for label, was in before.items() if was.retired)}):
        there = released.leads(label, now, before)
        if isinstance(there, released.Labelled):
            place = f"{app.builder.get_target_uri(there.page)}#{_anchor(there)}"
        elif there:
            place = app.builder.get_target_uri(there)
        else:  # the lint says so
            continue
        found[_anchor(now.get(label) or before[label])] = place
    return found


def _anchor(it: released.Labelled | released.Released) -> str:
    return f"equation-{it.label}" if it.kind == "equation" else it.label


def _check(app: Sphinx) -> None:
    app.book_moved, faults = moved.moved()
    for place, remedy in faults:
        LOGGER.warning(remedy, location=place)


def _write(app: Sphinx, error: Exception | None) -> None:
    """After extensions/fresh.py has removed what is no page."""
    if error or app.builder.name not in {"html", "dirhtml"}:
        return
    for was, now in app.book_moved.items():
        values = {"address": app.builder.get_relative_uri(was, now), "title": app.env.titles[now].astext()}
        target = Path(app.builder.get_outfilename(was))
        target.parent.mkdir(parents=True, exist_ok=True)
        page = Template(TEMPLATE.read_text(encoding="utf8"))
        target.write_text(
            page.substitute({name: html.escape(value) for name, value in values.items()}), encoding="utf8"
        )
    script = f"window.bookLabels = {json.dumps(places(app))};\n"
    Path(app.outdir, "_static", "labels.js").write_text(script, encoding="utf8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_js_file("addresses.js", loading_method="defer")
    app.connect("builder-inited", _check)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
