"""What a link leads to, shown beside it: for each page a script with what it states, loaded when a reader asks.

The scripts are made from the written pages, so that numbers and links in them are those of the pages, and they are
scripts because a page that was opened as a file may load nothing else.
"""

import json
from copy import copy
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

import formulas

# What has a preview. Solutions have none: a look at a link is not a wish to be told.
SHOWN = {
    "equations": "div.math[id]",
    "figures": "figure[id]",
    "citations": "div.citation[id]",
    "statements": "div.proof.admonition[id]",
    "exercises": "div.exercise.admonition[id]",
    "quotations and errata": "div.admonition[id]:is(.quoted, .recalled, .observed, .erratum)",
}
FOLDER = Path("_static", "previews")


def previews(page: str) -> dict[str, str]:
    """The HTML of all that has a preview on a page, by id; no ids in it, no links to itself."""
    page, unfold = formulas.folded(page)
    article = BeautifulSoup(page, "html.parser").select_one("article")
    found = {}
    for element in article.select(", ".join(SHOWN.values())) if article else []:
        shown = copy(element)
        for useless in shown.select(".headerlink, .report"):
            useless.decompose()
        for tag in [shown, *shown.find_all(id=True)]:
            del tag["id"]
        found[element["id"]] = unfold(str(shown))
    return found


def script(page: Path, site: Path) -> Path:
    """The script with the previews of a page of the site."""
    return site / FOLDER / page.relative_to(site).with_suffix(".js")


def write(site: Path) -> None:
    """Write the scripts of all pages that are newer than theirs, and remove those of pages that are no more."""
    pages = (page for page in site.rglob("*.html") if page.relative_to(site).parts[0] != "_static")
    wanted = {script(page, site): page for page in pages}
    for stale in {path for path in (site / FOLDER).rglob("*.js")} - set(wanted):
        stale.unlink()
    for target, page in wanted.items():
        if target.exists() and target.stat().st_mtime_ns > page.stat().st_mtime_ns:
            continue
        found = previews(page.read_text(encoding="utf8"))
        data = json.dumps({page.relative_to(site).as_posix(): found}, ensure_ascii=False)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"Object.assign(window.previews ??= {{}}, {data});\n", encoding="utf8")


def _write(app: Sphinx, error: Exception | None) -> None:
    if not error and app.builder.format == "html":
        write(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_css_file("previews.css")
    app.add_js_file("previews.js", loading_method="defer")
    app.connect("build-finished", _write, priority=900)  # after others have mended the pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}
