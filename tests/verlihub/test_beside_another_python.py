"""Beside another plugin that starts Python: one process can have one only, so whichever comes second is refused, the operator
is told, and the first one and the hub go on.

The other one is a stand-in of ours, and besides it Verlihub's own Python plugin where that is installed.
"""

import os
import pathlib

import pytest
from probing import PROBE, Probe
from verlihub_process import ADMIN, plugin_path, verlihub_root

REFUSED_BY_NAME = "another Python plugin is loaded already"
REFUSED_BY_PYTHON = "another plugin has started Python in this process already"


def stand_in(name):
    return plugin_path().parents[2] / "tests" / "verlihub" / f"libvhpy_rival_{name}.so"


def stock():
    root = verlihub_root()
    return (root or pathlib.Path()) / "lib" / "libpython_pi.so"


@pytest.fixture(params=["stand-in", "stock"])
def other(request):
    path = stand_in("Python") if request.param == "stand-in" else stock()
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path


def load(boss, name, path):
    """By the chat console, as operators do; the answer is what they see."""
    os.utime(path)  # plugman refuses files that are older than the hub's program
    boss.send(f"<boss> !addplug {name} -p \"{path}\" -a 0|")
    since = boss.mark()
    boss.send(f"<boss> !onplug {name}|")
    boss.send("<boss> !lstplug|")
    return boss.wait_chat(name, since=since)


def test_the_other_one_first(start_verlihub, connect, other):
    hub = start_verlihub(plugins=("libplug_pi.so", other), with_plugin=False, scripts=[PROBE])
    boss = connect(hub, *ADMIN)
    load(boss, "vhpy", plugin_path())
    hub.wait_log(REFUSED_BY_NAME)
    boss.wait_chat(REFUSED_BY_NAME)
    connect(hub, "alice").chat("the hub goes on")
    boss.wait_chat("the hub goes on")


def test_this_one_first(start_verlihub, connect, other):
    hub = start_verlihub(scripts=[PROBE])
    boss = connect(hub, *ADMIN)
    load(boss, "older", other)
    probe = Probe(hub)
    assert probe.thread("vh.GetUserClass('boss')") == 10
    assert probe("vh.GetNickList()")
    probe.close()


def test_both_in_the_folder_of_plugins(start_verlihub, connect, other):
    """In whatever order the folder lists them."""
    hub = start_verlihub(plugins=("libplug_pi.so", other))
    connect(hub, "alice")
    if REFUSED_BY_NAME not in hub.err.text():
        boss = connect(hub, *ADMIN)
        boss.command("!pylist", "script")


def test_one_of_another_name_first(start_verlihub, connect):
    hub = start_verlihub(plugins=("libplug_pi.so", stand_in("Rival")), with_plugin=False)
    boss = connect(hub, *ADMIN)
    load(boss, "vhpy", plugin_path())
    hub.wait_log(REFUSED_BY_PYTHON)
    boss.wait_chat(REFUSED_BY_PYTHON)
    connect(hub, "alice").chat("the hub goes on")
    boss.wait_chat("the hub goes on")
