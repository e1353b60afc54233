"""Holds the hub thread: `!block` from a command, VHPY_TEST_GATE/logout from OnUserLogout, until the test opens the gate.

The gate is a directory named by VHPY_TEST_GATE: `held` appears in it when the hub thread is held, `open` lets it go on.
"""

import os
import pathlib
import time

import vh

GATE = pathlib.Path(os.environ["VHPY_TEST_GATE"])
LONGEST_SECONDS = 300.0  # a test that forgets to open the gate does not hold the hub for ever


def hold():
    (GATE / "held").touch()
    end = time.monotonic() + LONGEST_SECONDS
    while not (GATE / "open").exists() and time.monotonic() < end:
        time.sleep(0.005)


def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd != "block":
        return None
    hold()
    vh.usermc("the gate is open", nick)
    return 0


def OnUserLogout(nick):
    if (GATE / "logout").exists():
        hold()
