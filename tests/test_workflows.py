"""What GitHub is told to do: the site goes to Pages at each push, the whole test runs where it is asked for."""

import re

import pytest
import yaml

from contents import ROOT

FOLDER = ROOT / ".github/workflows"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf8")
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))


class Loader(yaml.SafeLoader):
    """YAML in which ``on`` is a word."""


Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if not each[0].endswith(":bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def workflow(name):
    return yaml.load((FOLDER / name).read_text(encoding="utf8"), Loader)


def steps(name):
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


NAMES = sorted(path.name for path in FOLDER.glob("*.yml"))


def test_the_actions_are_pinned_and_alike():
    used = [step["uses"].split("@") for name in NAMES for step in steps(name) if "uses" in step]
    versions = dict(used)
    for action, version in used:
        assert re.fullmatch(r"v\d+", version) and versions[action] == version, f"{action}@{version}"
        assert action.startswith("actions/"), f"{action} is not of GitHub"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_run_is_there(name):
    for step in steps(name):
        if "run" in step:
            script = re.fullmatch(r"bash (\S+)", step["run"])
            text = (ROOT / script[1]).read_text(encoding="utf8") if script else step["run"]
            made = re.findall(r"(?m)^make (\S+)", text)
            assert made and set(made) <= TARGETS, step["run"]


def test_the_page_for_instructors_names_what_there_is():
    page = (ROOT / "book/appendix/instructors.md").read_text(encoding="utf8")
    made = set(re.findall(r"(?m)(?:`|^)make ([a-z-]+)", page))
    assert {"leave-out", "new-chapter", "book", "lint", "test"} <= made <= TARGETS
    for name in re.findall(r"`((?:extensions|binder|assignments|tests|book)/[\w/.]*|_config\.yml)`", page):
        assert (ROOT / name).exists() or name == "book/logo.svg", name
    assert all(f"*{name.removesuffix('.yml')}*" in page for name in NAMES)


def test_the_site_is_published_from_main_without_the_whole_test():
    pages = workflow("pages.yml")
    assert set(pages["on"]) == {"push", "workflow_dispatch"} and pages["on"]["push"] == {"branches": ["main"]}
    assert [step["run"] for step in steps("pages.yml") if "run" in step] == ["make book"]
    artifact = next(step for step in steps("pages.yml") if "upload-pages" in step.get("uses", ""))
    assert f"SITE ?= {artifact['with']['path']}\n" in MAKEFILE
    may = {name: job.get("permissions") for name, job in pages["jobs"].items()}
    assert may == {"build": None, "publish": {"pages": "write", "id-token": "write"}}
    assert pages["jobs"]["publish"]["needs"] == "build"


def test_the_whole_test_is_for_pull_requests_weekly_and_by_hand():
    book = workflow("book.yml")
    assert set(book["on"]) == {"pull_request", "schedule", "workflow_dispatch"}
    assert re.fullmatch(r"\d+ \d+ \* \* \d", book["on"]["schedule"][0]["cron"])
    assert "make test\n" in (ROOT / ".ci/run").read_text(encoding="utf8")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_may_more_than_it_must(name):
    assert workflow(name)["permissions"] == {"contents": "read"}
