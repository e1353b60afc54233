"""The Debian packages: apt-get runs only if one of the list is missing, as root, and a failure shows its log.

Stand-ins for dpkg-query, apt-get and sudo record how they were called; nothing is installed.
"""

import os
import subprocess
from pathlib import Path

import pytest

from conftest import Run

NEED = "root=$PROJECT; log_dir=$root/build/logs; need_packages"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "setup").mkdir()
    (tmp_path / "setup" / "debian-packages.txt").write_text("# the list\nbash   # a shell\n\ncmake\nninja-build\n")
    return tmp_path


def stand_in(project: Path, name: str, body: str) -> None:
    (project / "bin").mkdir(exist_ok=True)
    program = project / "bin" / name
    program.write_text(f'#!/bin/sh\necho "{name} $*" >>"{project}/calls"\n{body}\n')
    program.chmod(0o755)


def need_packages(shell: Run, project: Path, installed: str, apt_status: int = 0) -> subprocess.CompletedProcess[str]:
    stand_in(project, "dpkg-query", f"printf '{installed}'; exit 1")
    stand_in(project, "apt-get", f"echo Unable to locate; exit {apt_status}")
    stand_in(project, "sudo", 'exec "$@"')
    return shell(NEED, "say", "packages", PATH=f"{project}/bin:{os.environ['PATH']}", PROJECT=str(project))


def apt_calls(project: Path) -> list[str]:
    return [line for line in (project / "calls").read_text().splitlines() if line.startswith("apt-get")]


def test_apt_is_left_alone_if_nothing_is_missing(shell: Run, project: Path) -> None:
    done = need_packages(shell, project, "installed bash\\ninstalled cmake\\ninstalled ninja-build\\n")
    assert (done.returncode, done.stderr, apt_calls(project)) == (0, "", [])


def test_only_what_is_missing_is_installed(shell: Run, project: Path) -> None:
    """A package that was removed but left its configuration is missing, too."""
    done = need_packages(shell, project, "installed bash\\nconfig-files cmake\\n")
    assert done.returncode == 0, done.stderr
    update, install = apt_calls(project)
    assert update.endswith(" update") and install.endswith(" install -y --no-install-recommends cmake ninja-build")


def test_a_failure_shows_the_end_of_the_log(shell: Run, project: Path) -> None:
    failed = need_packages(shell, project, "", apt_status=100)
    assert failed.returncode == 1 and failed.stdout == ""
    assert "Unable to locate" in failed.stderr and "apt-get failed" in failed.stderr


def test_the_list_has_no_name_twice(shell: Run) -> None:
    listed = shell("listed_packages", "say", "packages").stdout.split()
    assert len(listed) == len(set(listed)) > 10


def test_nothing_is_missing_where_the_tests_run(shell: Run) -> None:
    assert shell("missing_packages", "say", "packages").stdout == ""
