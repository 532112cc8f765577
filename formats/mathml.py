"""The MathML of the site's formulas, as reading programs understand it."""

import html
import re
import unicodedata

# Reading programs know the letters of a style, but often not the attribute that asks for it.
STYLES = {"bold": "BOLD", "double-struck": "DOUBLE-STRUCK", "fraktur": "FRAKTUR", "script": "SCRIPT"}
STYLED = re.compile(r'<(m[in]) mathvariant="([\w-]+)">([^<]+)</')
# What MathJax says to itself, and spaces: within a sum it takes a sign for one, after an opening bracket it does not.
MENDED = {
    re.compile(r' (?:data-[\w-]+|class)="[^"]*"'): "",
    re.compile(r">\s+<"): "><",
    re.compile(r"(<mo[^>]*>(?:[([,=:≤≥∈]|&lt;|&gt;)</mo>(?:</mrow>)?)<mo>−</mo>"): r'\1<mo form="prefix">−</mo>',
    re.compile(r"<mo>/</mo>"): '<mo lspace="0em" rspace="0em">/</mo>',
    re.compile("<mo>\u2061</mo>(?!(?:<mrow>)?<mo[^>]*>[([])"): '<mo lspace="0em" rspace="0.167em">\u2061</mo>',
}


def tidied(math: str) -> str:
    """What MathJax has made for screen readers, without what is for MathJax alone."""
    for pattern, text in MENDED.items():
        math = pattern.sub(text, math)
    return STYLED.sub(_styled, math)


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
