"""Each fuzzer for a minute (VHPY_FUZZ_SECONDS), from the corpus that is kept. What it finds is printed as text and as base64: put
it into the corpus, and as a numbered case into the tests of the code that it broke.
"""

import base64
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FUZZERS = sorted(path.name.removesuffix("_fuzz.cpp") for path in HERE.glob("*_fuzz.cpp"))
SECONDS = int(os.environ.get("VHPY_FUZZ_SECONDS", "60"))
FACTOR = float(os.environ.get("VHPY_TIME_FACTOR", "1"))
LONGEST = {"nmdc": 12_000, "arguments": 512}  # bytes of one input
UNIT_SECONDS = 10  # for one input, which takes microseconds
MEMORY_MIB = 2_000


@pytest.mark.timeout(SECONDS * 3 + 120 * FACTOR)
@pytest.mark.parametrize("name", FUZZERS)
def test_nothing_is_found(tmp_path: Path, name: str) -> None:
    corpus = HERE / "corpus" / name
    assert any(corpus.iterdir()), "the corpus is empty"
    found = tmp_path / "found"
    found.mkdir()
    program = Path(os.environ["VHPY_FUZZERS"]) / f"vhpy_{name}_fuzz"
    done = subprocess.run(
        [program, f"-max_total_time={SECONDS}", f"-max_len={LONGEST[name]}", f"-timeout={int(UNIT_SECONDS * FACTOR)}",
         f"-rss_limit_mb={MEMORY_MIB}", "-print_final_stats=1", f"-artifact_prefix={tmp_path}/", found, corpus],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})
    inputs = [f"{path.name}: {base64.b64encode(path.read_bytes()).decode()}" for path in tmp_path.iterdir() if path.is_file()]
    assert done.returncode == 0 and not inputs, "\n".join([done.stdout[-4_000:], *inputs])
    assert "stat::number_of_executed_units" in done.stdout
