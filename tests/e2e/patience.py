"""How long tests wait. VHPY_TIME_FACTOR stretches every deadline, for builds that a sanitizer slows down."""

import os
import time

TIME_FACTOR = float(os.environ.get("VHPY_TIME_FACTOR", "1"))
DEADLINE = 20.0 * TIME_FACTOR  # seconds for one thing to happen
STOP_DEADLINE = 5.0 * TIME_FACTOR  # seconds from SIGTERM to the end of the hub: what is promised
KIND = os.environ.get("VHPY_KIND", "release")  # of build: release, asan or tsan
POLL_SECONDS = 0.01


def until(condition, what, deadline=DEADLINE):
    """The first true value of condition(). For things that nobody announces; fails after the deadline."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {deadline} s: {what}"
        time.sleep(POLL_SECONDS)
    return value
