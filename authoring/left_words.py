"""Words in place of links to what is left out of the book."""

import posixpath
import re
import textwrap

import contents
from source import Chapter
from targets import names

_ROLE = r"(?<!`)\{(?P<role>prf:ref|ref|numref|eq|doc)\}`(?:(?P<own>[^`<]*?)\s*<)?(?P<target>[^`<>]+)>?`"
_LINK = r"(?<!!)\[(?P<words>[^\]]+)\]\((?![a-z][a-z0-9+.-]*:)<?(?P<path>[^\s()<>]+)>?\)"
_LEADS = re.compile(f"{_ROLE}|{_LINK}")
_MARK = "\ue000"  # before new words, until their line is known
_GROUND = ":follows-from: background"
# What speaks of the book as a whole, and how it counts.
_OF_ALL = ("README.md", "CONTRIBUTING.md", "book/intro.md", "book/appendix/instructors.md")
_COUNTED = (
    r"\b(two|three|four|five|six|seven|eight|nine|ten|\w+teen|\d+) (chapters|lectures|parts|problem sets|weeks)\b"
)


class Words:
    """What stands in place of links; ``places`` and ``grounded`` remember where, for those who read it again."""

    def __init__(self, away: list[Chapter], rest: list[Chapter]) -> None:
        self.places: list[tuple[str, str, str]] = []  # file and line, what stood there, what does now
        self.grounded: list[tuple[str, str]] = []  # file and line of a proof, and its label
        self._pages = {f"/{contents.docname(page.page)}": _title(page) for page in away}
        self._titles = {name: _named(page, name, line) for page in away for name, line in names(page)}
        self._kept = {block.label for page in rest for block in page.statements}

    def of(self, page: Chapter) -> str:
        """The text of a page without links to what is left out."""
        captions = {n for cell in page.cells for n in range(cell.line, cell.start)}
        read, told, folded = {n for n, _ in page.outside} | captions, [], False

        def mended(match: re.Match) -> str:
            nonlocal folded
            line = page.text.count("\n", 0, match.start()) + 1
            new = self._said(page, match) if line in read else ""
            if not new:
                return match[0]
            folded |= line in captions
            told.append((" ".join(match[0].split()), new))
            return _MARK + new

        text = _LEADS.sub(mended, page.text)
        if not told:
            return page.text
        text = self._with_grounds(Chapter(page.page, text), page)
        lines = [n for n, line in enumerate(text.split("\n"), 1) for _ in range(line.count(_MARK))]
        self.places += [(page.place(n), *each) for n, each in zip(lines, told, strict=True)]
        text = text.replace(_MARK, "")
        return Chapter(page.page, text).rewritten() if folded else text  # jupytext folds long captions

    def _said(self, page: Chapter, match: re.Match) -> str:
        """The words for a link, or nothing if it leads to something that stays."""
        role, target = match["role"], match["target"] or match["path"]
        if role not in {"doc", None} or target.startswith("#"):
            title = self._titles.get(target.removeprefix("#").strip(), "")
        else:
            folder = posixpath.dirname(f"/{contents.docname(page.page)}")
            title = self._pages.get(posixpath.normpath(posixpath.join(folder, target.strip().removesuffix(".md"))), "")
        own = match["own"] or match["words"]
        if not title or (own and "%s" not in own and "{n" not in own):
            return title and " ".join(own.split())
        before = page.text[page.text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if "*" not in title:
            mark = "_" if re.sub(r"\$[^$]*\$", "", before).count("*") % 2 else "*"  # within what is emphasized
            return f"{mark}{title}{mark}"
        return title[:1].upper() + title[1:] if re.fullmatch(r"[\s>|-]*", before) else title

    def _with_grounds(self, page: Chapter, before: Chapter) -> str:
        """The text where each proof that cites nothing any more says what it follows from."""
        lines, cited = list(page.lines), {block.label for block in before.proofs if self._cites(block)}
        for block in page.proofs:
            if block.label in cited and not self._cites(block) and "follows-from" not in block.options:
                at = block.line + len(lines) - len(page.lines)
                lines.insert(at, _GROUND)
                self.grounded.append((page.place(at), block.label))
        return "\n".join(lines)

    def _cites(self, proof: object) -> bool:
        return any(label in self._kept or label in self._titles for label in proof.cites)


def _title(page: Chapter) -> str:
    return next((title for level, title in page.headings.values() if level == 1), page.page.stem)


def _named(page: Chapter, name: str, line: int) -> str:
    """What a label stands for: a title, or, where there is none, words with the title of the page in them."""
    block = next((block for block in page.blocks if block.line == line), None)
    if block and block.name == "solution":
        return f"the solution of an exercise of the page *{_title(page)}*, left out here"
    shown = block and block.name in {"code-cell", "figure", "image"}
    if block and block.title and not shown:
        return block.title.removeprefix("Erratum: ")
    kind = "figure" if shown else "section"
    if page.lines[line - 1].startswith("$$") or (block and block.name == "math"):
        kind = "equation"
    return f"{'an' if kind == 'equation' else 'a'} {kind} of the page *{_title(page)}*, left out here"


def spoken(away: list[Chapter]) -> list[str]:
    """Lines of what speaks of the book as a whole that still name what is left out, or count; file, line and text."""
    pages = {contents.docname(page.page).removeprefix("book/") for page in away}
    parts = {name.split("/")[0] for name in pages}
    gone = pages | {name for page in away for name in (page.page.stem, *dict(names(page))) if "-" in name}
    gone |= {part for part in parts if not (contents.ROOT / "book" / part).exists()}
    words = rf"(?<![\w-])({'|'.join(map(re.escape, sorted(gone)))})(?![\w-])"
    titles = rf"([*_])({'|'.join(re.escape(_title(page)) for page in away)})\1"
    return [
        f"{file}:{n}: {textwrap.shorten(line, 90, placeholder=' …')}"
        for file in _OF_ALL
        if (contents.ROOT / file).exists()
        for n, line in enumerate(contents.read(file).split("\n"), 1)
        if re.search(words, line) or re.search(titles, line) or re.search(_COUNTED, line, re.I)
    ]
