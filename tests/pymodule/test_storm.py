"""Threads and coroutines at once: 10,000 calls, each answered with its own result, nothing lost, in the order issued."""

import asyncio
import threading
from types import ModuleType
from typing import Any

from loops import NewLoop, both_kinds, run
from patience import SECONDS

THREADS = 8
CALLS_PER_THREAD = 750
COROUTINES = 200
CALLS_PER_COROUTINE = 20
BATCH = 10


def check_sync(vh: ModuleType, who: str, problems: list[str]) -> None:
    for i in range(0, CALLS_PER_THREAD, 2):
        name, value = f"{who}.{i}", f"value {who} {i}"
        if vh.SetConfig("storm", name, value) is not True:
            problems.append(f"{name} was not set")
        if vh.GetConfig("storm", name) != value:
            problems.append(f"{name} has another value")


async def check_async(vh: ModuleType, who: str, problems: list[str]) -> None:
    for i in range(0, CALLS_PER_COROUTINE, 2):
        name, value = f"{who}.{i}", f"value {who} {i}"
        # Both are handed over before either is awaited: the order of one thread is kept.
        written, read = vh.aio.SetConfig("storm", name, value), vh.aio.GetConfig("storm", name)
        if await read != value or await written is not True:
            problems.append(f"{name} has another value")


@both_kinds
def test_ten_thousand_calls(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    problems: list[str] = []

    async def main() -> None:
        await asyncio.gather(*(check_async(vh, f"c{i}", problems) for i in range(COROUTINES)))

    threads = [threading.Thread(target=check_sync, args=(vh, f"t{i}", problems)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    run(new_loop, main())
    for thread in threads:
        thread.join(SECONDS * 6)
        assert not thread.is_alive()
    assert problems == []
    stats = hub.stats()
    calls = THREADS * CALLS_PER_THREAD + COROUTINES * CALLS_PER_COROUTINE
    assert calls == 10_000
    assert (stats["ran"], stats["pushed"], stats["depth"], stats["operations"]) == (calls, calls, 0, calls)


def test_each_thread_keeps_its_order(hub: Any, vh: ModuleType) -> None:
    def say(who: int) -> None:
        for i in range(300):
            if i % 3 == 0:
                vh.mc(f"{who} {i}")
            else:
                vh.aio.mc(f"{who} {i}")
        vh.GetUsersCount()

    threads = [threading.Thread(target=say, args=(who,)) for who in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS * 6)
    lines = [line.decode().split("|")[2].split() for line in hub.sent()]
    assert len(lines) == THREADS * 300
    for who in range(THREADS):
        assert [int(i) for speaker, i in lines if speaker == str(who)] == list(range(300))


def test_several_loops_at_once(hub: Any, vh: ModuleType) -> None:
    problems: list[str] = []

    async def main(who: int) -> None:
        await asyncio.gather(*(check_async(vh, f"l{who}c{i}", problems) for i in range(20)))

    threads = [threading.Thread(target=lambda who=who: asyncio.run(main(who))) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS * 6)
        assert not thread.is_alive()
    assert problems == []
