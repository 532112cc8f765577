"""The notebooks that readers run: the site's text, numbers and code, and nothing that another program cannot show.

That the code runs is shown by nbval, which ran the same cells, and by the sample that ``test_lab.py`` runs.
"""

import ast
import builtins
import re
from copy import copy
from functools import cache
from posixpath import dirname, join, normpath

import jupytext
import nbformat
import pytest
from bs4 import BeautifulSoup, Comment

import repository
from contents import ROOT, chapters, docname, listed
from graded import is_graded
from notebooks import installation
from source import Chapter

SITE = ROOT / "_build" / "html"
CHAPTERS = {docname(page): page for page in chapters()}
FORMULA = re.compile(r"\$\$.+?\$\$|\\begin\{(\w+\*?)\}.+?\\end\{\1\}|(?<!\\)\$[^$]+\$", re.S)
CODE = re.compile(r"^( *)(`{3,}).*?^\1\2$|(?<!`)(`+)(?!`).+?(?<!`)\3(?!`)", re.S | re.M)
RAW = re.compile(
    r".{0,40}(?:\{[\w:-]+\}`|^ *:[\w-]+:(?: |$)|^ *:{3,}|^ *```\{|\\[A-Za-z]{2,}|(?<!\\)\$|\*{4}"
    r"|<(?!/?(?:br|details|span|sub|summary|sup)[ >])[a-z]).{0,40}",
    re.M,
)


@pytest.fixture(params=listed())
def name(request):
    return request.param


@pytest.fixture(params=CHAPTERS)
def chapter(request):
    return request.param


@cache
def notebook(name):
    path = SITE / "_sources" / f"{name}.ipynb"
    if not path.exists():
        pytest.fail(f"{path} is missing: run make book")
    return nbformat.read(path, as_version=4)


@cache
def text(name):
    return "\n\n".join(cell.source for cell in notebook(name).cells if cell.cell_type == "markdown")


@cache
def parsed(name):
    return BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf8"), "html.parser").select_one("article")


def page(name, *without):
    """The text of a page of the site, without what these selectors find."""
    article = copy(parsed(name))
    for gone in article.select(", ".join(without)) if without else []:
        gone.decompose()
    return article


def prose(markdown):
    """Text without formulas and code."""
    return CODE.sub("`", FORMULA.sub("", markdown))


def words(found):
    return [" ".join(each.get_text().split()) for each in found]


def code(name):
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


def test_offered(chapter):
    html = (SITE / f"{chapter}.html").read_text(encoding="utf8")
    up = "../" * chapter.count("/")
    assert f'href="{up}_sources/{chapter}.ipynb"' in html, f"{chapter} has no button for its notebook"


def test_valid(name):
    converted = notebook(name)
    nbformat.validate(converted)
    assert converted.metadata.kernelspec.name == "python3"
    assert all(not cell.outputs and cell.execution_count is None for cell in code(name))


def test_nothing_is_left_to_resolve(name):
    left = [found[0] for found in RAW.finditer(prose(text(name)))]
    assert not left, f"{name}: {left}"
    macros = re.findall(r"\\(?:R|argmin)(?![A-Za-z])", text(name))
    assert not macros, f"{name}: JupyterLab does not know the macros {macros}"


def test_what_must_be_found_is_found():
    for raw in ("{prf:ref}`thm-x`", ":label: thm-x", ":::{note}", "```{exercise}", r"\lVert x", "a $ b", "****a****"):
        assert RAW.search(prose(f"A line.\n{raw}\nA line.")), raw
    assert not RAW.search(prose("$\\R$ `:label: x` and \\$5\n\n```\n$x\n```\n<br><sup>1</sup>"))


