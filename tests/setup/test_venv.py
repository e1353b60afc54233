"""What is installed into the virtual environment."""

from pathlib import Path

import pytest

from conftest import Run

PINS = "# packages\nfast==1.0\nwith_a_gil==2.0  # not free-threaded\n"
SHOWS_ITS_FILE = '#!/bin/sh\nwhile [ $# -gt 0 ]; do if [ "$1" = -r ]; then cat "$2"; fi; shift; done\n'


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("free_threaded,expected", [(True, "# packages\nfast==1.0\n"), (False, PINS)])
def test_a_free_threaded_python_goes_without_some(shell: Run, tmp_path: Path, free_threaded: bool, expected: str) -> None:
    pins = tmp_path / "pins" / "requirements.txt"
    pins.parent.mkdir()
    pins.write_text(PINS)
    python = program(tmp_path, "python", f"#!/bin/sh\nexit {0 if free_threaded else 1}\n")
    venv = program(tmp_path, "venv_python", SHOWS_ITS_FILE)
    said = shell(f"build_root={tmp_path} python_exe={python} venv_python={venv}\npip_install {pins}", "venv")
    assert (said.returncode, said.stdout) == (0, expected), said.stderr
