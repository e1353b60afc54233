"""Fills the lane: `!flood` holds the hub thread while threads queue calls until they are refused, then opens as blocker.py
does. Prints what happened as `flood QUEUED REFUSED` on stdout, and
`flood answered` when a thread has all its answers."""

import asyncio
import os
import pathlib
import threading
import time

import vh

GATE = pathlib.Path(os.environ["VHPY_TEST_GATE"])
THREADS = 6  # each may queue its own share; together more than the lane holds
PER_THREAD = 40_000  # calls that one thread tries to queue
LONGEST_SECONDS = 300.0


async def fill(counts):
    """Queues until refused, tells how many, then waits until all have been answered."""
    pending, refused = [], 0
    for _ in range(PER_THREAD):
        try:
            pending.append(vh.aio.GetUsersCount())
        except vh.QueueFull:
            refused = 1
            break
    counts.append((len(pending), refused))
    await asyncio.gather(*pending, return_exceptions=True)
    print("flood answered", flush=True)


def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd != "flood":
        return None
    counts = []
    threads = [threading.Thread(target=lambda: asyncio.run(fill(counts)), daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + LONGEST_SECONDS
    while len(counts) < THREADS and time.monotonic() < end:
        time.sleep(0.005)
    print("flood", sum(queued for queued, _ in counts), sum(refused for _, refused in counts), flush=True)
    (GATE / "held").touch()
    while not (GATE / "open").exists() and time.monotonic() < end:
        time.sleep(0.005)
    return 0
