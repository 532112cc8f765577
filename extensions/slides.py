"""Decks for a lecture room, made from the written pages, so that numbers, figures and sliders are those of the site.

``python extensions/slides.py`` writes ``_build/slides/<part>/<page>.html`` for each page of the numbered parts, and an
index. A deck shows what its page asks, states, draws and sums up; that of a page without the rules of the house shows
its text and its exercises, too. What is not asked for below, such as a proof or a solution, cannot come in. How much
fits on a slide is seen in the browser, by ``_slides/deck.js``.
"""

import html
import re
import shutil
import sys
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

import yaml
from bs4 import BeautifulSoup, Tag

import contents
import explorers
import formulas
from aside import without
from source import Chapter

FILES = Path(__file__).parent / "_slides"
INDEX = "index.html"
HINT = (
    "Arrows move on and back, F fills the screen, Escape shows all slides, or leaves a slider. "
    "For a PDF put <code>?print-pdf</code> behind the address of a deck, and print."
)
# Sections that are not shown in their place; and those that are passed over if they have nothing to show.
CLOSED = {"exercises", "compared-with-the-lecture", "next"}
USUAL = {"overview", "see-it", "what-breaks", "beyond-the-lecture", "summary"}
# What is shown of the others.
STATEMENT = "div.proof.admonition"
SOURCE = "div.admonition:is(.quoted, .recalled, .observed)"
ERRATUM = "div.erratum.admonition"
CELL = "div.cell:not(.tag_solution)"
IDEA = "p, div.math, ol, ul"
OWN = "p:not(.question), div.math, ol, ul, div.exercise.admonition"  # on pages without the rules of the house
# What serves the page, of which a slide is none; code is dropped before all is parsed.
DROPPED = ".headerlink, .claim-links, .question"
CODE = re.compile("<pre>.*?</pre>", re.S)
REVEAL = ("reveal.css", "reveal.js")
STYLES = ("reveal.css", "colours.css", "mathjax/formulas.css", "slides.css")
DECK = ("reveal.js", "deck.js", "explorer.js")
FROM_SITE = ("colours.css", "explorer.js", "favicon.svg")


@dataclass(frozen=True)
class Page:
    """A page that becomes a deck."""

    name: str  # such as ``book/part/page``
    part: str

    @property
    def deck(self) -> str:
        """The file of its deck, in the folder of all decks."""
        return f"{self.name.removeprefix('book/')}.html"

    @property
    def question(self) -> str:
        """What it asks, from its header."""
        header = yaml.load(Chapter.read(contents.path(self.name)).header.strip("-\n"), contents.LOADER)
        return str((header or {}).get("question", ""))


@dataclass
class _Deck:
    """The slides of a page, their labels, and the pictures on them, seen from the page."""

    slides: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    heading: str = ""
    own: bool = False

    def add(self, *blocks: str, label: str = "", kind: str = "") -> None:
        """A slide under the heading of its section, which is repeated in small."""
        name = f' id="{label}"' if label else ""
        text = "\n".join([self.heading, *blocks])
        self.slides.append(f'<section{name}><div class="slide {kind}">\n{text}\n</div></section>')
        self.labels += filter(None, [label])
        self.heading = self.heading.replace("<h2>", '<h2 class="again">')

    def add_section(self, section: Tag) -> None:
        """What a section has to show; if that is nothing, its heading, which may be a question."""
        before = len(self.slides)
        self.heading = _heading(section)
        for node in section.find_all(True, recursive=False):
            if node.name == "section":
                self.add_section(node)
            elif node.name == "figure" or node.css.match(CELL):
                for figure in [node] if node.name == "figure" else node.find_all("figure"):
                    self.add_picture(figure)
            elif node.css.match(STATEMENT):
                self.add(*_statement(node), label=node["id"])
            elif node.css.match(f"{ERRATUM}, {OWN}" if self.own else ERRATUM) or (
                section["id"] == "summary" and node.name == "ul"
            ):
                self.add(str(_shown(node)), label=node.get("id", ""))
        if len(self.slides) == before and section["id"] not in USUAL:
            self.add(kind="question")

    def add_picture(self, figure: Tag) -> None:
        """A figure, or an explorer with its sliders, as large as the slide."""
        shown = _shown(figure)
        shown["data-prevent-swipe"] = ""  # a finger on a slider moves the slider
        self.pictures += [image["src"] for image in shown.select("img") if not image["src"].startswith("data:")]
        self.add(str(shown), label=figure.get("id", ""), kind="picture")


def _statement(node: Tag) -> Iterator[str]:
    """A statement, where it is from if it is quoted, and the idea that stands before its proof."""
    yield str(_shown(node))
    idea = []
    for after in node.find_next_siblings():
        if after.css.match(SOURCE):
            yield str(_shown(after))
        elif after.css.match(IDEA):
            idea.append(str(_shown(after)))
        else:
            if idea and after.get("id") == f"proof-{node['id']}":
                number = node.select_one(".caption-number").get_text(strip=True)
                yield f'<div class="idea"><p class="of">Idea of the proof of {number}</p>{"".join(idea)}</div>'
            return


def _heading(section: Tag) -> str:
    return f"<h2>{_shown(section.find(['h1', 'h2', 'h3'], recursive=False)).decode_contents()}</h2>"


