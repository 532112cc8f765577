"""A fork is called what its configuration says, shows its own logo, and has pages without the rules of the house."""

import re
import subprocess
import sys

import pytest
import yaml
from bs4 import BeautifulSoup
from small import HEADER, ROOT, Small

TITLE, AUTHOR = "Descent for Everyone", "Ada Grace"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
OWN = (
    HEADER.replace("\n---\n", "\nprofile: own\n---\n")
    + """\
# Mine

Two lines and a cell; a theorem without a proof.
I say so.

```{code-cell} ipython3
print(6 * 7)
```

```{prf:theorem} Nobody has proved this
:label: thm-mine
It is so.
```

```{exercise} Prove it
:label: ex-mine
Or not.
```

## Rules

Bring paper.

```{solution} ex-mine
:label: sol-mine
Nobody can.
```
"""
)


def configured(name):
    """What stands in the configuration, as it stands there."""
    return re.search(rf"(?m)^{name}: (.*)$", (ROOT / "_config.yml").read_text(encoding="utf8"))[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of a small book with a title, an author and a logo of its own."""
    book = Small.new(tmp_path_factory.mktemp("fork") / "book")
    for name, own in {"title": TITLE, "author": AUTHOR, "logo": "book/logo.svg"}.items():
        book.edit("_config.yml", f"{name}: {configured(name)}\n", f"{name}: {own}\n")
    book.edit("_toc.yml", "      - file: book/two\n", "      - file: book/two\n      - file: book/own\n")
    book.write({"book/logo.svg": LOGO, "book/own.md": OWN})
    code, log = book.build()
    assert code == 0, log
    return book.root / "_build/html"


def test_every_page_shows_the_logo(site):
    pages = sorted(site.rglob("book/**/*.html"))
    assert pages
    for page in pages:
        shown = re.findall(r'<img src="([^"]*logo\.svg)"', page.read_text(encoding="utf8"))
        assert shown, f"{page.name} shows no logo"
        assert (page.parent / shown[0]).read_text(encoding="utf8") == LOGO


def test_the_title_and_the_author_are_those_of_the_configuration(site):
    page = (site / "book/one.html").read_text(encoding="utf8")
    assert f"One &#8212; {TITLE}</title>" in page or f"One — {TITLE}</title>" in page
    assert f"By {AUTHOR}" in page
    old = yaml.safe_load(configured("title"))
    for path in site.rglob("*"):
        if path.suffix in {".html", ".js", ".json", ".ipynb", ".txt", ".md"} and "mathjax" not in path.parts:
            assert old not in path.read_text(encoding="utf8"), f"{path.relative_to(site)} has the title of this book"


def test_a_page_of_ones_own_is_a_page_of_the_book(site):
    text = (site / "book/own.html").read_text(encoding="utf8")
    assert ">42\n<" in text and "Theorem 3.1" in re.sub(r"<[^>]*>", "", text) and 'href="two.html"' in text
    assert 'href="own.html"' in (site / "book/two.html").read_text(encoding="utf8")
    assert '"book/own"' in (site / "searchindex.js").read_text(encoding="utf8")
    assert "print(6 * 7)" in (site / "_sources/book/own.ipynb").read_text(encoding="utf8")
    assert "thm-mine" in (site / "book/appendix/checked-claims.html").read_text(encoding="utf8")
    assert "ex-mine" in (site / "book/appendix/exercises.html").read_text(encoding="utf8")


def test_the_slides_of_a_page_of_ones_own_have_its_text_and_its_exercises(site):
    root = site.parents[1]
    done = subprocess.run([sys.executable, "extensions/slides.py"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    deck = BeautifulSoup((root / "_build/slides/own.html").read_text(encoding="utf8"), "html.parser")
    shown = [" ".join(slide.get_text().split()) for slide in deck.select("section")]
    told = ["I say so.", "It is so.", "Or not.", "Bring paper."]
    assert [[text for text in told if text in slide] for slide in shown] == [[], *([text] for text in told)]
    assert "Rules Bring paper." in shown[-1] and not deck.select("pre, .solution") and "Nobody can" not in str(deck)
    assert "Or not." not in (root / "_build/slides/one.html").read_text(encoding="utf8")


def test_no_program_types_the_title():
    """Where it is typed besides the configuration, instructors.md says."""
    title = yaml.safe_load(configured("title")).lower()
    files = [path for name in ("extensions", "authoring", "binder", "tests") for path in (ROOT / name).rglob("*")]
    files += [*(ROOT / "lib/course").rglob("*"), *(ROOT / ".github").rglob("*.yml"), ROOT / "Makefile"]
    typed = [
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.suffix in {"", ".py", ".js", ".css", ".html", ".yml", ".md", ".json"} and path.is_file()
        if title in path.read_text(encoding="utf8").lower()
    ]
    assert not typed, f"{typed} type the title: take it from the configuration"


def test_the_guide_names_what_types_it_besides():
    """The first page, and what stands in the root of the repository."""
    title, guide = (yaml.safe_load(configured("title")), (ROOT / "book/appendix/instructors.md").read_text("utf8"))
    for path in [ROOT / "book/intro.md", *ROOT.iterdir()]:
        if path.is_file() and title in path.read_text(encoding="utf8", errors="replace"):
            assert f"`{path.relative_to(ROOT).as_posix()}`" in guide
