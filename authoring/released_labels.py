"""Record what the labels of the book say: ``python authoring/released_labels.py record``, or ``retire LABEL INSTEAD``.

``make released`` and ``make retire`` call it; ``extensions/released.py`` says what is recorded, and why.
"""

import sys
import tomllib
from collections.abc import Container
from dataclasses import replace

import contents
import released
from source import Chapter


def record(instead: str = "") -> str:
    """Record the labels of the book as they are now, and let those that are gone lead to a page; what was done.

    Without such a page, ``ValueError`` if one is gone.
    """
    now, before = _now(), _before()
    if instead:
        before = {label: _led(was, now, instead) for label, was in before.items()}
    if lost := [was for label, was in before.items() if label not in now and not was.retired]:
        places = "; ".join(f"{was.label} of {was.page}" for was in lost)
        raise ValueError(f"readers have addresses of what is gone: {places}. Put it back, or make retire each.")
    if again := sorted(label for label in now if label in before and before[label].retired):
        raise ValueError(f"retired labels are used again: {', '.join(again)}. Choose other ones.")
    after = released.recorded(now, before, version())
    _write(after)
    known = [label for label in now if label in before]
    told = {
        "new": [label for label in now if label not in before],
        "changed": [label for label in known if before[label].changed_since(now[label])],
        "moved": [label for label in known if before[label].page != now[label].page],
    }
    lines = [
        f"{len(labels)} {word}: {', '.join(labels[:9])}{' …' * (len(labels) > 9)}"
        for word, labels in told.items()
        if labels
    ]
    return "\n".join([f"{released.FILE} has {len(after)} labels, version {version()}.", *lines, ""])


def retire(label: str = "", instead: str = "") -> str:
    """Let the address of a label that is gone lead elsewhere; what was done."""
    now, before = _now(), _before()
    if label not in before:
        raise ValueError(f"LABEL: {released.FILE} has no {label or 'label without a name'}")
    if label in now:
        raise ValueError(f"LABEL: {label} still stands in {now[label].place}: remove it there first")
    if instead == label or not released.leads(instead, now, before):
        raise ValueError(f"INSTEAD: the book has neither a label nor a page {instead or 'without a name'}")
    before[label] = replace(before[label], retired=before[label].retired or version(), instead=instead)
    _write(before)
    return f"Addresses of {label} lead to {instead} from version {before[label].retired} on.\n"


def _led(was: released.Released, now: Container[str], page: str) -> released.Released:
    """What is recorded of a label that leads to a page if it is gone, or if the page that it led to is gone."""
    if was.retired:
        stays = was.instead in contents.listed() or "/" not in was.instead
        return was if stays else replace(was, instead=page)
    return was if was.label in now else replace(was, retired=version(), instead=page)


def version() -> str:
    """The version of the book."""
    return tomllib.loads(contents.read("pyproject.toml"))["project"]["version"]


def _now() -> dict[str, released.Labelled]:
    return released.labelled(Chapter.read(page) for page in map(contents.path, contents.listed()) if page.exists())


def _before() -> dict[str, released.Released]:
    rows, faults = released.rows()
    if faults:
        raise ValueError("\n".join(f"{place}: {remedy}" for place, remedy in faults))
    return released.by_label(rows)


def _write(rows: dict[str, released.Released]) -> None:
    (contents.ROOT / released.FILE).write_text(released.written(rows), encoding="utf8")


if __name__ == "__main__":
    try:
        print({"record": record, "retire": retire}[sys.argv[1]](*sys.argv[2:]), end="")
    except ValueError as error:
        raise SystemExit(str(error)) from None