def _shown(node: Tag) -> Tag:
    """A copy without ids, which belong to slides, and without what serves the page."""
    shown = copy(node)
    for useless in shown.select(DROPPED):
        useless.decompose()
    for section in shown.find_all("section"):
        section.unwrap()  # it would be a slide below this one
    for tag in [shown, *shown.find_all(id=True)]:
        del tag["id"]
    return shown


def pages() -> list[Page]:
    """The pages of the numbered parts, in reading order."""
    parts = (part for part in contents.toc()["parts"] if part.get("numbered"))
    return [Page(name, part["caption"]) for part in parts for name in contents.files(part)]


def write(site: Path, folder: Path) -> None:
    """Write the decks of all pages of a site into a folder, with what they need, and an index of them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(site / "_static" / "mathjax", folder / "_static" / "mathjax")
    reveal = Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs" / "dist"
    for file in [*FILES.iterdir(), *(site / "_static" / name for name in FROM_SITE), *map(reveal.joinpath, REVEAL)]:
        shutil.copy(file, folder / "_static")
    name = contents.parsed("_config.yml", contents.read("_config.yml"))[1]["title"]
    every, part, rows = pages(), "", [f"<h1>{html.escape(name)}</h1>", f"<p>{HINT}</p>"]
    for page, after in zip(every, [*every[1:], None], strict=True):
        title = _write_deck(page, after, site, folder)
        if page.part != part:
            rows.append(f"<h2>{html.escape(part := page.part)}</h2>")
        rows.append(f'<p><a href="{page.deck}">{title}</a> {html.escape(page.question)}</p>')
    body = '<main class="index">\n{}\n</main>'.format("\n".join(rows))
    _write(folder, INDEX, f"{name}: slides", body)


def _write_deck(page: Page, after: Page | None, site: Path, folder: Path) -> str:
    """Write the deck of a page, with a link to the one that comes after it; the title of the page."""
    text, unfold = formulas.folded(CODE.sub("", (site / f"{page.name}.html").read_text(encoding="utf8")))
    soup = BeautifulSoup(text, "html.parser")
    article, here = soup.select_one("article > section"), dirname(page.deck)
    explorers.restore(article, explorers.drawings(site / f"{page.name}.html", site))
    book = relpath((site / f"{page.name}.html").as_posix(), (folder / here).as_posix())
    for link in article.select("a[href]"):
        link["href"] = _from_deck(link["href"], book)
    title, deck = _shown(article.h1), _Deck(own=contents.is_own(contents.path(page.name)))
    asks = f'<h1>{title.decode_contents()}</h1><p class="ask">{html.escape(page.question)}</p>'
    link = f'<p><a href="{book}">Read it in the book</a></p>'
    deck.add(f"<p>{html.escape(page.part)}</p>", asks, link, kind="title")
    for section in [article] if deck.own else article.find_all("section", recursive=False):
        if deck.own or section["id"] not in CLOSED:
            deck.add_section(section)
    if (last := article.select_one("section#next")) and not deck.own:
        deck.heading = _heading(last)
        asked = [str(_shown(node)) for node in last.find_all("p", recursive=False)]
        if after:
            name = _shown(soup.select_one("a.right-next .prev-next-title")).decode_contents()
            asked.append(f'<p><a href="{relpath(after.deck, here)}">{name}</a></p>')
        deck.add(*asked, kind="next")
    slides = "\n".join(deck.slides)
    for label in deck.labels:  # what is in the deck is looked up there
        slides = slides.replace(f'href="{book}#{label}"', f'href="#/{label}"')
    for picture in deck.pictures:
        file = normpath(join(dirname(page.name), picture))
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(site / file, folder / file)
        slides = slides.replace(f'src="{picture}"', f'src="{relpath(file, here)}"')
    body = unfold(f'<div class="reveal"><div class="slides">\n{slides}\n</div></div>')
    _write(folder, page.deck, f"{without(title.get_text())}: slides", body, DECK)
    return unfold(title.decode_contents())


def _from_deck(link: str, book: str) -> str:
    """A link of a page, seen from its deck, from which ``book`` is the page."""
    if link.startswith("#"):
        return book + link
    return link if ":" in link else normpath(join(dirname(book), link))


def _write(folder: Path, file: str, title: str, body: str, scripts: tuple[str, ...] = ()) -> None:
    """A file with the style of the decks, and with these scripts."""
    static = relpath("_static", dirname(file))
    lines = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title>",
        f'<link rel="icon" href="{static}/favicon.svg">',
        *(f'<link rel="stylesheet" href="{static}/{name}">' for name in STYLES),
        *(f'<script defer src="{static}/{name}"></script>' for name in scripts),
        f"</head>\n<body>\n{body}\n</body>\n</html>\n",
    ]
    target = folder / file
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join(filter(None, lines)), encoding="utf8")


def main() -> None:
    """Write the decks of the site that was built, and say where they are."""
    site, folder = (contents.ROOT / "_build" / name for name in ("html", "slides"))
    try:
        write(site, folder)
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is missing: run make book first")
    print(f"The slides are in {(folder / INDEX).relative_to(contents.ROOT)}. Open it in a browser.")


if __name__ == "__main__":
    main()
