"""Prints the figures of the stress tests beside those of the older way and those to reach (design, section 6).

The ten clients and the HTTP threads are Python in one process: on a small machine they take longer than the hub does,
which is why its processor time stands below.

Run: VHPY_HUB=... VHPY_VENV=... python tests/bench/stress_figures.py [ROUNDS]. ./dev bench sets the environment.
"""

import pathlib
import statistics
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
for folder in ("e2e", "stress"):
    sys.path.insert(0, str(TESTS / folder))

from storms import chat_storm, command_storm, load_script, storm_hub  # noqa: E402

WARM_UP_ROUNDS = 10  # a round is short: until caches, arenas and thread pools have their size


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="vhpy-stress-") as folder:
        listening, serving = load_script(pathlib.Path(folder) / "load")
        chats, processor, commands, calls = [], [], [], 0
        with storm_hub(pathlib.Path(folder) / "storm") as (hub, clients):
            before = 0
            for number in range(WARM_UP_ROUNDS + rounds):
                if number == WARM_UP_ROUNDS:
                    before = hub.resident_kib()
                used = hub.cpu_seconds()
                seconds, made = chat_storm(hub, clients, number)
                chats.append(seconds)
                processor.append(hub.cpu_seconds() - used)
                calls += made
                commands.append(command_storm(clients[0], number))
            growth = hub.resident_kib() - before
    rows = [
        ("load the script: hub listens", "", "", f"{listening:.2f} s"),
        ("start the server: REST listens", "", "", f"{serving:.2f} s"),
        ("5,000 messages, median", "17.4 s", "< 1 s", f"{statistics.median(chats[WARM_UP_ROUNDS:]):.3f} s"),
        ("  processor time of the hub", "", "", f"{statistics.median(processor[WARM_UP_ROUNDS:]):.3f} s"),
        ("5,000 messages, worst", "", "", f"{max(chats):.3f} s"),
        ("600 commands, median", "12.1 s", "< 0.2 s", f"{statistics.median(commands[WARM_UP_ROUNDS:]):.3f} s"),
        ("600 commands, worst", "", "", f"{max(commands):.3f} s"),
        (f"memory growth over {rounds} rounds", "544 KB", "< 256 KB", f"{growth} KiB"),
        ("REST requests served meanwhile", "", "", str(calls)),
    ]
    print(f"{'stress':34}{'older way':>12}{'to reach':>12}{'here':>12}")
    for name, older, goal, here in rows:
        print(f"{name:34}{older:>12}{goal:>12}{here:>12}")


if __name__ == "__main__":
    main()
