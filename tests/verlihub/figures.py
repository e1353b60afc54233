"""Figures of the plugin on a real Verlihub with its default timing, as a table: how soon a command from another thread is
answered in each way of waking the hub thread, what a flood of commands does to the hub and its users, and all that with
5,000 users.

    VHPY_VERLIHUB_ROOT=PREFIX build/venv/bin/python tests/verlihub/figures.py [wake] [flood] [crowd]

Needs what the tests of this folder need. `wake` takes about two minutes, most of them for the way `timer`, whose every call
takes a second; `flood` one; `crowd` as long as 5,000 logins take (crowd.py): minutes, on a busy machine many. Where others
compile, put `chrt -f 10` in front for the first two, as root: hub and callers then run before everything else.
"""

import json
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "e2e"):
    sys.path.insert(0, str(folder))
os.environ.setdefault("VHPY_VENV", str(HERE.parents[1] / "build" / "venv"))
os.environ.setdefault("VHPY_TIME_FACTOR", "10")  # one question to the hub is a whole row of the table

import databases_and_hubs as setting  # noqa: E402
from crowd import Crowd  # noqa: E402
from nmdc_client import Client  # noqa: E402
from patience import DEADLINE, until  # noqa: E402
from probing import Probe  # noqa: E402

CALLS = {"signal": 2_000, "poll": 400, "timer": 25}
CHAT_LINES = 400
FLOODERS = 4
USERS = 5_000
CHANGES = 100
SCRIPT = HERE / "figures_script.py"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def row(name, seconds):
    print(f"| {name} | {len(seconds)} | {statistics.median(seconds) * 1e3:.3f} | {percentile(seconds, 0.99) * 1e3:.3f} |"
          f" {max(seconds) * 1e3:.3f} |", flush=True)


def wake_table(database, folder):
    print("| way of waking | calls | p50 ms | p99 ms | slowest ms |\n|---|---|---|---|---|")
    with setting.hub(database, folder / "bare", [SCRIPT], {"wake": "timer"}) as running:
        probe = Probe(running)
        row("no hub: a thread that answers, by two `SimpleQueue`s", probe.thread(f"between_threads({CALLS['signal']}, 0.06)"))
        probe.close()
    for mode, calls in CALLS.items():
        with setting.hub(database, folder / mode, [SCRIPT], {"wake": mode}) as running:
            probe = Probe(running)
            row(f"`{mode}`", probe.thread(f"measure({calls}, {0 if mode == 'timer' else 0.06})"))
            probe.close()


def chat_latency(speaker, hearer, name):
    times = []
    for number in range(CHAT_LINES):
        text = f"{name} {number}"
        since = hearer.mark()
        began = time.perf_counter()
        speaker.chat(text)
        hearer.wait_chat(text, by=speaker.nick, since=since)
        times.append(time.perf_counter() - began)
        time.sleep(random.uniform(0, 0.02))
    return times


def flood_table(database, folder):
    with setting.hub(database, folder / "flood", [SCRIPT], {"wake": "signal"}) as running:
        probe, alice, bob = Probe(running), Client(running.port, "alice"), Client(running.port, "bob")
        print("\n| chat line from one client to another | lines | p50 ms | p99 ms | slowest ms |\n|---|---|---|---|---|")
        time.sleep(3)
        quiet = probe("vh.GetServFreq()")
        row("nobody else", chat_latency(alice, bob, "quiet"))
        began = time.perf_counter()
        probe.thread(f"flood({FLOODERS})")
        row(f"{FLOODERS} threads that call without pause", chat_latency(alice, bob, "flood"))
        time.sleep(5)
        loud = probe("vh.GetServFreq()")
        calls = probe.thread("calm()")
        seconds = time.perf_counter() - began
        print(f"\nGetServFreq: {quiet:.1f} turns per second before the flood, {loud:.1f} at its end;"
              f" {calls / seconds:,.0f} commands per second meanwhile")
        for client in (probe, alice, bob):
            client.close()


CROWDED = {"delayed_myinfo": "1"}  # the hub's default


def crowd_table(database, folder):
    with setting.hub(database, folder / "crowd", [SCRIPT], {"wake": "signal"}, CROWDED) as running:
        began = time.perf_counter()
        crowd = Crowd(running.port, USERS)
        probe = Probe(running)
        until(lambda: probe.thread("vh.GetUsersCount()") > USERS, "all are in the list", 3 * DEADLINE)
        time.sleep(5)  # what the logins have left to be sent
        print(f"\n{USERS} users logged in after {time.perf_counter() - began:.1f} s")
        print("| with that many users | calls | p50 ms | p99 ms | slowest ms |\n|---|---|---|---|---|")
        row("call from another thread", probe.thread(f"measure({CALLS['signal'] // 4}, 0.06)"))
        row("until the live copy shows a change", probe.thread(f"staleness({CHANGES})"))
        same = probe.thread("sorted(vh.cached.GetNickList()) == sorted(vh.GetNickList())")
        print(f"the copy has everybody: {same}; GetServFreq: {probe('vh.GetServFreq()'):.1f}")
        probe.close()
        crowd.close()


TABLES = {"wake": wake_table, "flood": flood_table, "crowd": crowd_table}


def main():
    wanted = sys.argv[1:] or list(TABLES)
    if unknown := set(wanted) - set(TABLES):
        raise SystemExit(f"no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    with tempfile.TemporaryDirectory(prefix="vhpy-figures-") as folder, setting.database() as database:
        print(json.dumps({"processors": os.cpu_count(), "load": os.getloadavg()[0]}))
        for name in wanted:
            TABLES[name](database, pathlib.Path(folder))


if __name__ == "__main__":
    main()
