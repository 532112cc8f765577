"""The book as HTML documents, one for each part, made of the pages of the built site: what ``printing.py`` prints.

Ids are made unique by their page, links between pages become links within the book, and solutions move to the end.
"""

import datetime
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, normpath, relpath

from bs4 import BeautifulSoup, Tag

import contents
import explorers
from aside import Aside
from merging import ELSEWHERE

STYLE = Path(__file__).with_name("pdf.css")
SOLUTIONS = "solutions"
# What serves a screen.
DROPPED = ".headerlink, .report, #formats, .proof-switch, details.hide > summary"
DROPPED += ", figure.explorer input, img[hidden], img[hidden] + p"
# What takes time to parse and is printed as it is, or not at all.
HEAVY = re.compile(r"<(pre|mjx-container)\b.*?</\1>", re.S)
STYLES = re.compile(r'<link [^>]*rel="stylesheet"[^>]*>')
LOADED = re.compile(r'(<(?:img|link|script)\b[^>]*? (?:src|href)=")(?!data:)')
PLACE = re.compile(r' id="([^"]+)"')
LINK = re.compile(r'href="#([^"]+)"')
SCRIPT = "wide.js"  # fits formulas to their column
HEADINGS = ("h5", "h4", "h3", "h2", "h1")  # each becomes one lower, the lowest first


@dataclass
class Part:
    """A part of the book: its caption, which the first page has none of, and its pages."""

    caption: str
    pages: list[str]


@dataclass
class _Whole:
    """The book as it grows: its documents, its entries in the table of contents, the solutions by page."""

    site: Path
    pages: list[str]
    body: list[str] = field(default_factory=list)
    entries: list[tuple[str, str, str]] = field(default_factory=list)  # kind, id, title
    solutions: list[str] = field(default_factory=list)
    aside: Aside = field(default_factory=Aside)

    def add(self, part: Part) -> None:
        """A part under its caption."""
        heading = self.heading("part", f"part-{len(self.body)}", part.caption) if part.caption else ""
        articles = [self.article(page, "" if n else heading) for n, page in enumerate(part.pages)]
        self.body.append("\n".join(articles))

    def heading(self, kind: str, label: str, title: str) -> str:
        """A heading of the highest level, with its entry in the table of contents."""
        self.entries.append((kind, label, html.escape(title)))
        return f'<h1 class="{kind}" id="{label}">{html.escape(title)}</h1>'

    def article(self, page: str, heading: str) -> str:
        """A page below the heading of its part; that of the first page is as high as those of parts."""
        text = (self.site / f"{page}.html").read_text(encoding="utf8")
        article = BeautifulSoup(self.aside.put(HEAVY, text), "html.parser").select_one("article")
        explorers.stand(article, explorers.drawings(self.site / f"{page}.html", self.site))
        for useless in article.select(DROPPED):
            useless.decompose()
        title = article.h1.decode_contents()
        first = page == self.pages[0]
        self.entries.append(("part" if first else "page", _id(page), title))
        if not first:
            for name, lower in zip(HEADINGS[1:], HEADINGS, strict=False):
                for tag in article.find_all(name):
                    tag.name = lower
        self.relate(article, page)
        if solved := _solutions(article):
            self.solutions.append(f"<section><h2>{title}</h2>{''.join(solved)}</section>")
        for folded in article.select("details.hide"):
            folded.decompose()
        article["id"] = _id(page)
        if heading:
            article.insert(0, BeautifulSoup(heading, "html.parser"))
        return str(article)

    def relate(self, article: Tag, page: str) -> None:
        """Ids, links and pictures of a page, as they are in the document."""
        for tag in article.find_all(id=True):
            tag["id"] = _id(page, tag["id"])
        for image in article.select("img[src]"):
            if not image["src"].startswith("data:"):
                image["src"] = normpath(f"{dirname(page)}/{image['src']}")
        for link in article.select("a[href]"):
            file, _, fragment = link["href"].partition("#")
            target = normpath(f"{dirname(page)}/{file}").removesuffix(".html") if file else page
            if target in self.pages:
                link["href"] = f"#{_id(target, fragment)}"
            elif not re.match("[a-z]+:", link["href"]):
                link.unwrap()  # leads to what is in the site only


def parts() -> list[Part]:
    """The parts of the book as ``_toc.yml`` has them; the first has the first page alone."""
    toc = contents.toc()
    rest = [Part(each.get("caption", ""), list(contents.files(each))) for each in toc.get("parts", [])]
    return [Part("", [toc["root"]]), *(rest or [Part("", list(contents.files(toc))[1:])])]


