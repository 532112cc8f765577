"""Links to the repository, found at build time so that they follow a fork; without one there are none.

Address and branch come from ``BOOK_REPOSITORY_URL`` and ``BOOK_REPOSITORY_BRANCH``, else from GitHub Actions or
GitLab CI, else from git. Binder and the first cell of a download are given the same of each. The address of the site
is ``BOOK_SITE_URL``, else that of the repository's Pages.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

import copies

ROOT = Path(__file__).resolve().parent.parent


def repository_url() -> str:
    """Address of the repository on the web, or an empty string."""
    given = os.environ.get("BOOK_REPOSITORY_URL")
    if given is not None:
        if given.strip() and not normalize(given):
            raise ConfigError("BOOK_REPOSITORY_URL is no address of a repository on GitHub or on a GitLab")
        return normalize(given)
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return normalize(f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}")
    return normalize(os.environ.get("CI_PROJECT_URL") or _git("remote", "get-url", "origin"))


def normalize(url: str) -> str:
    """Web address for a git remote, without credentials; empty if it is not one on GitHub or on a GitLab."""
    url = url.strip()
    if "://" not in url:  # user@host:path, as ssh has it
        url = re.sub(r"^(?:[^@/]*@)?([\w.-]+):(?!/)", r"ssh://\1/", url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    path = re.sub(r"(\.git)?/*$", "", parts.path).strip("/")
    known = provider(f"https://{host}")
    enough = {"github": r"[\w.-]+/[\w.-]+", "gitlab": r"[\w.-]+(/[\w.-]+)+"}.get(known)
    web = parts.scheme in {"git", "git+ssh", "http", "https", "ssh"} and not parts.query and not parts.fragment
    if not web or not enough or not re.fullmatch(enough, path, re.A):
        return ""
    public = host in {"github.com", "gitlab.com"}
    scheme = "http" if parts.scheme == "http" and not public else "https"
    return f"{scheme}://{host}{f':{port}' if port and parts.scheme.startswith('http') and not public else ''}/{path}"


def provider(url: str) -> str:
    """``github``, ``gitlab`` or an empty string."""
    host = urlsplit(url).hostname or ""
    if host == "github.com" or host == urlsplit(os.environ.get("GITHUB_SERVER_URL", "")).hostname:
        return "github"
    ours = urlsplit(os.environ.get("CI_PROJECT_URL", "")).hostname
    return "gitlab" if re.match(r"gitlab\.[a-z]", host) or ".gitlab." in host or (host and host == ours) else ""


def branch() -> str:
    """The branch that links point to: one that the repository has, else the commit that is built.

    Of a pull or merge request it is the branch it goes to: where it comes from may be another repository.
    """
    names = ("BOOK_REPOSITORY_BRANCH", "GITHUB_BASE_REF", "GITHUB_REF_NAME")
    names += ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_COMMIT_REF_NAME")
    if named := next(filter(None, map(os.environ.get, names)), ""):
        return named
    if local := _git("symbolic-ref", "--short", "HEAD"):
        followed = _git("rev-parse", "--abbrev-ref", f"{local}@{{upstream}}")
        return followed.removeprefix("origin/") if followed.startswith("origin/") else local
    remote = _git("for-each-ref", "--points-at=HEAD", "--format=%(refname:lstrip=3)", "refs/remotes/origin").split()
    return next((name for name in remote if name != "HEAD"), "") or _git("rev-parse", "HEAD") or "main"


def new_issue(url: str, title: str, body: str) -> str:
    """Where a reader writes an issue that has begun already."""
    where, names = {
        "github": ("issues/new", ("title", "body")),
        "gitlab": ("-/issues/new", ("issue[title]", "issue[description]")),
    }[provider(url)]
    return f"{url}/{where}?{urlencode(dict(zip(names, (title, body), strict=True)), quote_via=quote)}"


def site_url() -> str:
    """Where the site is, with a slash at its end: ``BOOK_SITE_URL``, else the Pages of the repository; or empty."""
    if given := os.environ.get("BOOK_SITE_URL", "").strip():
        if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[^\s?#]*)?", given):
            raise ConfigError("BOOK_SITE_URL is no address of a site, such as https://example.org/book")
        return f"{given.rstrip('/')}/"
    if not (url := repository_url()):
        return ""
    if pages := os.environ.get("CI_PAGES_URL", ""):
        return f"{pages.rstrip('/')}/"
    parts = urlsplit(url)
    domain = {"github.com": "github.io", "gitlab.com": "gitlab.io"}.get(parts.hostname or "")
    owner, _, name = parts.path.strip("/").partition("/")
    own = f"{owner.lower()}.{domain}"
    return "" if not domain else f"https://{own}/" if name.lower() == own else f"https://{own}/{name}/"


def binder(url: str, branch: str, path: str) -> str:
    """What follows the address of a BinderHub to open a file of the repository in JupyterLab."""
    host, name = urlsplit(url).netloc, urlsplit(url).path.strip("/")
    kinds = {"github.com": f"gh/{name}", "gitlab.com": f"gl/{quote(name, safe='')}"}
    return f"v2/{kinds.get(host, 'git/' + quote(url, safe=''))}/{branch}?urlpath=lab/tree/{path}"


def _git(*arguments: str) -> str:
    """What git says, if the book is the repository and not only somewhere within another one."""
    # In a hook git would speak of the repository of the hook.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def said(*words: str) -> str:
        command = ["git", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        return said(*arguments) if Path(said("rev-parse", "--show-toplevel")).resolve() == ROOT.resolve() else ""
    except (OSError, subprocess.CalledProcessError):
        return ""


def _set_links(app: Sphinx, config: Config) -> None:
    options, url = config.html_theme_options, repository_url()
    if url:
        options.update(repository_url=url, repository_branch=branch(), repository_provider=provider(url))
        options.update(use_repository_button=True, use_issues_button=True)
    else:
        options.pop("repository_url", None)
        options.pop("launch_buttons", None)
        for button in ("repository", "edit_page", "issues", "source"):
            options[f"use_{button}_button"] = False


def _mend_binder(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Binder opens the notebook that readers run, of a repository in whatever group; the theme knows of neither."""
    options = app.config.html_theme_options
    groups = [button["buttons"] for button in context.get("header_buttons", []) if button["type"] == "group"]
    for button in (button for group in groups for button in group):
        if button["text"] == "Binder":
            hub = options["launch_buttons"]["binderhub_url"].rstrip("/")
            path = f"{copies.FOLDER}/{copies.place(page)}"
            button["url"] = f"{hub}/{binder(options['repository_url'], options['repository_branch'], path)}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _set_links, priority=600)
    app.connect("html-page-context", _mend_binder, priority=900)  # after the theme made its buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
