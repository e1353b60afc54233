"""Nothing is left behind by calls, whether they succeed or fail: references, objects, memory blocks.

Each kind of call is repeated; the counts of the interpreter must not grow with the number of repetitions. (Under
AddressSanitizer the interpreter counts no blocks; LeakSanitizer looks at the end.)
"""

import asyncio
import gc
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from patience import wait_until

REPEATS = 400
SLACK = 60  # blocks: caches of the interpreter that are filled along the way


def refused(action: Callable[[], object]) -> None:
    try:
        action()
    except Exception:
        return
    raise AssertionError("not refused")


def await_one(vh: ModuleType, loop: asyncio.AbstractEventLoop, nick: object) -> None:
    async def main() -> object:
        return await vh.aio.GetUserClass(nick)

    loop.run_until_complete(main())


def cancel_one(vh: ModuleType, loop: asyncio.AbstractEventLoop) -> None:
    async def wait(future: Any) -> object:
        return await future

    async def main() -> None:
        task = asyncio.ensure_future(wait(vh.aio.GetNickList()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    loop.run_until_complete(main())


ACTIONS: dict[str, Callable[[ModuleType, asyncio.AbstractEventLoop], object]] = {
    "int": lambda vh, _: vh.GetUserClass("Security"),
    "None": lambda vh, _: vh.GetUserClass(None),
    "list": lambda vh, _: vh.GetNickList(),
    "tuple": lambda vh, _: vh.GetMyINFO("Security"),
    "text": lambda vh, _: vh.Topic("é\udc80" * 10),
    "bool": lambda vh, _: vh.DelRegUser("nobody"),
    "keywords": lambda vh, _: vh.GetConfig(conf="config", var="no", default="x"),
    "wrong type": lambda vh, _: refused(lambda: vh.GetUserIP(1)),
    "wrong keyword": lambda vh, _: refused(lambda: vh.GetUserIP(bogus=1)),
    "NUL": lambda vh, _: refused(lambda: vh.GetUserIP("a\0")),
    "too large": lambda vh, _: refused(lambda: vh.SetRegClass("a", 2**70)),
    "thrown": lambda vh, _: refused(lambda: vh.GetConfig("config", "throw", "boom")),
    "awaited": lambda vh, loop: await_one(vh, loop, "Security"),
    "awaited, refused": lambda vh, loop: refused(lambda: await_one(vh, loop, 1)),
    "cancelled": cancel_one,
    "result()": lambda vh, _: vh.aio.GetNickList().result(),
    "exception()": lambda vh, _: vh.aio.GetConfig("config", "throw", "boom").exception(),
    "dropped": lambda vh, _: vh.aio.GetNickList(),
    "repr": lambda vh, _: repr(vh.aio.GetNickList()),
    "iterator": lambda vh, _: vh.aio.GetNickList().__await__().close(),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS.keys())
def test_calls_leave_nothing_behind(
    hub: Any, vh: ModuleType, action: Callable[[ModuleType, asyncio.AbstractEventLoop], object]
) -> None:
    loop = asyncio.new_event_loop()
    shared = [None, True, False, "Security", "config", vh, vh.Future, vh.Error]

    def settled_blocks() -> int:
        loop.run_until_complete(asyncio.sleep(0))
        wait_until(lambda: hub.stats()["depth"] == 0, "the queue empties")
        gc.collect()
        return sys.getallocatedblocks()

    for _ in range(REPEATS):
        action(vh, loop)
    blocks = settled_blocks()
    counts = [sys.getrefcount(value) for value in shared]
    for _ in range(REPEATS):
        action(vh, loop)
    grown = settled_blocks() - blocks
    assert grown < SLACK
    for value, before in zip(shared, counts, strict=True):
        assert abs(sys.getrefcount(value) - before) < SLACK, f"references of {value!r}"
    loop.close()


def test_arguments_are_not_kept(hub: Any, vh: ModuleType) -> None:
    class Text(str):
        pass

    text = Text("hello")
    before = sys.getrefcount(text)
    vh.mc(text)
    vh.aio.mc(text).result()
    refused(lambda: vh.classmc(text, "x", text))
    assert sys.getrefcount(text) == before


def test_instances_leave_nothing_behind(hub: Any) -> None:
    def make() -> None:
        module = hub.vh(5)
        module.aio.GetUsersCount().result()

    for _ in range(20):
        make()
    gc.collect()
    blocks = sys.getallocatedblocks()
    for _ in range(50):
        make()
    gc.collect()
    assert sys.getallocatedblocks() - blocks < 200
