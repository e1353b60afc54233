"""Nothing is left behind by calls, whether they succeed or fail: references, objects, memory blocks.

Each kind of call is repeated in rounds. What leaks once per call grows in every round by at least as much as there are
calls; the interpreter's own free lists grow in some rounds only. So the smallest growth of several rounds is judged.
(Under AddressSanitizer the interpreter counts no blocks; LeakSanitizer looks at the end.)
"""

import asyncio
import gc
import sys
import sysconfig
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from patience import wait_until

REPEATS = 200  # calls in a round
ROUNDS = 5
SLACK = REPEATS // 4


def living() -> int:
    """Blocks of memory. A free-threaded Python gives them back late, when all threads have gone on; there, the objects that its
    collector knows.
    """
    free_threaded = sysconfig.get_config_var("Py_GIL_DISABLED")
    return len(gc.get_objects()) if free_threaded else sys.getallocatedblocks()


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

    def settled_counts() -> list[int]:
        loop.run_until_complete(asyncio.sleep(0))
        wait_until(lambda: hub.stats()["depth"] == 0, "the queue empties")
        gc.collect()
        return [living(), *(sys.getrefcount(value) for value in shared)]

    def do() -> None:
        for _ in range(REPEATS):
            action(vh, loop)

    do()
    assert_steady(settled_counts, do)
    loop.close()


def assert_steady(counts: Callable[[], list[int]], do: Callable[[], None]) -> None:
    growths = []
    for _ in range(ROUNDS):
        before = counts()
        do()
        growths.append([after - start for after, start in zip(counts(), before, strict=True)])
    smallest = [min(abs(growth) for growth in column) for column in zip(*growths, strict=True)]
    assert max(smallest) < SLACK, growths


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
        for _ in range(REPEATS):
            module = hub.vh(5)
            module.aio.GetUsersCount().result()

    def counts() -> list[int]:
        gc.collect()
        return [living()]

    make()
    assert_steady(counts, make)
