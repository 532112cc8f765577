"""The table of grades, late hours, and rosters of learning platforms."""

import csv
import datetime
import io

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from course.grading import commands
from course.grading.fates import Fate, open_words
from course.grading.folder import Course
from course.grading.one import show
from course.grading.tables import export, late, scores
from course.problems import Outcome, released

MOODLE = b'Identifier,Username,Grade,Feedback comments\nParticipant 1,ada,,"two\nlines"\nParticipant 2,bob,-,\n'


@pytest.fixture(scope="module")
def course(tmp_path_factory, sample):
    """Ada has all points but one and waits for a person, Bob has none, Eve's file is damaged."""
    course = Course(tmp_path_factory.mktemp("course"))
    course.prepare(sample)
    for student, twice in {"ada": 1, "bob": 0}.items():
        made = released(sample, student)
        if student == "ada":
            next(cell for cell in made.cells if cell.id == "look-words").source = "I saw."
        outcomes = [Outcome("twice-test", twice, 1, "" if twice else "No."), Outcome("double-test", 0, 2, "No.")]
        show(sample, made, outcomes)
        course.save(sample.name, student, made, "2026-11-27T10:00:00+00:00")
        points = {outcome.grade_id: outcome.points for outcome in outcomes}
        fate = "needs manual" if student == "ada" else "graded"
        Fate(student, sample.name, fate, points=points, submitted="2026-11-27T10:00:00+00:00").write(course.path)
    Fate("eve", sample.name, "unreadable", ["=it, is no JSON"]).write(course.path)
    return course


def table(text):
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


def test_everybody_has_a_row(course, sample):
    rows = table(
        export(course, sample, ["Ada", "bob", "grace"], datetime.datetime(2026, 11, 27, 8, 30, tzinfo=datetime.UTC))
    )
    assert {name: row["fate"] for name, row in rows.items()} == {
        "ada": "needs manual", "bob": "graded", "eve": "unreadable", "grace": "no submission",
    }  # fmt: skip
    assert [rows["ada"][name] for name in ("twice (tests)", "twice (by hand)", "look (by hand)", "total")] == [
        *("1", "0", "", "")
    ]
    assert (rows["bob"]["total"], rows["bob"]["maximum"], rows["bob"]["late"]) == ("0", "6", "1.5")
    assert (rows["eve"]["detail"], rows["eve"]["total"]) == ("not in the roster; =it, is no JSON", "")
    assert rows["ada"]["detail"] == rows["bob"]["detail"] == ""
    assert table(export(course, sample))["eve"]["detail"] == "'=it, is no JSON"


def test_points_that_a_person_gives_are_in_the_next_table(course, sample):
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("look-words", sample.name, sample.name, "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    row = table(export(course, sample))["ada"]
    assert (row["fate"], row["look (by hand)"], row["total"]) == ("graded", "1.5", "2.5")
    assert scores(export(course, sample, ["grace"])) == (
        {"ada": 2.5, "bob": 0.0, "eve": open_words("unreadable")},
        6.0,
    )


def test_the_command_writes_the_table(course, sample, tmp_path):
    words = [str(sample.path), "--course", str(course.path), "--due", "2026-11-27T08:00"]
    done = CliRunner().invoke(commands.export, words)
    assert done.exit_code == 0 and set(table(done.output)) == {"ada", "bob", "eve"}
    (tmp_path / "roster.csv").write_bytes(MOODLE.replace(b"bob", b"zoe"))
    words += ["--roster", str(tmp_path / "roster.csv"), "--to", str(tmp_path / "grades.csv")]
    done = CliRunner().invoke(commands.export, words)
    assert done.exit_code == 1 and "name its column of ids with --id" in done.output
    done = CliRunner().invoke(commands.export, [*words, "--id", "Name"])
    assert done.exit_code == 1 and "it has: Identifier, Username" in done.output
    done = CliRunner().invoke(commands.export, [*words, "--id", "Username"])
    assert done.exit_code == 0 and "zoe" in table((tmp_path / "grades.csv").read_text())


def test_what_is_no_longer_in_the_book_is_still_in_the_course_folder(course, sample, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    about = ["sample", "--course", str(course.path)]
    done = CliRunner().invoke(commands.export, about)
    assert done.exit_code == 0 and table(done.output) == table(export(course, sample))
    done = CliRunner().invoke(commands.feedback, about)
    assert done.exit_code == 0 and "feedback/bob/sample/sample.html" in done.output
    assert CliRunner().invoke(commands.export, ["samples", *about[1:]]).exit_code == 1


def test_the_command_says_what_it_lacks(course, sample, tmp_path):
    words = [str(sample.path), "--course", str(tmp_path)]
    for command in (commands.export, commands.feedback):
        assert f"Nothing of sample has been graded in {tmp_path}." in CliRunner().invoke(command, words).output
    words = [str(sample.path), "--course", str(course.path)]
    done = CliRunner().invoke(commands.export, [*words, "--due", "2026-11-27"])
    assert done.exit_code == 2 and "'2026-11-27' is no day with a time, such as 2027-01-15T18:00" in done.output
    done = CliRunner().invoke(commands.export, [*words, "--to", str(tmp_path / "none/grades.csv")])
    assert done.exit_code == 1 and done.output.endswith("cannot be written: No such file or directory\n")


@pytest.mark.parametrize(
    ("submitted", "hours"), [("", None), ("2026-11-27T10:00:00+00:00", 0.0), ("2026-11-27T13:06:00+01:00", 2.1)]
)
def test_late_is_counted_in_hours(submitted, hours):
    assert late(submitted, datetime.datetime(2026, 11, 27, 10, tzinfo=datetime.UTC)) == hours
    assert late(submitted, None) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no table of grades"),
        ("a,b\n1,2\n", "no table of grades"),
        ("student,fate,total,maximum\nada,graded,3,6\nAda,graded,3,6\n", "ada and Ada are one.*course forget"),
        ("student,fate,total,maximum\nada,graded,three,6\n", "no number"),
        ("student,fate,total,maximum\nada,graded,nan,6\n", "nan points"),
        ("student,fate,total,maximum\nada,graded,3,6\nbob,graded,3,7\n", "maxima differ"),
    ],
)
def test_what_is_no_table_of_grades_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        scores(text)
