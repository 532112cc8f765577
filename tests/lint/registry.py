"""Where the rules are entered. A rule takes a page and yields line and remedy for what breaks it.

A rule is entered together with the ways to spoil ``tests/sample.md``, which keeps all rules, that it must notice:
pairs of a text that stands there once and another.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contents import ROOT, says_own
from source import Chapter

Broken = Iterable[tuple[int, str]]


@dataclass(frozen=True)
class Rule:
    """A rule for one page, and what it must notice."""

    apply: Callable[[Chapter], Broken]
    spoilt: tuple[tuple[str, str], ...]
    for_own: bool = False

    def messages(self, chapter: Chapter) -> list[str]:
        """Place and remedy for everything on a page that breaks the rule; a page of its own keeps few."""
        if says_own(chapter.text) and not self.for_own:
            return []
        return list(dict.fromkeys(f"{chapter.place(line)}: {remedy}" for line, remedy in self.apply(chapter)))


RULES: dict[str, Rule] = {}


def rule(*spoilt: tuple[str, str], for_own: bool = False) -> Callable:
    """Enter a rule for all pages with cells; ``for_own`` also for those with ``profile: own``."""

    def enter(function: Callable[[Chapter], Broken]) -> Callable[[Chapter], Broken]:
        RULES[function.__name__] = Rule(function, spoilt, for_own)
        return function

    return enter


def taught(*spoilt: tuple[str, str]) -> Callable:
    """Enter a rule for chapters proper: neither the introduction nor an appendix."""

    def enter(function: Callable[[Chapter], Broken]) -> Callable[[Chapter], Broken]:
        def apply(chapter: Chapter) -> Broken:
            return function(chapter) if is_taught(chapter) else ()

        RULES[function.__name__] = Rule(apply, spoilt)
        return function

    return enter


def is_taught(chapter: Chapter) -> bool:
    """Whether a page is a chapter proper."""
    return chapter.page.parent not in {ROOT / "book", ROOT / "book/appendix"} and not says_own(chapter.text)
