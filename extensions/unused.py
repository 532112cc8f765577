"""Style sheets without the rules that no page can use: of the theme's that is nine tenths.

A rule may be used if one of its selectors has no classes but those of pages and the words of scripts, which may put
them there.
"""

import re
from collections.abc import Iterable, Iterator

import tinycss2
from tinycss2.ast import AtRule, LiteralToken, Node, QualifiedRule

CLASSES = re.compile(r'\bclass="([^"]*)"')
WORD = re.compile(r"[A-Za-z_][\w-]*")
WITHIN = {"media", "supports", "layer", "container"}  # what holds rules
SHORTEST = 4  # of the beginning of a word that a script completes


class Known:
    """The classes that there may be."""

    def __init__(self, pages: Iterable[str], scripts: Iterable[str]) -> None:
        self._words = {word for page in pages for classes in CLASSES.findall(page) for word in classes.split()}
        self._words |= {word for script in scripts for word in WORD.findall(script)}
        self._begun = tuple(word for word in self._words if word.endswith("-") and len(word) >= SHORTEST)

    def has(self, classes: list[str]) -> bool:
        """Whether there may be all of these."""
        return all(name in self._words or name.startswith(self._begun) for name in classes)


def without(sheet: str, known: Known) -> str:
    """A style sheet without what is not used."""
    return tinycss2.serialize(_kept(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), known))


def _kept(rules: list[Node], known: Known) -> list[Node]:
    kept = []
    for rule in rules:
        if isinstance(rule, AtRule):
            if rule.lower_at_keyword in WITHIN and rule.content is not None:
                inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                rule.content = _kept(inside, known)
            used = rule.content != []
        else:  # a rule, or what a browser cannot read
            used = isinstance(rule, QualifiedRule) and any(known.has(each) for each in _selectors(rule.prelude))
        if used:
            kept.append(rule)
    return kept


def _selectors(prelude: list[Node]) -> Iterator[list[str]]:
    """The classes of each selector of a rule; those within ``:not()`` and the like do not count."""
    classes: list[str] = []
    dot = False
    for token in prelude:
        if isinstance(token, LiteralToken) and token.value == ",":
            yield classes
            classes = []
        elif dot and token.type == "ident":
            classes.append(token.value)
        dot = isinstance(token, LiteralToken) and token.value == "."
    yield classes
