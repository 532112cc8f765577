"""A page is executed anew when something changes that its outputs depend on, and only then."""

import ast
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import dependencies
import kernel

LIBRARY = {
    "lib/toy/__init__.py": '"""Toys."""\nfrom toy import bear, car\nfrom toy.bear import hug\n',
    "lib/toy/bear.py": "from toy.parts.fur import soft\n\n\ndef hug():\n    return soft\n",
    "lib/toy/car.py": "from . import wheel\n",
    "lib/toy/wheel.py": "def turn():\n    import toy.oil\n",
    "lib/toy/oil.py": "from .parts import *\n",
    "lib/toy/parts/__init__.py": "bolt = 1\n",
    "lib/toy/parts/fur.py": "soft = 1\n",
    "lib/toy/answers.json": '{"ex-one": 1, "ex-two": 2}',
    "lib/toy/check.py": 'from importlib import resources\nANSWERS = resources.files("toy") / "answers.json"\n',
    "lib/toy/table.csv": "1\n",
    "lib/toy/data.py": 'from pathlib import Path\nTABLE = Path(__file__).with_name("table.csv")\n',
    "benchmarks/experiments/depth.csv": "1\n",
}
# For each way to import: what it needs besides lib/toy/__init__.py, which always runs.
NEEDS = {
    "import numpy": None,
    "from toy import bear": {"bear", "parts/__init__", "parts/fur"},
    "import toy.bear as b": {"bear", "parts/__init__", "parts/fur", "car", "wheel", "oil"},
    "from toy import hug": {"bear", "parts/__init__", "parts/fur", "car", "wheel", "oil"},
    "from toy import car": {"car", "wheel", "oil", "parts/__init__", "bear", "parts/fur"},
    "def later():\n    from toy.parts import fur": {"parts/__init__", "parts/fur"},
    "import toy.parts.fur": {"bear", "parts/__init__", "parts/fur", "car", "wheel", "oil"},
    "%matplotlib inline": {"bear", "car", "check", "data", "wheel", "oil", "parts/__init__", "parts/fur"},
}


@pytest.fixture
def library(small_root):
    for name, text in LIBRARY.items():
        (small_root / name).parent.mkdir(parents=True, exist_ok=True)
        (small_root / name).write_text(text, encoding="utf8")
    return small_root


def state(root, source):
    return dependencies.state(root / "book/page.md", source)


def changed(root, source, name, text):
    """Whether a page with this code is executed anew after another text is in a file."""
    before = state(root, source)
    (root / name).write_text(text, encoding="utf8")
    return state(root, source) != before


def test_the_library_is_listed_once_for_a_page(library, monkeypatch):
    """However many modules import each other."""
    asked, exists, rglob = [], Path.exists, Path.rglob
    monkeypatch.setattr(Path, "exists", lambda path, **named: asked.append(path) or exists(path, **named))
    monkeypatch.setattr(Path, "rglob", lambda path, *given: asked.append(path) or rglob(path, *given))
    state(library, "import toy.bear, toy.car, toy.nothing, numpy")
    assert asked == [library / "lib"]


@pytest.mark.parametrize("source", NEEDS)
def test_a_page_depends_on_what_it_imports(library, source):
    for path in sorted((library / "lib").rglob("*.py")):
        module = path.relative_to(library / "lib/toy").with_suffix("").as_posix()
        text = path.read_text(encoding="utf8") + "more = 1\n"
        needed = NEEDS[source] is not None and (module in NEEDS[source] or module == "__init__")
        assert changed(library, source, path, text) == needed, module


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "lib/toy/bear.py",
            '"""A bear."""\nfrom toy.parts.fur import soft\n\n\ndef hug():\n    "Warm."\n    return soft\n',
        ),
        ("lib/toy/bear.py", "from toy.parts.fur import soft  # warm\ndef hug(): return soft\n"),
        ("lib/toy/notes.txt", "changed"),
        ("lib/toy/answers.json", '{"ex-one": 3, "ex-two": 3}'),
    ],
)
def test_words_leave_the_outputs(library, name, text):
    assert not changed(library, "from toy import bear", name, text)


def test_of_the_answers_those_count_that_a_page_asks_for(library):
    source = "from toy import check\ncheck.check('ex-one', 1)"
    assert not changed(library, source, "lib/toy/answers.json", '{"ex-one": 1, "ex-two": 3, "ex-three": 3}')
    assert changed(library, source, "lib/toy/answers.json", '{"ex-one": 3, "ex-two": 3, "ex-three": 3}')


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from toy import data", "lib/toy/table.csv"),
        ("open('../benchmarks/experiments/depth.csv')", "benchmarks/experiments/depth.csv"),
        ("open('benchmarks/experiments/depth.csv')", "benchmarks/experiments/depth.csv"),
        ("", "requirements.txt"),
    ],
)
def test_named_files_and_packages_count(library, source, name):
    assert changed(library, source, name, "2\n")


def test_another_environment_counts(library, monkeypatch):
    before = state(library, "")
    monkeypatch.setitem(kernel.KERNEL_ENVIRONMENT, "BOOK_FRAMES", "")
    assert state(library, "") != before


def test_threads_parse_one_after_the_other(monkeypatch):
    """Python 3.11 may answer with a ``SystemError``."""
    parse, inside = ast.parse, []

    def watched(source):
        assert not inside, "two at a time"
        inside.append(source)
        time.sleep(0.01)
        inside.pop()
        return parse(source)

    monkeypatch.setattr(ast, "parse", watched)
    with ThreadPoolExecutor() as threads:
        trees = list(threads.map(dependencies.parsed, [f"x = {i}" for i in range(8)]))
    assert [ast.unparse(tree) for tree in trees] == [f"x = {i}" for i in range(8)]
