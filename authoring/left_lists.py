"""The lists of the book without what is left out of it: each function takes a text and gives the new one."""

import ast
import json
import re
from collections.abc import Container, Iterable, Mapping
from pathlib import Path

import yaml

import contents
import synonyms

WHY = 'why: "it was left out of this book."'


def toc(text: str, gone: Iterable[Path]) -> str:
    """The table of contents; a part without pages goes, too."""
    for page in gone:
        text = re.sub(rf"(?m)^ *- file: {re.escape(contents.docname(page))} *\n", "", text)
    return re.sub(r"(?m)^ *- caption: .*\n(?: +(?!- |chapters)\w+: .*\n)* *chapters: *\n(?! *- file)", "", text)


def introduction(text: str, gone: Iterable[Path]) -> str:
    """The home page, whose table has lost the pages; a row without pages goes."""
    links = [f"{{doc}}`/{contents.docname(page)}`" for page in gone]
    rows = []
    for row in text.split("\n"):
        kept = row
        for link in links if row.startswith("|") else ():
            for found in (f"{link}, ", f", {link}", link):
                kept = kept.replace(found, "")
        if kept == row or "{doc}" in kept:
            rows.append(kept)
    return "\n".join(rows)


def plan(text: str, gone: Iterable[Path], exercises: Container[str], sets: Container[str]) -> str:
    """The teaching plan; a week that reads nothing any more goes, and the weeks are numbered anew."""
    pages = {_name(page) for page in gone}
    start, *weeks = re.split(r"(?m)^(?=- week:)", text)
    kept, due = [], ""
    for week in weeks:
        week = _listed("read", week, pages)
        week = _listed("exercises", week, exercises)
        week = re.sub(r"(?m)^ +due: *(\S+)\n", lambda match: "" if match[1] in sets else match[0], week)
        given = re.search(r"(?m)^ +due: .*\n", week)
        if yaml.safe_load(week)[0]["read"]:
            week = re.sub(r"^- week: \d+", f"- week: {len(kept) + 1}", week)
            kept.append(week if given else week.rstrip("\n") + "\n" + due)
            due = due if given else ""
        elif given and kept and not re.search(r"(?m)^ +due:", kept[-1]):  # a set is due in the week before, or later
            kept[-1] += given[0]
        elif given:
            due = given[0]
    return start + "".join(kept)


def due(plan: str) -> set[str]:
    """The problem sets that are due in some week of a plan."""
    return set(re.findall(r"(?m)^ +due: *(\S+)", plan))


def _listed(field: str, week: str, names: Container[str]) -> str:
    return re.sub(rf"(?m)^( +{field}: )(\[[^\]]*\])", lambda match: match[1] + _less(match[2], names), week)


def answers(text: str, exercises: Container[str]) -> str:
    """The stored answers."""
    kept = {label: answer for label, answer in json.loads(text).items() if label not in exercises}
    return json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def lectures(text: str, labels: Container[str]) -> str:
    """The items of the lectures; one that no statement serves any more is open, or says why if it claims nothing."""

    def served(match: re.Match) -> str:
        before = re.findall(r"[\w-]+", match[2])
        left = [label for label in before if label not in labels]
        if left == before:
            return match[0]
        if left:
            return match[1] + (f"[{', '.join(left)}]" if len(left) > 1 else left[0])
        asserts = re.findall(r"\bkind: (\w+)", text[: match.start()])[-1:] in ([], ["claim"])
        between = ", " if match[1].startswith(",") else "\n  "
        return f"{match[1]}null{'' if asserts else between + WHY}"

    return re.sub(r"(?m)((?:^  |, )label: )(\[[^\]]*\]|[\w-]+)", served, text)


def terms(text: str, labels: Container[str], titles: Mapping[str, str]) -> str:
    """The words that lead to statements; a row that leads to none goes."""
    rows = []
    for row in text.split("\n"):
        kept = re.sub(r"(, labels: )(\[[^\]]*\])", lambda match: match[1] + _less(match[2], labels), row)
        kept = kept.replace(", labels: []", "")
        if not row.startswith("- ") or _leads(yaml.safe_load(kept)[0], titles):
            rows.append(kept)
    return "\n".join(rows)


def _leads(row: dict[str, list[str]], titles: Mapping[str, str]) -> bool:
    return bool(row.get("labels")) or any(synonyms.share(row["terms"], title) for title in titles.values())


def faults(text: str, gone: Iterable[Path]) -> str:
    """The faults of a part; a comment goes with the last fault that it is about."""
    names = {name for page in gone for name in (page.stem, _name(page))}
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    faults = [call for call in calls if ast.unparse(call.func) == "Fault"]
    inside = {n: call.args[-1].value in names for call in faults for n in range(call.lineno, call.end_lineno + 1)}
    kept, comment, began = [], [], 0
    for n, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            comment = [*comment, line] if began == n - 1 else [line]
            began = n
        elif not inside.get(n):
            about = n in inside or began == n - 1
            kept += [*comment, line] if about else [line]
            comment = []
    return "\n".join(kept)


def known(text: str, gone: Iterable[Path], more: Mapping[tuple[str, str], int]) -> str:
    """What pages still break."""
    head, before, tail = re.search(r"(?ms)\A(.*^KNOWN\b[^\n]*= )(\{.*?\})(\n.*)\Z", text).groups()
    pages = {_name(page) for page in gone}
    counts = {key: n for key, n in ast.literal_eval(before).items() if key[1] not in pages} | more
    if counts == ast.literal_eval(before):
        return text
    rows = "".join(f'    ("{rule}", "{page}"): {n},\n' for (rule, page), n in counts.items())
    return f"{head}{{\n{rows}}}{tail}" if rows else f"{head}{{}}{tail}"


def _name(page: Path) -> str:
    return contents.docname(page).removeprefix("book/")


def _less(given: str, names: Container[str]) -> str:
    """A list such as ``[a, b]`` without some of its names."""
    every = re.findall(r"[^\s,\[\]]+", given)
    return f"[{', '.join(name for name in every if name not in names)}]"
