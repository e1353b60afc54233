"""Scripts with an interpreter of their own on Verlihub: hooks, calls from threads in all forms, posts, unloading, reloading, and
unloading the whole plugin."""

import itertools

import pytest
from patience import until
from test_life import add_to_plugman
from verlihub_process import ADMIN

# Calls in every form from threads, answers in chat how that went.
ALONE = """# vhpy: isolated
import asyncio, sys, threading, time, vh
wrong = []
made = {"sync": 0, "aio": 0, "post": 0, "cached": 0}
ending = threading.Event()
def call():
    while not ending.wait(0.001):
        if vh.GetUserClass("boss") not in (-2, 10): wrong.append("class")
        made["sync"] += 1
        if vh.cached.GetUserClass("boss") not in (-2, 10): wrong.append("cached class")
        made["cached"] += 1
        vh.post.SetConfig("pi_" + vh.name, "posted", str(made["post"]))
        made["post"] += 1
async def coroutines():
    while not ending.is_set():
        counts = await asyncio.gather(*(vh.aio.GetUsersCount() for _ in range(20)))
        if min(counts) < 0: wrong.append("count")
        made["aio"] += len(counts)
        await asyncio.sleep(0.001)
def guarded(job):
    try: job()
    except vh.Error: pass
threads = [threading.Thread(target=guarded, args=(job,)) for job in (call, lambda: asyncio.run(coroutines()))]
for thread in threads: thread.start()
def OnParsedMsgChat(nick, msg):
    if not msg.startswith("report"): return None
    mine = [name for name in sys.modules if name.startswith("vh_script_")]
    vh.usermc(f"{vh.name} alone: {len(mine) == 1} made: {min(made.values()) > 0} wrong: {len(wrong)}", nick)
def OnUserLogin(nick):
    vh.usermc(f"{vh.name} greets {nick}", nick)
def UnLoad():
    ending.set()
    for thread in threads: thread.join()
    vh.SetConfig("pi_" + vh.name, "left", "1")
    print("unloaded", vh.name, flush=True)
"""
GOOD = "alone: True made: True wrong: 0"
NAMES = ("a.py", "b.py")


@pytest.fixture
def hub(start_verlihub, script):
    return start_verlihub(scripts=[script(name, ALONE) for name in NAMES] + [script("shared.py", ALONE.partition("\n")[2])])


@pytest.fixture
def boss(hub, connect):
    return connect(hub, *ADMIN)


@pytest.fixture
def report(boss):
    numbers = itertools.count()  # the hub refuses to repeat a line

    def ask(name):
        return boss.command(f"report {next(numbers)}", f"{name} alone")

    return ask


def modes(boss):
    listed = boss.command("!pylist", "Loaded scripts").rstrip("|").splitlines()[1:]
    return {line.rsplit("/", 1)[1].split(" [")[0]: line.rsplit("[", 1)[1].rstrip("]") for line in listed}


def test_each_has_its_own_interpreter_and_all_forms_of_calls(hub, boss, report, connect):
    assert modes(boss) == {"a.py": "isolated", "b.py": "isolated", "shared.py": "shared"}
    for name in (*NAMES, "shared.py"):
        until(lambda name=name: "made: True wrong: 0" in report(name), f"calls of {name}")
    for name in NAMES:
        assert GOOD in report(name)
    alice = connect(hub, "alice")
    for name in (*NAMES, "shared.py"):
        alice.wait_chat(f"{name} greets alice")
        until(lambda name=name: hub.sql(f"SELECT val FROM SetupList WHERE file = 'pi_{name}' AND var = 'posted'"),
              "a posted call in the table")


def test_unload_and_reload_under_load(hub, boss, report):
    for name in NAMES:
        until(lambda name=name: GOOD in report(name), f"calls of {name}")
    boss.command("!pyunload a.py", "Script unloaded")
    assert hub.out.wait_for("^unloaded a.py$")
    assert hub.sql("SELECT val FROM SetupList WHERE file = 'pi_a.py' AND var = 'left'") == [["1"]]
    assert "a.py" not in modes(boss)
    for _ in range(3):
        boss.command("!pyreload b.py", "Script reloaded")
    assert hub.out.text().count("unloaded b.py") == 3
    until(lambda: GOOD in report("b.py"), "calls of b.py")
    until(lambda: "made: True wrong: 0" in report("shared.py"), "calls of shared.py")


def test_the_plugin_is_unloaded_and_loaded_with_them(hub, boss, report):
    add_to_plugman(hub, boss)
    for round_number in range(1, 3):
        mark = hub.log_mark()
        boss.send("<boss> !offplug vhpy|")
        for name in NAMES:
            until(lambda name=name, times=round_number: hub.out.text().count(f"unloaded {name}") == times, f"{name} leaves")
        boss.send("<boss> !onplug vhpy|")
        hub.wait_log("script .*/shared.py loaded", since=mark)
        for name in NAMES:
            until(lambda name=name: GOOD in report(name), f"calls of {name}")
    assert "left standing" not in hub.err.text()


def test_the_hub_ends_with_them(hub, boss, report):
    until(lambda: GOOD in report("a.py"), "calls of a.py")
    boss.send("<boss> !quit|")
    assert hub.wait_exit() == 0
    for name in (*NAMES, "shared.py"):
        assert hub.out.wait_for(f"^unloaded {name}$")
    assert "did not end" not in hub.err.text()
