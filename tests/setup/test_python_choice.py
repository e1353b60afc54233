"""The Python that is embedded: one that fits is taken, one that does not is refused with its reason.

Stand-ins for interpreters are small shell scripts that answer what a real one would make embeddable.py answer.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from conftest import ROOT, Run

EMBEDDABLE = ROOT / "setup" / "embeddable.py"
CHOOSE = 'asked=${ASKED:-}; choose_python "$asked"; printf "%s\\n" "$python_exe" "$python_version"'


def interpreter(folder: Path, answer: str, status: int, name: str = "python3") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nprintf '{answer}'\nexit {status}\n")
    path.chmod(0o755)
    return path


def ask(python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, str(EMBEDDABLE)], capture_output=True, text=True, timeout=30)


def test_this_python_names_itself_and_its_files() -> None:
    """The tests run on the Python that was chosen, so it fits, and what it names exists."""
    answer = ask(sys.executable)
    assert answer.returncode == 0, answer.stdout
    executable, version, include, library = answer.stdout.splitlines()
    assert Path(executable).samefile(getattr(sys, "_base_executable", sys.executable))
    assert version == ".".join(map(str, sys.version_info[:3]))
    assert (Path(include) / "Python.h").is_file()
    assert Path(library).is_file() and library.endswith(".so")


def test_a_virtual_environment_is_resolved_to_its_base(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    of_venv = ask(str(tmp_path / "venv" / "bin" / "python"))
    assert of_venv.returncode == 0
    executable, *facts = of_venv.stdout.splitlines()
    base, *facts_of_base = ask(sys.executable).stdout.splitlines()
    assert Path(executable).samefile(base), "python3.14t and python3.14 may be the same program"
    assert facts == facts_of_base


@pytest.mark.parametrize("change,reason", [
    ("sys.version_info = (3, 9, 1, 'final', 0)", "is version 3.9, and 3.11 or newer is needed"),
    ("platform.python_implementation = lambda: 'PyPy'", "is PyPy, and only CPython can be embedded"),
    ("sysconfig.get_config_var = lambda name: None; sysconfig.get_path = lambda *a, **k: '/nowhere'",
     "has no headers (Python.h is not in /nowhere)"),
    ("keep = sysconfig.get_config_var; sysconfig.get_config_var = "
     "lambda name: 'libpython3.11.a' if name == 'LDLIBRARY' else keep(name)",
     "has no shared library (it was built without --enable-shared)"),
])
def test_the_reason_for_a_refusal(change: str, reason: str) -> None:
    code = f"import platform, runpy, sys, sysconfig\n{change}\nrunpy.run_path({str(EMBEDDABLE)!r})"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (answer.returncode, answer.stdout.strip()) == (1, reason)


def test_the_python_on_path_comes_first(shell: Run, tmp_path: Path) -> None:
    interpreter(tmp_path, "/opt/mine/python3\\n3.12.9\\n/include\\n/lib.so\\n", 0)
    chosen = shell(CHOOSE, "say", "python", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert chosen.stdout.splitlines() == ["/opt/mine/python3", "3.12.9"]


def test_the_system_python_is_the_fallback_and_the_reason_is_told(shell: Run, tmp_path: Path) -> None:
    first = interpreter(tmp_path, "has no headers\\n", 1)
    chosen = shell(CHOOSE, "say", "python", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert chosen.returncode == 0, chosen.stderr
    assert chosen.stdout.splitlines()[0].startswith("/usr/bin/python3")
    assert f"passed over: {first} has no headers" in chosen.stderr


def test_a_python_that_is_asked_for_is_the_only_one_tried(shell: Run, tmp_path: Path) -> None:
    asked = interpreter(tmp_path, "is version 3.8, and 3.11 or newer is needed\\n", 1, "python3.8")
    refused = shell(CHOOSE, "say", "python", ASKED=str(asked))
    assert refused.returncode == 1 and refused.stdout == ""
    assert f"{asked} is version 3.8" in refused.stderr and "/usr/bin/python3" not in refused.stderr


@pytest.mark.parametrize("name,reason", [("missing", "does not exist"), ("broken", "does not start")])
def test_a_python_that_is_none(shell: Run, tmp_path: Path, name: str, reason: str) -> None:
    interpreter(tmp_path, "", 127, "broken")
    refused = shell(CHOOSE, "say", "python", ASKED=str(tmp_path / name))
    assert refused.returncode == 1
    assert f"{tmp_path / name} {reason}" in refused.stderr
