"""The Chromium of this machine, which prints the book and tries the site."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium found: install it (Debian and Ubuntu: apt install chromium), or Google Chrome"
OPTIONS = ["--no-sandbox", "--disable-gpu"]


def find() -> str | None:
    """Its path, or none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
