"""Links to the repository, found at build time so that they follow a fork; without one there are none."""

import os
import re
import subprocess
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parent.parent


def repository_url() -> str:
    """Address of the repository on the web, or an empty string."""
    url = os.environ.get("BOOK_REPOSITORY_URL")
    if url is None and "GITHUB_REPOSITORY" in os.environ:
        url = f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{os.environ['GITHUB_REPOSITORY']}"
    if url is None:
        url = _git("remote", "get-url", "origin")
    return normalise(url)


def normalise(url: str) -> str:
    """Web address for a git remote, without credentials; empty if it is not one on GitHub or GitLab."""
    url = re.sub(r"^(?:ssh://)?git@([^:/]+)[:/](.+)$", r"https://\1/\2", url.strip())
    url = re.sub(r"^https://[^@/]*@", "https://", url)
    url = re.sub(r"(\.git)?/?$", "", url)
    return url if re.fullmatch(r"https://(github|gitlab)\.com/[\w.-]+/[\w.-]+", url) else ""


def branch() -> str:
    """The branch that links point to."""
    named = os.environ.get("BOOK_REPOSITORY_BRANCH") or os.environ.get("GITHUB_REF_NAME")
    return named or _git("symbolic-ref", "--short", "HEAD") or "main"


def _git(*arguments: str) -> str:
    try:
        command = ["git", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _set_links(app: Sphinx, config: Config) -> None:
    options, url = config.html_theme_options, repository_url()
    if url:
        options.update(repository_url=url, repository_branch=branch(), use_repository_button=True)
        options["use_issues_button"] = True
    else:
        options.pop("repository_url", None)
        options.pop("launch_buttons", None)
        for button in ("repository", "edit_page", "issues", "source"):
            options[f"use_{button}_button"] = False


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _set_links, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
