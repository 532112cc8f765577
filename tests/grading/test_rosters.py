"""Rosters of learning platforms: one column is filled, where all is clear, and all else stays."""

import pytest
from click.testing import CliRunner

from course.grading import commands, rosters

CANVAS = (
    b"\xef\xbb\xbfStudent,ID,SIS Login ID,Section,\"Set, first (12)\"\r\n"
    b"    Points Possible,,,,6\r\n"
    b"\"Lovelace, \"\"Ada\"\"\",1,ada,x,\"\"\r\n"
    b"Bob,2,Bob,x, \r\n"
    b"Grace,3,grace,x,4"
)  # fmt: skip
MOODLE = b'Identifier,Username,Grade,Feedback comments\nParticipant 1,ada,,"two\nlines"\nParticipant 2,bob,-,\n'


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
    assert "1 row is filled." in done.output
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
        (b"ada\n-rf\n", "", "'-rf' cannot be an id"),
        (CANVAS, "", "--id"),
    ],
)
def test_what_is_no_list_of_ids_is_refused(data, column, words):
    with pytest.raises(rosters.RosterError, match=words):
        rosters.students(data, column)


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
