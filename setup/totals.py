"""Adds up what the test runners did and prints the last line of `./dev test`: total: N passed, N failed, N skipped.

`totals.py [--filtered] BUILD_DIR ...`. In BUILD_DIR/results each suite left SUITE.xml (JUnit) and SUITE.status (the
exit status of its runner). A case of ctest that itself ran a suite left that suite's cases in NAME.xml; these are
counted in its place. Sanitizer reports are the files in BUILD_DIR/reports. Exits 1 if a case failed, a runner failed,
a report was written, or a suite ran nothing (with --filtered: if all suites together ran nothing).
"""

import argparse
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

OUTPUT_LINES = 40  # of a failed ctest case
REPORT_LINES = 60  # of a sanitizer's report
REPORTS_SHOWN = 5


@dataclass
class Totals:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ran(self) -> int:
        return self.passed + self.failed

    def add(self, other: "Totals") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.problems += other.problems

    def line(self, name: str) -> str:
        return f"{name}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def last_lines(text: str, count: int) -> str:
    return "\n".join("    " + line for line in text.splitlines()[-count:])


def outcome(case: ElementTree.Element) -> str:
    """passed, failed or skipped. ctest writes status="fail" and status="notrun", pytest uses child elements."""
    if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
        return "failed"
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        return "skipped"
    return "passed"


def read_cases(path: Path) -> list[ElementTree.Element]:
    """The cases of a JUnit file; none if it is missing or was cut off, which the runner's status then explains."""
    try:
        return list(ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return []


def count_cases(path: Path, suite: str) -> Totals:
    totals = Totals()
    for case in read_cases(path):
        result = outcome(case)
        name = case.get("name", "?")
        inner = path.parent / f"{name}.xml"
        if suite == "ctest" and inner.is_file():
            of_inner = count_cases(inner, name)
            totals.add(of_inner)
            if result != "failed" or of_inner.failed:
                if result == "failed":
                    totals.problems.append(last_lines(case.findtext("system-out") or "", OUTPUT_LINES))
                continue
        if result == "failed":
            output = case.findtext("system-out") or ""
            totals.problems.append(f"FAILED {suite}: {name}\n{last_lines(output, OUTPUT_LINES)}")
        setattr(totals, result, getattr(totals, result) + 1)
    return totals


def count_suite(results: Path, suite: str, filtered: bool) -> Totals:
    """One runner: its cases, plus one failure if it ended badly, or ran nothing, without a failed case to show for it."""
    totals = count_cases(results / f"{suite}.xml", suite)
    status = (results / f"{suite}.status").read_text().strip()
    if totals.ran + totals.skipped == 0 and not filtered:
        totals.failed += 1
        totals.problems.append(f"FAILED {suite}: the runner executed nothing (status {status})")
    elif status != "0" and totals.failed == 0 and not (filtered and totals.ran + totals.skipped == 0):
        totals.failed += 1
        totals.problems.append(f"FAILED {suite}: the runner ended with status {status}")
    return totals


def count_reports(build: Path) -> Totals:
    totals = Totals()
    reports = sorted((build / "reports").glob("*"))
    for report in reports[:REPORTS_SHOWN]:
        head = "\n".join("    " + line for line in report.read_text(errors="replace").splitlines()[:REPORT_LINES])
        totals.problems.append(f"SANITIZER REPORT {report}\n{head}")
    if len(reports) > REPORTS_SHOWN:
        totals.problems.append(f"... and {len(reports) - REPORTS_SHOWN} more sanitizer reports")
    totals.failed = len(reports)
    return totals


def count_build(build: Path, filtered: bool) -> Totals:
    totals = Totals()
    results = build / "results"
    for status in sorted(results.glob("*.status")):
        totals.add(count_suite(results, status.stem, filtered))
    reports = count_reports(build)
    # A report normally made its test fail, which is counted already; alone it is a failure of its own.
    if totals.failed:
        reports.failed = 0
    totals.add(reports)
    return totals


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filtered", action="store_true")
    parser.add_argument("builds", nargs="+", type=Path)
    options = parser.parse_args()
    total = Totals()
    lines = []
    for build in options.builds:
        of_build = count_build(build, options.filtered)
        lines.append(of_build.line(build.name))
        total.add(of_build)
    if total.ran + total.skipped == 0:
        total.failed += 1
        total.problems.append("FAILED: no test was executed")
    for problem in total.problems:
        print(problem)
    if len(lines) > 1:
        print("\n".join(lines))
    print(total.line("total"))
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
