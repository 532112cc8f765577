"""The directive for proofs, on small pages of its own."""

import pytest
from sphinx.application import Sphinx

from proofs import GROUNDS

PAGE = """# A page

```{{prf:theorem}} One
:label: thm-one
One.
```

```{{prf:proof}}
{options}
Clear.
```

- *For the ideas*: skim.
- *For the proofs*: read.
"""
BACKGROUND = "# Background\n\nWhat is taken for granted.\n"


@pytest.fixture
def build(tmp_path):
    """Builds a page with these options of its proof; gives what it looks like and what Sphinx complained of."""

    def build(*options, page=PAGE):
        source = tmp_path / "source"
        (source / "book/appendix").mkdir(parents=True)
        (source / "index.md").write_text(page.format(options="\n".join(options)), encoding="utf8")
        (source / "book/appendix/background.md").write_text(BACKGROUND, encoding="utf8")
        with (tmp_path / "warnings").open("w+", encoding="utf8") as warnings:
            app = Sphinx(
                source,
                None,
                tmp_path / "html",
                tmp_path / "doctrees",
                "html",
                confoverrides={"extensions": ["myst_parser", "proofs"], "numfig": True},
                status=None,
                warning=warnings,
            )
            app.build()
            warnings.seek(0)
            return (tmp_path / "html/index.html").read_text(encoding="utf8"), warnings.read()

    return build


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_proof_says_what_it_follows_from(build, ground):
    page, _ = build(":label: proof-thm-one", f":follows-from: {ground}")
    line = page[page.index('class="follows-from"') :].split("</p>")[0]
    assert 'href="book/appendix/background.html"' in line
    assert ground in line.lower()


def test_a_proof_that_cites_says_nothing_more(build):
    page, warnings = build(":label: proof-thm-one")
    assert '<details class="proof" id="proof-thm-one"><summary>Proof of ' in page
    assert "follows-from" not in page
    assert "thm-one" not in warnings


@pytest.mark.parametrize("options", [(":label: thm-one",), (":label:",), ()])
def test_a_proof_without_the_label_of_one_is_refused(build, options):
    _, warnings = build(*options)
    assert "index.md:8" in warnings
    assert "label" in warnings


def test_other_grounds_are_refused(build):
    _, warnings = build(":label: proof-thm-one", ":follows-from: magic")
    assert "index.md:8" in warnings
    for word in ("follows-from", "magic", *GROUNDS):
        assert word in warnings


def test_a_home_page_without_its_ways_to_read_is_refused(build):
    with pytest.raises(Exception, match="For the proofs"):
        build(":label: proof-thm-one", page=PAGE.replace("*For the proofs*", "For the proofs"))
