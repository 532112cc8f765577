"""Execute one page, say what is to be mended on it, show it on the site, plant its faults: ``make chapter NAME=…``."""

import os
import re
import subprocess
import sys
import time
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

os.environ.pop("PYTHONPATH", None)  # where this program finds the extensions; pages do not need them

import claim_rules
import claims
import synonyms
from contents import ROOT, chapters, docname, named, taught
from execution import ExecutionFailed, NotExecuted, execute_all, stamp, too_slow
from faults import FAULTS
from lint import RULES
from lint.book import BOOK_RULES
from lint.known import surplus
from planted import NO_PROGRAM, first_error, remember, was_noticed
from source import Chapter

# Other pages are told of by at most so many lines, after those of the page.
MOST_ELSEWHERE = 5


class Note(str):
    """What a step says without finding fault."""


def executes(page):
    try:
        execute_all([page])
    except ExecutionFailed as failed:
        return [str(failed)]
    try:
        return [slow] if (slow := too_slow(page)) else []
    except NotExecuted:
        return [f"{docname(page)}.md:1: the page was changed while it ran: make chapter again"]


def is_executed(page):
    try:
        return bool(stamp(page))
    except NotExecuted:
        return False


def style(page):
    chapter, name = Chapter.read(page), docname(page).removeprefix("book/")
    for rule in RULES:
        yield from surplus(rule, name, RULES[rule].messages(chapter))
    pages = [Chapter.read(each) for each in chapters()]
    for rule, _ in BOOK_RULES.values():
        broken = rule(pages, lambda file: (ROOT / file).read_text(encoding="utf8"))
        messages = (f"{place}: {remedy}" for place, remedy in broken)
        yield from (message for message in messages if not is_elsewhere(page, message))


def is_elsewhere(page, message):
    """Whether a message is of another chapter, and does not name a line of this one."""
    others = (docname(other) for other in taught() if other != page)
    return message.startswith(tuple(f"{other}.md:" for other in others)) and f"{docname(page)}.md:" not in message


def claimed(page):
    """What is wrong with this page's claims, or with those of others because of them."""
    about = f"{docname(page)}.md:", f"{claims.ROWS}:", f"{synonyms.ROWS}:"
    broken = claim_rules.broken(claims.collect(partly=True))
    return sorted((each for each in broken if about[0] in each or each.startswith(about[1:])), key=line)


def line(message):
    """File and number of the line that a message begins with, to sort by."""
    file, number, *_ = [*message.split(":", 2), ""]
    return file, int(number) if number.isdigit() else 0


def faults(page):
    """The faults that the page does not notice; those that it has noticed as it is now are not planted again."""
    mine, unknown = [], set()
    for fault in FAULTS:
        try:
            mine += [fault] if named(fault.chapter) == page else []
        except ValueError:
            unknown.add(fault.chapter)
    if unknown:
        yield f"tests/faults_by_part: it has faults for {', '.join(sorted(unknown))}, which is no page: correct that"
    if len(mine) < 3 and page in taught():
        yield f"tests/faults_by_part: it has {len(mine)} faults for this page, at least 3 are needed"
    noticed, new = 0, []
    for fault in mine:  # one after the other: Python 3.11 must not parse two programs at a time
        try:
            known = was_noticed(page, fault)
        except ValueError as wrong:
            yield f"tests/faults_by_part: {wrong}"
            continue
        noticed += known
        new += [] if known else [fault]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(lambda fault: plant(page, fault), new))
    if noticed:
        yield Note(f"{noticed} of {len(mine)} were noticed before, by the same page and library")


def plant(page, fault):
    """What is wrong with a fault or with the page, if anything."""
    error = first_error(page, fault)
    if not error:
        return f"the page does not notice that {fault.file} has {fault.new!r}: add a check that does"
    if NO_PROGRAM.match(error):
        return f"tests/faults_by_part: {fault.new!r} in {fault.file} is no program, which any page notices: {error}"
    remember(page, fault)
    return ""


def site(page, told=()):
    """What the build complains of, but of no line that was told of."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf8")
    found = complaints(done.stdout + done.stderr) if done.returncode else []
    new = own_first(page, [message for message in found if not is_told(message, told)])
    return new or ([Note("red until what is told above is mended")] if found else [])


def own_first(page, messages):
    """What is said of this page and of the book, then of other pages a line each, and of those not too many."""
    paragraphs = [part for message in messages for part in message.split("\n\n")]
    here = [part for part in paragraphs if not is_elsewhere(page, part)]
    elsewhere = [part.split("\n")[0] for part in paragraphs if is_elsewhere(page, part)]
    if elsewhere:
        more = f", among them these {MOST_ELSEWHERE}" if len(elsewhere) > MOST_ELSEWHERE else ""
        here.append("\n    ".join([f"on other pages ({len(elsewhere)}{more}):", *elsewhere[:MOST_ELSEWHERE]]))
    return here


def complaints(log):
    """The warnings of a build, each once, with places in the book; all it printed if it failed by something else."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", log).replace(f"{ROOT}{os.sep}", "")
    warnings = re.findall(r"^(\S.*?): (?:WARNING|ERROR|CRITICAL): (.*)", plain, re.M)
    if not warnings or "Traceback" in plain:
        failed = re.search(r"^\S+:\d+: .*", plain, re.M | re.S)  # pages that did not execute come after a greeting
        return [(failed[0] if failed else plain).rstrip()]
    # Of an unknown label sphinx-proof tells without a line, and Sphinx again with it.
    told = [pair for pair in warnings if not re.fullmatch(r"label '.*' not found\.", pair[1])] or warnings
    return list(dict.fromkeys(f"{place}: {remedy}" for place, remedy in told))


def is_told(message, told):
    """Whether a step before has complained of the same line of a page: the site suffers from it, too."""
    place = re.match(r"\S+:\d+: ", message)
    return bool(place) and any(other.startswith(place[0]) for other in told)


def said(name, step, page, told):
    """Take a step, and say how it went."""
    start = time.perf_counter()
    heard = list(step(page))
    notes = [message for message in heard if isinstance(message, Note)]
    found = [message for message in heard if not isinstance(message, Note)]
    told += found
    taken = f"{time.perf_counter() - start:5.1f} s"
    print(" · ".join([f"{'✗' if found else '✓'} {name:<10}{taken}", *notes]), *found, sep="\n  ", flush=True)
    return not found


def written(file):
    """When a file was written; zero if it is not there."""
    return file.stat().st_mtime_ns if file.exists() else 0


def show(name, file, is_new):
    if not file.exists():
        print(f"{name} is not on the site yet", flush=True)
        return
    print(f"{name} is in {file.as_uri()}" + ("" if is_new else ", as it was before"), flush=True)
    webbrowser.open(file.as_uri())


def main(name):
    try:
        page = named(name)
    except ValueError as error:
        raise SystemExit(f"make chapter NAME=…: {error}") from None
    told = []
    sound = said("executes", executes, page, told)
    sound &= said("style", style, page, told)
    if is_executed(page):  # without its outputs a page claims nothing, notices nothing and is not shown
        sound &= said("claims", claimed, page, told)
        shown = ROOT / "_build/html" / f"{docname(page)}.html"
        before = written(shown)
        sound &= said("site", partial(site, told=told), page, told)
        show(name, shown, is_new=sound or written(shown) != before)
        sound &= said("faults", faults, page, told)  # last: they take the longest, and one can read meanwhile
    raise SystemExit(not sound)


if __name__ == "__main__":
    main(*sys.argv[1:])