def test_numbers_are_those_of_the_site(name):
    """Sections, statements, exercises, figures and equations."""
    site, here = page(name), text(name)
    titles = [number.text.strip() for number in site.select(".section-number")]
    assert re.findall(r"^#+ ([\d.]+\.) ", here, re.M) == titles
    kind = "Theorem|Lemma|Corollary|Proposition|Remark|Definition|Example|Exercise"
    shown = "div.proof > .admonition-title > .caption-number, div.exercise > .admonition-title > .caption-number"
    numbers = [number.text.strip() for number in site.select(shown)]
    assert re.findall(rf"^<span id=\S+></span>\*\*((?:{kind}) [\d.]+)\*\*", here, re.M) == numbers
    assert re.findall(r"\*(Fig\. [\d.]+)\.\*", here) == words(
        site.select("figcaption .caption-number, caption .caption-number")
    )
    assert [f"({number})" for number in re.findall(r"\\tag\{(.+?)\}", here)] == re.findall(
        r"\([\d.]+\)", " ".join(words(site.select(".eqno")))
    )


def test_kind_level_and_minutes_of_exercises(name):
    badges = [" · ".join(words(each.select("span"))) for each in page(name).select(".exercise .badges")]
    assert (
        re.findall(r"^\*(\w+ · level \d of 3 · \d+ minutes(?: · problem set, \d+ points)?)\*$", text(name), re.M)
        == badges
    )


def test_no_words_are_lost(name):
    """What the site says outside the cells and its generated lines."""
    site = page(name, ".cell", ".headerlink", ".claim-links", ".toctree-wrapper", ".map", "summary", ".section-number")
    plain = re.sub(r"\W", "", text(name))
    lost = []
    for paragraph in site.select("p, h1, h2, h3, li"):
        for part in paragraph.find_all(string=True, recursive=False):
            if isinstance(part, Comment):
                continue
            if re.sub(r"\W", "", part) not in plain and "\\(" not in part and "\\[" not in part:
                lost.append(str(part))
    assert not lost, f"{name}: {lost}"


def test_same_code(chapter):
    """Each cell of the page but those of solutions, folded where it is folded there, and the answer cells."""
    cells = [cell for cell in jupytext.read(CHAPTERS[chapter], fmt="md:myst").cells if cell.cell_type == "code"]
    solutions = [cell for cell in cells if "solution" in cell.metadata.get("tags", [])]
    cells = [cell for cell in cells if cell not in solutions]
    first = [installation()] if installation().cell_type == "code" else []
    found = [cell for cell in code(chapter)[len(first) :] if not cell.source.startswith("answer = ...")]
    assert [cell.source for cell in found] == [cell.source for cell in cells]
    for cell, source in zip(found, cells, strict=True):
        folded = bool({"hide-cell", "hide-input"} & set(source.metadata.get("tags", [])))
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == folded, cell.source
    for cell in solutions:
        opened = r'<details id="sol-[\w-]+"><summary>[^\n]*</summary>(?:(?!</details>).)*'
        inside = rf"{opened}```python\n{re.escape(cell.source)}\n```"
        assert re.search(inside, text(chapter), re.S), f"{chapter}: no folded solution has the code\n{cell.source}"


def test_an_answer_cell_below_each_computation_exercise(chapter):
    exercises = Chapter.read(CHAPTERS[chapter]).named("exercise")
    labels = [
        block.options["label"] for block in exercises if "kind-computation" in block.classes and not is_graded(block)
    ]
    converted = notebook(chapter)
    found = []
    for before, cell in zip(converted.cells, converted.cells[1:], strict=False):
        if match := re.fullmatch(r'answer = \.\.\.(  # a list)?\ncheck\("(.+)", answer\)', cell.source):
            assert before.id == match[2], "an answer cell stands below its exercise"
            assert bool(match[1]) == bool(re.search(r"\blist\b", before.source))
            found.append(match[2])
    assert found == labels


