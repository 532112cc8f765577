"""Links to the repository follow a fork, carry no credentials, and vanish without a remote."""

import subprocess
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import repository

HERE = "https://github.com/someone/book"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/someone/book", HERE),
        ("https://github.com/someone/book.git", HERE),
        (" https://github.com/someone/book.git/\n", HERE),
        ("https://user:token@github.com/someone/book.git", HERE),
        ("https://token@github.com/someone/book", HERE),
        ("git@github.com:someone/book.git", HERE),
        ("ssh://git@github.com/someone/book.git", HERE),
        ("git@gitlab.com:someone/book.name.git", "https://gitlab.com/someone/book.name"),
        ("https://example.org/someone/book", ""),
        ("https://github.com.example.org/someone/book", ""),
        ("https://github.com/someone", ""),
        ("git@example.org:someone/book.git", ""),
        ("/srv/git/book.git", ""),
        ("", ""),
    ],
)
def test_normalise(url, address):
    assert repository.normalise(url) == address


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1))
def test_credentials_are_never_shown(secret):
    assert repository.normalise(f"https://{secret}@github.com/someone/book.git") in {HERE, ""}


@pytest.fixture
def outside(monkeypatch, tmp_path):
    """A repository without a remote, and no variables set."""
    for name in ("BOOK_REPOSITORY_URL", "BOOK_REPOSITORY_BRANCH", "GITHUB_REF_NAME", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    monkeypatch.setattr(repository, "ROOT", tmp_path)
    subprocess.run(["git", "init", "-q", "-b", "trunk", tmp_path], check=True)
    return tmp_path


def test_first_our_variable_then_github_then_the_remote(outside, monkeypatch):
    assert repository.repository_url() == ""
    subprocess.run(["git", "remote", "add", "origin", "git@github.com:a/remote.git"], cwd=outside, check=True)
    assert repository.repository_url() == "https://github.com/a/remote"
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/action")
    assert repository.repository_url() == "https://github.com/a/action"
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://gitlab.com/a/ours")
    assert repository.repository_url() == "https://gitlab.com/a/ours"
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "")
    assert repository.repository_url() == ""


def test_branch(outside, monkeypatch):
    assert repository.branch() == "trunk"
    monkeypatch.setenv("GITHUB_REF_NAME", "action")
    assert repository.branch() == "action"
    monkeypatch.setenv("BOOK_REPOSITORY_BRANCH", "ours")
    assert repository.branch() == "ours"


def test_without_git_there_is_no_address(outside, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert (repository.repository_url(), repository.branch()) == ("", "main")


@pytest.mark.parametrize("url", ["", HERE])
def test_the_theme_has_buttons_only_with_a_repository(outside, monkeypatch, url):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", url)
    options = {"repository_url": "https://github.com/somebody/else", "launch_buttons": {"a": "b"}}
    repository._set_links(None, SimpleNamespace(html_theme_options=options))
    assert options.get("repository_url", "") == url
    assert ("launch_buttons" in options) == options["use_repository_button"] == bool(url)
