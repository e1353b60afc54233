"""./dev run from the first line to the clean stop: what a program that starts a hub reads and may rely on.

The hub is already built when these tests run, so they also show that a run after the first one sets up nothing. Ports
are ephemeral; every wait has a deadline, stretched by VHPY_TIME_FACTOR.
"""

import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import ROOT

DEADLINE = 60.0 * float(os.environ.get("VHPY_TIME_FACTOR", "1"))  # seconds
BANNER = re.compile(r"hub dchub://127\.0\.0\.1:\d+|api http://127\.0\.0\.1:\d+|admin \S+ \S+|token \S+")


class Started:
    """One ./dev run; its stdout is read by a thread of its own, line by line."""

    def __init__(self, log: Path, *arguments: str) -> None:
        command = [str(ROOT / "dev"), "run", "--python", os.environ["VHPY_PYTHON"], *arguments]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HUB_API_")}
        self.log = log
        with log.open("w") as stderr:
            self.process = subprocess.Popen(command, cwd="/", env=environment, text=True, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=stderr)
        self.seen: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with self.process.stdout as stdout:
            for line in stdout:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, word: str) -> str:
        """Waits for the banner line that begins with this word."""
        end = time.monotonic() + DEADLINE
        while not (have := [line for line in self.seen if line.startswith(word + " ")]):
            line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            assert line is not None, self.log.read_text()
            self.seen.append(line)
        return have[0]

    def end(self, number: int | None = signal.SIGTERM) -> int:
        """Stops it (or waits for it to stop by itself), keeps the rest of what it said, and returns its status."""
        if number is not None:
            self.process.send_signal(number)
        try:
            status = self.process.wait(DEADLINE)
        finally:
            self.process.kill()
            self._reader.join(DEADLINE)
        while (line := self._lines.get(timeout=DEADLINE)) is not None:
            self.seen.append(line)
        return status

    def words(self) -> set[str]:
        return {line.split()[0] for line in self.seen}


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    runs: list[Started] = []

    def make(*arguments: str, hub_port: int = 0, api_port: int = 0) -> Started:
        run = Started(tmp_path / f"run{len(runs)}.log", "--hub-port", str(hub_port), "--api-port", str(api_port),
                      "--data", str(tmp_path / "data"), *arguments)
        runs.append(run)
        return run

    yield make
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait(DEADLINE)


def test_a_program_can_read_the_banner_and_stop_it(start) -> None:
    run = start("--admin", "boss:secret")
    api = run.line("api").split()[1]
    assert httpx.get(f"{api}/health", timeout=DEADLINE).status_code == 200
    assert run.end() == 0, run.log.read_text()
    assert all(BANNER.fullmatch(line) for line in run.seen), run.seen
    assert run.words() == {"hub", "api", "admin", "token"} and "admin boss secret" in run.seen


def test_the_second_run_of_a_data_directory_has_no_new_secrets(start) -> None:
    first = start()
    first.line("api")
    assert first.end(signal.SIGINT) == 0, first.log.read_text()
    second = start()
    second.line("api")
    assert second.end() == 0
    assert first.words() == {"hub", "api", "admin", "token"}
    assert second.words() == {"hub", "api"}


@pytest.mark.parametrize("which", ["hub_port", "api_port"])
def test_a_port_in_use(start, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = start(**{which: port})
        assert run.end(None) == 1
    complaint = run.log.read_text().splitlines()[-1]
    assert str(port) in complaint and "in use" in complaint
    assert not run.seen


def test_a_broken_script_leaves_the_hub_up(start, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import vh\ndef OnTimer(:\n")
    run = start("--script", str(broken))
    api = run.line("api").split()[1]
    assert httpx.get(f"{api}/health", timeout=DEADLINE).status_code == 200
    assert run.end() == 0
    assert "broken.py" in run.log.read_text() and "SyntaxError" in run.log.read_text()
