"""Which notebooks are found, how they are read, and what is made of them."""

import datetime
import json
import os
import time

import pytest
from handed_in import GOOD, cell, data, notebook, without_metadata

from course.grading.collecting import collect
from course.grading.limits import Limits
from course.grading.submission import Unreadable, load, parse, rebuild
from course.grading.tables import late

LIMITS = Limits()


def rebuilt(problems, made, student="ada"):
    return rebuild(problems, student, parse(data(made)), LIMITS)


def answers(result):
    return {each.id: each.source for each in result.notebook.cells if each.id.endswith(("answer", "proof", "words"))}


# Which


def put(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def found(folder, others=()):
    submissions, aside = collect(folder, "norms", others)
    return {each.student: len(each.paths) for each in submissions}, [path.name for path in aside]


def test_files_and_folders_are_found(tmp_path):
    put(tmp_path, "ada.ipynb", "bob/norms/norms.ipynb", "cy/work.ipynb", "dan/deep/down/norms.ipynb")
    put(tmp_path, "bob/.ipynb_checkpoints/norms-checkpoint.ipynb", ".hidden.ipynb", "grades.csv", "eve/essay.pdf")
    assert found(tmp_path) == ({"ada": 1, "bob": 1, "cy": 1, "dan": 1, "eve": 0}, ["grades.csv"])


def test_of_several_notebooks_none_is_guessed(tmp_path):
    put(
        tmp_path, "ada/one.ipynb", "ada/two.ipynb", "bob/norms.ipynb", "bob/scratch.ipynb", "Cy.ipynb", "cy/norms.ipynb"
    )
    put(tmp_path, "dan/a/norms.ipynb", "dan/b/norms.ipynb")
    assert found(tmp_path)[0] == {"ada": 2, "bob": 1, "Cy": 2, "dan": 2}


def test_other_problem_sets_are_left_alone(tmp_path):
    put(tmp_path, "ada/norms/norms.ipynb", "ada/flows/flows.ipynb", "bob/flows/flows.ipynb", "cy/flows.ipynb")
    assert found(tmp_path, {"flows", "norms"})[0] == {"ada": 1}


def test_it_was_submitted_when_the_platform_says_or_else_when_it_was_saved(tmp_path):
    put(tmp_path, "ada/norms/norms.ipynb", "bob.ipynb")
    (tmp_path / "ada/norms/timestamp.txt").write_text("2026-11-27 12:00:00 +0200")
    os.utime(tmp_path / "bob.ipynb", (0, 0))
    ada, bob = collect(tmp_path, "norms")[0]
    assert ada.submitted == datetime.datetime(2026, 11, 27, 10, tzinfo=datetime.UTC)
    assert bob.submitted == datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    assert (ada.notes, bob.notes) == ([], [])


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_time_without_a_zone_is_that_of_this_machine(tmp_path, monkeypatch, zone):
    put(tmp_path, "ada/norms.ipynb")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    (tmp_path / "ada/timestamp.txt").write_text("2026-11-27 12:00")
    (ada,), _ = collect(tmp_path, "norms")
    assert late(ada.submitted.isoformat(), datetime.datetime(2026, 11, 27, 10)) == 2.0
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("said", [b"yesterday evening", b"2026-11-27 12:00 NOWHERE", b"\xff", b"99999-01-01"])
def test_a_time_that_cannot_be_read_is_said(tmp_path, said):
    put(tmp_path, "ada/norms.ipynb", "ada/timestamp.txt")
    (tmp_path / "ada/timestamp.txt").write_bytes(said)
    os.utime(tmp_path / "ada/norms.ipynb", (0, 0))
    (ada,), _ = collect(tmp_path, "norms")
    assert ada.submitted == datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    (note,) = ada.notes
    assert note == f"timestamp.txt says {said.decode(errors='replace')!r}, which is no time: that of the file is taken"
    (tmp_path / "ada/timestamp.txt").rename(tmp_path / "secret")
    (tmp_path / "ada/timestamp.txt").symlink_to(tmp_path / "secret")
    assert collect(tmp_path, "norms")[0][0].notes == []


# Reading


def test_what_is_no_file_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(bytes(100))
    (tmp_path / "link").symlink_to(tmp_path / "large")
    for name, words in {"pipe": "no file", "link": "cannot be opened", ".": "no file", "large": "larger than"}.items():
        with pytest.raises(Unreadable, match=words):
            load(tmp_path / name, Limits(submission=99))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        *((b"", "empty"), (b" \n", "empty"), (b"{", "no JSON"), (b"\xff\xfe", "no JSON"), (b"[" * 100_000, "no JSON")),
        *((b"[]", "no notebook"), (b"{}", "no notebook"), (b'{"cells": 3}', "no notebook")),
        *((b'{"worksheets": []}', "old format"), (b'{"cells": []}', "no cells"), (b'{"cells": [1]}', "no cells")),
    ],
)
def test_what_is_no_notebook_is_named(content, words):
    with pytest.raises(Unreadable, match=words):
        parse(content)


