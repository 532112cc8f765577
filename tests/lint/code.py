"""The Python in the cells: ruff, width, seeds, the library."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from functools import cache

import nbformat

import implicit_bias
from contents import ROOT
from lint.registry import rule
from lint.syntax import calls, keyword, tree

WIDTH = 88  # characters that fit the column of the site at 1280 pixels
RUFF = [sys.executable, "-m", "ruff"]
SETTINGS = ["--line-length", str(WIDTH), "--stdin-filename", str(ROOT / "book" / "page.ipynb"), "-"]
IMPORTS = "import matplotlib.pyplot as plt\n"


@rule(
    ("axes.plot([0, slope])", f"axes.plot([0, slope])  # {'very ' * 12}straight"),
    ("length=length(-2),", f"length=length(-2), more={'1 + ' * 20}1,"),
)
def width(chapter):
    for cell in chapter.cells:
        for n, line in enumerate(cell.body.split("\n"), cell.start):
            if len(line) > WIDTH:
                yield n, f"the line has {len(line)} characters, at most {WIDTH} fit the page: break it"


@rule(
    (IMPORTS, "import os\n\n" + IMPORTS),
    (IMPORTS, "from course import style\n" + IMPORTS),
    ("_ = draw(1)", "_ = drawn(1)"),
    ("_ = draw(1)", "_ = draw( 1 )"),
)
def ruff(chapter):
    cells = [cell for cell in chapter.cells if cell.body.strip() and tree(cell).body]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.body) for cell in cells])
    notebook.metadata.language_info = {"name": "python"}
    text = nbformat.writes(notebook)
    checked = run("check", "--output-format", "json", "--ignore", "ANN,D,E501", *SETTINGS, text=text)
    for found in json.loads(checked):
        if found["code"] == "F401" and "course.check" in found["message"] and 'check("' in chapter.text:
            continue  # which readers call, where no solution does
        line = cells[found["cell"] - 1].start + found["location"]["row"] - 1
        yield line, f"ruff {found['code']}: {found['message']}"
    formatted = nbformat.reads(run("format", *SETTINGS, text=text), as_version=4)
    for cell, new in zip(cells, formatted.cells, strict=True):
        before, after = cell.body.strip("\n").split("\n"), new.source.split("\n")
        if before != after:
            pairs = enumerate(zip([*before, ""], [*after, ""], strict=False))
            n, line = next((n, line) for n, (old, line) in pairs if old != line)
            page = chapter.page.relative_to(ROOT)
            yield cell.start + n, f"ruff would write {line!r}; run: .venv/bin/python authoring/tidy.py {page}"


@rule(("```{code-cell} ipython3\nverify(", "```{code-cell} ipython3\n:tags: [solution]\n\nverify("))
def imports_without_solutions(chapter):
    cells = [cell for cell in chapter.cells if "solution" not in cell.tags and cell.body.strip() and tree(cell).body]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.body) for cell in cells])
    notebook.metadata.language_info = {"name": "python"}
    checked = run("check", "--output-format", "json", "--select", "F401", *SETTINGS, text=nbformat.writes(notebook))
    for found in json.loads(checked):
        if "course.check" not in found["message"] or 'check("' not in chapter.text:
            line = cells[found["cell"] - 1].start + found["location"]["row"] - 1
            yield line, f"{found['message']} without solutions, as students have it: import it where it is needed"


def run(*arguments, text):
    done = subprocess.run([*RUFF, *arguments], input=text, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.stdout


@cache
def seeded():
    """The functions of the library that take a seed."""
    modules = [importlib.import_module(f"implicit_bias.{module.name}") for module in modules_of_the_library()]
    functions = [item for module in modules for item in inspect.getmembers(module, inspect.isfunction)]
    return {name for name, function in functions if "seed" in inspect.signature(function).parameters}


def modules_of_the_library():
    return pkgutil.iter_modules(implicit_bias.__path__)


@rule(
    ("d=3, seed=0)", "d=3)"),
    ("_ = draw(1)", "_ = draw(np.random.rand())"),
    ("_ = draw(1)", "_ = draw(np.random.default_rng().random())"),
    ("_ = draw(1)", "_ = draw(default_rng(seed=None).random())"),
    ("_ = draw(1)", "_ = draw(np.random.RandomState().rand())"),
    ("_ = draw(1)", "_ = draw(stats.norm.rvs(3))"),
    ("_ = draw(1)", "_ = draw(make_classification())"),
    ("import data", "import data\nfrom numpy.random import rand"),
    ("import data", "import data\nfrom numpy.random import default_rng as rng"),
    ("import data", "import data\nimport random"),
)
def seeds(chapter):
    for cell in chapter.cells:
        for call in calls([tree(cell)]):
            line, path = cell.start + call.lineno - 1, ast.unparse(call.func)
            name = path.split(".")[-1]
            given = call.args[0] if call.args else keyword(call, "seed")
            missing = given is None or (isinstance(given, ast.Constant) and given.value is None)
            spread = any(argument.arg is None for argument in call.keywords)
            if name == "default_rng":
                if missing:
                    yield line, "give default_rng a seed, so that every run draws the same"
            elif re.fullmatch(r"(np|numpy)\.random\.\w+", path) or name in {"RandomState", "Generator", "PCG64"}:
                yield line, f"{path} has no seed of its own: use np.random.default_rng(0)"
            elif re.fullmatch(r"rvs|make_\w+|train_test_split|shuffle|resample", name):
                if keyword(call, "random_state") is None:
                    yield line, f"give {name} its random_state=…, so that every run draws the same"
            elif name in seeded() and keyword(call, "seed") is None and not spread:
                yield line, f"give {name} its seed=…, so that every run draws the same"
        for line, name in drawn_from(tree(cell)):
            yield cell.start + line - 1, f"{name} draws without a seed of its own: use np.random.default_rng(0)"


def drawn_from(program):
    """The lines that import something that draws at random, but for ``default_rng`` under its own name."""
    for node in ast.walk(program):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", "") or ""
            for alias in node.names:
                path = f"{module}.{alias.name}".strip(".")
                own = path == "numpy.random.default_rng" and alias.asname in {None, "default_rng"}
                if re.match(r"(numpy\.)?random\b", path) and not own:
                    yield node.lineno, path


@rule(("from implicit_bias import data", "from implicit_bias import data, validate"))
def library_in_api(chapter):
    described = (ROOT / "book/appendix/api.md").read_text(encoding="utf8")
    modules = {module.name for module in modules_of_the_library()}
    for cell in chapter.cells:
        for node in ast.walk(tree(cell)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "implicit_bias":
                parts = node.module.split(".")[1:]
                for name in parts[:1] or [alias.name for alias in node.names]:
                    if name in modules and f"automodule:: implicit_bias.{name}\n" not in described:
                        yield cell.start + node.lineno - 1, f"describe implicit_bias.{name} in book/appendix/api.md"
