"""scripts/vh.pyi and scripts/API.md are what the tables say. Needs VHPY_BUILD, a build with vhpy-describe."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_stub_and_reference_are_up_to_date():
    describe = pathlib.Path(os.environ["VHPY_BUILD"]) / "pymodule" / "reference" / "vhpy-describe"
    render = ROOT / "pymodule" / "reference" / "render.py"
    done = subprocess.run([sys.executable, render, describe], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
