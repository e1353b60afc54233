"""Starts the real program vhpy-hub and ends it in an orderly way.

Ports are chosen by the system, so that tests may run at the same time. stop() checks what every end must satisfy: exit
code 0 within the promised time, and a log without tracebacks, crashes or sanitizer reports.
"""

import os
import pathlib
import re

from running_hub import RunningHub

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
HUB_API = SCRIPTS / "hub_api.py"
ADMIN = ("boss", "boss-password")
# Limits on clients, switched off for tests that are not about them.
NO_LIMITS = ("int_flood_chat_limit=0", "int_flood_to_limit=0", "int_flood_unknown_limit=0", "int_flood_nicklist_limit=0",
             "int_chat_ms=0", "int_login=0")


def hub_program():
    return os.environ["VHPY_HUB"]


def python_program():
    """The python that the hub is to look like: of the virtual environment that has FastAPI."""
    venv = os.environ.get("VHPY_VENV")
    return os.path.join(venv, "bin", "python") if venv else os.sys.executable


class HubProcess(RunningHub):
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
        super().__init__([*command, *options], env or {}, "hub")

    def wait_ready(self, api=False):
        """Waits for the banner; with `api` also for the REST interface."""
        match = self.out.wait_for(r"^hub dchub://127\.0\.0\.1:(\d+)$")
        assert match, f"the hub ended: exit {self.process.wait()}, log: {self.err.text()}"
        self.port = int(match[1])
        if api:
            self.wait_api()
            token = re.search(r"^token (\S+)$", self.out.text(), re.M)
            if token:  # the first run of this data directory: it is told once and kept only as a hash
                HubProcess.first_tokens[self.data] = token[1]
            self.token = token[1] if token else HubProcess.first_tokens[self.data]
        return self

    def stop(self):
        """Ends the hub by SIGTERM and checks how it ended."""
        if self.process.poll() is None:
            self.terminate()
        code = self.wait_exit()
        assert code == 0, f"exit code {code}; log: {self.err.text()}"
        self.check_log()
