"""Event loops come and go: closed with calls under way, collected without being closed, made by the thousand.

Nothing may leak (objects, descriptors), hang, or set a result twice. What goes wrong in a callback of a loop is caught by
its exception handler here.
"""

import asyncio
import gc
import os
import threading
import warnings
import weakref
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from loops import KINDS, NewLoop, both_kinds
from patience import wait_until

LOOPS = 1000


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def wait(future: Any) -> Any:
    return await future


@pytest.fixture(autouse=True, scope="module")
def loops_have_been_made() -> None:
    """The first loop of a make opens descriptors for the whole process."""
    for new_loop in KINDS.values():
        new_loop().close()


@pytest.fixture
def problems() -> Iterator[list[dict[str, Any]]]:
    """What loops report to their exception handler; must be empty at the end."""
    found: list[dict[str, Any]] = []
    yield found
    assert found == []


def make_loop(new_loop: NewLoop, problems: list[dict[str, Any]]) -> asyncio.AbstractEventLoop:
    loop = new_loop()
    loop.set_exception_handler(lambda _, context: problems.append(context))
    return loop


def stop_with_a_call_under_way(loop: asyncio.AbstractEventLoop, vh: ModuleType) -> Any:
    """The loop has run until the call was registered with its bridge."""
    future = vh.aio.GetUsersCount()

    async def main() -> Any:
        task = asyncio.ensure_future(wait(future))
        await asyncio.sleep(0)
        return task

    return future, loop.run_until_complete(main())


@both_kinds
def test_closed_with_a_call_under_way(
    hub: Any, vh: ModuleType, new_loop: NewLoop, problems: list[dict[str, Any]]
) -> None:
    before = descriptors()
    hub.hold("loop")
    hub.wait_held("loop")
    loop = make_loop(new_loop, problems)
    future, task = stop_with_a_call_under_way(loop, vh)
    loop.close()
    hub.release("loop")
    assert future.result() == 0
    task._log_destroy_pending = False
    seen = weakref.ref(loop)
    del loop, task, future
    gc.collect()
    assert seen() is None
    wait_until(lambda: descriptors() <= before, "descriptors are closed")


@both_kinds
def test_stopped_and_resumed(hub: Any, vh: ModuleType, new_loop: NewLoop, problems: list[dict[str, Any]]) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    loop = make_loop(new_loop, problems)
    future, task = stop_with_a_call_under_way(loop, vh)
    hub.release("loop")
    wait_until(future.done, "the call is answered while the loop stands")
    assert not task.done()
    assert loop.run_until_complete(task) == 0
    loop.close()


def test_collected_without_being_closed(hub: Any, vh: ModuleType) -> None:
    before = descriptors()
    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(wait(vh.aio.GetUsersCount())) == 0
    seen = weakref.ref(loop)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        del loop
        gc.collect()
    assert seen() is None
    assert descriptors() <= before


def test_collected_with_a_call_under_way(hub: Any, vh: ModuleType) -> None:
    before = descriptors()
    hub.hold("loop")
    hub.wait_held("loop")
    loop = asyncio.new_event_loop()
    future, task = stop_with_a_call_under_way(loop, vh)
    task._log_destroy_pending = False
    seen = weakref.ref(loop)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        del loop, task, future
        gc.collect()
        gc.collect()
    assert seen() is None
    hub.release("loop")
    wait_until(lambda: descriptors() <= before, "descriptors are closed")


@both_kinds
def test_a_thousand_loops(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    def one_loop() -> None:
        loop = new_loop()
        assert loop.run_until_complete(wait(vh.aio.GetUsersCount())) == 0
        loop.close()

    for _ in range(20):
        one_loop()
    gc.collect()
    before = descriptors()
    highest = before
    for i in range(LOOPS):
        one_loop()
        if i % 50 == 0:
            highest = max(highest, descriptors())
    gc.collect()
    # A closed loop frees its bridge at once, not when the collector happens to run.
    assert highest <= before + 2
    assert descriptors() <= before


@both_kinds
def test_loops_of_many_threads(hub: Any, vh: ModuleType, new_loop: NewLoop, problems: list[dict[str, Any]]) -> None:
    def many() -> None:
        for _ in range(25):
            loop = make_loop(new_loop, problems)
            futures = [vh.aio.GetUsersCount() for _ in range(10)]
            loop.run_until_complete(asyncio.wait_for(wait_all(futures), 60))
            loop.close()

    async def wait_all(futures: list[Any]) -> None:
        assert [await future for future in futures] == [0] * 10

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


@both_kinds
def test_answers_that_come_while_loops_close(
    hub: Any, vh: ModuleType, new_loop: NewLoop, problems: list[dict[str, Any]]
) -> None:
    for _ in range(100):
        loop = make_loop(new_loop, problems)
        _, task = stop_with_a_call_under_way(loop, vh)
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()


@both_kinds
def test_a_loop_that_ends_with_a_timer_set(vh: ModuleType, new_loop: NewLoop) -> None:
    """The timer for the deadline of an answered call must keep neither the loop nor its bridge alive."""
    loop = new_loop()
    loop.run_until_complete(wait(vh.aio.GetUsersCount()))
    seen = weakref.ref(loop)
    loop.close()
    del loop
    gc.collect()
    assert seen() is None


def test_a_loop_without_readers(hub: Any, vh: ModuleType) -> None:
    class Deaf(asyncio.SelectorEventLoop):
        def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:
            if "_deliver" in repr(callback):
                raise NotImplementedError("no readers here")
            super().add_reader(fd, callback, *args)

    hub.hold("loop")
    hub.wait_held("loop")
    loop = Deaf()
    future = vh.aio.GetUsersCount()
    with pytest.raises(NotImplementedError, match="no readers here"):
        loop.run_until_complete(wait(future))
    loop.close()
    hub.release("loop")
    assert future.result() == 0
