"""Fonts with no letters but those that pages use."""

import logging
import re
from collections import defaultdict
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from page import version

FACE = re.compile(r'font-family: MJX(?P<font>[\w-]+); src: url\("\./(?P<file>[^"]+)"\)')
FAMILY = re.compile(r"(font-family: MJXZERO(?:, MJX[\w-]+)+)")
LOCAL = ("Roboto", "Arial", "Helvetica Neue", "Segoe UI", "DejaVu Sans", "Liberation Sans", "Noto Sans")
VARIANT = re.compile(r"\.(TEX-\w+)")
CONTENT = re.compile(r'content: "((?:\\.|[^"\\])*)"')
LETTER = re.compile(r"\\([0-9A-F]+) ?|\\?(.)")
STRETCHED = ("TEX", "TEX-S1", "TEX-S4", "TEX-A")  # where MathJax looks for what stretches


def subset(source: Path, target: Path, letters: set[int]) -> None:
    """Write a font as WOFF with these letters, by their codes."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells each step, and each table that it drops
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=[], name_IDs=[0, 1, 4, 6, 13, 14], notdef_outline=True))
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(target)


def steady(sheet: str) -> str:
    """The style sheet with a font of the reader's machine behind those that are on their way, without heights.

    How high a line with a formula is depends on the heights of the first font that is there. ZERO has none; until it
    has come, another without any holds its place, so that the text below does not move.
    """
    names = ", ".join(f'local("{name}")' for name in LOCAL)
    heights = " ".join(f"{kind}-override: 0%;" for kind in ("ascent", "descent", "line-gap"))
    return FAMILY.sub(r"\1, MJXFLAT", sheet) + f"@font-face {{ font-family: MJXFLAT; src: {names}; {heights} }}\n"


def needed(sheet: str) -> tuple[str, dict[str, set[int]]]:
    """Of a style sheet for formulas: the sheet without the fonts in which it writes nothing, and the letters of others.

    The font ZERO shows nothing: it has one letter, of no width, and is there for its heights.
    """
    rules, written = sheet.split("\n"), defaultdict(set, {"ZERO": {0xEFFC}})
    for rule in rules:
        if content := CONTENT.search(rule):
            codes = {int(code, 16) if code else ord(letter) for code, letter in LETTER.findall(content[1])}
            for font in VARIANT.findall(rule) or (STRETCHED if "mjx-stretch" in rule else ["TEX"]):
                written[font] |= codes
    kept, files = [], {}
    for rule in rules:
        if face := FACE.search(rule):
            if face["font"] not in written:
                continue
            files[face["file"]] = written[face["font"]]
            kept.append(rule.replace(face["file"], f"{face['file']}{version(repr(sorted(written[face['font']])))}"))
        else:
            kept.append(rule)
    return "\n".join(kept), files
