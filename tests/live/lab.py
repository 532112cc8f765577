"""JupyterLab, started for the tests: on this machine only, on copies, writing nowhere else."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from contents import ROOT
from execution import KERNEL_ENVIRONMENT

PATIENCE = 300_000  # milliseconds, for machines with much else to do
# All cells are drawn, also those below the fold, and nobody is asked about news.
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
ELSEWHERE = "Cross reference target was not found"  # in JupyterLab a page knows its own labels only
RAW = re.compile(
    r".{0,40}(?::(?:class|label|name|tags): |:::|```|\$\$|\\[A-Za-z]{3,}"
    r"|\{(?:prf:)?(?:cite|doc|eq|numref|ref)\}|Unknown Directive).{0,40}"
)
TEXT = """cells => cells.map(cell => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(".katex, mjx-container").forEach(formula => formula.remove());
    return copy.textContent;
}).join("\\n")"""

OPENED = """opened => {
    opened.before = window.file;
    window.file = opened;
    return Promise.all([opened.context.ready, opened.sessionContext?.ready]);
}"""
CLOSE = """(closed => {
    window.file = closed.before;
    return Promise.resolve(closed.sessionContext?.shutdown()).then(() => closed.dispose());
})"""
SET = r"""[...file.node.querySelectorAll(".jp-MarkdownCell")].every(cell =>
    cell.querySelector(":is(.myst, .jp-RenderedMarkdown) *")
    && !/(?<!\\)\$[^$`]+\$/.test(cell.querySelector(".jp-RenderedMarkdown:not(.lm-mod-hidden)")?.innerText ?? ""))"""


@contextmanager
def running_lab(home, *, authors=False):
    """Serve ``home/work`` in JupyterLab and give its address: as it comes, or as ``make edit`` sets it up."""
    settings = home / "share" / "jupyter" / "lab" / "settings"
    (settings / "overrides.d").mkdir(parents=True)
    (settings / "overrides.d" / "tests.json").write_text(json.dumps(SETTINGS), encoding="utf8")
    if authors:
        script = ROOT / "authoring" / "open_as_notebooks.py"
        subprocess.run([sys.executable, script, "--prefix", home], check=True)
    else:
        off = {"disabledExtensions": {"jupyterlab-myst": True}}
        (settings / "page_config.json").write_text(json.dumps(off), encoding="utf8")
    environment = {name: value for name, value in os.environ.items() if name not in KERNEL_ENVIRONMENT}
    for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        environment[name] = str(home / name.lower())
    options = {
        "IdentityProvider.token": "",
        "LabApp.app_settings_dir": settings,
        "LabApp.expose_app_in_browser": True,
        "LabApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": 0,
        "ServerApp.root_dir": home / "work",
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
    with (home / "log").open("w") as log, subprocess.Popen(command, env=environment, stderr=log, cwd=home) as server:
        try:
            yield address(home, server)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def address(home, server):
    """Wait until the server has written where it listens."""
    for _ in range(600):
        if server.poll() is None:
            for path in (home / "jupyter_runtime_dir").glob("jpserver-*.json"):
                return json.loads(path.read_text(encoding="utf8"))["url"]
        time.sleep(0.1)
    pytest.fail(f"JupyterLab does not start:\n{(home / 'log').read_text(encoding='utf8')}")


class Lab:
    """A browser window with JupyterLab."""

    def __init__(self, browser, address):
        self.address = address
        self.errors = []
        self.page = browser.new_page(viewport={"width": 1280, "height": 1000})
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.goto(f"{address}lab")
        self.page.wait_for_function("window.jupyterapp")
        self.wait("jupyterapp.restored")

    def wait(self, promise):
        """Wait until JupyterLab has done something, but not for ever."""
        self.page.evaluate(f"() => {{ window.done = false; {promise}.then(() => {{ window.done = true; }}); }}")
        self.page.wait_for_function("done")

    @contextmanager
    def opened(self, path):
        """Open a file as a double click does, and wait until every text cell of a notebook is set."""
        self.errors.clear()
        self.wait(f"jupyterapp.commands.execute('docmanager:open', {{path: {json.dumps(path)}}}).then({OPENED})")
        self.page.wait_for_function(SET)
        try:
            yield self.page.locator(f"[id='{self.page.evaluate('file.id')}']")
        finally:
            self.wait(f"{CLOSE}(file)")

    def run_all(self):
        """Run all cells of the open notebook; the errors they show."""
        self.wait("jupyterapp.commands.execute('notebook:run-all-cells')")
        return self.page.evaluate(
            """file.content.widgets.flatMap(cell => cell.model.sharedModel.getOutputs?.() ?? [])
                .filter(output => output.output_type === "error").map(output => `${output.ename}: ${output.evalue}`)"""
        )

    def said(self):
        """What the cells of the open notebook printed."""
        return self.page.evaluate(
            """file.content.widgets.flatMap(cell => cell.model.sharedModel.getOutputs?.() ?? [])
                .filter(output => output.output_type === "stream").map(output => [output.text].flat().join(""))"""
        )

    def write(self, cell, text):
        """Replace the code of a cell and run it, as a reader does; the cell with its new output."""
        index = self.page.evaluate("id => file.content.widgets.findIndex(cell => cell.model.id === id)", cell)
        element = self.page.locator(f"[id='{self.page.evaluate('file.id')}'] .jp-Cell").nth(index)
        element.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.wait("jupyterapp.commands.execute('notebook:run-cell')")
        return element

    def problems(self, notebook):
        """What a reader of the open notebook stumbles over: source that shows, and errors."""
        text = notebook.locator(".jp-MarkdownCell :is(.myst, .jp-RenderedMarkdown)").evaluate_all(TEXT)
        said = {line for error in self.errors for line in error.splitlines() if ELSEWHERE not in line}
        return [*(f"raw text: {line}" for line in RAW.findall(text)), *(f"error: {line}" for line in sorted(said))]
