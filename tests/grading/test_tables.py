"""The table of grades, late hours, and rosters of learning platforms."""

import csv
import datetime
import io

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from course.grading import commands, rosters
from course.grading.fates import Fate, open_words
from course.grading.folder import Course
from course.grading.one import show
from course.grading.tables import export, late, scores
from course.problems import Outcome, released

CANVAS = (
    b"\xef\xbb\xbfStudent,ID,SIS Login ID,Section,\"Set, first (12)\"\r\n"
    b"    Points Possible,,,,6\r\n"
    b"\"Lovelace, \"\"Ada\"\"\",1,ada,x,\"\"\r\n"
    b"Bob,2,Bob,x, \r\n"
    b"Grace,3,grace,x,4"
)  # fmt: skip
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


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ("needs manual", "needs manual: give the points in the Formgrader, then export again"),
        ("killed (time)", "killed (time): give the points in the Formgrader, then export again"),
        ("unreadable", "unreadable: regrade it with --file and a notebook that can be read, then export again"),
        ("ambiguous", "ambiguous: regrade it with --file and the notebook that counts, then export again"),
        ("not graded", "not graded: mend what its row says, grade again, then export again"),
    ],
)
def test_who_has_no_complete_grade_is_told_with_what_to_do(tmp_path, fate, words):
    (tmp_path / "grades.csv").write_text(f"student,fate,total,maximum\nada,{fate},,6\nbob,graded,1,6\n")
    (tmp_path / "roster.csv").write_bytes(MOODLE)
    about = ["--id", "Username", "--column", "Grade", "--to", str(tmp_path / "out.csv")]
    done = CliRunner().invoke(
        commands.fill_roster, [str(tmp_path / "grades.csv"), str(tmp_path / "roster.csv"), *about]
    )
    assert done.exit_code == 1 and f"ada has no complete grade; {words}\n" in done.output


# Rosters


def test_one_column_is_filled_and_all_else_stays():
    filled = rosters.fill(CANVAS, "SIS Login ID", "Set, first (12)", {"ada": 2.5, "bob": 0.0, "GRACE ": 6.0}, 6)
    assert filled.data == CANVAS.replace(b',""\r', b',"2.5"\r').replace(b"x, \r", b"x,0\r").replace(b"x,4", b"x,6")
    assert (filled.count, filled.complaints) == (3, [])
    filled = rosters.fill(MOODLE, "Username", "Grade", {"ada": 1.0, "bob": 2.25}, 6)
    assert filled.data == MOODLE.replace(b"ada,,", b"ada,1,").replace(b"bob,-,", b"bob,2.25,")


@pytest.mark.parametrize("mark", [b";", b"\t"])
def test_there_may_be_semicolons_between_fields(mark):
    roster = b'Identifier;"Full name, first";Username;Grade\r\n1;"Ada; L.";ada;\r\n2;Bob,B,B,B;bob;-\r\n'
    roster = roster.replace(b";", mark).replace(b"Ada" + mark, b"Ada;")
    filled = rosters.fill(roster, "Username", "Grade", {"ada": 1.5, "bob": 2.0}, 6)
    assert filled.data == roster.replace(b"ada" + mark, b"ada" + mark + b"1.5").replace(b"-\r", b"2\r")
    assert (filled.count, filled.complaints) == (2, [])
    assert rosters.students(roster, "Username") == ["ada", "bob"]


def test_the_test_student_of_canvas_is_nobody():
    roster = CANVAS + b'\r\n"Student, Test",9,,x,\r\n'
    filled = rosters.fill(roster, "SIS Login ID", "Set, first (12)", {"ada": 2.5, "bob": 0.0, "grace": 6.0}, 6)
    assert (filled.count, filled.complaints) == (3, []) and filled.data.endswith(b'"Student, Test",9,,x,\r\n')
    roster = roster.replace(b"Student, Test", b"Somebody")
    filled = rosters.fill(roster, "SIS Login ID", "Set, first (12)", {"ada": 2.5, "bob": 0.0, "grace": 6.0}, 6)
    assert filled.complaints == ['a row without an id: "Somebody",9,,x,']


@pytest.mark.parametrize("column", ["Student", "SIS Login ID"])
def test_a_column_that_says_whose_row_it_is_is_not_filled(column):
    with pytest.raises(rosters.RosterError, match=f"'{column}' says whose row it is: choose a column of points"):
        rosters.fill(CANVAS, "SIS Login ID", column, {"ada": 1.0}, 6)


def test_what_is_not_clear_is_said_by_name_and_left():
    points = {"ada": 1.0, "zoe": 3.0, "bob": "unreadable: look"}
    filled = rosters.fill(CANVAS, "SIS Login ID", "Set, first (12)", points, 6)
    assert filled.complaints == [
        "Bob has no complete grade; unreadable: look",
        "grace has no submission",
        "zoe is not in the roster",
    ]
    assert filled.data == CANVAS.replace(b',""\r', b',"1"\r')
    twice = MOODLE + b"Participant 3,ADA,,\nParticipant 4,,,\nParticipant 5\nParticipant 6,cy\n"
    filled = rosters.fill(twice, "Username", "Grade", {"ada": 1.0, "bob": 2.0, "cy": 3.0}, 6)
    assert filled.count == 1
    assert filled.complaints == [
        *("ada is in the roster 2 times", "ADA is in the roster 2 times"),
        *("a row without an id: Participant 4,,,", "the row of cy is too short"),
    ]


