"""A page of the built site as a page of an EPUB: nothing that needs a script, and solutions at its end."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, normpath
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

import explorers
from aside import Aside, without
from mathml import tidied

# What serves a screen.
DROPPED = (
    ".headerlink, .proof-switch, #formats, svg, details.proof > summary, figure.explorer :is(label, img[hidden] + p)"
)
DROPPED += ", img[hidden], script, input, button"
SOLUTION = "div.solution, div.cell.tag_solution"
# What takes time to parse, and stays as it is or goes.
CODE = re.compile("<pre>.*?</pre>", re.S)
FORMULA = re.compile('<mjx-container data-tex="([^"]*)".*?<math (.*?</math>).*?</mjx-container>', re.S)
DRAWING = "data:image/svg+xml,"
NOT_IN_TEXT = "p:has(> ul, > ol, > dl, > div, > p)"  # as the reference of the library has it
HEAD = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" \
xml:lang="{language}">
<head>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="{style}"/>
</head>
<body>
"""
TAIL = "\n</body>\n</html>\n"


@dataclass
class EpubPage:
    """A page by its name, such as ``book/part/page``, and what is on it."""

    name: str
    article: Tag
    aside: Aside
    drawings: dict[str, bytes] = field(default_factory=dict)  # which the site has within the page, by file

    @classmethod
    def read(cls, site: Path, name: str) -> "EpubPage":
        """Read a page of a site."""
        aside = Aside()
        text = aside.put(CODE, (site / f"{name}.html").read_text(encoding="utf8"))
        text = aside.put(FORMULA, text, lambda found: f'<math alttext="{found[1]}" {tidied(found[2])}')
        page = cls(name, BeautifulSoup(text, "html.parser").select_one("article"), aside)
        explorers.stand(page.article, explorers.drawings(site / f"{name}.html", site))
        page.unfold()
        return page

    @property
    def file(self) -> str:
        """Its file in the EPUB."""
        return f"{self.name}.xhtml"

    @property
    def title(self) -> str:
        """Its title, without formulas."""
        return without(self.article.h1.get_text())

    @property
    def images(self) -> list[str]:
        """The files of its images, from the root of the site."""
        sources = [image["src"] for image in self.article.find_all("img")]
        return [normpath(f"{dirname(self.name)}/{unquote(source)}") for source in sources]

    @property
    def ids(self) -> set[str]:
        """The places in it that links may lead to."""
        return {tag["id"] for tag in self.article.find_all(id=True)}

    def unfold(self) -> None:
        """Make of what moves, folds or serves a screen what a book can show."""
        for explorer in self.article.select("figure.explorer"):
            self.note(explorer)
        for useless in self.article.select(DROPPED):
            useless.decompose()
        for paragraph in self.article.select(NOT_IN_TEXT):
            paragraph.unwrap()
        for proof in self.article.select("details.proof"):
            proof.name, proof["class"] = "div", "proof-text"
        for fold in self.article.select("details.hide"):
            summary = fold.find("summary")
            summary.string = "Code"
            del fold["class"]
        for number, image in enumerate(self.article.select(f'img[src^="{DRAWING}"]')):
            file = f"_images/{self.name.replace('/', '-')}-{number}.svg"
            self.drawings[file] = unquote(image["src"].removeprefix(DRAWING)).encode()
            image["src"] = "../" * self.name.count("/") + file
        self.move_solutions()

    def note(self, explorer: Tag) -> None:
        """Say of the picture of an explorer where its sliders stand."""
        values = [f"{label.span.get_text()} = {label.output.get_text()}" for label in explorer.find_all("label")]
        number = len(explorer.find_all("img"))
        words = f"One of {number} pictures, with {', '.join(values)}; on the site, sliders show the others."
        explorer.append(BeautifulSoup(f'<p class="note">{html.escape(words)}</p>', "html.parser"))

    def move_solutions(self) -> None:
        """Put the solutions into a section at the end, with a link from each exercise."""
        solutions = self.article.select(SOLUTION)
        if not solutions:
            return
        end = BeautifulSoup('<section id="solutions-below"><h2>Solutions</h2></section>', "html.parser").section
        self.article.find("section").append(end)
        for solution in solutions:
            exercise = solution.select_one(".admonition-title a[href^='#']")
            asked = exercise and self.article.find(id=exercise["href"][1:])
            if asked:
                link = f'<p class="to-solution"><a href="#{solution["id"]}">Solution</a></p>'
                asked.append(BeautifulSoup(link, "html.parser"))
            end.append(solution.extract())

    def link(self, places: Mapping[str, set[str]]) -> None:
        """Let links lead into the EPUB, which has these places in its pages; what leads elsewhere becomes words."""
        for link in self.article.select("a[href]"):
            url = urlsplit(link["href"])
            if url.scheme:
                continue
            target = normpath(f"{dirname(self.name)}/{url.path}") if url.path else f"{self.name}.html"
            page, fragment = target.removesuffix(".html"), unquote(url.fragment)
            if page not in places or (fragment and fragment not in places[page]):
                link.unwrap()
            else:
                link["href"] = url._replace(path=url.path.removesuffix(".html") + ".xhtml" if url.path else "").geturl()

    def xhtml(self, language: str, style: str) -> str:
        """The page as XHTML."""
        body = self.article.decode_contents(formatter="minimal").strip()
        return HEAD.format(language=language, title=html.escape(self.title), style=style) + self.aside.back(body) + TAIL