def names(cells):
    """The names that code binds, and those that it reads and does not bind."""
    bound, read = set(dir(builtins)) | {"display", "get_ipython"}, set()
    for node in ast.walk(ast.parse("\n".join(re.sub(r"^ *%.*", "", cell.source, flags=re.M) for cell in cells))):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.ExceptHandler(name=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(name=name, asname=other):
                bound.add(other or name.partition(".")[0])
    return bound, read - bound


def test_no_cell_needs_a_solution(chapter):
    """Solutions do not run: what they define is missing to whatever comes after them."""
    cells = [cell for cell in code(chapter) if cell.source != installation().source]
    missing = names(cells)[1]
    assert not missing, f"{chapter}: only a solution defines {sorted(missing)}"
    others = names([cell for cell in cells if not cell.source.startswith("answer = ...")])
    assert "answer" not in others[0] | others[1], f"{chapter}: 'answer' is the reader's name"


def test_proofs_and_solutions_are_closed(chapter):
    here, source = text(chapter), Chapter.read(CHAPTERS[chapter])
    assert len(re.findall(r'^<details id="proof-[\w-]+"><summary>Proof', here, re.M)) == len(source.named("prf:proof"))
    solutions = re.findall(r'^<details id="sol-[\w-]+"><summary>(.*)</summary>$', here, re.M)
    assert len(solutions) == len(source.named("solution"))
    assert all(re.fullmatch(r"Solution to Exercise [\d.]+( \(.+\))?", summary) for summary in solutions)
    assert "<details open" not in here


def test_links_lead_to_notebooks_and_to_cells(name):
    for address in re.findall(r"\]\(([^)\s]+)\)", prose(text(name))):
        if "://" in address:
            continue
        target, _, fragment = address.partition("#")
        if not target:
            assert f'id="{fragment}"' in text(name), f"{name}: nothing has the name {fragment}"
            continue
        other = normpath(join(dirname(name), target)).removesuffix(".ipynb")
        assert other in listed(), f"{name}: {address} leads to no page"
        ids = {cell.id for cell in notebook(other).cells}
        assert not fragment or fragment.removeprefix("cell-id=") in ids, f"{name}: {address} leads to no cell"


def test_links_of_the_site_are_links_here(name):
    """The site's links between pages, but those in its generated parts."""
    site = page(name, ".claim-links", ".cell", ".map", ".bibtex-citation", ".citation", ".prev-next-area", "summary")
    inside = [link["href"] for link in site.select("a.reference.internal") if "toctree" not in str(link.parent)]
    expected = [href for href in inside if not href.startswith("#") and ".html" in href]
    expected = [href for href in expected if normpath(join(dirname(name), href.split(".html")[0])) in listed()]
    found = re.findall(r"\]\((?!http)[^)\s#]+\.ipynb[^)\s]*\)", text(name))
    assert len(found) >= len(expected), f"{name}: {expected}"


def test_works_cited(name):
    cited = {link["title"] for link in page(name).select(".bibtex-citation a[title]")}
    _, _, works = text(name).partition("**Works cited on this page**\n\n")
    assert len(re.findall("^- ", works, re.M)) == len(cited)
    assert "references.ipynb#" not in text(name)


def test_home_leads_everywhere_and_each_page_to_the_next(name):
    pages = listed()
    if name == pages[0]:
        assert set(re.findall(r"^- \[.+\]\((.+)\.ipynb\)$", text(name), re.M)) == {
            other.removeprefix("book/") for other in pages[1:]
        }
    elif name != pages[-1]:
        (onward,) = re.findall(r"^Next: \[.+\]\((.+)\.ipynb\)$", text(name), re.M)
        assert normpath(join(dirname(name), onward)) == pages[pages.index(name) + 1]


def test_first_cell(name):
    has_code = any(cell.cell_type == "code" for cell in notebook(name).cells)
    assert (notebook(name).cells[0].source == installation().source) == has_code


def test_first_cell_with_and_without_repository(monkeypatch):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://github.com/someone/notes.git")
    monkeypatch.setenv("BOOK_REPOSITORY_BRANCH", "fall-2026")
    assert repository.branch() == "fall-2026"
    cell = installation()
    assert cell.cell_type == "code"
    assert cell.source.startswith(
        "try:\n    import course, implicit_bias\nexcept ModuleNotFoundError:\n    %pip install "
    )
    assert cell.source.endswith(" git+https://github.com/someone/notes@fall-2026")
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "")
    cell = installation()
    assert cell.cell_type == "markdown"
    assert "pip install ." in cell.source
    assert "path/to" not in cell.source
