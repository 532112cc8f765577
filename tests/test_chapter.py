"""``make chapter`` tells of each thing once, by its place in the book."""

import os

import chapter
from contents import ROOT

LOG = f"""\
Running Jupyter-Book v1.0.4.post1
\x1b[91m{ROOT}{os.sep}book/one.rst: WARNING: label 'thm-a' not found.\x1b[39;49;00m
\x1b[91m{ROOT}{os.sep}book/one.md:3: WARNING: no statement has the label thm-a: correct it\x1b[39;49;00m
\x1b[91mbook/two.md:5: WARNING: thm-b has no proof\x1b[39;49;00m
book/two.md:5: WARNING: thm-b has no proof
Building your book, returns a non-zero exit code (1). Look above for the cause.
"""
FAILED = "book/two.md:7: ZeroDivisionError: division by zero\n    book/two.md:7  1 / 0"
DIED = "Traceback (most recent call last):\nOSError: no space left\n"


def test_of_the_log_of_a_build_only_its_complaints_are_left():
    assert chapter.complaints(LOG) == [
        "book/one.md:3: no statement has the label thm-a: correct it",
        "book/two.md:5: thm-b has no proof",
    ]
    assert chapter.complaints(f"Running Jupyter-Book v1.0.4.post1\n{FAILED}\n") == [FAILED]
    assert "no space left" in chapter.complaints(LOG + DIED)[0]


def test_a_line_that_is_told_is_not_told_again(capsys):
    told = []
    page = ROOT / "book/two.md"
    assert not chapter.said("claims", lambda _: ["book/two.md:5: no proof", "book/two.md:5: no check"], page, told)
    assert chapter.said("site", lambda _: ["book/two.md:5: target not found"], page, told)
    assert not chapter.said("site", lambda _: ["book/two.md:55: another", "no place"], page, told)
    assert not chapter.said("faults", lambda _: ["no place"], page, told)
    assert capsys.readouterr().out.count("two.md:5:") == 2
