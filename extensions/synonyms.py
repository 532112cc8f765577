"""Which words lead to which statement, for the page *Index* and for the search.

A statement is entered under its title, and under the words of each row of ``terms.yml`` that has a word in common
with its title or names its label. The search finds a statement by these words, however they are hyphenated.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from claims import Statement
from rows import Fault, are_texts, read

ROWS = "book/appendix/terms.yml"
FIELDS = {
    "terms": (are_texts, "a list of words, such as [shrinkage, ridge]"),
    "labels?": (are_texts, "a list of labels, such as [thm-ridge-limit]"),
}


def collect(statements: Iterable[Statement]) -> tuple[dict[str, list[str]], list[Fault]]:
    """The words that lead to each statement, by its label; and the rows that lead nowhere."""
    entries = {statement.label: [statement.title] for statement in statements}
    titles = {label: title for label, (title,) in entries.items()}
    rows, faults = read(ROWS, FIELDS)
    for place, row in rows:
        named, terms = row.get("labels", []), row["terms"]
        lost = [label for label in named if label not in entries]
        faults += [(place, f"no statement has the label {label}: correct it, or take it out") for label in lost]
        found = [label for label, title in titles.items() if label in named or share(terms, title)]
        if not found and not lost:
            faults.append((place, f"{terms[0]} leads nowhere: add labels: […], or leave the row out for now"))
        for label in found:
            entries[label] += [term for term in terms if words(term) not in map(words, entries[label])]
    return entries, faults


@cache
def words(text: str) -> str:
    """The words of a text, in small letters without accents, between single spaces; a hyphen parts words.

    Spellings such as ``regularisation`` and ``parameterization`` become one; ``search.js`` does the same.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    plain = re.sub("(a[lr]|[oe]r|im|tri)is(?=[aei])", r"\1iz", plain).replace("parameteriz", "parametriz")
    return " " + " ".join(re.findall(r"[^\W_]+", plain)) + " "


def share(terms: list[str], title: str) -> bool:
    """Whether one of the words stands in a title."""
    return any(words(term) in words(title) for term in terms)
