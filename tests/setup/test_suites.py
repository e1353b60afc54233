"""What ./dev test runs of each kind of build: the suites, and pytest's arguments for them."""

from pathlib import Path

import pytest

from conftest import ROOT, Run

READ = 'read_test_options "$@"\n'


def arguments_of(shell: Run, results: Path, suite: str, kind: str, *options: str) -> list[str]:
    """Those that pytest gets, by a stand-in that prints them."""
    python = results / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    said = shell(f"set -- {' '.join(options)}\n{READ}launcher=() venv_python={python}\nrun_pytest {suite}", "say", "test",
                 VHPY_KIND=kind, VHPY_TIME_FACTOR="1", VHPY_RESULTS=str(results))
    assert said.returncode == 0, said.stderr
    return said.stdout.splitlines()


@pytest.mark.parametrize("kind", ["asan", "tsan"])
def test_sanitizers_run_what_depends_on_the_build(shell: Run, kind: str) -> None:
    assert shell(f"pytest_suites {kind}", "say", "test").stdout.splitlines() == ["e2e", "stress"]


def test_the_release_build_runs_all_that_have_tests_in_python(shell: Run) -> None:
    suites = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")} - {"pymodule", "fuzz"}
    assert set(shell("pytest_suites release", "say", "test").stdout.splitlines()) == suites


@pytest.mark.parametrize("kind,options,brief", [
    ("asan", ["asan", "--brief"], True),
    ("tsan", ["all", "--brief"], True),
    ("asan", ["asan"], False),
    ("release", ["all", "--brief"], False),
])
def test_brief_takes_the_marked_ones_under_a_sanitizer(shell: Run, tmp_path: Path, kind: str, options: list[str],
                                                       brief: bool) -> None:
    for suite in ("e2e", "stress"):
        arguments = arguments_of(shell, tmp_path, suite, kind, *options)
        assert arguments[:3] == ["-m", "pytest", f"tests/{suite}"]
        assert ("-m brief" in " ".join(arguments[3:])) == brief


def test_filters_and_brief_go_together(shell: Run, tmp_path: Path) -> None:
    arguments = arguments_of(shell, tmp_path, "e2e", "asan", "asan", "--brief", "stop", "kick")
    assert arguments[arguments.index("-k") + 1] == "stop or kick" and "brief" in arguments
