"""What is finished stays, what has changed is graded again, and nothing stops the others."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from click.testing import CliRunner
from handed_in import data, notebook
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from course.grading import commands, one, sandbox
from course.grading.batch import NotGradedError
from course.grading.fates import fates
from course.grading.folder import BusyError
from course.problems import ProblemSet


def test_what_is_finished_stays(run, grader):
    assert run() == {"graded": 3}
    before = {fate.student: fate for fate in fates(run.course.path, "sample")}
    assert run() == {"graded": 3} and grader.seen == ["ada", "bob", "eve"]
    assert run.lines == [f"[{n}/3] {name}: graded, done before" for n, name in enumerate(grader.seen, 1)]
    assert before == {fate.student: fate for fate in fates(run.course.path, "sample")}


def test_what_has_changed_is_graded_again(run, grader, sample):
    run()
    (run.folder / "bob.ipynb").write_bytes(data(notebook(sample, "bob", twice_answer="twice = 3")))
    run()
    assert grader.seen == ["ada", "bob", "eve", "bob"]
    (entry,) = run.fate("bob").history
    assert (entry["reason"], entry["before"]["fate"]) == ("the submission has changed", "graded")
    run.use(ProblemSet(sample.path, sample.text.replace("no words", "no words at all").replace("none of", "no")))
    run()
    assert grader.seen[4:] == ["ada", "bob", "eve"]
    assert [entry["reason"] for entry in run.fate("bob").history][1:] == ["the problem set has changed"]


def test_a_time_that_cannot_be_read_is_in_the_table(run, grader):
    (run.folder / "timestamp.txt").write_text("yesterday evening")
    run()
    (said,) = run.fate("ada").detail
    assert said.startswith("timestamp.txt says 'yesterday evening', which is no time")


def test_whoever_stops_it_loses_nothing(run, grader):
    grader.fails["bob"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run()
    assert [fate.student for fate in fates(run.course.path, "sample")] == ["ada"]
    run()
    assert grader.seen == ["ada", "bob", "bob", "eve"]


def test_a_fault_of_the_machine_does_not_stop_the_others_and_is_mended_next_time(run, grader):
    grader.fails["bob"] = OSError("No space left on device")
    assert run() == {"graded": 2, "not graded": 1}
    assert "[2/3] bob: not graded: OSError: No space left on device" in run.lines
    assert run() == {"graded": 3} and grader.seen == ["ada", "bob", "eve", "bob"]


def test_of_several_notebooks_a_person_says_which_counts(run, grader, sample):
    folder = run.folder / "eve"
    folder.mkdir()
    (folder / "other.ipynb").write_bytes(data(notebook(sample, "eve")))
    (run.folder / "nobody").mkdir()
    assert run() == {"graded": 2, "ambiguous": 1, "unreadable": 1}
    assert run.fate("nobody").detail == ["there is no notebook"]
    with pytest.raises(NotGradedError, match="--file"):
        run.batch.regrade("eve", "asked")
    fate = run.batch.regrade("eve", "she says so", folder / "other.ipynb")
    assert fate.fate == "graded" and fate.history[0]["before"]["fate"] == "ambiguous"
    assert run() == {"graded": 3, "unreadable": 1}, "what a person has decided stays"


def test_a_submission_is_graded_again_for_a_reason_that_is_kept(run, grader):
    run()
    with pytest.raises(NotGradedError, match="zoe"):
        run.batch.regrade("zoe", "whatever")
    before = run.fate("ada")
    fate = run.batch.regrade("ada", "the test was wrong")
    assert [entry["reason"] for entry in fate.history] == ["the test was wrong"]
    assert (fate.submitted, fate.file) == (before.submitted, before.file)
    assert run.fate("ada") == fate
    run()
    assert grader.seen == ["ada", "bob", "eve", "ada"]
    assert run.batch.regrade("ADA", "asked").student == "ada"
    with pytest.raises(ValueError, match="Say why"):
        run.batch.regrade("ada", " \n")
    assert [entry["reason"] for entry in run.fate("ada").history] == ["the test was wrong", "asked"]


def test_what_a_person_has_given_is_open_again_only_where_the_answer_has_changed(run, grader, sample):
    for words, regraded in (("I saw.", "graded"), ("I saw more.", "needs manual")):
        made = notebook(sample, "ada")
        next(cell for cell in made.cells if cell.id == "look-words").source = words
        (run.folder / "ada.ipynb").write_bytes(data(made))
        run()
        assert run.fate("ada").fate == "needs manual"
        if regraded == "graded":
            with Gradebook(run.course.db_url) as gradebook:
                grade = gradebook.find_grade("look-words", "sample", "sample", "ada")
                grade.manual_score, grade.needs_manual_grade = 1.5, False
                gradebook.db.commit()
        assert run.batch.regrade("ada", "the test was wrong").fate == regraded


def test_two_commands_do_not_work_on_one_folder(run):
    with run.course.locked(), pytest.raises(BusyError), run.course.locked():
        pass


def test_cells_cannot_change_once_there_are_grades(run, grader, sample):
    run()
    with pytest.raises(ValueError, match="--course"):
        run.course.prepare(ProblemSet(sample.path, sample.text.replace("twice-test", "new-test")))


def test_nbgrader_sees_it(run, grader):
    run()
    directory = CourseDirectory(config=Config(CourseDirectory={"root": str(run.course.path)}))
    api = NbGraderAPI(directory)
    found = {each["student"]: each for each in api.get_submissions("sample")}
    assert set(found) == {"ada", "bob", "eve"}
    assert (found["ada"]["autograded"], found["ada"]["score"], found["ada"]["max_score"]) == (True, 1, 6)
    assert api.get_autograded_students("sample") == {"ada", "bob", "eve"}


# The tests themselves


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (
            [
                ("np.allclose(twice, 2 * x)", "True"),
                ("(3,),", "(3,) or True,"),
                ("not np.allclose(twice, x * x)", "True"),
            ],
            "a blank passes twice-test",
        ),
        ([("seed).standard_normal(3)", "seed) / 0")], "what is given fails: TypeError"),
    ],
)
def test_tests_that_are_broken_give_no_grade(run, sample, pairs, words):
    text = sample.text
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    run.use(ProblemSet(sample.path, text))
    assert run() == {"not graded": 3}
    assert words in run.fate("ada").detail[0] and not run.fate("ada").counts


def test_a_model_solution_that_fails_gives_no_grade(run, sample, sandbox, handed_in):
    for student in ("bob", "eve"):
        (handed_in / f"{student}.ipynb").unlink()
    (handed_in / "ada.ipynb").write_bytes(data(notebook(sample, "ada")))
    run.use(ProblemSet(sample.path, sample.text.replace("    return a + a", "    return a")))
    assert run() == {"not graded": 1}
    assert run.fate("ada").detail == [
        "the tests are broken: the model solution fails double-test: A hidden test does not hold."
    ]


# The command


def test_without_a_sandbox_it_refuses_and_says_what_to_install(monkeypatch, handed_in, sample, grader, tmp_path):
    monkeypatch.setenv("PATH", "")
    sandbox.require.cache_clear()
    words = [str(sample.path), str(handed_in), "--course", str(tmp_path / "course")]
    done = CliRunner().invoke(commands.grade, words)
    sandbox.require.cache_clear()
    assert done.exit_code == 1 and "apt install bubblewrap" in done.output and grader.seen == []
    monkeypatch.undo()
    monkeypatch.setattr(one, "grade", grader)
    done = CliRunner().invoke(commands.grade, [*words, "--no-sandbox"])
    assert "Warning: without a sandbox" in done.output and "graded: 3" in done.output
    assert f"A new course folder: {tmp_path / 'course'}\n" in done.output
    assert "A new course folder" not in CliRunner().invoke(commands.grade, [*words, "--no-sandbox"]).output


def test_names_that_are_not_there_are_named(tmp_path):
    done = CliRunner().invoke(commands.export, ["nothing", "--course", str(tmp_path)])
    assert done.exit_code == 1 and "there is no problem set 'nothing'; there are: " in done.output


@pytest.mark.skipif(os.environ.get("GRADING") != "all", reason="make test-grading")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_killed_at_any_moment_it_goes_on_where_it_was(end, handed_in, sample, sandbox, tmp_path):
    command = [sys.executable, "-m", "course", "grade", str(sample.path), str(handed_in)]
    command += ["--course", str(tmp_path / "course")]
    before = {}
    for wait in (0.5, 2.5, 4.0):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(end)
        process.communicate()
        for _ in range(50):
            left = [each for each in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(each.info["cmdline"])]
            if not left:
                break
            time.sleep(0.2)
        assert not left
        for fate in fates(tmp_path / "course", "sample"):
            assert before.setdefault(fate.student, fate) == fate
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = {fate.student: fate for fate in fates(tmp_path / "course", "sample")}
    assert set(after) == {"ada", "bob", "eve"} and before.items() <= after.items(), done.stdout
    assert all(fate.points == {"twice-test": 1, "double-test": 2} for fate in after.values())
    assert json.loads((tmp_path / "course/source/sample/sample.ipynb").read_text())["cells"]
