"""Waiting for a condition, with a deadline that sanitizers stretch."""

import os
import time
from collections.abc import Callable

SECONDS = 10.0 * float(os.environ.get("VHPY_TIME_FACTOR", "1"))
POLL_SECONDS = 0.002


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(POLL_SECONDS)
