"""Leave out a page or a part of the book: ``make leave-out NAME=part/page``, or ``NAME=part``.

Its files go, its lines in the lists, its faults and its answers; what leads there becomes words. The rest builds, keeps
its rules, and the places that speak of what is gone are told, to be read again.
"""

import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import left_lists as lists
import released_labels
from left_words import Words, spoken

import contents
import moved as moved_pages
import released
from claim_rules import checked
from graded import is_graded
from source import Block, Chapter

KNOWN, INTRODUCTION, PLAN = "tests/lint/known.py", "book/intro.md", "assignments/plan.yml"
# The rules that words in place of a link may break.
TOUCHED = ("exercises", "length", "opening", "sentences", "typed_numbers")


def leave_out(where: str = "") -> str:
    """Leave out a page or a part; what was done, and what is to be read again."""
    gone = chosen(where)
    listed = [Chapter.read(path) for path in map(contents.path, contents.listed()) if path.exists()]
    away = [page for page in listed if page.page in gone]
    rest = [page for page in listed if page.page not in gone]
    refuse(away, rest)
    words, files = Words(away, rest), Files()
    sets = sets_of(away, rest)
    moved = problems(away, rest)
    before = broken(rest)
    for page in rest:
        text = with_problems(without(page, sets), page, [text for _, text, there in moved if there == page])
        if page.place(1) == f"{INTRODUCTION}:1":
            text = lists.introduction(text, gone)
        files[page.page] = words.of(Chapter(page.page, text))
    for path in sorted((contents.ROOT / "assignments").glob("*/*.md")):
        if path.parent not in sets:
            files[path] = words.of(Chapter.read(path))
    edit(files, away, rest, sets)
    due = lists.due(files.of(PLAN)[1]) - lists.due(files.get(contents.ROOT / PLAN, "")) - {each.name for each in sets}
    files.write()
    remove(away, sets)
    known = enter_broken(before, rest, gone)
    said = told(away, files, words, sets, moved, known)
    if (contents.ROOT / released.FILE).exists():
        said += [
            "",
            f"Addresses of what is gone lead to the first page. {released_labels.record(contents.listed()[0])}",
        ]
    for name in sorted(due):
        said += ["", f"The problem set {name} is due in no week now: say in which in {PLAN}."]
    return "\n".join([*said, "", "Now: make lint, make book. Say so in CHANGELOG.md.", ""])


class Files(dict):
    """The new texts of files; only those that change are written."""

    def of(self, name: str) -> tuple[Path, str]:
        """A file by its name, and its text as it is, or empty."""
        path = contents.ROOT / name
        return path, path.read_text(encoding="utf8") if path.exists() else ""

    @property
    def changed(self) -> dict[Path, str]:
        """The texts that are others than before."""
        return {path: text for path, text in self.items() if path.read_text(encoding="utf8") != text}

    def write(self) -> None:
        """Write the others."""
        self.names = [path.relative_to(contents.ROOT).as_posix() for path in self.changed]
        for path, text in self.changed.items():
            path.write_text(text, encoding="utf8")


