"""How to cite the book: ``{how-to-cite}``, from ``CITATION.cff``."""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError

import contents
from claim_pages import Generated
from claims import Book
from rows import is_text

FILE, DIRECTIVE = "CITATION.cff", "how-to-cite"


def citation() -> dict[str, Any]:
    """What the file says.

    Raises ``ConfigError`` if it lacks what a citation needs.
    """
    try:
        given = contents.parsed(FILE, contents.read(FILE))[1]
    except ValueError as error:
        raise ConfigError(str(error)) from None
    given = given if isinstance(given, dict) else {}
    for name in ("cff-version", "message", "title", "version"):
        if not is_text(given.get(name)):
            raise ConfigError(f"{FILE}:1: give {name} as a text, where it looks like a number in quotes")
    authors = given.get("authors")
    if not (isinstance(authors, list) and authors and all(isinstance(each, dict) and author(each) for each in authors)):
        raise ConfigError(f"{FILE}:1: give authors as a list, each with name, or with family-names and given-names")
    return given


def author(given: dict[str, Any]) -> str:
    """A person as bibliographies have them, or the name of a group, in braces."""
    if "family-names" in given:
        return ", ".join(filter(None, (given["family-names"], given.get("given-names", ""))))
    return f"{{{given['name']}}}" if given.get("name") else ""


def bibtex(given: dict[str, Any], years: str, url: str) -> str:
    """The entry of a bibliography; its year is that of the release, or else the last one of the copyright."""
    year = str(given["date-released"])[:4] if "date-released" in given else "".join(re.findall(r"\d{4}", years)[-1:])
    fields = {
        "author": " and ".join(map(author, given["authors"])),
        "title": f"{{{given['title']}}}",
        "year": year,
        "version": given["version"],
        "url": given.get("repository-code", url),
    }
    key = "-".join(word for word in given["title"].lower().split() if word not in {"a", "an", "of", "the"})
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


class HowToCite(Generated):
    """``{how-to-cite}``: a sentence, the entry of a bibliography, and the file."""

    def write(self, book: Book) -> str:
        """The same whatever the claims."""
        return written(self.config)


def written(config: Config) -> str:
    """How to cite, in MyST: both entries are blocks of code, which have a button that copies them."""
    given = citation()
    url = config.html_baseurl or config.html_theme_options.get("repository_url", "")
    names = ", ".join(author(each).strip("{}") for each in given["authors"])
    return "\n".join(
        [
            f"{names}: *{given['title']}*, version {given['version']}.",
            f"\nFor BibTeX:\n\n```bibtex\n{bibtex(given, config.copyright, url)}\n```",
            f"\nFor reference managers, the file `{FILE}`:\n\n```yaml\n{contents.read(FILE).strip()}\n```",
        ]
    )


def _outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """The page is read anew when what it says has changed."""
    names = [contents.docname(page.page) for page in app.book_claims.pages if page.named(DIRECTIVE)]
    before, env.book_citation = getattr(env, "book_citation", ""), written(app.config) if names else ""
    return [name for name in names if name in env.found_docs and env.book_citation != before]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive(DIRECTIVE, HowToCite)
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
