"""Scripts that do not let go of the hub's thread when they are to go: they are interrupted, the log says so in a line, and
the hub goes on, or ends."""

import pytest
from test_life import add_to_plugman
from verlihub_process import ADMIN

WAYS = {
    "sleeps": "time.sleep(600)",
    "computes": "while True: pass",
    "waits": "threading.Event().wait()",
    "catches_everything": "while True:\n        try: time.sleep(600)\n        except BaseException: pass",
}
HANGING = """
import threading, time
def UnLoad():
    print("hangs", flush=True)
    {}
"""
FINE = """
def UnLoad():
    print("fine leaves", flush=True)
"""
# Leaves a call behind that does not return, in the queue of a hub that is about to stop.
QUEUED = """
import threading, time
import vh
def hang():
    print("hangs", flush=True)
    {}
def OnHubCommand(nick, command, user_class, in_pm, prefix):
    if command != "stop": return None
    threading.Thread(target=lambda: vh.on_main(hang).result(), daemon=True).start()
    time.sleep(0.3)
    vh.StopHub(3)
    return 0
"""
INTERRUPTED = r"script a_hangs.py \(id 1\): UnLoad takes longer than it may: it is interrupted"


@pytest.fixture(params=WAYS)
def hub(request, start_verlihub, script):
    hanging = script("a_hangs.py", HANGING.format(WAYS[request.param]))
    hub = start_verlihub(scripts=[hanging, script("b_fine.py", FINE)])
    hub.provoked = ("Traceback", "KeyboardInterrupt")
    return hub


def test_offplug_while_an_unload_hangs(hub, connect):
    boss = connect(hub, *ADMIN)
    add_to_plugman(hub, boss)
    boss.send("<boss> !offplug vhpy|")
    hub.wait_log(INTERRUPTED)
    assert hub.out.wait_for("^fine leaves$")
    connect(hub, "visitor")  # the hub goes on
    mark = hub.log_mark()
    boss.send("<boss> !onplug vhpy|")
    hub.wait_log("script .*/b_fine.py loaded", since=mark)
    (hub.folder / "scripts" / "a_hangs.py").unlink()


def test_stop_while_an_unload_hangs(hub, connect):
    boss = connect(hub, *ADMIN)
    boss.send("<boss> !quit|")
    assert hub.wait_exit() == 0
    assert hub.out.wait_for("^hangs$") and hub.out.wait_for("^fine leaves$")
    hub.wait_log(INTERRUPTED)


@pytest.mark.parametrize("way, code", [("sleeps", 3), ("catches_everything", 1)])
def test_stop_while_a_queued_call_hangs(start_verlihub, connect, script, way, code):
    """What catches every interruption is left when nothing else helps."""
    hub = start_verlihub(scripts=[script("queued.py", QUEUED.format(WAYS[way]))])
    hub.provoked = ("Traceback", "KeyboardInterrupt", "cannot be interrupted")
    connect(hub, *ADMIN).send("<boss> !stop|")
    assert hub.wait_exit() == code
    assert hub.out.wait_for("^hangs$")
    hub.wait_log("the hub stops, but its thread is .*: interrupting it")
    assert ("the hub's thread cannot be interrupted" in hub.err.text()) == (code == 1)
