"""A hub that runs as a process: what it prints, its REST interface, and its end. Whichever hub it is; how one is started is in
hub_process.py and in tests/verlihub/verlihub_process.py.
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

# What must never stand in a log, unless a test provokes it.
TROUBLE = re.compile(
    r"Traceback|Fatal Python error|ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:|terminate called"
    r"|Segmentation fault|Exception ignored|never awaited|\[critical\]")

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


class RunningHub:
    stop_deadline = STOP_DEADLINE  # seconds from being asked until it has ended

    def __init__(self, command, env, name):
        """The command's environment is this process's and `env`."""
        environment = {**os.environ, "HUB_API_HOST": "127.0.0.1", "HUB_API_PORT": "0", **env}
        if "HUB_API_TOKEN" not in env:
            environment.pop("HUB_API_TOKEN", None)
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            encoding="utf-8", errors="backslashreplace", env=environment)
        self.out = Output(self.process.stdout, f"{name} stdout")
        self.err = Output(self.process.stderr, f"{name} stderr")
        self.port = self.api_url = self.token = None
        self.provoked = ()  # patterns of log lines that look like trouble but were asked for

    def wait_api(self):
        """The match of the line that tells where the REST interface listens."""
        match = self.out.wait_for(r"^api (http://127\.0\.0\.1:\d+)$")
        assert match, f"the hub ended; log: {self.err.text()}"
        self.api_url = match[1]

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

    def wait_exit(self, deadline=None):
        """The exit code. If time runs out the process is killed and the test fails."""
        deadline = deadline or self.stop_deadline
        try:
            code = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"no end within {deadline} s; log: {self.err.text()}") from None
        self.out.join()
        self.err.join()
        return code

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
