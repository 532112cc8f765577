"""The command line: what it lists, writes and refuses."""

import json
import re
import shlex
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner

import contents
from course import choosing
from course.choosing import PLAN
from course.cli import main

FIRST, LABEL = contents.taught()[0], choosing.exercises()[0].label


def run(*arguments, code=0):
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, done.output
    return done.output


def test_what_there_is():
    shown = subprocess.run([sys.executable, "-m", "course", "--help"], capture_output=True, text=True, encoding="utf8")
    assert shown.returncode == 0
    for command in main.commands:
        assert f"\n  {command} " in shown.stdout
        assert "Usage: python -m course" in run(command, "--help").replace("Usage: main", "Usage: python -m course")


def test_exercises_are_listed_as_the_book_has_them():
    every = json.loads(run("exercises", "--json"))
    assert every and all(each["label"] and each["page"] for each in every)
    hard = json.loads(run("exercises", "--json", "--level", "3", "--kind", "proof", "--minutes", "30"))
    assert hard and all((each["level"], each["kind"]) == (3, "proof") and each["minutes"] <= 30 for each in hard)
    page = json.loads(run("exercises", "--json", "--page", FIRST.stem, "--ungraded"))
    assert {each["page"] for each in page} == {contents.docname(FIRST).removeprefix("book/")}
    about = page[0]["about"][0]
    assert page[0] in json.loads(run("exercises", "--json", "--about", about))
    words = run("exercises", "--page", FIRST.stem)
    assert page[0]["label"] in words and words.splitlines()[-1].endswith("minutes in all")


def test_what_the_guide_asks_for_is_found():
    guide = (contents.ROOT / "book/appendix/instructors.md").read_text(encoding="utf8")
    asked = re.findall(r"(?m)^python -m course (exercises .*)$", guide)
    assert len(asked) == 3
    for line in asked:
        assert not run(*shlex.split(line)).startswith("0 exercises")


def test_a_sheet_has_the_exercises_and_no_solution(tmp_path):
    if not (contents.ROOT / "_build/html/_sources/book").exists():
        pytest.skip("the book is not built")
    labels = [each.label for each in choosing.exercises() if each.page.endswith(f"/{FIRST.stem}") and not each.points]
    run("sheet", *labels, labels[0], "--title", "All of it", "--to", str(tmp_path / "all"))
    notebook = nbformat.read(tmp_path / "all.ipynb", as_version=4)
    nbformat.validate(notebook)
    text = (tmp_path / "all.md").read_text()
    assert text.startswith("# All of it\n") and text.count("**Exercise ") == len(labels)
    assert "Solution" not in text and "<details" not in text and "](#" not in text and ".ipynb" not in text
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.metadata.kernelspec.name == "python3"
    assert code[0] == "from course import check" and all(source.startswith("answer = ...") for source in code[1:])
    assert len(code) > 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sheet"], "say which exercises"),
        (["sheet", "9999"], "no exercise is called '9999': python -m course exercises lists them"),
        (["sheet", f"{LABEL}s"], f"no exercise is called '{LABEL}s'; there is {LABEL}"),
        (["sheet", "--week", "99"], "the teaching plan has weeks 1 to"),
        (["release", "none"], "there is no problem set 'none'; there are: "),
        (["export", "none"], "there is no problem set 'none'; there are: "),
        (["exercises", "--about", "thm-none"], "'thm-none' is no claim of the book"),
        (["exercises", "--page", "none"], "no page or part with exercises is called 'none'"),
    ],
)
def test_what_there_is_not_is_said_in_a_line(tmp_path, arguments, words):
    said = run(*arguments, code=1)
    assert words in said and len(said.splitlines()) == 1


def test_an_exercise_that_is_misspelled_has_a_near_one():
    label = choosing.exercises()[0].label
    assert f"no exercise is called '{label}s'; there is {label}" in run("sheet", f"{label}s", code=1)


def test_elsewhere_it_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "go to the one with _toc.yml" in run("exercises", code=1)


def test_a_repository_for_students(tmp_path):
    assert "files are written to" in run("repository", str(tmp_path / "course"))
    assert (tmp_path / "course/_toc.yml").exists() and (
        tmp_path / "course/lib/course/answers.json"
    ).read_text() == "{}\n"
    assert "choose a folder beside it" in run("repository", str(contents.ROOT / "book"), code=1)


# The plan


def test_the_plan_names_what_the_book_has():
    weeks = choosing.plan()
    assert [week["week"] for week in weeks] == list(range(1, len(weeks) + 1))
    read = [page for week in weeks for page in week["read"]]
    assert read == list(dict.fromkeys(read)), "a page is read twice"
    done = [label for week in weeks for label in week["exercises"]]
    assert len(done) == len(set(done))


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("read: [nothing]", "the book has no 'nothing' (read)"),
        (f"exercises: [{LABEL}s]", f"the book has no '{LABEL}s' (exercises); there is {LABEL}"),
        ("due: nothing", "the book has no 'nothing' (due)"),
        ("due: [nothing", "this is not YAML: "),
    ],
)
def test_a_plan_that_names_something_else_is_refused(monkeypatch, field, told):
    read = contents.read
    monkeypatch.setattr(contents, "read", lambda file: f"- week: 1\n  {field}\n" if file == PLAN else read(file))
    with pytest.raises(ValueError, match=rf"^{PLAN}:[23]: .*{re.escape(told)}"):
        choosing.plan()


# Problem sets


def test_students_receive_a_notebook_each(tmp_path):
    sets = [path.stem for path in (contents.ROOT / "assignments").glob("*/*.md") if path.stem == path.parent.name]
    if not sets:
        pytest.skip("there is no problem set")
    (tmp_path / "roster").write_text("ada\ngrace\n")
    run("release", sets[0], "--to", str(tmp_path), "--roster", str(tmp_path / "roster"))
    notebooks = [
        nbformat.read(tmp_path / sets[0] / name / f"{sets[0]}.ipynb", as_version=4) for name in ("ada", "grace")
    ]
    for notebook, name in zip(notebooks, ("ada", "grace"), strict=True):
        nbformat.validate(notebook)
        assert f"student = '{name}'" in [cell.source for cell in notebook.cells]
    (tmp_path / "roster").write_text("ada\ngrace\nada\n")
    said = run("release", sets[0], "--to", str(tmp_path), "--roster", str(tmp_path / "roster"), code=1)
    assert "ada stands there twice" in said
