"""Runs the programs that measure, and gathers their samples by name.

C++: Google Benchmark, which repeats all of a program's benchmarks in random order. A sample is called as the benchmark,
without what Google Benchmark adds (lane/4); its counters follow a full stop (lane/4.items_per_second). Python: one JSON
line per sample, in the order measured.
"""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPETITIONS = 7
PROGRAM_SECONDS = 300  # after which a program hangs
ADDED_TO_NAMES = re.compile(r"/(iterations:\d+|repeats:\d+|manual_time|real_time)")
NOT_COUNTERS = {"repetitions", "repetition_index", "threads", "iterations", "real_time", "cpu_time", "family_index",
                "per_family_instance_index"}

Samples = dict[str, list[float]]


def output_of(command: list[str]) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=PROGRAM_SECONDS)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with status {done.returncode}")
    return done.stdout


def from_google_benchmark(text: str) -> Samples:
    samples: Samples = defaultdict(list)
    for run in json.loads(text[text.index("{"):])["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        if run.get("error_occurred"):
            raise RuntimeError(f"{run['name']}: {run['error_message']}")
        name = ADDED_TO_NAMES.sub("", run["run_name"])
        samples[name].append(run["real_time"])
        for counter, value in run.items():
            if counter not in NOT_COUNTERS and isinstance(value, (int, float)):
                samples[f"{name}.{counter}"].append(value)
    return samples


def from_lines(text: str) -> Samples:
    samples: Samples = defaultdict(list)
    for line in text.splitlines():
        if line.startswith("{"):
            sample = json.loads(line)
            samples[sample["name"]].append(sample["value"])
    return samples


def run(program: str) -> Samples:
    script = HERE / f"{program}.py"
    if script.exists():
        return from_lines(output_of([sys.executable, str(script)]))
    binary = Path(os.environ["VHPY_BUILD"]) / "tests/bench" / program
    return from_google_benchmark(output_of([
        str(binary), "--benchmark_format=json", f"--benchmark_repetitions={REPETITIONS}",
        "--benchmark_enable_random_interleaving=true"]))