def test_who_handed_in_nothing_has_no_points_only_when_it_is_said(tmp_path):
    points, about = {"ada": 1.0}, ("Username", "Grade")
    filled = rosters.fill(MOODLE, *about, points, 6)
    assert filled.complaints == ["bob has no submission"] and filled.data == MOODLE.replace(b"ada,,", b"ada,1,")
    filled = rosters.fill(MOODLE, *about, points, 6, zero=True)
    assert filled.complaints == [] and filled.data == MOODLE.replace(b"ada,,", b"ada,1,").replace(b"bob,-,", b"bob,0,")
    filled = rosters.fill(MOODLE, *about, {"ada": 1.0, "bob": "killed"}, 6, zero=True)
    assert filled.complaints == ["bob has no complete grade; killed"] and b"bob,-," in filled.data
    filled = rosters.fill(MOODLE, *about, {"ada": 1.0, "b0b": 5.0}, 6, zero=True)
    assert filled.complaints == ["bob has no submission", "b0b is not in the roster"] and b"bob,-," in filled.data
    (tmp_path / "grades.csv").write_text("student,fate,total,maximum\nada,graded,3,6\nbob,no submission,,6\n")
    (tmp_path / "roster.csv").write_bytes(MOODLE)
    words = [str(tmp_path / name) for name in ("grades.csv", "roster.csv")]
    words += ["--id", "Username", "--column", "Grade", "--to", str(tmp_path / "out.csv")]
    done = CliRunner().invoke(commands.fill_roster, words)
    assert done.exit_code == 1 and "bob has no submission" in done.output and not (tmp_path / "out.csv").exists()
    assert CliRunner().invoke(commands.fill_roster, [*words, "--zero"]).exit_code == 0
    assert b"bob,0," in (tmp_path / "out.csv").read_bytes()


@pytest.mark.parametrize("possible", [b"7", b"(read only)", b"six"])
def test_a_column_with_another_maximum_is_never_filled(tmp_path, possible):
    (tmp_path / "grades.csv").write_text("student,fate,total,maximum\nada,graded,3,6\nbob,graded,1,6\n")
    (tmp_path / "roster.csv").write_bytes(CANVAS.replace(b",,,,6\r", b",,,," + possible + b"\r"))
    words = [str(tmp_path / name) for name in ("grades.csv", "roster.csv")]
    words += ["--id", "SIS Login ID", "--column", "Set, first (12)", "--to", str(tmp_path / "out.csv")]
    for more in ([], ["--partial"], ["--partial", "--zero"]):
        done = CliRunner().invoke(commands.fill_roster, [*words, *more])
        said = f"the roster says {possible.decode()} points are possible in this column, the problem set has 6"
        assert done.exit_code == 1 and said in done.output and not (tmp_path / "out.csv").exists()


def test_each_row_of_moodle_names_its_maximum():
    for head in (b"Maximum Grade", b"maximum grade"):
        roster = b"Username,Grade," + head + b'\nada,,"6,00"\nbob,,100.00\n'
        with pytest.raises(rosters.RosterError, match="the roster says 100"):
            rosters.fill(roster, "Username", "Grade", {"ada": 1.0}, 6)
        right = roster.replace(b"100", b"6")
        filled = rosters.fill(right, "Username", "Grade", {"ada": 1.0, "bob": 2.0}, 6)
        assert filled.data == right.replace(b"ada,", b"ada,1").replace(b"bob,", b"bob,2") and filled.count == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not in the roster"),
        (b"Name,Grade\n", "'Username' is not in the roster; it has: Name, Grade"),
        (b"Username,Username,Grade\n", "twice or more"),
        (b"Username,Grade\n\xe9,3\n", "not in UTF-8"),
    ],
)
def test_what_is_no_roster_is_refused(data, words):
    with pytest.raises(rosters.RosterError, match=words):
        rosters.fill(data, "Username", "Grade", {}, 6)


def test_nothing_is_written_unless_all_is_clear_or_part_is_asked_for(tmp_path):
    (tmp_path / "grades.csv").write_text("student,fate,total,maximum\nada,graded,3,6\nzoe,graded,1,6\n")
    (tmp_path / "roster.csv").write_bytes(MOODLE)
    words = [str(tmp_path / name) for name in ("grades.csv", "roster.csv")]
    words += ["--id", "Username", "--column", "Grade", "--to", str(tmp_path / "out.csv")]
    done = CliRunner().invoke(commands.fill_roster, words)
    assert done.exit_code == 1 and not (tmp_path / "out.csv").exists()
    assert "bob has no submission\nzoe is not in the roster\n" in done.output
    done = CliRunner().invoke(commands.fill_roster, [*words, "--partial"])
    assert done.exit_code == 1 and b"ada,3," in (tmp_path / "out.csv").read_bytes()
    (tmp_path / "grades.csv").write_text("student,fate,total,maximum\nada,graded,3,6\nbob,graded,1,6\n")
    assert CliRunner().invoke(commands.fill_roster, words).exit_code == 0


def test_the_students_of_a_roster_are_its_people():
    assert rosters.students(CANVAS, "SIS Login ID") == ["ada", "Bob", "grace"]
    assert rosters.students(b"\xef\xbb\xbfada\r\n\r\n Ada Lovelace \n") == ["ada", "Ada Lovelace"]
    assert rosters.students(b"Name,Username\nTest,\nAda,ada\n", "Username") == ["ada"]


@pytest.mark.parametrize(
    ("data", "column", "words"),
    [
        (b"\n", "", "no id in it"),
        (b"ada\nbob\nADA\n", "", "ADA, ada stands there twice"),
        (b"Username\nada\nada\n", "Username", "ada stands there twice"),
        (b"ada\n../bob\n", "", "'../bob' cannot be an id"),
        (CANVAS, "", "--id"),
    ],
)
def test_what_is_no_list_of_ids_is_refused(data, column, words):
    with pytest.raises(rosters.RosterError, match=words):
        rosters.students(data, column)
