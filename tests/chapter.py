"""Execute one page, say what is to be mended on it, then build the site and show it: ``make chapter NAME=…``."""

import os
import subprocess
import sys
import time
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.pop("PYTHONPATH", None)  # where this program finds the extensions; pages do not need them

import claim_rules
import claims
from contents import ROOT, chapters, docname, named, taught
from execution import ExecutionFailed, execute_all
from faults import FAULTS
from lint import RULES
from lint.book import BOOK_RULES
from lint.known import surplus
from planted import first_error
from source import Chapter


def executes(page):
    try:
        execute_all([page])
    except ExecutionFailed as failed:
        return [str(failed)]
    return []


def style(page):
    chapter, name = Chapter.read(page), docname(page).removeprefix("book/")
    for rule in RULES:
        yield from surplus(rule, name, RULES[rule].messages(chapter))
    pages = [Chapter.read(each) for each in chapters()]
    for rule, _ in BOOK_RULES.values():
        broken = rule(pages, lambda file: (ROOT / file).read_text(encoding="utf8"))
        yield from (f"{place}: {remedy}" for place, remedy in broken if is_on(page, place))


def is_on(page, place):
    return place.startswith(f"{page.relative_to(ROOT)}:")


def claimed(page):
    return [message for message in claim_rules.broken(claims.collect([page])) if is_on(page, message)]


def faults(page):
    mine = [fault for fault in FAULTS if named(fault.chapter) == page]
    if len(mine) < 3 and page in taught():
        yield f"tests/faults.py: it has {len(mine)} faults for this page, at least 3 are needed"
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for fault, error in zip(mine, pool.map(lambda fault: first_error(page, fault), mine), strict=True):
            if not error:
                yield f"the page does not notice that {fault.file} has {fault.new!r}: add a check that does"


def site(page):
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going", "--quiet"]
    done = subprocess.run(command, cwd=ROOT)
    return ["the site is not built as it should be: see above"] if done.returncode else []


def said(name, step, page):
    """Take a step, and say how it went."""
    start = time.perf_counter()
    found = list(step(page))
    print(f"{'✗' if found else '✓'} {name:<10}{time.perf_counter() - start:5.1f} s", *found, sep="\n  ", flush=True)
    return not found


def main(name):
    try:
        page = named(name)
    except ValueError as error:
        raise SystemExit(f"make chapter NAME=…: {error}") from None
    executed = said("executes", executes, page)
    sound = said("style", style, page) & executed
    if executed:  # without its outputs a page claims nothing, notices nothing and is not shown
        sound &= said("claims", claimed, page)
        sound &= said("faults", faults, page)
        sound &= said("site", site, page)
        address = (ROOT / "_build/html" / f"{docname(page)}.html").as_uri()
        print(f"{name} is in {address}")
        webbrowser.open(address)
    raise SystemExit(not sound)


if __name__ == "__main__":
    main(*sys.argv[1:])
