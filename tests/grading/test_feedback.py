"""What a student receives: problems by their names, points of each part, and nothing loaded from anywhere."""

import re

import pytest

from course.grading.fates import Fate
from course.grading.feedback import feedback
from course.grading.folder import Course
from course.grading.one import show
from course.problems import Outcome, released


@pytest.fixture(scope="module")
def page(tmp_path_factory, sample):
    """Ada has a point of six; a person has yet to read what she has seen."""
    course = Course(tmp_path_factory.mktemp("course"))
    course.prepare(sample)
    made = released(sample, "ada")
    next(cell for cell in made.cells if cell.id == "look-words").source = "I saw ![it](https://example.org/it.png)."
    outcomes = [Outcome("twice-test", 1, 1, ""), Outcome("double-test", 0, 2, "No.")]
    show(sample, made, outcomes)
    course.save(sample.name, "ada", made, "")
    return feedback(course, sample, Fate("ada", sample.name, "needs manual"))


@pytest.fixture(scope="module")
def shown(page):
    return page.read_text().split("</head>")[1]


def test_it_names_each_problem_and_the_points_of_each_part(shown):
    table = re.sub(r"\s+", " ", re.sub("<.*?>", " ", shown[: shown.index("</table>")]))
    assert table.strip() == (
        "Two small things, ada: … of 6 points, not all is read yet Problem Part Points "
        "Twice ex-twice 1 of 4 tests, twice-test 1 of 1 tests, double-test 0 of 2 by hand, twice-proof 0 of 1 "
        "Look ex-look … of 2, not all is read yet by hand, look-words … of 2, not all is read yet"
    )
    parts = re.findall(r'<p class="part" id="(.*?)"><b>(.*?)</b>', shown)
    assert parts == [
        ("twice-answer", "Twice · your code"),
        ("twice-test", "Twice · tests"),
        ("double-test", "Twice · tests"),
        ("twice-proof", "Twice · by hand"),
        ("look-words", "Look · by hand"),
    ]


def test_it_loads_nothing(page, shown):
    head = page.read_text().split("</head>")[0]
    assert not re.search(r"<script[^>]+src|<link|@import|url\(http", head)
    assert "default-src 'none'" in head and "img-src data:" in head, "what a student or a grader links to stays away"
    assert "MathJax" in head and "$x$" in shown
    assert re.findall(r"https?:[^\"]*", shown) == ["https://example.org/it.png"]


def test_what_was_not_graded_has_a_page(tmp_path, sample):
    page = feedback(Course(tmp_path), sample, Fate("eve", sample.name, "unreadable", ["it is no JSON"]))
    assert "<h1>Two small things, eve</h1>" in page.read_text() and "It is no JSON." in page.read_text()
