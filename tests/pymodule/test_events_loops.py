"""vh.events() on event loops of both makes: async iteration, cancelling, ends, loops that stop, close or die first."""

import asyncio
import gc
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run
from patience import SECONDS, wait_until
from test_events import LOGIN, Reader
from test_leaks import REPEATS, assert_steady
from test_loops import descriptors, make_loop, problems, wait  # noqa: F401

__all__ = ["problems"]


async def fire(hub: Any, *args: Any) -> None:
    """From another thread, so that the loop goes on."""
    await asyncio.to_thread(hub.fire, *args)


async def collect(stream: Any, into: list[str]) -> str:
    async for event in stream:
        into.append(event.nick)
    return "ended"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.002)


@both_kinds
def test_async_iteration(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        got: list[str] = []
        async with vh.events(LOGIN) as stream:
            task = asyncio.ensure_future(collect(stream, got))
            for nick in (b"ann", b"bob"):
                await fire(hub, LOGIN, nick)
                await fire(hub, LOGIN, nick)
            await until(lambda: len(got) == 4)
        assert await asyncio.wait_for(task, SECONDS) == "ended"
        assert got == ["ann", "ann", "bob", "bob"]
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    run(new_loop, main())


@both_kinds
def test_what_is_there_comes_at_once(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    stream = vh.events(LOGIN)
    hub.fire(LOGIN, b"ann")

    async def main() -> str:
        try:
            anext(stream).send(None)
        except StopIteration as stop:
            return str(stop.value.nick)
        raise AssertionError("it waits")

    assert run(new_loop, main()) == "ann"


@both_kinds
def test_a_flood_leaves_the_loop_to_others(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    """A coroutine that is always behind: each event takes longer than its stream may keep the loop."""
    count = 50
    stream = vh.events(LOGIN)
    for number in range(count):
        hub.fire(LOGIN, b"%d" % number)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def main() -> list[str]:
        task = asyncio.ensure_future(others())
        got: list[str] = []
        async for event in stream:
            got.append(event.nick)
            time.sleep(0.002)
            if len(got) == count:
                break
        task.cancel()
        return got

    assert run(new_loop, main()) == [str(number) for number in range(count)]
    assert turns >= count - 2, "once for each event but the first, and its first turn only began it"


@both_kinds
def test_cancelled_while_it_leaves_the_loop_to_others(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    """The event that it was about to take stays in the stream."""
    stream = vh.events(LOGIN)
    for nick in (b"ann", b"bob"):
        hub.fire(LOGIN, nick)

    async def main() -> str:
        assert (await anext(stream)).nick == "ann"
        time.sleep(0.002)
        task = asyncio.ensure_future(wait(anext(stream)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stream.waiting == 1
        return str((await anext(stream)).nick)

    assert run(new_loop, main()) == "bob"


@both_kinds
def test_cancelling_loses_nothing(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    """The event comes first, then the cancellation; the task has not run in between."""

    async def main() -> None:
        stream = vh.events(LOGIN)
        for number in range(50):
            task = asyncio.ensure_future(wait(anext(stream)))
            await asyncio.sleep(0)
            hub.fire(LOGIN, b"%d" % number)  # blocks this loop: the notice is not read yet
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await anext(stream)).nick == str(number)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(stream), 0.001)
        await fire(hub, LOGIN, b"last")
        assert (await anext(stream)).nick == "last"

    run(new_loop, main())


@both_kinds
def test_several_tasks_share_a_stream(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        got: list[str] = []
        stream = vh.events(LOGIN)
        tasks = [asyncio.ensure_future(collect(stream, got)) for _ in range(5)]
        await asyncio.sleep(0)
        for number in range(100):
            await fire(hub, LOGIN, b"%d" % number)
        await until(lambda: len(got) == 100)
        stream.close()
        assert await asyncio.gather(*tasks) == ["ended"] * 5
        assert sorted(map(int, got)) == list(range(100))

    run(new_loop, main())


@both_kinds
def test_several_loops_have_a_stream_each(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    got: list[list[str]] = [[], [], []]
    streams = [vh.events(LOGIN) for _ in got]
    threads = [threading.Thread(target=run, args=(new_loop, collect(*pair))) for pair in zip(streams, got, strict=True)]
    for thread in threads:
        thread.start()
    for number in range(100):
        hub.fire(LOGIN, b"%d" % number)
    wait_until(lambda: all(len(one) == 100 for one in got), "every loop has all")
    for stream in streams:
        stream.close()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    assert got == [[str(number) for number in range(100)]] * 3


@both_kinds
def test_one_loop_at_a_time(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    stream = vh.events(LOGIN)
    refused: list[str] = []

    async def too_late() -> None:
        with pytest.raises(RuntimeError, match="awaited on another event loop") as caught:
            await anext(stream)
        refused.append(str(caught.value))

    async def main() -> None:
        task = asyncio.ensure_future(wait(anext(stream)))
        await asyncio.sleep(0)
        await asyncio.to_thread(run, new_loop, too_late())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(new_loop, main())
    assert len(refused) == 1
    hub.fire(LOGIN, b"ann")
    assert run(new_loop, wait(anext(stream))).nick == "ann", "another loop, once nobody waits on the first"


@both_kinds
def test_a_thread_takes_beside_a_loop(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        got: list[str] = []
        stream = vh.events(LOGIN)
        task = asyncio.ensure_future(collect(stream, got))
        reader = Reader(stream)
        for number in range(100):
            await fire(hub, LOGIN, b"%d" % number)
        await until(lambda: len(got) + len(reader.events) == 100)
        stream.close()
        assert await task == "ended"
        assert sorted(map(int, got + await asyncio.to_thread(reader.ended))) == list(range(100))

    run(new_loop, main())


# --- the end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [lambda hub: hub.unload(1), lambda hub: hub.close_events()], ids=["unload", "close"])
@both_kinds
def test_the_end_of_script_and_hub(hub: Any, vh: ModuleType, new_loop: NewLoop, end: Callable[[Any], None]) -> None:
    async def main() -> None:
        streams = [vh.events(LOGIN) for _ in range(3)]
        tasks = [asyncio.ensure_future(collect(stream, [])) for stream in streams for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.to_thread(end, hub)
        assert await asyncio.wait_for(asyncio.gather(*tasks), SECONDS) == ["ended"] * 6

    run(new_loop, main())


@both_kinds
def test_leaving_the_block_by_an_exception(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> Any:
        with pytest.raises(ZeroDivisionError):
            async with vh.events(LOGIN) as stream:
                1 / 0
        return stream

    assert run(new_loop, main()).closed


def stop_with_a_wait_under_way(loop: asyncio.AbstractEventLoop, stream: Any) -> Any:
    """The loop has run until the wait was registered with its bridge."""

    async def main() -> Any:
        task = asyncio.ensure_future(wait(anext(stream)))
        await asyncio.sleep(0)
        return task

    return loop.run_until_complete(main())


@both_kinds
def test_a_loop_that_closes_first(hub: Any, vh: ModuleType, new_loop: NewLoop, problems: list[Any]) -> None:  # noqa: F811
    before = descriptors()
    stream = vh.events(LOGIN)
    loop = make_loop(new_loop, problems)
    task = stop_with_a_wait_under_way(loop, stream)
    loop.close()
    hub.fire(LOGIN, b"ann")
    assert stream.get(0).nick == "ann", "the stream goes on without it"
    hub.fire(LOGIN, b"bob")
    assert run(new_loop, wait(anext(stream))).nick == "bob", "also on another loop"
    task._log_destroy_pending = False
    seen = weakref.ref(loop)
    del loop, task
    gc.collect()
    assert seen() is None
    wait_until(lambda: descriptors() <= before, "descriptors are closed")


@both_kinds
def test_a_loop_that_stops_and_goes_on(hub: Any, vh: ModuleType, new_loop: NewLoop, problems: list[Any]) -> None:  # noqa: F811
    stream = vh.events(LOGIN)
    loop = make_loop(new_loop, problems)
    task = stop_with_a_wait_under_way(loop, stream)
    hub.fire(LOGIN, b"ann")
    assert loop.run_until_complete(asyncio.wait_for(task, SECONDS)).nick == "ann"
    loop.close()


def test_a_loop_that_dies_unclosed(hub: Any, vh: ModuleType, problems: list[Any]) -> None:  # noqa: F811
    """One of asyncio: uvloop's keep their own descriptors then."""
    before = descriptors()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        stream = vh.events(LOGIN)
        loop = make_loop(asyncio.new_event_loop, problems)
        task = stop_with_a_wait_under_way(loop, stream)
        task._log_destroy_pending = False
        gone, lost = weakref.ref(loop), weakref.ref(stream)
        del loop, task, stream
        gc.collect()
    assert gone() is None and lost() is None
    hub.fire(LOGIN, b"ann")
    wait_until(lambda: descriptors() <= before, "descriptors are closed")
    assert vh.stats()["event_streams"] == 0


def test_a_loop_on_the_hub_thread(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)

    async def main() -> Any:
        return await anext(stream)

    with pytest.raises(vh.WouldDeadlock):
        hub.run(lambda: asyncio.run(main()))
    hub.fire(LOGIN, b"ann")
    assert hub.run(lambda: asyncio.run(main())).nick == "ann"


def test_blocking_a_loop_warns(hub: Any, vh: ModuleType) -> None:
    async def main() -> None:
        stream = vh.events(LOGIN)
        with pytest.warns(RuntimeWarning, match="blocks the event loop .* 'async for event in stream'"), pytest.raises(TimeoutError):
            stream.get(0.001)
        hub.fire(LOGIN, b"ann")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert stream.get(5).nick == "ann", "what is there needs no waiting"

    asyncio.run(main())


# --- nothing is left behind -------------------------------------------------------------------------------------------


async def abandoned(hub: Any, vh: ModuleType) -> None:
    """A wait for what never comes, as by a client of a web server that goes away."""
    task = asyncio.ensure_future(wait(anext(vh.events("OnNewBan"))))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def one_awaited(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    task = asyncio.ensure_future(wait(anext(stream)))
    await asyncio.sleep(0)
    hub.fire(LOGIN, b"ann")
    assert (await task).nick == "ann"


async def closed_while_awaited(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    task = asyncio.ensure_future(collect(stream, []))
    await asyncio.sleep(0)
    stream.close()
    assert await task == "ended"


async def polled(hub: Any, vh: ModuleType) -> None:
    async with vh.events(LOGIN) as stream:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(stream), 0)


@pytest.mark.parametrize("action", [abandoned, one_awaited, closed_while_awaited, polled])
@both_kinds
def test_nothing_is_left_behind(
    hub: Any, vh: ModuleType, new_loop: NewLoop, action: Callable[[Any, ModuleType], Coroutine[Any, Any, None]]
) -> None:
    loop = new_loop()
    shared = [None, LOGIN, vh, vh.Event, vh.EventStream, loop]

    def counts() -> list[int]:
        loop.run_until_complete(asyncio.sleep(0))
        gc.collect()
        vh.GetUsersCount()
        return [sys.getallocatedblocks(), descriptors(), *(sys.getrefcount(value) for value in shared)]

    def do() -> None:
        for _ in range(REPEATS):
            loop.run_until_complete(action(hub, vh))

    do()
    assert_steady(counts, do)
    wait_until(lambda: bool(vh.GetUsersCount() == 0 and vh.stats()["event_streams"] == 0), "the streams are gone")
    loop.close()
