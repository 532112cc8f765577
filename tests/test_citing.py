"""How the book is cited is what ``CITATION.cff`` says, and nobody types it twice."""

import tomllib

import pytest
from sphinx.errors import ConfigError

import citing
from contents import ROOT, parsed, read

GIVEN = {
    "title": "The Length of a Walk",
    "version": "1.2",
    "authors": [{"family-names": "Grace", "given-names": "Ada"}, {"name": "A Group"}],
}


def test_the_file_agrees_with_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    given, configured = citing.citation(), parsed("_config.yml", read("_config.yml"))[1]
    assert given["version"] == project["version"], "CITATION.cff: give the version of pyproject.toml"
    assert given["title"] == configured["title"], "CITATION.cff: give the title of _config.yml"
    assert " AND ".join(given["license"]) == project["license"], "CITATION.cff: give the licences of pyproject.toml"
    assert given["cff-version"] == "1.2.0" and given["type"] in {"software", "dataset"}


def test_bibtex():
    assert citing.bibtex(GIVEN, "2024-2026", "https://example.org/") == (
        "@misc{length-walk,\n  author = {Grace, Ada and {A Group}},\n  title = {{The Length of a Walk}},\n"
        "  year = {2026},\n  version = {1.2},\n  url = {https://example.org/},\n}"
    )
    released = citing.bibtex(GIVEN | {"date-released": "2025-03-01", "repository-code": "https://b.org"}, "2026", "")
    assert "year = {2025}" in released and "url = {https://b.org}" in released
    assert "url" not in citing.bibtex(GIVEN, "2026", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", ""),
        ("version: 0.1.0", "version: 0.1", "give version as a text"),
        ("title:", "titel:", "give title as a text"),
        ("  - name:", "  - nam:", "give authors as a list"),
        ("authors:", "authors: [", "this is not YAML"),
    ],
)
def test_a_file_that_cannot_be_cited_is_told(small_root, old, new, said):
    text = "cff-version: 1.2.0\nmessage: Cite.\ntitle: A\nversion: 0.1.0\nauthors:\n  - name: B\n"
    assert old in text
    (small_root / citing.FILE).write_text(text.replace(old, new))
    if not said:
        assert citing.citation()["title"] == "A"
        return
    with pytest.raises(ConfigError, match=rf"^CITATION.cff:\d+: {said}"):
        citing.citation()
