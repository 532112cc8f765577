"""Links to the repository follow a fork, carry no credentials, and vanish without a remote."""

import os
import subprocess
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import ConfigError

import repository

HERE = "https://github.com/someone/book"
GROUPS = "https://gitlab.com/group/sub/notes"
OWN = "https://gitlab.example.org/someone/book"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/someone/book", HERE),
        ("https://github.com/someone/book.git", HERE),
        (" https://github.com/someone/book.git/\n", HERE),
        ("https://user:token@github.com/someone/book.git", HERE),
        ("https://token@github.com/someone/book", HERE),
        ("http://github.com/someone/book", HERE),
        ("https://GitHub.com/someone/book", HERE),
        ("https://github.com:443/someone/book", HERE),
        ("git://github.com/someone/book.git", HERE),
        ("git@github.com:someone/book.git", HERE),
        ("org-123@github.com:someone/book.git", HERE),
        ("github.com:someone/book.git", HERE),
        ("ssh://git@github.com/someone/book.git", HERE),
        ("ssh://git@ssh.github.com:443/someone/book.git", ""),
        ("git@gitlab.com:someone/book.name.git", "https://gitlab.com/someone/book.name"),
        ("git@gitlab.com:group/sub/notes.git", GROUPS),
        ("https://gitlab.com/group/sub/notes/", GROUPS),
        ("git@gitlab.example.org:someone/book.git", OWN),
        ("ssh://git@gitlab.example.org:2222/someone/book.git", OWN),
        ("https://oauth2:token@gitlab.example.org/someone/book.git", OWN),
        ("http://gitlab.example.org:8080/someone/book.git", "http://gitlab.example.org:8080/someone/book"),
        ("https://example.org/someone/book", ""),
        ("https://github.com.example.org/someone/book", ""),
        ("https://notgitlab.com/someone/book", ""),
        ("https://github.com/someone", ""),
        ("https://github.com/someone/book/tree/main", ""),
        ("https://github.com/someone/book?tab=readme", ""),
        ("https://github.com:port/someone/book", ""),
        ("git@example.org:someone/book.git", ""),
        ("/srv/git/book.git", ""),
        ("C:/book.git", ""),
        ("file:///srv/github.com/someone/book", ""),
        ("", ""),
    ],
)
def test_normalize(url, address):
    assert repository.normalize(url) == address


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1))
def test_credentials_are_never_shown(secret):
    assert repository.normalize(f"https://{secret}@github.com/someone/book.git") in {HERE, ""}


@pytest.fixture
def outside(monkeypatch, tmp_path):
    """A repository without a remote, and no variables set."""
    for name in os.environ:
        if name.startswith(("BOOK_", "CI_", "GITHUB_", "GIT_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(repository, "ROOT", tmp_path)
    git(tmp_path, "init", "-q", "-b", "trunk")
    return tmp_path


def git(folder, *words):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder):
    git(folder, "commit", "-q", "--allow-empty", "-m", "one")
    return git(folder, "rev-parse", "HEAD")


def test_first_our_variable_then_the_server_then_the_remote(outside, monkeypatch):
    assert repository.repository_url() == ""
    git(outside, "remote", "add", "origin", "git@github.com:a/remote.git")
    assert repository.repository_url() == "https://github.com/a/remote"
    monkeypatch.setenv("CI_PROJECT_URL", "https://code.example.org/a/lab")
    assert repository.repository_url() == "https://code.example.org/a/lab"
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/action")
    assert repository.repository_url() == "https://github.com/a/action"
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.org")
    assert repository.repository_url() == "https://git.example.org/a/action"
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://gitlab.com/a/ours")
    assert repository.repository_url() == "https://gitlab.com/a/ours"
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "")
    assert repository.repository_url() == ""


def test_an_address_that_is_none_is_refused(outside, monkeypatch):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://user:secret@example.org/book")
    with pytest.raises(ConfigError, match="BOOK_REPOSITORY_URL") as caught:
        repository.repository_url()
    assert "secret" not in str(caught.value)


def test_a_repository_around_the_book_is_not_its(outside, monkeypatch):
    git(outside, "remote", "add", "origin", HERE)
    commit(outside)
    (outside / "inner").mkdir()
    monkeypatch.setattr(repository, "ROOT", outside / "inner")
    assert (repository.repository_url(), repository.branch()) == ("", "main")


