"""Formulas and icons as they are put into pages; the site tests see what becomes of them."""

import pytest
from sphinx.errors import ExtensionError

import formulas
import icons

INLINE = '<span class="math notranslate nohighlight">\\({}\\)</span>'
NUMBERED = (
    '<div class="math notranslate nohighlight" id="eq">\n<span class="eqno">(1)<a href="#eq">#</a></span>\\[{}\\]</div>'
)


@pytest.fixture(scope="module")
def setter():
    with formulas.Setter({"macros": {"R": "\\mathbb{R}"}}) as setter:
        yield setter


@pytest.mark.parametrize("around", [INLINE, NUMBERED])
def test_a_formula_is_set_and_what_is_around_it_stays(setter, around):
    before, after = around.format("|").split("|")
    page = formulas.set_page(around.format("x&lt;y\\in\\R"), setter)
    assert page.startswith(before[:-2]) and page.endswith(after[2:])
    assert "<mo>&lt;</mo>" in page and "double-struck" in page, "no MathML for those who hear it"
    assert formulas.set_page(page, setter) == page


def test_an_environment_is_set(setter):
    rows = "\\begin{align}a&amp;=b\\\\c&amp;=d\\end{align}"
    page = formulas.set_page(f'<div class="amsmath math notranslate nohighlight" id="a">\n{rows}</div>', setter)
    assert page.count("<mjx-mtr") == 2 and "\n\\begin" not in page
    assert f'<mjx-container data-tex="{rows}" class=' in page


def test_code_is_left_alone(setter):
    code = "<pre>\\(x\\)</pre>"
    assert formulas.set_page(code, setter) == code


@pytest.mark.parametrize(("tex", "breaks"), [("a+b", "020"), ("(a+b)c", "001000"), ("x", None), ("a,b", "020")])
def test_lines_may_break_after_operators(setter, tex, breaks):
    page = formulas.set_page(INLINE.format(tex), setter)
    assert (f'data-breaks="{breaks}"' in page) if breaks else ("data-breaks" not in page)


@pytest.mark.parametrize("tex", ["\\frac{1}", "\\nonsense x"])
def test_a_formula_that_cannot_be_read_stops_the_build(setter, tex):
    with pytest.raises(ExtensionError, match="correct the TeX"):
        formulas.set_page(INLINE.format(tex), setter)


def test_icons_are_drawn():
    known = icons.drawings()
    page = icons.draw('<i class="fa-solid fa-arrow-up"></i><i class="fab fa-github fa-lg" data-mode="x"></i>', known)
    assert page.count("<path") == 2 and "<i" not in page
    assert 'class="svg-inline--fa fa-github fa-lg" data-mode="x"' in page
    with pytest.raises(ExtensionError, match="fa-unheard-of"):
        icons.draw('<i class="fa-solid fa-unheard-of"></i>', known)
