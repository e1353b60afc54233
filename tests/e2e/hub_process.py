"""Starts the real program vhpy-hub, reads what it prints, and ends it in an orderly way.

Ports are chosen by the system, so that tests may run at the same time. stop() checks what every end must satisfy: exit
code 0 within the promised time, and a log without tracebacks, crashes or sanitizer reports.
"""

import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import httpx
from patience import DEADLINE, STOP_DEADLINE

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
HUB_API = SCRIPTS / "hub_api.py"
ADMIN = ("boss", "boss-password")
# What must never stand in a log, unless a test provokes it.
TROUBLE = re.compile(
    r"Traceback|Fatal Python error|ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|terminate called"
    r"|Segmentation fault|Exception ignored|never awaited|\[critical\]")
# Limits on clients, switched off for tests that are not about them.
NO_LIMITS = ("int_flood_chat_limit=0", "int_flood_to_limit=0", "int_flood_unknown_limit=0", "int_flood_nicklist_limit=0",
             "int_chat_ms=0", "int_login=0")


def hub_program():
    return os.environ["VHPY_HUB"]


def python_program():
    """The python that the hub is to look like: of the virtual environment that has FastAPI."""
    venv = os.environ.get("VHPY_VENV")
    return os.path.join(venv, "bin", "python") if venv else os.sys.executable


class Output:
    """Lines of a pipe, kept by a thread of their own."""

    def __init__(self, stream, name):
        self.lines = []
        self.ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, args=(stream,), name=name, daemon=True)
        self._thread.start()

    def _read(self, stream):
        with stream:
            for line in stream:
                with self._changed:
                    self.lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def text(self):
        with self._changed:
            return "\n".join(self.lines)

    def wait_for(self, pattern, deadline=DEADLINE, since=0):
        """The match of the first line from `since` on in which the pattern is found; None if the stream ends before."""
        end = time.monotonic() + deadline
        index = since
        with self._changed:
            while True:
                for index in range(index, len(self.lines)):
                    if match := re.search(pattern, self.lines[index]):
                        return match
                index = len(self.lines)
                if self.ended:
                    return None
                left = end - time.monotonic()
                assert left > 0, f"no line {pattern!r} within {deadline} s; the last ones: {self.lines[-15:]}"
                self._changed.wait(left)

    def join(self):
        self._thread.join(DEADLINE)


class HubProcess:
    """One run of vhpy-hub. `scripts` are loaded in order; `settings` are VAR=VALUE for --set."""

    first_tokens = {}  # data directory: token of its first run

    def __init__(self, data, *, scripts=(), settings=NO_LIMITS, options=(), admin=ADMIN, env=None, port=0):
        self.data = pathlib.Path(data)
        command = [hub_program(), "--host", "127.0.0.1", "--port", str(port), "--data", str(data),
                   "--python", python_program()]
        if admin is not None:
            command += ["--admin", ":".join(admin)]
        for script in scripts:
            command += ["--script", str(script)]
        for setting in settings:
            command += ["--set", setting]
        environment = {**os.environ, "HUB_API_HOST": "127.0.0.1", "HUB_API_PORT": "0", **(env or {})}
        if "HUB_API_TOKEN" not in (env or {}):
            environment.pop("HUB_API_TOKEN", None)
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            encoding="utf-8", errors="backslashreplace", env=environment)
        self.out = Output(self.process.stdout, "hub stdout")
        self.err = Output(self.process.stderr, "hub stderr")
        self.port = self.api_url = self.token = None
        self.provoked = ()  # patterns of log lines that look like trouble but were asked for

    def wait_ready(self, api=False):
        """Waits for the banner; with `api` also for the REST interface."""
        match = self.out.wait_for(r"^hub dchub://127\.0\.0\.1:(\d+)$")
        assert match, f"the hub ended: exit {self.process.wait()}, log: {self.err.text()}"
        self.port = int(match[1])
        if api:
            match = self.out.wait_for(r"^api (http://127\.0\.0\.1:\d+)$")
            assert match, f"the hub ended; log: {self.err.text()}"
            self.api_url = match[1]
            token = re.search(r"^token (\S+)$", self.out.text(), re.M)
            if token:  # the first run of this data directory: it is told once and kept only as a hash
                HubProcess.first_tokens[self.data] = token[1]
            self.token = token[1] if token else HubProcess.first_tokens[self.data]
        return self

    def api(self, with_token=True):
        """A client for the REST interface."""
        headers = {"Authorization": f"Bearer {self.token}"} if with_token else {}
        return httpx.Client(base_url=self.api_url, headers=headers, timeout=DEADLINE)

    def wait_log(self, pattern, deadline=DEADLINE, since=0):
        match = self.err.wait_for(pattern, deadline, since)
        assert match, f"the hub ended without logging {pattern!r}: {self.err.text()}"
        return match

    def log_mark(self):
        return len(self.err.lines)

    def resident_kib(self):
        """Memory of the process now, in KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def cpu_seconds(self):
        """Processor time that the process has used."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def terminate(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait_exit(self, deadline=STOP_DEADLINE):
        """The exit code. If time runs out the process is killed and the test fails."""
        try:
            code = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"no end within {deadline} s; log: {self.err.text()}") from None
        self.out.join()
        self.err.join()
        return code

    def stop(self):
        """Ends the hub by SIGTERM and checks how it ended."""
        if self.process.poll() is None:
            self.terminate()
        code = self.wait_exit()
        assert code == 0, f"exit code {code}; log: {self.err.text()}"
        self.check_log()

    def check_log(self):
        for line in self.err.text().splitlines():
            if TROUBLE.search(line) and not any(re.search(pattern, line) for pattern in self.provoked):
                raise AssertionError(f"trouble in the log: {line}\n{self.err.text()}")

    def kill(self):
        """The last resort: nothing of this process may outlive its test."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(DEADLINE)
        self.out.join()
        self.err.join()
