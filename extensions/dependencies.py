"""What the outputs of a page depend on: its code, the modules of ``lib`` it imports, and files it names.

Modules are followed through their own imports. Comments, docstrings and layout are no part of a module.
``from package import module`` needs the module, not what the package imports besides.
"""

import ast
import hashlib
import json
import platform
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import contents
from kernel import KERNEL_ENVIRONMENT

ANSWERS = "answers.json"
_FILE = re.compile(r"[\w./ -]+\.\w{1,8}")
_Name = tuple[str, ...]  # of a module, by its dots
_PARSING = Lock()


@dataclass(frozen=True)
class _Code:
    """A piece of Python: its meaning as text, what it imports, and its strings, which may name files."""

    meaning: str
    imports: tuple[tuple[str, int, tuple[str, ...]], ...]  # module, leading dots, names; no names: the whole module
    strings: frozenset[str]


def state(page: Path, source: str) -> str:
    """A digest of everything but the cells themselves on which the outputs of a page with this code depend."""
    digest = hashlib.sha256(platform.python_version().encode())
    digest.update(json.dumps(KERNEL_ENVIRONMENT, sort_keys=True).encode())
    digest.update((contents.ROOT / "requirements.txt").read_bytes())
    try:
        code = _code(source)
    except SyntaxError:  # to be told by the kernel, or magics; then only all modules are safe
        code = _Code("", (), frozenset())
        paths = set((contents.ROOT / "lib").rglob("*.py"))
    else:
        paths = _modules(code)
    strings, folders = set(code.strings), [(code, page.parent), (code, contents.ROOT)]
    for path in sorted(paths):
        module = _module(path, path.stat().st_mtime_ns, path.stat().st_size)
        folders.append((module, path.parent))
        digest.update(f"{path.relative_to(contents.ROOT).as_posix()}\0{module.meaning}\0".encode())
    for path in sorted({path for code, folder in folders for path in _named(code, folder)}):
        text = path.read_bytes()
        if path.name == ANSWERS:  # of the answers only those that the page asks for
            stored = json.loads(text)
            text = json.dumps({label: stored[label] for label in sorted(strings & stored.keys())}).encode()
        digest.update(f"{path.relative_to(contents.ROOT).as_posix()}\0".encode() + text + b"\0")
    return digest.hexdigest()


def _modules(code: _Code) -> set[Path]:
    """The files of all modules that are imported, directly or by others."""
    files = _files()
    found, left = set(), [*_imported(code, (), files)]
    while left:
        name, everything = left.pop()
        path = files.get(name)
        if path is None or (path, everything) in found:
            continue
        found.add((path, everything))
        if everything or path.name != "__init__.py":
            package = name if path.name == "__init__.py" else name[:-1]
            left += _imported(_module(path, path.stat().st_mtime_ns, path.stat().st_size), package, files)
    return {path for path, _ in found}


def _imported(code: _Code, package: tuple[str, ...], files: Container[_Name]) -> Iterator[tuple[_Name, bool]]:
    """The names of modules that code in a package imports, and whether all that they import counts."""
    for module, dots, names in code.imports:
        base = (
            (*package[: len(package) - dots + 1], *filter(None, module.split("."))) if dots else (*module.split("."),)
        )
        submodules = [(*base, name) for name in names if (*base, name) in files]
        for length in range(1, len(base)):
            yield base[:length], not names
        yield base, not names or len(submodules) < len(names)
        yield from ((name, True) for name in submodules)


def _files() -> dict[_Name, Path]:
    """The files of the modules of the library."""
    found, lib = {}, contents.ROOT / "lib"
    for path in lib.rglob("*.py"):
        name = path.relative_to(lib).with_suffix("").parts
        if path.name == "__init__.py":  # which Python prefers to a module beside it
            found[name[:-1]] = path
        else:
            found.setdefault(name, path)
    return found


def _named(code: _Code, folder: Path) -> Iterator[Path]:
    """The files within the book that strings of a piece of code name from a folder."""
    for string in filter(_FILE.fullmatch, code.strings):
        path = (folder / string).resolve()
        if path.is_relative_to(contents.ROOT) and path.is_file() and path.suffix != ".py":
            yield path


@cache
def _module(path: Path, changed: int, size: int) -> _Code:
    return _code(path.read_text(encoding="utf8"))


def parsed(source: str) -> ast.Module:
    """The program as a tree. Python 3.11 may fail where two threads parse at a time."""
    with _PARSING:
        return ast.parse(source)


@cache
def _code(source: str) -> _Code:
    tree = parsed(source)
    imports, docstrings, strings = [], set(), set()
    for node in ast.walk(tree):  # what holds others comes before them
        if isinstance(node, ast.Constant):
            value = node.value
            if isinstance(value, str) and 0 < len(value) < 200 and value.isprintable() and node not in docstrings:
                strings.add(value)
        elif isinstance(node, ast.Import):
            imports += [(alias.name, 0, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports.append((node.module or "", node.level, tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0].value if node.body and isinstance(node.body[0], ast.Expr) else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                docstrings.add(first)
                del node.body[0]
    return _Code(ast.dump(tree), tuple(imports), frozenset(strings))