def test_a_hook_of_another_repository_is_not_heard(outside, monkeypatch, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    git(other, "remote", "add", "origin", HERE)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert repository.repository_url() == ""


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"GITHUB_REF_NAME": "action"}, "action"),
        ({"GITHUB_REF_NAME": "12/merge", "GITHUB_HEAD_REF": "patch-1", "GITHUB_BASE_REF": "main"}, "main"),
        ({"GITHUB_REF_NAME": "fall-2026", "GITHUB_HEAD_REF": "", "GITHUB_BASE_REF": ""}, "fall-2026"),
        ({"CI_COMMIT_REF_NAME": "master"}, "master"),
        ({"CI_COMMIT_REF_NAME": "patch-1", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "master"}, "master"),
        ({"BOOK_REPOSITORY_BRANCH": "ours", "GITHUB_REF_NAME": "action"}, "ours"),
        ({}, "trunk"),
    ],
)
def test_branch(outside, monkeypatch, variables, name):
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert repository.branch() == name


def test_a_branch_has_the_name_that_the_remote_knows(outside, tmp_path_factory, monkeypatch):
    commit(outside)
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "-q", str(outside), "book")
    monkeypatch.setattr(repository, "ROOT", clone / "book")
    git(clone / "book", "checkout", "-q", "-b", "mine", "--track", "origin/trunk")
    assert repository.branch() == "trunk"
    git(clone / "book", "checkout", "-q", "--detach")
    assert repository.branch() == "trunk"
    later = commit(clone / "book")
    assert repository.branch() == later


def test_without_git_there_is_no_address(outside, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert (repository.repository_url(), repository.branch()) == ("", "main")


@pytest.mark.parametrize("url", ["", HERE, GROUPS, OWN])
def test_the_theme_has_buttons_only_with_a_repository(outside, monkeypatch, url):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", url)
    options = {"repository_url": "https://github.com/somebody/else", "launch_buttons": {"a": "b"}}
    repository._set_links(None, SimpleNamespace(html_theme_options=options))
    assert options.get("repository_url", "") == url
    assert ("launch_buttons" in options) == options["use_repository_button"] == bool(url)
    assert options.get("repository_provider", "") == {HERE: "github", GROUPS: "gitlab", OWN: "gitlab"}.get(url, "")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (HERE, "v2/gh/someone/book/fall-2026"),
        (GROUPS, "v2/gl/group%2Fsub%2Fnotes/fall-2026"),
        (OWN, "v2/git/https%3A%2F%2Fgitlab.example.org%2Fsomeone%2Fbook/fall-2026"),
    ],
)
def test_binder(url, link):
    assert repository.binder(url, "fall-2026", "book/one.md") == f"{link}?urlpath=lab/tree/book/one.md"


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({"BOOK_REPOSITORY_URL": ""}, ""),
        ({"BOOK_REPOSITORY_URL": "https://github.com/Someone/book"}, "https://someone.github.io/book/"),
        ({"BOOK_REPOSITORY_URL": "https://github.com/Someone/someone.github.io"}, "https://someone.github.io/"),
        ({"BOOK_REPOSITORY_URL": GROUPS}, "https://group.gitlab.io/sub/notes/"),
        ({"BOOK_REPOSITORY_URL": GROUPS, "CI_PAGES_URL": "https://a.example.org/b"}, "https://a.example.org/b/"),
        ({"BOOK_REPOSITORY_URL": "", "CI_PAGES_URL": "https://a.example.org/b"}, ""),
        ({"BOOK_REPOSITORY_URL": OWN}, ""),
        ({"BOOK_REPOSITORY_URL": HERE, "BOOK_SITE_URL": " https://example.org:8000/a "}, "https://example.org:8000/a/"),
        ({"BOOK_REPOSITORY_URL": "", "BOOK_SITE_URL": "https://example.org"}, "https://example.org/"),
    ],
)
def test_where_the_site_is(outside, monkeypatch, variables, address):
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert repository.site_url() == address


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org", "https://example.org/a b", "https://a.org/?b"])
def test_an_address_of_no_site_is_refused(outside, monkeypatch, address):
    monkeypatch.setenv("BOOK_SITE_URL", address)
    with pytest.raises(ConfigError, match="BOOK_SITE_URL"):
        repository.site_url()


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (HERE, f"{HERE}/issues/new?title=A%20%26%20b&body=c%0Ad%23"),
        (OWN, f"{OWN}/-/issues/new?issue%5Btitle%5D=A%20%26%20b&issue%5Bdescription%5D=c%0Ad%23"),
    ],
)
def test_a_new_issue(url, form):
    assert repository.new_issue(url, "A & b", "c\nd#") == form
