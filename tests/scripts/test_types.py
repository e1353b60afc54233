"""mypy --strict accepts the stub of `vh` and every script; what a script does wrong with `vh` it refuses."""

import os
import pathlib
import re
import subprocess
import sys

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
MYPY_SECONDS = 110  # there is no cache, so FastAPI and pydantic are read, too


def mypy(cache: pathlib.Path, target: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """Checks a file, or a folder with all below it. No configuration but what is written here."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", cache, target]
    return subprocess.run(command, cwd=SCRIPTS, env={**os.environ, "MYPYPATH": str(SCRIPTS)},
                          capture_output=True, text=True, timeout=MYPY_SECONDS, check=False)


def test_stub_and_scripts_are_accepted(tmp_path: pathlib.Path) -> None:
    done = mypy(tmp_path / "cache", SCRIPTS)
    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"
    files = [path for path in SCRIPTS.rglob("*.py*") if path.suffix in (".py", ".pyi")]
    assert f"no issues found in {len(files)} source files" in done.stdout


def test_a_wrong_call_is_refused(tmp_path: pathlib.Path) -> None:
    """Shows that the stub is what scripts are held against: without it, vh would be an unknown module or Any."""
    script = tmp_path / "wrong.py"
    script.write_text("import vh\n\nvh.pm('hello', 'alice')\nvh.pm('hello', 3)\nvh.pm('hello')\nvh.Pm('hello', 'alice')\n")
    done = mypy(tmp_path / "cache", script)
    codes = re.findall(r"wrong\.py:(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.M)
    assert codes == [("4", "arg-type"), ("5", "call-arg"), ("6", "attr-defined")], f"\n{done.stdout}{done.stderr}"
