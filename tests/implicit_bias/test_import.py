"""Importing the library costs a fraction of a second."""

import subprocess
import sys


def test_heavy_packages_wait_until_they_are_needed():
    code = "import sys, implicit_bias; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "implicit_bias.baselines" in loaded
    assert not {"cvxpy", "matplotlib", "scipy", "sklearn"} & set(loaded)
