"""The site on a phone with a slow line, as Lighthouse sees it: pages are given as ``part/page``, or a few are taken.

Lighthouse comes from npm: ``npm install --prefix FOLDER lighthouse``, and FOLDER/node_modules/.bin must be on the PATH.
The site is served compressed, as hosts do it. A busy machine makes times longer: of ``--runs`` runs the best counts.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
PAGES = ("intro", "algorithmic-regularization/minimum-norm", "noise-and-margins/label-noise", "appendix/notation")
COLUMNS = {
    "first paint": "first-contentful-paint",
    "largest paint": "largest-contentful-paint",
    "blocked": "total-blocking-time",
    "shift": "cumulative-layout-shift",
    "sent": "total-byte-weight",
}
FLAGS = "--headless=new --no-sandbox --disable-gpu"


class Compressed(SimpleHTTPRequestHandler):
    """Serve files compressed, but for those that are."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        kind = self.guess_type(path)
        packed = kind.startswith("font") or kind == "image/png"
        body = path.read_bytes() if packed else compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if not packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@cache
def compressed(path: Path) -> bytes:
    """The bytes of a file, as a host would send them."""
    return gzip.compress(path.read_bytes(), 9)


def measure(address: str, browser: str) -> dict:
    """One run of Lighthouse for a page, as it reports it."""
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = ["lighthouse", address, "--quiet", "--only-categories=performance", "--output=json"]
        command += [f"--output-path={report}", f"--chrome-flags={FLAGS}"]
        subprocess.run(command, env={**os.environ, "CHROME_PATH": browser}, check=True)
        return json.loads(report.read_text(encoding="utf8"))


def main() -> None:
    """Print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=PAGES)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not shutil.which("lighthouse") or not browser:
        sys.exit(print("Left out: the phone needs Chromium and Lighthouse, see the head of benchmarks/phone.py"))
    if missing := [page for page in asked.pages if not (SITE / f"book/{page}.html").exists()]:
        sys.exit(f"{missing[0]} is no page of {SITE}: run make book, or correct its name")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=SITE))
    Thread(target=server.serve_forever, daemon=True).start()
    for page in asked.pages:
        address = f"http://127.0.0.1:{server.server_port}/book/{page}.html"
        runs = [measure(address, browser) for _ in range(asked.runs)]
        best = max(runs, key=lambda run: run["categories"]["performance"]["score"])
        told = [f"{name} {best['audits'][audit]['displayValue']}" for name, audit in COLUMNS.items()]
        score, speed = best["categories"]["performance"]["score"], best["environment"]["benchmarkIndex"]
        print(f"{page}: {100 * score:.0f} of 100, {', '.join(told)} (machine {speed:.0f})", flush=True)


if __name__ == "__main__":
    main()
