"""The pages that had another name once: ``book/appendix/moved.yml``.

``make rename-chapter`` and ``make leave-out`` write there what leads where.
"""

from collections.abc import Collection

import contents
from rows import Fault, is_text, read

FILE = "book/appendix/moved.yml"
HEAD = "# Written by make rename-chapter and make leave-out: what leads where, by the names that _toc.yml has.\n"
FIELDS = {
    "was": (is_text, "the name of a page that is gone"),
    "now": (is_text, "the name of the page that replaces it"),
}


def moved() -> tuple[dict[str, str], list[Fault]]:
    """What leads where, and what is wrong with the file."""
    if not (contents.ROOT / FILE).exists():
        return {}, []
    (rows, faults), pages = read(FILE, FIELDS), contents.listed()
    found = {}
    for place, row in rows:
        if row["was"] in pages:
            faults.append((place, f"there is a page {row['was']} again: remove the line"))
        elif row["now"] not in pages:
            faults.append((place, f"{row['was']} leads to {row['now']}, which _toc.yml does not list: correct it"))
        else:
            found[row["was"]] = row["now"]
    return found, faults


def after(text: str, gone: Collection[str], now: str) -> str:
    """The file when some pages lead to another one, and with them what led there."""
    given = read(FILE, FIELDS, text)[0]
    leads = {row["was"]: now if row["now"] in gone else row["now"] for _, row in given} | dict.fromkeys(gone, now)
    leads.pop(now, None)  # a page that has its old name again
    return HEAD + "".join(f"- {{was: {was}, now: {leads[was]}}}\n" for was in sorted(leads))
