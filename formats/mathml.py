"""Formulas as MathML, made by the MathJax of the site in a browser: they are those of the site, macros and all."""

import html
import re
import unicodedata
from collections.abc import Iterable

from playwright.sync_api import Page

# A formula is written in \(…\) within a line, in \[…\] or, as an environment, alone if it is displayed.
CONVERT = r"""async formulas => {
    await MathJax.startup.promise;
    const made = [];
    for (const formula of formulas) {
        const tex = /^\\[([]/.test(formula) ? formula.slice(2, -2) : formula;
        made.push(await MathJax.tex2mmlPromise(tex, {display: !formula.startsWith("\\(")}));
    }
    return made;
}"""
# Reading programs know the letters of a style, but often not the attribute that asks for it.
FAULTS = ("<merror", '<mtext mathcolor="red">')  # the latter for a command that it does not know
STYLES = {"bold": "BOLD", "double-struck": "DOUBLE-STRUCK", "fraktur": "FRAKTUR", "script": "SCRIPT"}
STYLED = re.compile(r'<(m[in]) mathvariant="([\w-]+)">([^<]+)</')
# What MathJax says to itself, and spaces: within a sum it takes a sign for one, after an opening bracket it does not.
MENDED = {
    re.compile(r' (?:data-[\w-]+|class)="[^"]*"'): "",
    re.compile(r">\s+<"): "><",
    re.compile(r"(<mo[^>]*>(?:[([,=:]|&#x226[45];|&lt;|&gt;|&#x2208;)</mo>(?:</mrow>)?)<mo>&#x2212;</mo>"): (
        r'\1<mo form="prefix">&#x2212;</mo>'
    ),
    re.compile(r"<mo>/</mo>"): '<mo lspace="0em" rspace="0em">/</mo>',
    re.compile(r"<mo>&#x2061;</mo>(?!(?:<mrow>)?<mo[^>]*>[([])"): '<mo lspace="0em" rspace="0.167em">&#x2061;</mo>',
}


def converted(formulas: Iterable[str], page: Page) -> dict[str, str]:
    """The MathML of formulas, by the page of the site that a browser shows; empty for one that has an error."""
    known = list(dict.fromkeys(formulas))
    return dict(zip(known, map(_tidy, known, page.evaluate(CONVERT, known)), strict=True))


def _tidy(formula: str, made: str) -> str:
    if any(fault in made for fault in FAULTS):
        return ""
    for pattern, text in MENDED.items():
        made = pattern.sub(text, made)
    made = STYLED.sub(_styled, made)
    tex = html.escape(re.sub(r"^\\[([]|\\[)\]]$", "", formula).strip())
    return made.replace("<math ", f'<math alttext="{tex}" ', 1)


def _styled(found: re.Match[str]) -> str:
    """Letters in a style by their own signs, where there are such."""
    tag, style, letters = found.groups()
    try:
        return f"<{tag}>{''.join(_sign(letter, STYLES[style]) for letter in html.unescape(letters))}</"
    except KeyError:
        return found[0]


def _sign(letter: str, style: str) -> str:
    kind = re.sub("LATIN |GREEK | LETTER", "", unicodedata.name(letter, ""))
    try:
        return unicodedata.lookup(f"MATHEMATICAL {style} {kind}")
    except KeyError:  # some have been there before the others, as ℝ
        return unicodedata.lookup(f"{style} {kind}")
