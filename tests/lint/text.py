"""The text: sentences, numbers, roles, TeX, nothing that does not belong there."""

import re
import sys
from functools import cache
from pathlib import Path

from claims import LECTURES
from contents import ROOT
from lint.registry import rule

LECTURE = rf"(?:{'|'.join(map(re.escape, LECTURES.values()))}|slides|\{{cite[^`]*`[^`]*`)"
NUMBERED = re.compile(
    r"\b(?:Theorem|Lemma|Corollary|Proposition|Remark|Definition|Example|Figure|Fig\.|Table|Equation|Eq\.|Exercise"
    r"|Chapter|Section)s?[ ~]\(?(\d+(?:\.\d+)*)\)?"
)
BEFORE = re.compile(rf"{LECTURE}[^.;]{{0,40}}$", re.I)  # "Lecture 13, Lemma 3"
AFTER = re.compile(rf"[^.;,]{{0,10}} (?:of|in) (?:the )?{LECTURE}", re.I)  # "Lemma 3 of Lecture 13"
LETTER = re.compile(
    r"\\(?:alpha|beta|gamma|delta|(?:var)?epsilon|zeta|eta|(?:var)?theta|kappa|lambda|mu|nu|xi|rho|sigma|tau|(?:var)?phi"
    r"|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Sigma|Phi|Psi|Omega|ell)(?![A-Za-z])|\\math(?:cal|bb|frak) *{? *[A-Z]"
)
NEXT_SECTION = "Nothing.\n\n## Exercises"


@rule(
    (NEXT_SECTION, "One thing. Another thing.\n\n## Exercises"),
    (NEXT_SECTION, "Of $x$. Another thing.\n\n## Exercises"),
)
def sentences(chapter):
    for n, line in chapter.prose:
        if re.fullmatch(r"\*[^*]+\*", line):  # the line below the title
            continue
        plain = re.sub(r"\$[^$]*\$|(\{[^}]*\})?`[^`]*`", "m", line)
        plain = re.sub(r"\b(i\.e|e\.g|cf|vs|et al|resp)\.", "m", plain)
        if end := re.search(r"[a-z)][.?!] [A-Z]\w*", plain):
            yield n, f"one sentence per line: break the line before {end[0].split()[-1]!r}"


@rule(
    ("- One.", "- One, as Theorem 1.3 says."),
    ("- One.", "- One, by Equation (3)."),
    ("- One.", "- Lecture 13 is wrong; Lemma 2 is right."),
    ("caption: A line", "caption: As in Figure 2, a line"),
    ("{prf:theorem} Lengths", "{prf:theorem} Lengths, after Chapter 2"),
)
def typed_numbers(chapter):
    titles = [(block.line, block.title) for block in chapter.blocks if not block.title.startswith("Erratum: ")]
    for n, line in [*chapter.prose, *chapter.beside, *titles]:
        for match in NUMBERED.finditer(line):
            if match[1].startswith(("12.", "13.")):
                continue
            if not BEFORE.search(line[: match.start()]) and not AFTER.match(line[match.end() :]):
                yield n, f"{match[0]!r} is typed by hand: use a role, or name the lecture it is in"


LABEL = re.compile(r"`((?:thm|lem|cor|prop|rem|def|exa|con|eq|fig|ex)-[a-z][\w-]*)`")


@rule(
    ("Is {prf:ref}`thm-length` true", "Is `thm-length` true"),
    ("Is {prf:ref}`thm-length` true", "Is {prf:ref} `thm-length` true"),
    ("Is {prf:ref}`thm-length` true", "Is (prf:ref)`thm-length` true"),
)
def labels_without_role(chapter):
    for n, line in [*chapter.prose, *chapter.beside]:
        for label in LABEL.findall(re.sub(r"\{[\w:-]+\}`[^`]*`|\$[^$]*\$", "", line)):
            yield n, f"the role is missing before `{label}`, such as {{prf:ref}}`{label}`"


@rule(
    ("- One.", "- One, in /home/me/book."),
    ("- One.", "- One. FIXME"),
    ("- One.", "- One, from https://pypi.org/simple."),
)
def traces(chapter):
    patterns = {
        r"/(?:home|root|Users|tmp|work|mnt)/|\b[A-Z]:\\": "a path of one machine",
        r"pypi\.org|pythonhosted|npmjs|localhost|127\.0\.0\.1|index-url": "an address of a registry",
        r"\b(?:FIXME|XXX)\b": "an open note",
    }
    for n, line in enumerate(chapter.lines, 1):
        for pattern, what in patterns.items():
            if found := re.search(pattern, line):
                yield n, f"{found[0]!r} is {what}: remove it"


@rule(("- One.", "- One.\n% TODO say two"))
def still_to_write(chapter):
    for n, line in enumerate(chapter.lines, 1):
        if note := re.search(r"\bTODO\b[: ]*(.*)", line):
            yield n, f"{note[1] or 'this is open'}; then remove the line with TODO"


@cache
def katex():
    """The KaTeX of jupyterlab-myst, in which the name of every macro stands as a string."""
    folder = Path(sys.prefix) / "share/jupyter/labextensions/jupyterlab-myst/static"
    scripts = (path.read_text(encoding="utf8") for path in folder.glob("*.js"))
    bundle = next((script for script in scripts if r'"\\lVert"' in script and r'"\\argmin"' in script), None)
    assert bundle, f"no KaTeX in {folder}: is jupyterlab-myst installed?"
    return bundle


@rule(
    (r"$\lVert x\rVert\ge0$", r"$\norm{x}\ge0$"),
    (r"\lVert x\rVert\ge0.", r"\begin{multline}x\end{multline}"),
)
def tex(chapter):
    for n, line in chapter.outside:
        line = re.sub(r"(?<!\{math\})`[^`]*`", "", line)
        for macro in re.findall(r"\\[A-Za-z]+", line):
            if f'"\\{macro}"' not in katex():
                yield n, f"KaTeX in JupyterLab does not know {macro}: write it out"
        for environment in re.findall(r"\\begin\{([^}]+)\}", line):
            if f'"{environment}"' not in katex():
                yield n, f"KaTeX in JupyterLab does not know the environment {environment}: use another"


def letters(text):
    """The Greek and the calligraphic letters of formulas, each spelt in one way."""
    return {re.sub("[ {]", "", letter) for letter in LETTER.findall(text)}


@rule(("- One.", "- One, or $\\mathfrak Q$."))
def letters_in_notation(chapter):
    known = letters((ROOT / "book/appendix/notation.md").read_text(encoding="utf8"))
    for n, line in chapter.outside:
        for letter in sorted(letters(line) - known):
            yield n, f"say in book/appendix/notation.md what {letter} means"
