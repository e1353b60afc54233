"""The last line of ./dev test: what it counts, and that nothing that went wrong can end with status 0.

Each test writes the files that runners leave behind and reads the last line and the status of totals.py.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

PASS = '<testcase name="a" status="run"/>'
FAIL = '<testcase name="b" status="fail"><failure message=""/><system-out>why it failed</system-out></testcase>'
SKIP = '<testcase name="c" status="notrun"><skipped message="SKIPPED"/></testcase>'
ERROR = '<testcase name="d"><error message="broken fixture"/></testcase>'


def leave(build: Path, suite: str, *cases: str, status: int = 0) -> None:
    results = build / "results"
    results.mkdir(parents=True, exist_ok=True)
    (build / "reports").mkdir(exist_ok=True)
    (results / f"{suite}.xml").write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    (results / f"{suite}.status").write_text(f"{status}\n")


def totals(*arguments: str | Path) -> tuple[int, str, str]:
    command = [sys.executable, str(ROOT / "setup" / "totals.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout.splitlines()[-1], done.stdout


def test_cases_of_all_suites_are_added(tmp_path: Path) -> None:
    leave(tmp_path / "release", "ctest", PASS, SKIP)
    leave(tmp_path / "release", "e2e", PASS, PASS)
    assert totals(tmp_path / "release")[:2] == (0, "total: 3 passed, 0 failed, 1 skipped")


def test_several_builds_end_in_one_total(tmp_path: Path) -> None:
    for kind in ("release", "asan"):
        leave(tmp_path / kind, "ctest", PASS)
    status, last, output = totals(tmp_path / "release", tmp_path / "asan")
    assert (status, last) == (0, "total: 2 passed, 0 failed, 0 skipped")
    assert "asan: 1 passed, 0 failed, 0 skipped" in output


def test_failures_and_errors_count_and_are_shown(tmp_path: Path) -> None:
    leave(tmp_path, "ctest", PASS, FAIL, status=8)
    leave(tmp_path, "e2e", ERROR, status=1)
    status, last, output = totals(tmp_path)
    assert (status, last) == (1, "total: 1 passed, 2 failed, 0 skipped")
    assert "FAILED ctest: b" in output and "why it failed" in output


def test_the_cases_inside_a_program_replace_it(tmp_path: Path) -> None:
    leave(tmp_path, "ctest", PASS, '<testcase name="inner" status="run"/>')
    (tmp_path / "results" / "inner.xml").write_text(f"<testsuite>{PASS * 5}{SKIP}</testsuite>")
    assert totals(tmp_path)[:2] == (0, "total: 6 passed, 0 failed, 1 skipped")


def test_a_program_that_dies_after_its_cases_passed_is_a_failure(tmp_path: Path) -> None:
    leave(tmp_path, "ctest", '<testcase name="inner" status="fail"><failure/></testcase>', status=8)
    (tmp_path / "results" / "inner.xml").write_text(f"<testsuite>{PASS * 5}</testsuite>")
    assert totals(tmp_path)[:2] == (1, "total: 5 passed, 1 failed, 0 skipped")


@pytest.mark.parametrize("status", [0, 5])
def test_a_runner_that_executed_nothing_is_a_failure(tmp_path: Path, status: int) -> None:
    leave(tmp_path, "ctest", PASS)
    leave(tmp_path, "e2e", status=status)
    code, last, output = totals(tmp_path)
    assert (code, last) == (1, "total: 1 passed, 1 failed, 0 skipped")
    assert "e2e: the runner executed nothing" in output


def test_a_runner_that_wrote_no_results_is_a_failure(tmp_path: Path) -> None:
    leave(tmp_path, "ctest", PASS)
    (tmp_path / "results" / "e2e.status").write_text("137\n")
    assert totals(tmp_path)[:2] == (1, "total: 1 passed, 1 failed, 0 skipped")


def test_a_runner_that_ends_badly_without_a_failed_case_is_a_failure(tmp_path: Path) -> None:
    leave(tmp_path, "stress", PASS, status=3)
    assert totals(tmp_path)[:2] == (1, "total: 1 passed, 1 failed, 0 skipped")


def test_a_filter_may_leave_a_suite_empty_but_not_all(tmp_path: Path) -> None:
    leave(tmp_path, "ctest", PASS)
    leave(tmp_path, "e2e", status=5)
    assert totals("--filtered", tmp_path)[:2] == (0, "total: 1 passed, 0 failed, 0 skipped")
    leave(tmp_path, "ctest", status=8)
    assert totals("--filtered", tmp_path)[0] == 1


def test_a_sanitizer_report_is_a_failure_and_is_shown(tmp_path: Path) -> None:
    leave(tmp_path, "ctest", PASS)
    (tmp_path / "reports" / "report.4711").write_text("WARNING: data race in drain\n")
    status, last, output = totals(tmp_path)
    assert (status, last) == (1, "total: 1 passed, 1 failed, 0 skipped")
    assert "data race in drain" in output