def chosen(where: str) -> list[Path]:
    """The pages that a name stands for."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?", where):
        raise ValueError(f"NAME must be a part, or part/page, got {where!r}")
    if where == "intro":
        raise ValueError("NAME: the home page stays: every book has one")
    if where.split("/")[0] == "appendix":
        raise ValueError("NAME: the appendix stays: the rest leads to it, and it is made from the rest")
    names = [name for name in contents.listed() if f"{name}/".startswith(f"book/{where}/")]
    if not names:
        near = next((f": perhaps {name[5:]}" for name in contents.listed() if name.endswith(f"/{where}")), "")
        raise ValueError(f"NAME: _toc.yml lists neither a page book/{where}.md nor one in book/{where}{near}")
    pages = [contents.path(name) for name in names]
    if set(contents.taught()) <= set(pages):
        raise ValueError("NAME: no chapter would be left")
    return pages


def refuse(away: list[Chapter], rest: list[Chapter]) -> None:
    """See to it that no check, proof or source would lose its statement, and no claim its check."""
    labels = {block.label for page in away for block in page.statements}
    lost = [f"{place} checks {label}" for place, label in checks(rest) if label in labels]
    for page in rest:
        lost += [
            f"{page.place(block.line)} proves {label}"
            for block in page.proofs
            if (label := block.label.removeprefix("proof-")) in labels
        ]
    if lost:
        raise ValueError(f"NAME: a page that stays cannot do without it, change that first: {'; '.join(lost)}")
    kept = {label for _, label in checks(rest)}
    stated = {block.label: page.place(block.line) for page in rest for block in page.statements}
    lost = [f"{label} ({stated[label]})" for _, label in checks(away) if label in stated and label not in kept]
    if lost:
        raise ValueError(f"NAME: the only check of a claim that stays is there, move it first: {', '.join(lost)}")


def checks(pages: list[Chapter]) -> list[tuple[str, object]]:
    """File and line of each check, and whose it is."""
    return [(page.place(line), getattr(label, "value", None)) for page in pages for line, label in checked(page)]


def sets_of(away: list[Chapter], rest: list[Chapter]) -> list[Path]:
    """The folders of the problem sets of parts that are left out as a whole."""
    parts = {page.page.parent.name for page in away} - {page.page.parent.name for page in rest}
    return [path for part in sorted(parts) if (path := contents.ROOT / "assignments" / part).is_dir()]


def without(page: Chapter, sets: list[Path]) -> str:
    """The text of a page without the problems of some sets."""
    lines = page.text.split("\n")
    for block in reversed(page.named("exercise")):
        if any(f"assignments/{folder.name}/" in block.body for folder in sets if is_graded(block)):
            del lines[block.line - 1 : block.end + 1]
    return "\n".join(lines)


def problems(away: list[Chapter], rest: list[Chapter]) -> list[tuple[Block, str, Chapter | None]]:
    """The graded problems of what is left out, each with its text, and the nearest page of its part that stays."""
    names = contents.listed()

    def far(page: Chapter, other: Chapter) -> int:
        return abs(names.index(contents.docname(page.page)) - names.index(contents.docname(other.page)))

    found = []
    for page in away:
        for block in filter(is_graded, page.named("exercise")):
            part = re.search(r"assignments/([\w-]+)/", block.body)
            there = [other for other in rest if part and other.page.parent.name == part[1]]
            text = "\n".join(page.lines[block.line - 1 : block.end])
            found.append((block, text, min(there, key=lambda other: far(page, other), default=None)))
    return found


def with_problems(text: str, page: Chapter, texts: list[str]) -> str:
    """The text of a page with graded problems after its last exercise."""
    chapter = Chapter(page.page, text)
    last = max((block.end for block in chapter.named("exercise", "solution")), default=len(chapter.lines))
    line = chapter.section_end(last)
    before, after = "\n".join(chapter.lines[: line - 1]).rstrip("\n"), "\n".join(chapter.lines[line - 1 :])
    return ("\n\n".join([before, *texts, after]).rstrip("\n") + "\n") if texts else text


def broken(pages: list[Chapter]) -> Counter:
    """How often each page breaks a rule that words in place of a link may break."""
    from lint import RULES  # which loads the library

    notebooks = [page for page in pages if contents.is_notebook(page.page)]
    counts = {(rule, name(page)): len(RULES[rule].messages(page)) for page in notebooks for rule in TOUCHED}
    return Counter({key: n for key, n in counts.items() if n})


def enter_broken(before: Counter, rest: list[Chapter], gone: list[Path]) -> Counter:
    """Enter what pages break now that they did not before: an exercise without a claim, a page that is too long."""
    now = broken([Chapter.read(page.page) for page in rest])
    more = Counter({key: n for key, n in now.items() if n > before[key]})
    path = contents.ROOT / KNOWN
    if path.exists():
        path.write_text(lists.known(path.read_text(encoding="utf8"), gone, more), encoding="utf8")
    return more


def name(page: Chapter) -> str:
    """What a page is called, such as ``part/page``."""
    return contents.docname(page.page).removeprefix("book/")


def edit(files: Files, away: list[Chapter], rest: list[Chapter], sets: list[Path]) -> None:
    """Take what is left out from the lists."""
    gone = [page.page for page in away]
    labels = {block.label for page in away for block in page.statements}
    exercises = {block.label for page in away for block in page.named("exercise")}
    titles = {block.label: block.title for page in rest for block in page.statements}
    for name, change in {
        contents.TOC: lambda text: lists.toc(text, gone),
        PLAN: lambda text: lists.plan(text, gone, exercises, [each.name for each in sets]),
        "lib/course/answers.json": lambda text: lists.answers(text, exercises),
        "book/appendix/lectures.yml": lambda text: lists.lectures(text, labels),
        moved_pages.FILE: lambda text: moved_pages.after(text, [*map(contents.docname, gone)], contents.listed()[0]),
        "book/appendix/terms.yml": lambda text: lists.terms(text, labels, titles),
    }.items():
        path, text = files.of(name)
        if text:
            files[path] = change(text)
    for part in {path.parent.name for path in gone}:
        path, text = files.of(f"tests/faults_by_part/{part.replace('-', '_')}.py")
        if text and part in {page.page.parent.name for page in rest}:
            files[path] = lists.faults(text, gone)


def remove(away: list[Chapter], sets: list[Path]) -> None:
    """Remove the files; of a part that is left out as a whole, its folder, its faults and its problem set."""
    for page in away:
        page.page.unlink()
    for part in {page.page.parent for page in away}:
        if not any(part.glob("*.md")):
            shutil.rmtree(part)
            (contents.ROOT / f"tests/faults_by_part/{part.name.replace('-', '_')}.py").unlink(missing_ok=True)
    for folder in sets:
        shutil.rmtree(folder)


def told(away: list[Chapter], files: Files, words: Words, sets: list[Path], moved: list, known: Counter) -> list[str]:
    """What was done, and what is left to do."""
    names = ", ".join(contents.docname(page.page) for page in away)
    said = [f"Left out: {names}.", f"Changed: {', '.join(files.names)}."]
    if words.places:
        said += ["", f"{len(words.places)} links became words. Read the places again:"]
        said += [f"  {place}: {old} is {new}" for place, old, new in words.places]
    if lines := spoken(away):
        said += ["", "These lines speak of what is gone, or count; see whether they are still true:"]
        said += [f"  {line}" for line in lines]
    if words.grounded:
        said += ["", "These proofs cited nothing else, and say now that they follow from what is recalled; see whether"]
        said += ["it is, in book/appendix/background.md:", *(f"  {place}: {label}" for place, label in words.grounded)]
    if known:
        said += ["", f"Rules that these pages break now, entered in {KNOWN}; take them out when you have mended them:"]
        said += [f"  book/{page}.md: {rule}" for rule, page in known]
    for block, _, there in moved:
        if there:
            said += ["", f"The graded problem {block.label} ({block.title}) stands in {there.place(1)[:-2]} now."]
            said += ["If you do not teach it, take it out there, and out of its set in assignments/ with its trials."]
    for folder in sets:
        said += ["", f"Its problem set is removed, too: assignments/{folder.name}."]
        said += ["What is graded already is not: export and feedback go on from the folder of the course."]
    return said


if __name__ == "__main__":
    try:
        print(leave_out(*sys.argv[1:]), end="")
    except ValueError as error:
        raise SystemExit(f"make leave-out NAME=part, or part/page: {error}") from None
