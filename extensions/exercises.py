"""The page *Exercises*: all exercises of the book, page by page, for who chooses among them."""

from collections import Counter

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import contents
from claim_pages import Generated, table
from claims import Book
from graded import about, is_graded
from page import traits
from source import Block, Chapter

DIRECTIVE = "list-of-exercises"


class ListOfExercises(Generated):
    """``{list-of-exercises}``: each with its kind, level and minutes, and the claims it is about."""

    def write(self, book: Book) -> str:
        """Counts first, then a table for each page."""
        return written(book.pages)


def written(pages: list[Chapter]) -> str:
    """The list in MyST."""
    every = [each for page in pages for each in page.named("exercise")]
    text = ["## In numbers", "", _counted("The book has", every), ""]
    for page in pages:
        if exercises := page.named("exercise"):
            text += [f"## {title(page)}", ""]
            text += [_counted(f"{{doc}}`/{contents.docname(page.page)}` has", exercises)]
            text += table(["Exercise", "Kind", "Level", "Minutes", "About"], [_row(each) for each in exercises])
    return "\n".join(text)


def title(page: Chapter) -> str:
    """The title of a page, or else its name."""
    return next((title for level, title in page.headings.values() if level == 1), contents.docname(page.page))


def _counted(having: str, exercises: list[Block]) -> str:
    """How many there are of each kind, and how long they take together."""
    words = [traits(each.classes) for each in exercises]
    kinds = Counter(each["kind"] for each in words if each)
    minutes = sum(int(each["minutes"]) for each in words if each and each["minutes"].isdigit())
    counts = ", ".join(_many(n, kind) for kind, n in sorted(kinds.items()))
    if other := len(exercises) - kinds.total():
        counts += f", {other} without a kind"
    detail = f": {counts}; {minutes} minutes in all." if kinds else "."
    return f"{having} {_many(len(exercises), 'exercise')}{detail}"


def _many(n: int, thing: str) -> str:
    return f"{n} {thing}" + ("s" if n != 1 else "")


def _row(exercise: Block) -> list[str]:
    words = traits(exercise.classes)
    claims = ", ".join(f"{{prf:ref}}`{label}`" for label in about(exercise))
    name = f"{{ref}}`{exercise.label}` {exercise.title}".strip()
    kind = ", ".join(filter(None, [words.get("kind", ""), is_graded(exercise) and f"{words['points']} points"]))
    return [name, kind, *(words.get(name, "") for name in ("level", "minutes")), claims]


def _outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """The page is read anew when the list has changed, wherever the exercise stands."""
    pages = app.book_claims.pages
    before, env.book_exercises = getattr(env, "book_exercises", ""), written(pages)
    names = (contents.docname(page.page) for page in pages if page.named(DIRECTIVE))
    return [name for name in names if name in env.found_docs and env.book_exercises != before]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive(DIRECTIVE, ListOfExercises)
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
