"""Scripts with interpreters of their own in a running hub: how operators ask for them, what they keep for the next start,
how several meet in one hub, and how the hub ends with them."""

import itertools

import pytest
from hub_process import ADMIN, NO_LIMITS
from patience import DEADLINE, until

WHERE = """
import sys, threading, vh
def OnParsedMsgChat(nick, msg):
    if msg == "who is there":
        mine = [name for name in sys.modules if name.startswith("vh_script_")]
        vh.usermc(f"{vh.name} alone: {len(mine) == 1}", nick)
"""
STORM = """
import asyncio, threading, time, vh
wrong = []
calls = 0
ending = threading.Event()
def call():
    global calls
    while not ending.wait(0.001):
        calls += 1
        if vh.GetUserClass("boss") not in (-2, 10): wrong.append("class")
async def coroutines():
    global calls
    while not ending.is_set():
        answers = await asyncio.gather(*(vh.aio.GetUsersCount() for _ in range(20)))
        calls += len(answers)
        await asyncio.sleep(0.001)
def guarded(job):
    try: job()
    except vh.Error: pass
threads = [threading.Thread(target=guarded, args=(job,)) for job in (call, lambda: asyncio.run(coroutines()))]
for thread in threads: thread.start()
def OnParsedMsgChat(nick, msg):
    if msg.startswith("how many"): vh.usermc(f"{vh.name} made calls: {calls > 0} wrong: {len(wrong)}", nick)
def UnLoad():
    ending.set()
    for thread in threads: thread.join()
    print("unloaded", vh.name, flush=True)
"""


def modes(client):
    listed = client.command("!pylist", "Loaded scripts").rstrip("|").splitlines()[1:]
    return [(line.rsplit("/", 1)[1].split(" [")[0], line.rsplit("[", 1)[1].rstrip("]")) for line in listed]


def test_each_way_to_choose_the_mode(start_hub, connect, script):
    hub = start_hub(scripts=[f"{script('line.py', WHERE)}:isolated", script("own.py", "# vhpy: isolated\n" + WHERE),
                             script("plain.py", WHERE)])
    boss = connect(hub, *ADMIN)
    boss.command(f"!pyload {script('asked.py', WHERE)} isolated", "Script loaded")
    boss.command(f"!pyload {script('shared.py', '# vhpy: isolated' + WHERE)} shared", "Script loaded")
    expected = [("line.py", "isolated"), ("own.py", "isolated"), ("plain.py", "shared"), ("asked.py", "isolated"),
                ("shared.py", "shared")]
    assert modes(boss) == expected
    boss.chat("who is there")
    for name, mode in expected:
        boss.wait_chat(f"{name} alone: {mode == 'isolated'}")


def test_what_an_operator_asked_for_is_remembered(start_hub, connect, script):
    asked = script("asked.py", WHERE)
    hub = start_hub()
    connect(hub, *ADMIN).command(f"!pyload {asked} isolated", "Script loaded")
    hub.stop()
    hub = start_hub(data=hub.data, scripts=[asked])
    boss = connect(hub, *ADMIN)
    assert modes(boss) == [("asked.py", "isolated")]
    boss.command("!pyunload asked.py", "Script unloaded")
    boss.command(f"!pyload {asked} default", "Script loaded")
    assert modes(boss) == [("asked.py", "shared")]
    hub.stop()
    hub = start_hub(data=hub.data, scripts=[asked], settings=[*NO_LIMITS])
    assert modes(connect(hub, *ADMIN)) == [("asked.py", "shared")]


@pytest.mark.brief
def test_several_with_threads_beside_shared_ones(start_hub, connect, script):
    names = ["a.py", "b.py", "c.py"]
    hub = start_hub(scripts=[f"{script(name, STORM)}:isolated" for name in names] + [script("d.py", STORM)], api=True)
    alice, boss = connect(hub, "alice"), connect(hub, *ADMIN)
    numbers = itertools.count()  # the hub refuses to repeat a line
    for round_number in range(3):
        for name in [*names, "d.py"]:
            until(lambda: "True wrong: 0" in alice.command(f"how many {next(numbers)}", f"{name} made calls"), f"{name} calls")
        with hub.api() as api:
            assert "alice" in {user["nick"] for user in api.get("/users").json()["users"]}
        since = boss.mark()
        boss.command(f"!pyreload {names[round_number]}", "Script reloaded")
        boss.chat(f"how many {next(numbers)}")
        boss.wait_chat(f"{names[round_number]} made calls", since=since)
    hub.stop()
    assert hub.out.text().count("unloaded ") == 7
    assert "did not end" not in hub.err.text()


def test_a_package_that_refuses_gives_one_clear_line(start_hub, connect, script):
    hub = start_hub()
    hub.provoked = ("Traceback",)
    boss = connect(hub, *ADMIN)
    needs = script("needs.py", "import pydantic_core\n")
    answer = boss.command(f"!pyload {needs} isolated", "load it shared")
    assert "the package pydantic_core refuses to be imported in an isolated script" in answer
    boss.command(f"!pyload {needs} shared", "Script loaded")


@pytest.mark.brief
@pytest.mark.parametrize("left", ["time.sleep(600)", "vh.wait_version(10**9, timeout=600)", "while True: pass"])
def test_the_hub_ends_in_time_with_threads_that_do_not(start_hub, script, left):
    hub = start_hub(scripts=[str(script("left.py", f"""
import threading, time, vh
def work():
    print("works", flush=True)
    try:
        {left}
    except vh.Error:
        pass
threading.Thread(target=work, daemon=True, name="ghost").start()
def UnLoad():
    raise LookupError("in UnLoad")
""")) + ":isolated"])
    hub.provoked = ("Traceback",)
    assert hub.out.wait_for("^works$", DEADLINE)
    hub.stop()
    assert ("1 thread(s) did not end: ghost (daemon)" in hub.err.text()) == ("wait_version" not in left)
