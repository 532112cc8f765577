"""Make JupyterLab open the chapters, which are Markdown files, as notebooks. Used by ``make edit``."""

import argparse
import json
import sys
from pathlib import Path

VIEWERS = {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--prefix", type=Path, default=Path(sys.prefix), help="environment with JupyterLab")
target = parser.parse_args().prefix / "share/jupyter/lab/settings/overrides.d/implicit-bias.json"
target.parent.mkdir(parents=True, exist_ok=True)
settings = {"@jupyterlab/docmanager-extension:plugin": {"defaultViewers": VIEWERS}}
target.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf8")
