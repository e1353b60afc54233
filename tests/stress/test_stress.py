"""The five stress tests: load the script, start the server, the chat storm, the command storm, and memory over all of it.
What is asserted is that nothing is lost and memory stays; times are printed only (pytest -s), tests/bench compares them."""

from patience import TIME_FACTOR, until
from storms import USERS, chat_storm, command_storm, counts, load_script, storm_hub

WARM_UP_ROUNDS = 4  # until caches, arenas and thread pools have their size
ROUNDS = 3
MAX_GROWTH_KIB = 1_024  # the figure to reach, 256, is in tests/bench: the allocator's own steps are as large
SANITIZED_GROWTH_KIB = 256_000  # quarantine and shadow memory of a sanitizer


def test_load_the_script_and_start_the_server(tmp_path):
    listening, serving = load_script(tmp_path / "data")
    print(f"\nhub listens after {listening:.2f} s, REST after {serving:.2f} s")


def test_chat_storm_loses_nothing(tmp_path):
    with storm_hub(tmp_path / "data") as (hub, clients):
        seconds, calls = chat_storm(hub, clients)
        print(f"\n5,000 messages to {USERS} users with {calls} API calls: {seconds:.3f} s")
        before = counts(clients[0])
        until(lambda: counts(clients[0]).ticks > before.ticks, "the timer still ticks")
        after = counts(clients[0])
        assert after.blocking_calls > 0 and after.awaited_calls > 0


def test_command_storm_loses_nothing(tmp_path):
    with storm_hub(tmp_path / "data") as (_, clients):
        print(f"\n600 commands: {command_storm(clients[0]):.3f} s")
        assert counts(clients[0]).commands == 600


def test_memory_stays(tmp_path):
    with storm_hub(tmp_path / "data") as (hub, clients):
        for number in range(WARM_UP_ROUNDS):
            chat_storm(hub, clients, number)
            command_storm(clients[0], number)
        before = hub.resident_kib()
        for number in range(WARM_UP_ROUNDS, WARM_UP_ROUNDS + ROUNDS):
            chat_storm(hub, clients, number)
            command_storm(clients[0], number)
        growth = hub.resident_kib() - before
        print(f"\nmemory: {before} KiB, {growth:+d} KiB after {ROUNDS} more rounds")
        assert growth < (MAX_GROWTH_KIB if TIME_FACTOR == 1 else SANITIZED_GROWTH_KIB)
