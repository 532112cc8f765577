"""Whose submission it is, when an id is written otherwise, is wrong, or is gone."""

import json

import pytest
from click.testing import CliRunner
from handed_in import data, notebook
from nbgrader.api import Gradebook

from course.grading import commands
from course.grading.fates import fates
from course.grading.feedback import feedback
from course.grading.forgetting import forget


def test_an_id_that_is_written_in_another_way_is_the_same_student(run, grader, sample):
    run()
    (run.folder / "Ada.ipynb").write_bytes(data(notebook(sample, "ada")))
    assert run() == {"graded": 2, "ambiguous": 1}
    assert [fate.student for fate in fates(run.course.path, "sample")] == ["ada", "bob", "eve"]
    (run.folder / "Ada.ipynb").unlink()
    assert run() == {"graded": 3} and run.fate("ada").fate == run.fate("ADA").fate == "graded"


def test_who_is_there_by_mistake_is_forgotten(run, grader, sample):
    run()
    (run.folder / "bob.ipynb").rename(run.folder / "heidi.ipynb")
    run()
    words = [str(sample.path), str(run.folder), "--course", str(run.course.path), "--no-sandbox"]
    done = CliRunner().invoke(commands.grade, words)
    assert f"In the table, but not in {run.folder}: bob. " in done.output
    assert "python -m course forget sample STUDENT" in done.output
    feedback(run.course, sample, run.fate("bob"))
    words = [str(sample.path), "bob", "--course", str(run.course.path)]
    assert CliRunner().invoke(commands.forget, words).exit_code == 0
    assert [fate.student for fate in fates(run.course.path, "sample")] == ["ada", "eve", "heidi"]
    with Gradebook(run.course.db_url) as gradebook:
        assert {each.student.id for each in gradebook.assignment_submissions("sample")} == {"ada", "eve", "heidi"}
    (aside,) = (run.course.path / "forgotten/sample/bob").iterdir()
    assert {each.name for each in aside.iterdir()} == {"fate.json", "submitted", "autograded", "feedback"}
    assert (aside / "submitted/sample.ipynb").exists()
    done = CliRunner().invoke(commands.forget, words)
    assert done.exit_code == 1 and "No submission of bob for sample has been graded here." in done.output
    done = CliRunner().invoke(commands.grade, [str(sample.path), str(run.folder), *words[2:], "--no-sandbox"])
    assert "In the table" not in done.output


def test_points_by_hand_are_not_forgotten_without_a_reason(run, grader, sample):
    run()
    with Gradebook(run.course.db_url) as gradebook:
        gradebook.find_grade("look-words", "sample", "sample", "ada").manual_score = 1.5
        gradebook.db.commit()
    with pytest.raises(ValueError, match=r"ada has points by hand, for look-words: say with --reason"):
        forget(run.course, "sample", "Ada")
    assert run.fate("ada") and run.course.autograded("sample", "ada").exists()
    kept = json.loads((forget(run.course, "sample", "Ada", "a wrong id") / "fate.json").read_text())
    assert (kept["student"], kept["reason"], kept["by hand"]) == ("ada", "a wrong id", {"look-words": 1.5})
    assert run() == {"graded": 3} and run.course.parts("sample", "ada")["look-words"].manual is None


@pytest.mark.parametrize("command", ["regrade", "forget"])
def test_a_mistyped_course_folder_is_not_made(tmp_path, sample, command):
    nope = tmp_path / "nope"
    about = [str(sample.path), "ada", "--reason", "asked", "--course", str(nope)]
    done = CliRunner().invoke(getattr(commands, command), about)
    assert done.exit_code == 1 and f"There is no course folder {nope}" in done.output and not nope.exists()
