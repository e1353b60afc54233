"""The storms of tests/stress, measured: beside a hub without scripts that is sent the same lines in the same run.

The ten clients and the HTTP threads are Python in one process: on a small machine they take longer than the hub does,
which is why its processor time is told too. Needs VHPY_HUB and VHPY_VENV. Prints one JSON line per sample.
"""

import contextlib
import pathlib
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
for folder in ("e2e", "stress"):
    sys.path.insert(0, str(TESTS / folder))

from hub_process import HubProcess  # noqa: E402
from nmdc_client import Client  # noqa: E402
from samples import tell  # noqa: E402
from storms import BURST, COMMANDS, MESSAGES, STORM_DEADLINE, USERS, chat_storm, command_storm, storm_hub  # noqa: E402

WARM_UP_ROUNDS = 10  # a round is short: until caches, arenas and thread pools have their size
ROUNDS = 25
ROUNDS_OF_GROWTH = 5  # after which memory is looked at, each time


@contextlib.contextmanager
def plain_hub(data):
    """A hub without scripts, and its clients."""
    hub = HubProcess(data)
    clients = []
    try:
        hub.wait_ready()
        clients += [Client(hub.port, f"user{number}") for number in range(USERS)]
        yield hub, clients
        hub.stop()
    finally:
        for client in clients:
            client.close()
        hub.kill()


def say(speakers, hearers, lines, name):
    """Seconds until all have heard all that each speaker said."""
    marks = [client.mark() for client in hearers]
    began = time.perf_counter()
    for start in range(0, lines, BURST):
        for client in speakers:
            client.send("".join(f"<{client.nick}> {name} line {n} of {client.nick}.|" for n in range(start, start + BURST)))
    last = [f"<{client.nick}> {name} line {lines - 1} of {client.nick}." for client in speakers]
    for client, mark in zip(hearers, marks):
        client.wait_all(last, since=mark, deadline=STORM_DEADLINE)
    return time.perf_counter() - began


def plain_round(hub, clients, number):
    return (say(clients, clients, MESSAGES // len(clients), f"round {number}"),
            say(clients[:1], clients[:1], COMMANDS, f"again {number}"))


def scripted_round(hub, clients, number):
    return chat_storm(hub, clients, number)[0], command_storm(clients[0], number)


class Measured:
    """One hub of the two, and what it has cost."""

    def __init__(self, name, hub, clients, one_round):
        self._name, self._hub, self._clients, self._round = name, hub, clients, one_round
        self._resident = 0

    def round(self, number):
        measured = number - WARM_UP_ROUNDS
        if measured >= 0 and measured % ROUNDS_OF_GROWTH == 0:
            self.look_at_memory(first=measured == 0)
        used = self._hub.cpu_seconds()
        chat, commands = self._round(self._hub, self._clients, number)
        if measured >= 0:
            tell(f"{self._name}.chat", chat)
            tell(f"{self._name}.commands", commands)
            tell(f"{self._name}.processor", self._hub.cpu_seconds() - used)

    def look_at_memory(self, first=False):
        resident = self._hub.resident_kib()
        if not first:
            tell(f"{self._name}.growth", resident - self._resident)
        self._resident = resident


def main():
    with tempfile.TemporaryDirectory(prefix="vhpy-stress-") as folder:
        data = pathlib.Path(folder)
        with storm_hub(data / "storm") as storm, plain_hub(data / "plain") as plain:
            both = Measured("storm", *storm, scripted_round), Measured("plain", *plain, plain_round)
            for number in range(WARM_UP_ROUNDS + ROUNDS):
                for measured in both:
                    measured.round(number)
            for measured in both:
                measured.look_at_memory()


if __name__ == "__main__":
    main()
