"""SIGTERM while clients chat, HTTP requests are under way, and scripts' threads and coroutines call `vh` without pause:
the hub ends with exit code 0 within the promised time, and the log has no traceback."""

import signal
import threading

import httpx
import pytest
from nmdc_client import HubSaidNo
from patience import DEADLINE, until

BURST = 20  # chat lines that one user has under way
BLOCKING, AWAITING, USERS, ASKERS = 8, 4, 10, 8  # threads of a script that block, those that await, users, threads with requests
BUSY = f"BLOCKING, AWAITING = {BLOCKING}, {AWAITING}" + """
import asyncio, threading, vh
ending = threading.Event()
threads = []
counts = [0] * (BLOCKING + AWAITING)

def blocking(number):
    while not ending.is_set():
        try:
            vh.GetNickList(); vh.GetUserClass("user1"); vh.Topic()
        except vh.Error:
            return
        counts[number] += 1

async def awaiting(number):
    async def one():
        while not ending.is_set():
            await asyncio.gather(*(vh.aio.GetUserClass(f"user{index}") for index in range(20)))
            counts[number] += 1
    try:
        await asyncio.gather(*(one() for _ in range(20)))
    except vh.Error:
        return

for number in range(BLOCKING):
    threads.append(threading.Thread(target=blocking, args=(number,)))
for number in range(BLOCKING, BLOCKING + AWAITING):
    threads.append(threading.Thread(target=lambda number=number: asyncio.run(awaiting(number))))

def OnTimer(now):
    vh.GetUsersCount()

def OnHubCommand(nick, cmd, user_class, in_pm, prefix):
    if cmd == "start":  # not before the REST script is up: its imports would wait for the GIL behind all these threads
        for thread in threads:
            thread.start()
        return 0
    if cmd == "counts":
        vh.usermc("counts " + str(min(counts)), nick)
        return 0

def UnLoad():
    ending.set()
    for thread in threads:
        if thread.ident:
            thread.join(2)
"""
STUBBORN = """
import threading, time, vh
def work():
    while True:
        try:
            vh.GetUsersCount()
        except vh.Error:
            time.sleep(0.01)
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
"""


class Load:
    """Clients that chat and threads that make requests, until told to stop or cut off."""

    def __init__(self, hub, connect, users=USERS, askers=ASKERS):
        self.ending = threading.Event()
        self.said, self.answered, self.unexpected = [0] * users, [0] * askers, []
        self.clients = [connect(hub, f"user{number}") for number in range(users)]
        self.hub = hub
        self.threads = [threading.Thread(target=self._talk, args=(number,)) for number in range(users)]
        self.threads += [threading.Thread(target=self._ask, args=(number,)) for number in range(askers)]
        for thread in self.threads:
            thread.start()

    def _talk(self, number):
        """Always up to BURST lines under way: without a bound the test would wait for itself, not for the hub."""
        client = self.clients[number]
        try:
            while not self.ending.is_set():
                mark, last = client.mark(), self.said[number] + BURST - 1
                for line in range(self.said[number], last + 1):
                    client.chat(f"line {line}.")
                client.wait_chat(f"line {last}.", by=client.nick, since=mark)
                self.said[number] += BURST
        except (OSError, HubSaidNo):
            pass  # the hub has closed

    def _ask(self, number):
        paths = ("/users", "/stats", "/user/user1", "/ops", "/hub", "/bots")
        with self.hub.api() as api:
            while not self.ending.is_set():
                try:
                    if number % 4 == 3:
                        status = api.post("/chat", json={"message": "by http"}).status_code
                    else:
                        status = api.get(paths[self.answered[number] % len(paths)]).status_code
                except httpx.TransportError:
                    return  # the API has closed
                if status not in (200, 404, 503):
                    self.unexpected.append(status)
                self.answered[number] += 1

    def is_under_way(self):
        return min(self.said) > BURST and min(self.answered) > 2

    def finish(self):
        self.ending.set()
        for client in self.clients:
            client.close()
        for thread in self.threads:
            thread.join(DEADLINE)
            assert not thread.is_alive()


@pytest.mark.brief
@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_under_load(start_hub, connect, script, number, loop):
    hub = start_hub(api=True, scripts=[script("busy.py", BUSY)], env={"HUB_API_LOOP": loop})
    watcher = connect(hub, "watcher")
    watcher.chat("!start")
    until(lambda: not watcher.command("!counts", "counts ").endswith(" 0"), "all threads of the script work")
    load = Load(hub, connect)
    try:
        until(load.is_under_way, "the load is under way")
        hub.terminate(number)
        assert hub.wait_exit() == 0
        hub.check_log()
        assert load.unexpected == []
    finally:
        load.finish()


@pytest.mark.brief
def test_stop_with_threads_that_never_end(start_hub, connect, script):
    """A script whose threads ignore every refusal cannot hold the hub up."""
    hub = start_hub(api=True, scripts=[script("stubborn.py", STUBBORN)])
    connect(hub, "alice")
    hub.terminate()
    assert hub.wait_exit() == 0
    hub.check_log()


def test_second_signal_while_stopping(start_hub, script):
    slow = script("slow.py", "import time\ndef UnLoad():\n    time.sleep(0.5)\n")
    hub = start_hub(api=True, scripts=[slow])
    for _ in range(3):
        hub.terminate()
    assert hub.wait_exit() == 0
    hub.check_log()
