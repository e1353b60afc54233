"""The five stress tests known to this field, as functions that run one against a real hub, check that nothing was lost,
and return what they measured. tests/stress asserts with them, tests/bench prints their figures.

Unpaced: everything is sent as fast as the sockets take it.
"""

import contextlib
import dataclasses
import http.client
import pathlib
import threading
import time
import urllib.parse

from hub_process import ADMIN, HUB_API, NO_LIMITS, HubProcess
from nmdc_client import Client
from patience import DEADLINE, until

STORM_SCRIPT = pathlib.Path(__file__).resolve().parent / "storm_script.py"
USERS = 10
MESSAGES = 5_000  # of all users together
COMMANDS = 600
BURST = 50  # lines that one user sends before the next one's turn
API_THREADS = 3
API_PATHS = ("/users", "/stats", "/user/user1", "/ops", "/health", "/hub", "/bots")
STORM_DEADLINE = 6 * DEADLINE  # seconds for one storm


@dataclasses.dataclass
class Counts:
    """What the script in the hub has counted."""

    chats: int
    ticks: int
    commands: int
    blocking_calls: int
    awaited_calls: int
    wrong: int


@contextlib.contextmanager
def storm_hub(data, mode="shared"):
    """A hub with the REST interface and the counting script in that mode, and USERS clients. Ended and checked at the end. No
    limit of requests: what a storm measures is the hub, not the bucket of its only address."""
    hub = HubProcess(data, scripts=[HUB_API, f"{STORM_SCRIPT}:{mode}"], settings=NO_LIMITS, env={"HUB_API_RATE": "0"})
    clients = []
    try:
        hub.wait_ready(api=True)
        clients += [Client(hub.port, f"user{number}") for number in range(USERS)]
        yield hub, clients
        hub.stop()
    finally:
        for client in clients:
            client.close()
        hub.kill()


def load_script(data, mode="shared"):
    """(1) Seconds from the start of the program until the hub with the scripts listens, and (2) until the REST server
    does. Its packages are for shared scripts; the mode is that of the counting one beside it."""
    began = time.perf_counter()
    hub = HubProcess(data, scripts=[HUB_API, f"{STORM_SCRIPT}:{mode}"])
    try:
        hub.out.wait_for("^hub ")
        listening = time.perf_counter() - began
        hub.wait_ready(api=True)
        serving = time.perf_counter() - began
        with hub.api() as api:
            assert api.get("/health").json()["status"] == "healthy"
        with contextlib.closing(Client(hub.port, *ADMIN)) as boss:
            assert f"storm_script.py [{mode}]" in boss.command("!pylist", "Loaded scripts")
            until(lambda: counts(boss).awaited_calls > 0, "the script calls")
        hub.stop()
    finally:
        hub.kill()
    return listening, serving


def counts(client):
    answer = client.command("!counts", "counts ")
    return Counts(*map(int, answer.rpartition("counts ")[2].split()))


class ApiCallers:
    """Threads that ask the REST interface without pause while the block runs."""

    def __init__(self, hub):
        self._hub = hub
        self._ending = threading.Event()
        self.statuses = [[] for _ in range(API_THREADS)]
        self._threads = [threading.Thread(target=self._ask, args=(statuses,)) for statuses in self.statuses]

    def _ask(self, statuses):
        """By the plain library: it leaves more of the processors to the hub than a comfortable one would."""
        address = urllib.parse.urlsplit(self._hub.api_url)
        with contextlib.closing(http.client.HTTPConnection(address.hostname, address.port, timeout=DEADLINE)) as api:
            while not self._ending.is_set():
                api.request("GET", API_PATHS[len(statuses) % len(API_PATHS)],
                            headers={"Authorization": f"Bearer {self._hub.token}"})
                response = api.getresponse()
                response.read()
                statuses.append(response.status)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        until(lambda: all(self.statuses), "every thread has had an answer")
        return self

    def __exit__(self, *_):
        self._ending.set()
        for thread in self._threads:
            thread.join(DEADLINE)

    def total(self):
        return sum(map(len, self.statuses))

    def all_good(self):
        return all(status == 200 for statuses in self.statuses for status in statuses)


def chat_storm(hub, clients, round_number=0):
    """(3) MESSAGES lines of USERS users with API calls and timer ticks at the same time. Every client must get every
    line, in its sender's order, and the script's hook must see each once. Returns (seconds, API calls meanwhile)."""
    each = MESSAGES // len(clients)
    texts = {client.nick: [f"storm {round_number} line {number} of {client.nick}." for number in range(each)]
             for client in clients}
    before = counts(clients[0])
    marks = [client.mark() for client in clients]
    with ApiCallers(hub) as callers:
        began, calls = time.perf_counter(), callers.total()
        for start in range(0, each, BURST):
            for client in clients:
                lines = texts[client.nick][start : start + BURST]
                client.send("".join(f"<{client.nick}> {line}|" for line in lines))
        last_lines = [f"<{nick}> {lines[-1]}" for nick, lines in texts.items()]
        for client, mark in zip(clients, marks):
            client.wait_all(last_lines, since=mark, deadline=STORM_DEADLINE)
        seconds, calls = time.perf_counter() - began, callers.total() - calls
    assert callers.all_good(), callers.statuses
    for client, mark in zip(clients, marks):
        for sender in clients:
            start = f"<{sender.nick}> "
            got = [frame[len(start):] for frame in client.frames[mark:] if frame.startswith(start)]
            assert got == texts[sender.nick], f"{client.nick} got {len(got)} of {each} lines of {sender.nick}"
    after = counts(clients[0])
    assert after.chats - before.chats == MESSAGES
    assert after.wrong == 0
    return seconds, calls


def command_storm(client, round_number=0):
    """(4) COMMANDS commands at once, each handled by the script. Every one must be answered once, in order."""
    mark = client.mark()
    began = time.perf_counter()
    client.send("".join(f"<{client.nick}> !ping {round_number}.{number}|" for number in range(COMMANDS)))
    client.wait_chat(f"pong {round_number}.{COMMANDS - 1}", since=mark, deadline=STORM_DEADLINE)
    seconds = time.perf_counter() - began
    got = [frame.rpartition("pong ")[2] for frame in client.frames[mark:] if "> pong " in frame]
    assert got == [f"{round_number}.{number}" for number in range(COMMANDS)]
    return seconds