def test_cells_are_read_whatever_they_hold():
    cells = [
        {"source": ["a", 3, "b"]},
        {"source": 3, "metadata": []},
        {"source": "\ud800", "metadata": {"nbgrader": 3}},
    ]
    assert [each["source"] for each in parse(json.dumps({"cells": cells}).encode())] == ["ab", "", "?"]


# Rebuilding


def test_only_the_answers_are_the_students(sample):
    made = notebook(sample, "bob", twice_answer=GOOD, twice_data="x = 3", twice_test="assert True", look_words="I saw.")
    made.cells.append(made.cells[0].copy())
    made.cells.insert(2, made.cells[1].copy())
    made.cells[2].update(source="import os", metadata={}, id="mine")
    result = rebuild(sample, "ada", parse(data(made)), LIMITS, {"thm-length": "*Length*"})
    original = notebook(sample, "ada", twice_answer=GOOD, look_words="I saw.")
    for each in original.cells:
        each.source = each.source.replace("{prf:ref}`thm-length`", "*Length*")
    assert [each.source for each in result.notebook.cells] == [each.source for each in original.cells]
    assert result.missing == []
    assert result.notes == [
        "the id written in it is 'bob'",
        "left out: 1 code cell that is not part of the problem set",
        "restored, they were changed: twice-data, twice-test",
    ]


def test_of_copies_the_first_that_was_written_in_counts(sample):
    made = notebook(sample, "ada")
    for source in ("first", "second"):
        made.cells.append(cell(made, "twice-answer").copy())
        made.cells[-1].update(source=source, id=source)
    result = rebuilt(sample, made)
    assert answers(result)["twice-answer"] == "first"
    assert "twice-answer is there 3 times, and the copies differ" in result.notes[0]


def test_whoever_has_answered_nothing_is_told_so(sample):
    for blank in (notebook(sample, "ada"), notebook(sample, "", cell_3="student = 'ada'")):
        assert rebuilt(sample, blank).notes == ["nothing was answered"]
    assert "nothing was answered" in rebuilt(sample, without_metadata(notebook(sample, "ada"))).notes
    for written in ({"twice_answer": "twice = 1"}, {"look_words": "I saw."}):
        assert rebuilt(sample, notebook(sample, "ada", **written)).notes == []


def test_missing_answers_are_named(sample):
    made = notebook(sample, "ada", twice_answer=GOOD)
    made.cells = [each for each in made.cells if each.id != "look-words"]
    result = rebuilt(sample, made)
    assert result.missing == ["look-words"] and answers(result)["twice-answer"] == GOOD


def test_without_metadata_answers_are_found_by_their_places(sample):
    written = {"twice_answer": GOOD, "twice_proof": "Because.", "look_words": "I saw."}
    made = without_metadata(notebook(sample, "ada", **written))
    result = rebuilt(sample, made)
    assert list(answers(result).values()) == list(written.values()) and result.missing == []
    made.cells.insert(7, made.cells[6].copy())  # which of the two is the answer?
    result = rebuilt(sample, made)
    assert result.missing == ["twice-answer"] and answers(result)["look-words"] == "I saw."


def test_what_a_student_writes_does_not_run_in_the_browser_of_who_grades_it(sample):
    text = (
        "<script>x</script> <b>b</b> <!-- --> [a](javascript:x) [b](java&#115;cript&colon;x) ![c](DATA:x) $a < b &lt;$"
    )
    made = notebook(sample, "ada", look_words=f"So $x<y$ and $a &< b$. {text}")
    shown = answers(rebuilt(sample, made))["look-words"]
    assert shown.startswith("So $x< y$ and $a &< b$. < script>")
    for live in ("<s", "</", "<b", "<!", "script:", "&#", "&c", "DATA:"):
        assert live not in shown


def test_notebooks_of_something_else_are_refused(sample):
    other = notebook(sample, "ada")
    for each in other.cells:
        each.metadata = {"nbgrader": {"grade_id": f"other-{each.id}"}}
    for made, words in (
        (other, "another problem set"),
        ({"cells": [{"cell_type": "code", "source": "print(1)"}]}, "none of its cells"),
    ):
        with pytest.raises(Unreadable, match=words):
            rebuilt(sample, made)


@pytest.mark.parametrize("typed", ["'Ada '", "''", "3", "input()", "'a", "'" + "(" * 10_000])
def test_an_id_that_is_the_students_or_none_is_not_noted(sample, typed):
    made = notebook(sample, "ada", cell_3=f"student = {typed}", look_words="I saw.")
    assert rebuilt(sample, made).notes == []
