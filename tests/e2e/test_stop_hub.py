"""vh.StopHub: the program ends in order, with the exit code that a script gave; and what a live hub answers to the other
functions that the older plugins never got to work."""

import json

import pytest
from hub_process import ADMIN

STOP = """
import threading, vh
def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    words = cmd.split()
    if words[0] == "stop":
        vh.usermc(f"stop {vh.StopHub(*map(int, words[1:]))}", nick)
        return 0
    if words[0] == "stop_by_thread":
        threading.Thread(target=lambda: print("thread", vh.StopHub(9), flush=True)).start()
        return 0
def UnLoad():
    print("unloaded", flush=True)
"""


def ended(hub, code):
    assert hub.wait_exit() == code
    hub.check_log()
    assert "unloaded" in hub.out.text()


@pytest.mark.parametrize("code", [0, 1, 42, 255])
def test_defect_03_stop_ends_the_hub_with_its_code(start_hub, connect, script, code):
    hub = start_hub(scripts=[script("stop.py", STOP)])
    client = connect(hub, "alice")
    client.send(f"<alice> !stop {code}|")
    ended(hub, code)
    client.wait_closed()
    assert any("stop True" in frame for frame in client.frames)  # what was said before still arrives


def test_stop_from_a_thread(start_hub, connect, script):
    hub = start_hub(scripts=[script("stop.py", STOP)])
    connect(hub, "alice").send("<alice> !stop_by_thread|")
    ended(hub, 9)
    assert "thread True" in hub.out.text()


def test_stop_while_scripts_are_loaded(start_hub, script):
    hub = start_hub(scripts=[script("at_once.py", STOP + "\nvh.StopHub(7)\n")])
    ended(hub, 7)


def test_stop_with_a_thread_left_behind_keeps_its_code(start_hub, connect, script):
    """A thread that does not end: the process is left by _exit()."""
    hub = start_hub(scripts=[script("stop.py", STOP + """
def work():
    while True:
        try:
            threading.Event().wait(3600)
        except BaseException:
            pass
threading.Thread(target=work).start()
""")])
    connect(hub, "alice").send("<alice> !stop 5|")
    ended(hub, 5)


@pytest.mark.parametrize("catches", ["ZeroDivisionError", "BaseException"])
def test_an_unload_that_hangs_does_not_hold_up_the_stop(start_hub, connect, script, catches):
    """As after a signal: it is interrupted, whatever it catches."""
    hub = start_hub(scripts=[script("stop.py", STOP), script("deaf.py", f"""
import time
def UnLoad():
    while True:
        try:
            time.sleep(600)
        except {catches}:
            pass
""")])
    hub.provoked = ("Traceback",)
    connect(hub, "alice").send("<alice> !stop 3|")
    ended(hub, 3)
    assert "interrupted by the hub" in hub.err.text()


def test_stop_after_a_delay_and_its_cancellation(start_hub, connect, script):
    hub = start_hub(scripts=[script("stop.py", STOP)])
    client = connect(hub, "alice")
    assert "False" in client.command("!stop 0 -1", "stop ")
    assert "True" in client.command("!stop 3 3600", "stop ")
    assert "True" in client.command("!stop 0 -1", "stop ")
    assert "False" in client.command("!stop 256", "stop ")
    assert "True" in client.command("!stop 4 1", "stop ")
    ended(hub, 4)


def test_a_signal_before_the_delay_is_over_ends_the_hub_with_0(start_hub, connect, script):
    hub = start_hub(scripts=[script("stop.py", STOP)])
    connect(hub, "alice").command("!stop 3 3600", "stop True")
    hub.terminate()
    ended(hub, 0)


def test_facts_of_a_live_hub(start_hub, connect, script):
    hub = start_hub(scripts=[script("facts.py", """
import json, vh
def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd == "facts":
        facts = {"rate": vh.GetServFreq(), "raw": vh.GetRawNickList(), "url": vh.GetUserHubURL(nick),
                 "json": vh.GetUserExtJSON(nick), "label": vh.name_and_version("Facts", "1.0"),
                 "set": vh.SetMyINFO(nick, desc="made by a script"), "info": vh.GetMyINFO(nick),
                 "ip": vh.SetUserIP(nick, "192.0.2.1"), "now": vh.GetUserIP(nick)}
        vh.usermc(vh.encode("facts " + json.dumps(facts)), nick)
        return 0
""")])
    boss = connect(hub, *ADMIN)
    alice = connect(hub, "alice", supports=("NoHello", "NoGetINFO", "HubURL", "ExtJSON2"))
    alice.wait_for(lambda frame: frame == "$GetHubURL", "$GetHubURL")
    alice.send('$MyHubURL dchub://here|$ExtJSON alice {"Files":7}|')
    facts = json.loads(alice.command("!facts", "facts ").partition("facts ")[2])
    assert isinstance(facts["rate"], float) and facts["rate"] >= 0
    assert facts["raw"] == "$NickList HubSecurity$$OpChat$$alice$$boss$$"
    assert (facts["url"], facts["json"]) == ("dchub://here", '$ExtJSON alice {"Files":7}')
    assert facts["label"] == ["Facts", "1.0"]
    assert facts["set"] is True and facts["info"][:2] == ["alice", "made by a script"]
    assert facts["ip"] is True and facts["now"] == "192.0.2.1"
    boss.wait_for(lambda frame: frame.startswith("$MyINFO $ALL alice made by a script<test"), "the changed MyINFO")
    boss.wait_for(lambda frame: frame.startswith("$UserIP") and "alice 192.0.2.1" in frame, "the changed address")
