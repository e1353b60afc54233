"""./dev bench: runs the programs that the wanted rows need, and prints the table of figures.

Filters are parts of the names of rows or programs. With --json the figures are written to a file as well. The status says
whether everything could be measured, not whether goals were met: figures are no tests.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import programs
from figures import HEAD, as_json, figure, line
from rows import ROWS, Row

# Not rows of the table, for they take long or compare with nothing: run when asked for by name.
BY_NAME_ONLY = ("hub_memory",)


def wanted(row: Row, filters: list[str]) -> bool:
    return not filters or any(part in row.name or part in row.program for part in filters)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("filters", nargs="*")
    options = parser.parse_args()
    rows = [row for row in ROWS if wanted(row, options.filters)]
    alone = [name for name in BY_NAME_ONLY if any(part in name for part in options.filters)]
    if not rows and not alone:
        parser.exit(1, "bench: no row and no program has that name\n")
    figures, failed = [], []
    if rows:
        print(HEAD, flush=True)
    for program in dict.fromkeys(row.program for row in rows):
        try:
            samples = programs.run(program)
            for row in (row for row in rows if row.program == program):
                figures.append(figure(row, samples))
                print(line(figures[-1]), flush=True)
        except (RuntimeError, OSError, ValueError, subprocess.TimeoutExpired) as error:
            failed.append(program)
            print(f"{program}: {error}", flush=True)
    for name in alone:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, str(programs.HERE / f"{name}.py")]).returncode != 0:
            failed.append(name)
    missed = [each.name for each in figures if each.ok is False]
    print(f"\n{len(figures)} figures, {len(missed)} goals missed" + (f"; failed: {', '.join(failed)}" if failed else ""))
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(figures), indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