def write(site: Path, folder: Path, chosen: list[Part]) -> list[Path]:
    """Write parts of a site as documents: the first with the table of contents, and one for all solutions.

    Raises ``ValueError`` with the links between them that lead nowhere.
    """
    whole = _Whole(site, [page for part in chosen for page in part.pages])
    for part in chosen:
        whole.add(part)
    if whole.solutions:
        heading = whole.heading("part", SOLUTIONS, "Solutions")
        whole.body.append(f'<article class="bd-article solutions">{heading}{"".join(whole.solutions)}</article>')
    whole.body[0] = "\n".join([*_front(whole.entries), whole.body[0]])
    head = "\n".join(_head(site, whole.pages[0]))
    base = relpath(site.resolve().as_posix(), folder.resolve().as_posix())
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{n}.html" for n in range(len(whole.body))]
    for file, body in zip(files, _joined(whole.body), strict=True):
        text = LOADED.sub(rf"\1{base}/", f"{head}\n{body}\n</main>\n</body>\n</html>\n")
        file.write_text(whole.aside.back(text), encoding="utf8")
    return files


def _joined(bodies: list[str]) -> Iterator[str]:
    """Bodies whose links lead to one another: an address of its own from here, and there a mark of the place."""
    own = [set(PLACE.findall(body)) for body in bodies]
    wanted = [set(LINK.findall(body)) - here for body, here in zip(bodies, own, strict=True)]
    if lost := set().union(*wanted) - set().union(*own):
        raise ValueError("\n".join(f"leads nowhere: {name}" for name in sorted(lost)))
    for body, here in zip(bodies, own, strict=True):
        marks = "".join(f'<a href="#{name}"></a>' for name in sorted(here & set().union(*wanted)))
        away = LINK.sub(lambda link, here=here: link[0] if link[1] in here else f'href="{ELSEWHERE}{link[1]}"', body)
        yield f"{away}\n<div hidden>{marks}</div>"


def _id(page: str, name: str = "") -> str:
    """What is called so on a page; the page itself without a name."""
    return "--".join(filter(None, [page.removeprefix("book/").replace("/", "-"), name]))


def _solutions(article: Tag) -> list[str]:
    """Take the solutions out of a page, with the cells that belong to them; exercises link to them."""
    solved = []
    for node in article.select("div.solution, div.cell.tag_solution"):
        for fold in node.select("details"):
            fold.unwrap()
        if "solution" in node["class"] and (back := node.select_one(".admonition-title a[href]")):
            exercise = article.find(id=back["href"].removeprefix("#"))
            if exercise:
                exercise.append(
                    BeautifulSoup(f'<p class="to-solution"><a href="#{node["id"]}">Solution</a></p>', "html.parser")
                )
        solved.append(str(node.extract()))
    return solved


def _head(site: Path, page: str) -> Iterator[str]:
    """Styles of the first page, without the scripts that serve a screen."""
    config = contents.parsed("_config.yml", contents.read("_config.yml"))[1]
    text = (site / f"{page}.html").read_text(encoding="utf8")
    yield '<!DOCTYPE html>\n<html lang="en" data-theme="light" data-mode="light">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{html.escape(config['title'])}</title>"
    up = relpath(".", dirname(page)) + "/"
    for found in STYLES.findall(text):
        yield found.replace(f'href="{up}', 'href="')
    yield f"<style>\n{STYLE.read_text(encoding='utf8')}</style>"
    yield f'<script defer src="_static/{SCRIPT}"></script>'
    yield "</head>\n<body>\n<main>"


def _front(entries: list[tuple[str, str, str]]) -> Iterator[str]:
    """The title page, and the table of contents, whose numbers of pages are put in when they are known."""
    config = contents.parsed("_config.yml", contents.read("_config.yml"))[1]
    today = datetime.date.today()
    yield '<section class="title-page">'
    yield f'<p class="title">{html.escape(config["title"])}</p>'
    yield "<p>Course notes in which every claim runs</p>"
    yield f"<p>Version {config['sphinx']['config']['version']}, printed on {today.day} {today:%B %Y}</p>"
    yield "<p>Text under CC BY 4.0, code under MIT</p>"
    yield "</section>"
    yield '<nav class="whole-contents"><h1>Contents</h1>'
    for kind, label, title in entries:
        yield f'<p class="{kind}"><a href="#{label}">{title}</a> <span class="at"></span></p>'
    yield "</nav>"
