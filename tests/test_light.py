"""What makes pages light: rules, letters and frames that nobody needs at first are left out or put elsewhere."""

import re
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

import explorers
import fonts
import unused

PAGE = '<p class="note warm">A</p><script>box.classList.add("open"); box.className = `side-${where}`;</script>'
KNOWN = unused.Known([PAGE], ['box.classList.add("open"); box.className = "side-" + where;'])


@pytest.mark.parametrize("rule", [
    "p{a:b}", ".note{a:b}", ".note.warm p{a:b}", ".gone,.note{a:b}", ".note:not(.gone){a:b}", ".open{a:b}",
    ".side-left{a:b}", "[class=gone]{a:b}", "@media print{.note{a:b}}", "@font-face{font-family:x}", ":root{--a:1.5}",
    "@supports (a:b){@media print{.warm{a:b}}}", "@keyframes gone{from{a:b}}",
])  # fmt: skip
def test_what_may_be_used_stays(rule):
    assert unused.without(rule, KNOWN).replace(" ", "") == rule.replace(" ", "")


@pytest.mark.parametrize("rule", [
    ".gone{a:b}", ".note .gone{a:b}", ".note.gone{a:b}", "p>.gone:hover{a:b}", ".gone,.lost{a:b}",
    "@media print{.gone{a:b}}", "@supports (a:b){@media print{.gone{a:b}}}", "/* .note{a:b} */",
])  # fmt: skip
def test_what_no_page_has_goes(rule):
    assert not unused.without(rule, KNOWN).strip()


SHEET = """\
mjx-c.mjx-c41::before { content: "A"; }
mjx-c.mjx-c211D.TEX-A::before { content: "R"; }
mjx-stretchy-v.mjx-c28 mjx-beg mjx-c::before { content: "\\239B"; }
@font-face /* 0 */ { font-family: MJXZERO; src: url("./Zero.woff") format("woff"); }
@font-face /* 1 */ { font-family: MJXTEX; src: url("./Main.woff") format("woff"); }
@font-face /* 2 */ { font-family: MJXTEX-B; src: url("./Bold.woff") format("woff"); }
@font-face /* 3 */ { font-family: MJXTEX-A; src: url("./Ams.woff") format("woff"); }"""


def test_a_font_has_the_letters_that_are_written_in_it():
    sheet, files = fonts.needed(SHEET)
    assert re.sub(r"\?v=\w{8}", "", sheet) == "\n".join(line for line in SHEET.split("\n") if "Bold" not in line)
    assert {name: codes for name, codes in files.items() if name != "Zero.woff"} == {
        "Main.woff": {ord("A"), 0x239B},
        "Ams.woff": {ord("R"), 0x239B},
    }


def test_a_font_without_heights_stands_behind_those_on_their_way():
    sheet = fonts.steady(
        ".TEX-I { font-family: MJXZERO, MJXTEX-I; }\nmjx-c { font-family: MJXZERO, MJXTEX, MJXTEX-A ! important; }"
    )
    assert "MJXTEX-I, MJXFLAT;" in sheet and "MJXTEX-A, MJXFLAT ! important;" in sheet
    face = sheet.rpartition("@font-face")[2]
    assert "local(" in face and "ascent-override: 0%" in face and "url(" not in face


def versions(sheet):
    return dict(re.findall(r"(\w+)\.woff(\?v=\w{8})", fonts.needed(sheet)[0]))


def test_the_address_of_a_font_is_new_where_its_letters_are():
    before, after = versions(SHEET), versions(SHEET.replace('"A"', '"B"'))
    assert {name for name in before if before[name] != after[name]} == {"Main"}


def test_hidden_frames_become_a_script(tmp_path):
    """Made once more in each build, without those of the build before; and what has no scripts gets them back."""
    page = tmp_path / "book" / "page.html"
    page.parent.mkdir()
    first = '<img src="data:image/svg+xml,%3Csvg/>" alt="one">'
    for count in (2, 1):
        hidden = [f'<img src="data:image/svg+xml,%3Csvg id=&quot;{n}&quot;/>" alt="{n}" hidden>' for n in range(count)]
        page.write_text(first + "".join(hidden), encoding="utf8")
        explorers.move(page, tmp_path)
        moved = page.read_text(encoding="utf8")
        assert moved.startswith(first) and moved.count("data:") == 1
        script = r"\.\./_static/frames/book/page\.js\?v=\w{8}"
        tags = re.findall(rf'<img data-frame="(\d)" data-script="{script}" alt="\1" hidden>', moved)
        assert tags == [str(n) for n in range(count)]
        drawings = explorers.drawings(page, tmp_path)
        assert drawings == [f'<svg id="{n}"/>' for n in range(count)]
    soup = BeautifulSoup(moved, "html.parser")
    explorers.restore(soup, drawings)
    assert [unquote(image["src"].partition(",")[2]) for image in soup.select("img")] == ["<svg/>", '<svg id="0"/>']
    page.write_text(first, encoding="utf8")
    explorers.move(page, tmp_path)
    assert not explorers.drawings(page, tmp_path)
