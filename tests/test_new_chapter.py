"""``make new-chapter`` writes a page that runs and keeps all rules but the one that says what is left to write."""

import re
import shutil
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest
import yaml

import contents
from contents import ROOT, taught
from lint import RULES
from lint.book import BOOK_RULES
from source import Chapter

FILES = ("_config.yml", "_toc.yml", "CHANGELOG.md", "book/intro.md", "book/appendix/api.md", "lib", "authoring")
FIRST = taught()[0]
OLD, NEW = f"{FIRST.parent.name}/", "a-part-that-is-new/"


@pytest.fixture
def root(tmp_path):
    """The files of the book that a new chapter touches, and those that write it."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def new_chapter(root, *words):
    command = [sys.executable, "authoring/new_chapter.py", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def test_a_new_chapter_runs_and_says_what_is_left(root, monkeypatch):
    done = new_chapter(root, f"{OLD}a-walk-with-a-name-that-is-long", "A walk")
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    page = Chapter.read(root / f"book/{OLD}a-walk-with-a-name-that-is-long.md")
    assert "@" not in page.text.replace(" @ ", "")
    monkeypatch.setattr(contents, "ROOT", root)
    left = [message for rule in RULES.values() for message in rule.messages(page)]
    assert left and all("then remove the line with TODO" in message for message in left), left

    def read(file):
        return (root / file).read_text(encoding="utf8")

    for name in ("introduction_lists_chapters", "nothing_that_exists_is_in_preparation", "answers"):
        broken = [place for place, _ in BOOK_RULES[name][0]([page], read) if "a-walk" in place]
        assert not broken, f"{name}: {broken}"
    assert yaml.safe_load(read("_toc.yml"))["parts"][0]["chapters"][-1] == {"file": f"book/{OLD}{page.page.stem}"}
    assert "- New chapter: A walk.\n" in read("CHANGELOG.md")
    namespace = {"__name__": "__main__"}
    for cell in page.cells:
        exec(re.sub(r"(?m)^check\(.*", "", cell.body), namespace)
    frame, _ = namespace["shortest_for"](4)
    frame.draw_without_rendering()  # now the layout is made
    drawn, (width, height) = frame.get_tightbbox(), frame.get_size_inches()
    assert 0 <= drawn.x0 < drawn.x1 <= width and 0 <= drawn.y0 < drawn.y1 <= height, "a frame cuts its labels"
    plt.close("all")


def test_the_first_chapter_of_a_part_takes_the_place_of_what_was_in_preparation(root):
    before = (root / "book/intro.md").read_text(encoding="utf8")
    (root / "book/intro.md").write_text(before + "\n| A part that is new, in preparation |\n", encoding="utf8")
    done = new_chapter(root, f"{NEW}a-walk", "A walk")
    assert done.returncode == 0, done.stderr
    assert f"| {{doc}}`/book/{NEW}a-walk` |" in (root / "book/intro.md").read_text(encoding="utf8")
    *_, part, appendix = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf8"))["parts"]
    assert appendix["caption"] == "Appendix"
    walk = [{"file": f"book/{NEW}a-walk"}]
    assert part == {"caption": "A part that is new", "numbered": True, "chapters": walk}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "NAME must be part/name"),
        (["depth", "Depth"], "NAME must be part/name"),
        ([f"{OLD}Depth", "Depth"], "NAME must be part/name"),
        ([f"{OLD}depth"], "TITLE is empty"),
        ([f"{NEW}{FIRST.stem}", "Minimum"], f"{FIRST.stem!r} is taken by book/{OLD}{FIRST.name}"),
        ([f"{OLD}a-walk", "A walk", "mine"], "PROFILE is own, or left out, not 'mine'"),
        ([f"{NEW}a-walk", "A walk"], "has neither a chapter of a-part-that-is-new nor"),
    ],
)
def test_what_cannot_be_written_is_not(root, words, said):
    shutil.copytree(ROOT / f"book/{OLD}", root / f"book/{OLD}")
    before = sorted(root.rglob("*"))
    done = new_chapter(root, *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(root.rglob("*")) == before


def test_a_page_of_ones_own_needs_no_rules_and_no_row(root, monkeypatch):
    before = (root / "book/intro.md").read_text(encoding="utf8")
    done = new_chapter(root, f"{NEW}a-week", "The first week", "own")
    assert done.returncode == 0 and "make chapter NAME=a-week" in done.stdout, done.stderr
    page = Chapter.read(root / f"book/{NEW}a-week.md")
    assert "# The first week\n" in page.text and len(page.cells) == 1 and not page.refusals
    monkeypatch.setattr(contents, "ROOT", root)
    assert not [message for rule in RULES.values() for message in rule.messages(page)]
    assert (root / "book/intro.md").read_text(encoding="utf8") == before
    *_, part, _ = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf8"))["parts"]
    assert part["chapters"] == [{"file": f"book/{NEW}a-week"}]


def test_a_title_that_asks_keeps_its_mark(root):
    assert new_chapter(root, f"{OLD}how-wide", "How wide?").returncode == 0
    assert "- New chapter: How wide?\n" in (root / "CHANGELOG.md").read_text(encoding="utf8")
