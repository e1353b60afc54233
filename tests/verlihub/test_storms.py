"""The five stress tests of tests/stress, against Verlihub. The script of the storms and the REST interface are the same
files; what is asserted is that nothing is lost."""

import contextlib
import time

from hub_process import HUB_API
from nmdc_client import Client
from patience import until
from storms import STORM_SCRIPT, USERS, chat_storm, command_storm, counts

WARM_UP_ROUNDS = 3
ROUNDS = 2
MAX_GROWTH_KIB = 4_096  # the hub's own buffers of what clients have not read yet are larger than vhpy's


@contextlib.contextmanager
def storm_hub(start_verlihub):
    hub = start_verlihub(scripts=[HUB_API, STORM_SCRIPT], ready=False, env={"HUB_API_RATE": "0"})
    hub.wait_ready(api=True)
    clients = [Client(hub.port, f"user{number}") for number in range(USERS)]
    try:
        yield hub, clients
    finally:
        for client in clients:
            client.close()


def test_load_the_script_and_start_the_server(start_verlihub):
    began = time.perf_counter()
    hub = start_verlihub(api=True)
    with hub.api() as api:
        assert api.get("/health").json()["status"] == "healthy"
    print(f"\nREST answers after {time.perf_counter() - began:.2f} s")


def test_storms_lose_nothing_and_memory_stays(start_verlihub):
    with storm_hub(start_verlihub) as (hub, clients):
        for number in range(WARM_UP_ROUNDS + ROUNDS):
            seconds, calls = chat_storm(hub, clients, number)
            rapid = command_storm(clients[0], number)
            print(f"\n5,000 messages with {calls} API calls: {seconds:.3f} s; 600 commands: {rapid:.3f} s")
            if number == WARM_UP_ROUNDS - 1:
                before = hub.resident_kib()
        growth = hub.resident_kib() - before
        print(f"memory: {before} KiB, {growth:+d} KiB after {ROUNDS} more rounds")
        assert growth < MAX_GROWTH_KIB
        ticks = counts(clients[0]).ticks
        until(lambda: counts(clients[0]).ticks > ticks, "the timer still ticks")
        after = counts(clients[0])
        assert after.blocking_calls > 0 and after.awaited_calls > 0 and after.wrong == 0
