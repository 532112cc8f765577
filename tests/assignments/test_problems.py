"""Sources of problem sets, what students receive, what crosses to the tests, and how these judge."""

import math
from pathlib import Path

import jupytext
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course import variant
from course.problems import BlankRoom, LocalRoom, ProblemSet, decode, encode, filled, judge, released
from course.problems.judging import asked
from source import Chapter

SAMPLE = Path(__file__).with_name("sample.md")


@pytest.fixture
def sample():
    return ProblemSet.read(SAMPLE)


def edited(*pairs):
    text = SAMPLE.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return ProblemSet(SAMPLE, text)


def marks(problems, notebook, student="ada"):
    return {each.grade_id: (each.points, each.message) for each in judge(problems, student, LocalRoom(notebook))}


# Source


def test_a_source_says_what_its_problems_are(sample):
    twice, look = sample.problems
    assert (twice.label, twice.title, twice.kind, twice.level) == ("ex-twice", "Twice", "computation", 1)
    assert twice.statement.startswith("By {prf:ref}`thm-length`, double")
    assert (look.minutes, look.points, sample.minutes, sample.points) == (5, 2, 15, 6)
    assert sample.title == "Two small things"
    assert Chapter.read(SAMPLE).rewritten() == SAMPLE.read_text(), "it is not written the way jupytext would"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("4 points", "5 points", "Twice says 5 points, its cells give 4"),
        ("· computation ·", "· homework ·", "no heading of a problem"),
        ("· level 1 ·", "· level 4 ·", "no heading of a problem"),
        ("<!-- ex-twice -->", "", "Twice has 0 statements"),
        ("<!-- ex-look -->", "<!-- ex-look -->\nLook.\n<!-- end -->\n<!-- ex-again -->", "Look has 2 statements"),
    ],
)
def test_what_is_not_written_as_it_must_be_is_refused(old, new, words):
    with pytest.raises(ValueError, match=words):
        _ = edited((old, new)).problems


@pytest.mark.parametrize(
    ("old", "new"),
    [("grade_id: double-test", "grade_id: twice-test"), ("### END SOLUTION", ""), ("### END HIDDEN TESTS", "")],
)
def test_what_nbgrader_does_not_accept_is_refused(old, new):
    with pytest.raises(ValueError, match=r"sample\.md: "):
        released(edited((old, new)))


# What students receive


def test_students_receive_no_solution_and_no_hidden_test(sample):
    text = jupytext.writes(released(sample), fmt="ipynb")
    for secret in ("x + x", "a + a", "2 * x", "fresh", "homogeneous", "Rubric", "BEGIN", "END"):
        assert secret not in text
    for kept in ("Bind twice and double.", "that is the square", "double the vector", "Your answer here"):
        assert kept in text


def test_references_become_what_the_book_shows(sample):
    assert "By *Length*, double" in str(released(sample, titles={"thm-length": "*Length*"}))
    assert "By thm-length, double" in str(released(sample, titles={}))
    assert "By {prf:ref}`thm-length`, double" in str(released(sample))


def test_the_same_release_is_the_same_file(sample):
    assert released(sample, "ada") == released(sample, "ada")
    (cell,) = (cell for cell in released(sample, "ada'\n").cells if "student" in cell.metadata.get("tags", []))
    assert cell.source == 'student = "ada\'\\n"'


# What crosses

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_plain_data_cross_unchanged(value):
    assert decode(encode(value)) == value


@settings(deadline=None)
@given(
    arrays.arrays(
        st.sampled_from(["f8", "f4", "i8", "u1", "?"]), arrays.array_shapes(min_dims=0, max_dims=3, min_side=0)
    )
)
def test_arrays_cross_with_their_shapes_and_digits(value):
    crossed = decode(encode(value))
    assert crossed.shape == value.shape
    assert np.array_equal(crossed, value, equal_nan=value.dtype.kind == "f")


def test_what_is_no_plain_data_stays_where_it_is():
    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = None

    assert type(decode(encode(Liar(3.0)))) is float
    assert decode(encode([math.inf, np.float32(0.5), np.True_, (1, 2)])) == [math.inf, 0.5, True, [1, 2]]
    assert decode(encode(math.sqrt)) == {"function": True}
    for value in (object(), 1j, np.array([1j]), np.array([object()]), {1: 2}, {1, 2}, float, b"", "a" * 6_000_000):
        with pytest.raises(ValueError, match=r"cannot be handed in|too large"):
            encode(value)


@pytest.mark.parametrize(
    "text",
    [
        *("{", '{"a": 1}', '{"array": ["a"], "shape": [1]}', '{"array": [1], "shape": [2]}', '{"array": [[1], 2]}'),
        *('{"array": [1], "shape": "no"}', '{"array": [null], "shape": [1]}', '{"dict": 3}', "[" * 100_000),
    ],
)
def test_what_was_not_written_by_encode_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        decode(text)


# Variants


def test_a_variant_is_one_for_each_student_and_problem():
    assert variant(" Ada ", "twice") == variant("ada", "twice")
    seeds = {variant(student, problem) for student in map(str, range(300)) for problem in ("a", "b")}
    assert len(seeds) == 600
    assert all(0 <= seed < 2**32 for seed in seeds)
    for student in ("", "  ", None, 3):
        with pytest.raises(ValueError, match="student must be a text"):
            variant(student, "twice")


# How it is judged


def test_the_solution_earns_every_point_and_a_blank_none(sample):
    assert marks(sample, filled(sample.notebook, "ada")) == {"twice-test": (1, ""), "double-test": (2, "")}
    blank = marks(sample, released(sample, "ada"))
    assert blank["twice-test"] == (0, "there is no twice: bind your answer to this name")
    assert all(outcome.points == 0 and outcome.message for outcome in judge(sample, "ada", BlankRoom()))


@pytest.mark.parametrize(
    ("answer", "twice", "double"),
    [
        ("twice = x * x; double = lambda a: 2 * a", "that is the square", ""),
        ("twice = 3 * x; double = lambda a: 2.0", "A hidden test does not hold.", "A hidden test does not hold."),
        ("twice = 2 * x; double = 3", "", "double is a function"),
        ("twice = object(); double = lambda: 3", "cannot be handed in", "A hidden test does not hold."),
        ("twice = 'two'; double = lambda a: 1 / 0", "twice has three entries", "A hidden test does not hold."),
        ("twice = 2 * x; x = 3 * x; np.allclose = lambda *_: True; double = lambda a: 3 * a", "", "hidden test"),
    ],
)
def test_an_answer_gets_its_points_and_its_words(sample, answer, twice, double):
    notebook = filled(sample.notebook, "ada")
    next(cell for cell in notebook.cells if cell.id == "twice-answer").source = answer
    allclose = np.allclose
    try:
        room = LocalRoom(notebook)
    finally:
        np.allclose = allclose
    found = {each.grade_id: each for each in judge(sample, "ada", room)}
    for name, words in {"twice-test": twice, "double-test": double}.items():
        assert (found[name].points == found[name].most) == (words == "")
        assert words in found[name].message


def test_the_instance_is_the_students_own(sample):
    found = judge(sample, "grace", LocalRoom(filled(sample.notebook, "ada")))
    assert [outcome.points for outcome in found] == [0, 2]


def test_only_what_nobody_binds_is_asked_for():
    code = "y = [a for a in b]\ndef f(c):\n    return c + d\nprint(lambda e: e, x, y)"
    assert asked(code, {"x": 1}) == ["b", "d"]
