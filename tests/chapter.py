"""Execute one page, say what is to be mended on it, show it on the site, plant its faults: ``make chapter NAME=…``."""

import os
import re
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
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf8")
    return complaints(done.stdout + done.stderr) if done.returncode else []


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
    found = [message for message in step(page) if not is_told(message, told)]
    told += found
    print(f"{'✗' if found else '✓'} {name:<10}{time.perf_counter() - start:5.1f} s", *found, sep="\n  ", flush=True)
    return not found


def main(name):
    try:
        page = named(name)
    except ValueError as error:
        raise SystemExit(f"make chapter NAME=…: {error}") from None
    told = []
    executed = said("executes", executes, page, told)
    sound = said("style", style, page, told) & executed
    if executed:  # without its outputs a page claims nothing, notices nothing and is not shown
        sound &= said("claims", claimed, page, told)
        sound &= said("site", site, page, told)
        address = (ROOT / "_build/html" / f"{docname(page)}.html").as_uri()
        print(f"{name} is in {address}", flush=True)
        webbrowser.open(address)
        sound &= said("faults", faults, page, told)  # last: they take the longest, and one can read meanwhile
    raise SystemExit(not sound)


if __name__ == "__main__":
    main(*sys.argv[1:])
