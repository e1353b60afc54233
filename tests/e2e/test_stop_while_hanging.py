"""SIGTERM while a script holds the hub thread: it is interrupted and the hub stops cleanly; what cannot be interrupted
is left behind, with an exit code that says so."""

import textwrap

import pytest
from patience import KIND

# TSan holds a signal back until the thread next calls the C library, which `pass` never does.
SPIN = "while True: pass" if KIND != "tsan" else "import time\nwhile True: time.monotonic()"
SLEEP = "import time\ntime.sleep(600)"
SPIN_IN_PYTHON_AND_SYSTEM = "import os\nwhile True: os.stat('/')"
WAIT_FOR_LOCK = "import threading\nthreading.Event().wait()"


@pytest.mark.parametrize("hang", [SPIN, SLEEP, SPIN_IN_PYTHON_AND_SYSTEM, WAIT_FOR_LOCK])
def test_stop_while_a_hook_hangs(start_hub, connect, script, hang):
    text = "def OnHubCommand(*arguments):\n" + textwrap.indent(f"print('hangs', flush=True)\n{hang}\n", "    ")
    hub = start_hub(scripts=[script("hanging.py", text)])
    connect(hub, "alice").chat("!hang")
    assert hub.out.wait_for("^hangs$")
    hub.terminate()
    assert hub.wait_exit() == 0
    assert "asked to stop, but the hub thread is in hanging.py OnHubCommand" in hub.err.text()
    assert "interrupted by the hub" in hub.err.text()


@pytest.mark.parametrize("hang", [SPIN, SLEEP])
def test_stop_while_a_script_is_loaded(start_hub, script, hang):
    hanging = script("hanging.py", f"print('hangs', flush=True)\n{hang}\n")
    never = script("never.py", "print('loaded all the same', flush=True)\n")
    hub = start_hub(scripts=[hanging, never])
    assert hub.out.wait_for("^hangs$")
    hub.terminate()
    assert hub.wait_exit() == 0
    assert "hanging.py" in hub.err.text() and "interrupted by the hub" in hub.err.text()
    assert "loaded all the same" not in hub.out.text()


def test_a_hook_that_catches_one_interruption_meets_the_next(start_hub, connect, script):
    hub = start_hub(scripts=[script("stubborn.py", """
import time
def OnHubCommand(*arguments):
    print('hangs', flush=True)
    for attempt in range(3):
        try:
            time.sleep(600)
        except KeyboardInterrupt:
            pass
""")])
    connect(hub, "alice").chat("!hang")
    assert hub.out.wait_for("^hangs$")
    hub.terminate()
    assert hub.wait_exit() == 0


def test_what_cannot_be_interrupted_is_left_behind(start_hub, connect, script):
    """A registration made just before is kept all the same."""
    hub = start_hub(scripts=[script("deaf.py", """
import time, vh
def OnHubCommand(*arguments):
    vh.AddRegUser("kept", 1, "its-password")
    print('hangs', flush=True)
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass
""")])
    connect(hub, "alice").chat("!hang")
    assert hub.out.wait_for("^hangs$")
    hub.terminate()
    assert hub.wait_exit() == 1
    assert "cannot be interrupted, still in deaf.py OnHubCommand" in hub.err.text()
    again = start_hub(data=hub.data)
    connect(again, "kept", password="its-password")


def test_programs_that_a_script_starts_can_be_terminated(start_hub, script):
    """They start with the signals of any other program: no mask or ignored signal of the hub's is passed on."""
    hub = start_hub(scripts=[script("starter.py", """
import subprocess
child = subprocess.Popen(["sleep", "600"])
child.terminate()
print("child ended with", child.wait(10), flush=True)
""")])
    assert hub.out.wait_for("^child ended with -15$")
