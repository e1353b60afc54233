"""Runs Spin on lane.pml: generates a verifier with given macros, compiles it, and says what it found."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).resolve().with_name("lane.pml")
STEP_SECONDS = 100        # for one step; each takes a few
MEMORY_MIB = 2_000        # a search that needs more is given up, which fails the test
DEPTH = 100_000           # steps of one run; reaching it fails the test


@dataclass(frozen=True)
class Verdict:
    output: str
    trail: str  # the steps that led to the error

    @property
    def errors(self) -> int:
        return int(re.search(r"errors: (\d+)", self.output)[1])

    @property
    def complete(self) -> bool:
        """The whole state space was searched, within the bounds above."""
        return not re.search(r"Search not completed|max search depth too small|out of memory|MEMLIM", self.output)

    @property
    def states(self) -> int:
        return int(float(re.search(r"([\d.e+]+) states, stored", self.output)[1]))


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=STEP_SECONDS)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout


def verify(folder: Path, macros: str, endless: bool = False) -> Verdict:
    """Searches every order of steps. `endless`: also for runs that never end, none of which there should be."""
    defines = [f"-D{macro}" for macro in macros.split()]
    run(folder, "spin", "-a", *defines, str(MODEL))
    # Not optimised: the compiler would take longer than the search gains.
    run(folder, "gcc", "-O0", "-w", f"-DMEMLIM={MEMORY_MIB}", "-DNP" if endless else "-DSAFETY", "-o", "pan", "pan.c")
    # -E: threads that may not move any more are what AtRest judges.
    output = run(folder, "./pan", f"-m{DEPTH}", "-E", *(["-l"] if endless else []))
    error = folder / "lane.pml.trail"
    trail = run(folder, "spin", "-k", str(error), "-p", *defines, str(MODEL)) if error.exists() else ""
    return Verdict(output, trail)
