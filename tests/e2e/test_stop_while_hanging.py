"""SIGTERM while a script holds the hub thread: it is interrupted and the hub stops cleanly; what cannot be interrupted
is left behind, with an exit code that says so."""

import textwrap

import pytest
from nmdc_client import HubSaidNo
from patience import KIND

# TSan holds a signal back until the thread next calls the C library, which `pass` never does.
SPIN = "while True: pass" if KIND != "tsan" else "import time\nwhile True: time.monotonic()"
SLEEP = "import time\ntime.sleep(600)"
SPIN_IN_PYTHON_AND_SYSTEM = "import os\nwhile True: os.stat('/')"
WAIT_FOR_LOCK = "import threading\nthreading.Event().wait()"

@pytest.mark.parametrize("hang,mode", [(SPIN, "shared"), (SLEEP, "shared"), (SPIN_IN_PYTHON_AND_SYSTEM, "shared"),
                                       (WAIT_FOR_LOCK, "shared"), (SPIN, "isolated"), (WAIT_FOR_LOCK, "isolated"),
                                       (SLEEP, "isolated")])
def test_stop_while_a_hook_hangs(start_hub, connect, script, hang, mode):
    text = "def OnHubCommand(*arguments):\n" + textwrap.indent(f"print('hangs', flush=True)\n{hang}\n", "    ")
    hub = start_hub(scripts=[f'{script("hanging.py", text)}:{mode}'])
    connect(hub, "alice").chat("!hang")
    assert hub.out.wait_for("^hangs$")
    hub.terminate()
    assert hub.wait_exit() == 0
    assert "asked to stop, but the hub thread is in hanging.py OnHubCommand" in hub.err.text()
    assert "interrupted by the hub" in hub.err.text()


@pytest.mark.brief
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
    """What was changed just before is kept all the same."""
    hub = start_hub(scripts=[script("deaf.py", """
import time, vh
def OnHubCommand(*arguments):
    vh.Topic("kept topic")
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
    assert connect(again, "bob").topic() == "kept topic"


def test_an_unload_that_cannot_be_interrupted_is_left_behind(start_hub, script):
    """A call in C that goes on after each signal: of a lock that this thread has already."""
    hub = start_hub(scripts=[script("deaf.py", """
import ctypes
def UnLoad():
    mutex = ctypes.create_string_buffer(64)
    lock = ctypes.CDLL(None).pthread_mutex_lock
    lock(mutex)
    lock(mutex)
""")])
    hub.wait_log("deaf.py loaded")
    hub.terminate()
    assert hub.wait_exit() == 1
    assert "cannot be interrupted, still ending its scripts" in hub.err.text()


def test_stop_while_a_hook_of_the_last_commands_hangs(start_hub, connect, script):
    """What was queued still runs when the hub is told to stop, and may fire a hook that hangs."""
    hub = start_hub(scripts=[script("queued.py", """
import threading, time, vh
hanging = threading.Event()
def kick():
    hanging.wait()
    vh.aio.CloseConnection("bob")
    print('queued', flush=True)
def OnHubCommand(*arguments):
    threading.Thread(target=kick, daemon=True).start()
    hanging.set()
    time.sleep(600)
def OnUserLogout(nick):
    print('logout', nick, flush=True)
    time.sleep(600)
""")])
    connect(hub, "bob")
    connect(hub, "alice").chat("!hang")
    assert hub.out.wait_for("^queued$")
    hub.terminate()
    assert hub.wait_exit() == 0
    assert hub.out.wait_for("^logout bob$")
    assert hub.err.text().count("interrupted by the hub") >= 2


def test_passwords_that_were_just_set_are_kept(start_hub, connect, script):
    hub = start_hub(scripts=[script("registers.py", """
import vh
for number in range(3):
    assert vh.AddRegUser(f"new{number}", 2, "its-password")
print('registered', flush=True)
""")])
    assert hub.out.wait_for("^registered$")
    hub.terminate()
    assert hub.wait_exit() == 0
    again = start_hub(data=hub.data)
    for number in range(3):
        connect(again, f"new{number}", password="its-password")


def test_passwords_lost_with_the_process_leave_no_account_open(start_hub, connect, script):
    """A killed hub leaves accounts without their password: locked, not for the first who comes."""
    hub = start_hub(scripts=[script("registers.py", """
import vh
made = [vh.AddRegUser(f"new{number}", 5, "its-password") for number in range(300)]
print('registered', sum(made), max(number for number in range(300) if made[number]), flush=True)
""")])
    registered = hub.out.wait_for("^registered (\\d+) (\\d+)$")
    hub.kill()
    assert int(registered[1]) < 300, "more passwords than the queue holds were promised"
    again = start_hub(data=hub.data)
    last = f"new{registered[2]}"  # its hash was the last in the queue
    with pytest.raises(AssertionError, match="asks .* for a password"):
        connect(again, last)
    with pytest.raises(HubSaidNo):
        connect(again, last, password="another")


def test_programs_that_a_script_starts_can_be_terminated(start_hub, script):
    """They start with the signals of any other program: no mask or ignored signal of the hub's is passed on."""
    hub = start_hub(scripts=[script("starter.py", """
import subprocess
child = subprocess.Popen(["sleep", "600"])
child.terminate()
print("child ended with", child.wait(10), flush=True)
""")])
    assert hub.out.wait_for("^child ended with -15$")
