"""The whole book as an EPUB: ``python formats/epub.py`` makes it of the pages of the built site."""

import datetime
import html
import json
import re
import sys
import uuid
from pathlib import Path
from posixpath import dirname, relpath

from playwright.sync_api import Page, sync_playwright
from pygments.formatters import HtmlFormatter

import browser
import contents
import packed
from epub_page import HEAD, TAIL, EpubPage
from offered import FORMS, offer

NAME = next(name for name, form in FORMS.items() if form == "EPUB")
STYLE, COVER = "style.css", "cover.png"
CODE = "a11y-high-contrast-light"  # the colours of the site
FIXED = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": """\
<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
""",
}
PACKAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="book">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:creator>{author}</dc:creator>
<dc:language>{language}</dc:language>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{items}
</manifest>
<spine>
{order}
</spine>
</package>
"""
TYPES = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
TYPES |= {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
FRONT = """\
<body style="margin:0;width:1200px;height:1600px;display:grid;grid-template-rows:1fr auto;font-family:sans-serif">
<div style="padding:160px 100px 0;border-top:40px solid #1f5fa8"><h1 style="font-size:110px;line-height:1.15;margin:0">\
{title}</h1><p style="font-size:48px;color:#444">{author}</p></div>
<img style="width:1000px;padding:0 100px 140px" alt="" src="{picture}">"""


def make(site: Path, page: Page) -> dict[str, bytes]:
    """The files of the EPUB of a site, whose cover a browser makes; by name."""
    pages = [EpubPage.read(site, name) for name in contents.listed()]
    places = {each.name: each.ids for each in pages}
    for each in pages:
        each.link(places)
    about = _about(site, pages[0])
    files = {name: text.encode() for name, text in FIXED.items()}
    style = Path(__file__).with_suffix(".css").read_text(encoding="utf8")
    files[STYLE] = f"{style}\n{HtmlFormatter(style=CODE).get_style_defs('.highlight')}\n".encode()
    for each in pages:
        files[each.file] = each.xhtml(about["language"], relpath(STYLE, dirname(each.name))).encode()
        files |= each.drawings
        files |= {image: _image(site / image) for image in each.images if image not in files}
    files[COVER] = _cover(page, about, pages[0], files)
    files |= _navigation(pages, about)
    files["package.opf"] = _package(files, pages, about).encode()
    return files


def _image(file: Path) -> bytes:
    """An image; of a drawing without what an EPUB may not have: a document type, and lines of no points."""
    if file.suffix != ".svg":
        return file.read_bytes()
    text = re.sub(r"<!DOCTYPE[^>]*>", "", file.read_text(encoding="utf8"))
    return re.sub(r"<path (?![^>]*\bd=)[^>]*/>", "", text).encode()


def _about(site: Path, first: EpubPage) -> dict[str, str]:
    """What the EPUB says of itself; its date is that of the page that was read last."""
    configuration = contents.parsed("_config.yml", contents.read("_config.yml"))[1]
    read = json.loads((site / ".written-from").read_text(encoding="utf8"))["read"].values()
    modified = datetime.datetime.fromtimestamp(max(read) / 1e6, datetime.UTC)
    title = str(configuration["title"])
    return {
        "title": html.escape(title),
        "author": html.escape(str(configuration.get("author") or "")),
        "language": str(configuration["sphinx"]["config"].get("language") or "en"),
        "identifier": str(
            uuid.uuid5(uuid.NAMESPACE_URL, f"{title} {configuration.get('author')} {contents.edition()}")
        ),
        "modified": modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _cover(page: Page, about: dict[str, str], first: EpubPage, files: dict[str, bytes]) -> bytes:
    """A picture of the title and of the first figure of the first page."""
    picture = next((files[image].decode() for image in first.images if image.endswith(".svg")), "<svg/>")
    page.set_viewport_size({"width": 1200, "height": 1600})
    page.set_content("<body></body>")
    address = page.evaluate("svg => URL.createObjectURL(new Blob([svg], {type: 'image/svg+xml'}))", picture)
    page.set_content(FRONT.format(picture=address, **about))
    page.evaluate("Promise.allSettled([...document.images].map(image => image.decode()))")
    return page.screenshot()


def _navigation(pages: list[EpubPage], about: dict[str, str]) -> dict[str, bytes]:
    """The cover page, and the table of contents: parts with their pages."""
    named = {each.name: f'<li><a href="{each.file}">{html.escape(each.title)}</a></li>' for each in pages}
    toc = contents.toc()
    rows, left = [], dict(named)
    for part in toc.get("parts", []):
        inside = "\n".join(left.pop(name) for name in contents.files(part) if name in left)
        rows.append(f"<li><span>{html.escape(str(part.get('caption', '')))}</span>\n<ol>\n{inside}\n</ol></li>")
    head = HEAD.format(language=about["language"], title=about["title"], style=STYLE)
    listed = "\n".join(["<ol>", *left.values(), *rows, "</ol>"])
    nav = f'<nav epub:type="toc" id="toc" role="doc-toc">\n<h1>Contents</h1>\n{listed}\n</nav>'
    cover = f'<p class="cover"><img src="{COVER}" alt="Cover: {about["title"]}"/></p>'
    return {"nav.xhtml": (head + nav + TAIL).encode(), "cover.xhtml": (head + cover + TAIL).encode()}


def _package(files: dict[str, bytes], pages: list[EpubPage], about: dict[str, str]) -> str:
    """The list of all files, and the order in which pages are read."""
    ids = {name: f"file-{number}" for number, name in enumerate(sorted(set(files) - set(FIXED)))}
    properties = {name: "mathml" for name in ids if name.endswith(".xhtml") and b"<math" in files[name]}
    properties |= {"nav.xhtml": "nav", COVER: "cover-image"}
    items = []
    for name, label in ids.items():
        if not (kind := TYPES.get(Path(name).suffix.lower())):
            raise ValueError(f"{name} cannot be in an EPUB: use one of {', '.join(TYPES)}")
        has = f' properties="{properties[name]}"' if name in properties else ""
        items.append(f'<item id="{label}" href="{name}" media-type="{kind}"{has}/>')
    order = ["cover.xhtml", "nav.xhtml", *(each.file for each in pages)]
    lines = [f'<itemref idref="{ids[name]}"/>' for name in order]
    return PACKAGE.format(items="\n".join(items), order="\n".join(lines), **about)


def main() -> None:
    """Write the EPUB into the site that was built, offer it on its home page, and say where it is."""
    site = contents.ROOT / "_build" / "html"
    if not (executable := browser.find()):
        sys.exit(browser.MISSING)
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=executable, args=browser.OPTIONS)
            files = make(site, opened.new_page())
            opened.close()
        packed.write(site / NAME, files, ("mimetype",))
        offer(site)
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is missing: run make book first")
    except ValueError as found:
        sys.exit(str(found))
    print(f"The EPUB is {(site / NAME).relative_to(contents.ROOT)}, {(site / NAME).stat().st_size / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
