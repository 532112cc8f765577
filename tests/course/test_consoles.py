"""What a reader sees comes out on every console, in characters that it has."""

import codecs
import subprocess
import sys

import pytest

from contents import read
from course.plain import printable

SAID = """
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
from course import check, explore, verify
verify("thm-a", distance_along_β=[0, 1], at_most=1, control={"‖z + X†y‖, ρᵗ": 2})
verify("thm-a", distance=0, at_least=0, control=None, why="true – always")
for answer in (..., "κ", 1, 109, 126):
    check("ex-iterations", answer)
check("ex-itérations")
explore(lambda α: (plt.figure(), f"A start of α = {α} ≤ √2."), α=[1, 2])
"""
LINES = [
    "OK largest distance along beta 1 <= 1 | ||z + X^+y||, rhot: 2",
    "OK distance 0 >= 0 | no control: true - always",
    "no answer yet: ex-iterations asks for one number",
    "X not yet.",
    "X not yet. Round up: after that many steps the bound is still above 10-6.",
    "X not yet. That is when the run from zero arrives. What does the bound guarantee for every start?",
    "did you mean 'ex-iterations'?",
    "A start of alpha = 1 <= root2.",
]


@pytest.mark.skipif('"ex-iterations"' not in read("lib/course/answers.json"), reason="this book has not its answers")
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf8"])
def test_nothing_fails_for_want_of_a_character(encoding):
    command = [sys.executable, "-X", "utf8=0", "-c", SAID]
    done = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": encoding, "MPLBACKEND": "agg"})
    assert done.returncode == 0, done.stderr.decode()
    said = codecs.decode(done.stdout, encoding).replace("\r", "")
    assert "\\u" not in said and "UnicodeEncodeError" not in said
    if encoding == "utf8":
        assert "✓ largest distance along β 1 ≤ 1 · ‖z + X†y‖, ρᵗ: 2" in said and "√2" in said
    if encoding == "ascii":
        for line in LINES:
            assert line in said, said


def test_what_a_console_has_stays(monkeypatch):
    assert printable("✓ β ≤ 1 · κ") == "✓ β ≤ 1 · κ"
    monkeypatch.setattr(sys, "stdout", None)
    assert printable("✓ β") == "✓ β"
