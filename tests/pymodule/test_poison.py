"""Poison: calls whose arguments, operations or answers go wrong in the worst way. Each is answered, and the hub goes on."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import hubctl
import pytest
from patience import SECONDS, wait_until

MEGABYTES_100 = 100_000_000


def thrown(vh: ModuleType, what: str) -> dict[str, Callable[[], object]]:
    """Each way to call an operation of the hub that throws `what`."""

    def batched() -> object:
        with vh.batch() as batch:
            call, other = batch.GetConfig("config", "throw", what), batch.GetUsersCount()
        assert other.result() == 0, "the others of the batch are answered"
        return call.result()

    async def awaited() -> object:
        return await vh.aio.GetConfig("config", "throw", what)

    return {
        "sync": lambda: vh.GetConfig("config", "throw", what),
        "result": lambda: vh.aio.GetConfig("config", "throw", what).result(),
        "await": lambda: asyncio.run(awaited()),
        "batch": batched,
    }


@pytest.mark.parametrize("what,text", [("bad_alloc", "std::bad_alloc"), ("an int", "an exception that is not a std::exception")])
@pytest.mark.parametrize("form", ["sync", "result", "await", "batch"])
def test_what_an_operation_throws(hub: Any, vh: ModuleType, what: str, text: str, form: str) -> None:
    with pytest.raises(vh.Error, match=f"failed in the hub: {text}"):
        thrown(vh, what)[form]()
    assert vh.GetUsersCount() == 0


@pytest.mark.parametrize("what,kind", [("bad_alloc", MemoryError), ("an int", None), ("text", None)])
def test_what_an_operation_throws_on_the_hub_thread(hub: Any, vh: ModuleType, what: str, kind: type[Exception] | None) -> None:
    for form in ("sync", "result", "batch"):
        with pytest.raises(vh.Error if kind is None or form == "batch" else kind):
            hub.run(thrown(vh, what)[form])
    hub.run(lambda: vh.post.GetConfig("config", "throw", what))
    assert vh.GetUsersCount() == 0


@pytest.mark.parametrize("what", ["bad_alloc", "an int", "text"])
def test_what_a_posted_call_throws(hub: Any, vh: ModuleType, what: str) -> None:
    before = vh.stats()["failed"]
    vh.post.GetConfig("config", "throw", what)
    assert vh.GetUsersCount() == 0
    assert vh.stats()["failed"] == before + 1


def until_there_is_enough(call: Callable[..., object], *args: object) -> tuple[object, int]:
    """The result once memory suffices, and how often it did not: each time MemoryError, and nothing else."""
    refused = 0
    gc.collect()
    for count in range(500):
        try:
            return hubctl.call_with_memory_for(count, call, *args), refused
        except MemoryError:
            refused += 1
    raise AssertionError("memory never sufficed")


@pytest.mark.parametrize(
    "name,args,expected",
    [
        ("GetUserClass", ("Security",), 10),
        ("GetNickList", (), ["Security"]),
        ("GetMyINFO", ("Securit\u00e9",), None),
        ("GetConfig", ("config", "none", "\u00e9\u20ac" * 50), "\u00e9\u20ac" * 50),
        ("SetConfig", ("config", "some", "\udcff\u20ac" * 50), True),
    ],
)
def test_memory_runs_out_in_a_conversion(hub: Any, vh: ModuleType, name: str, args: tuple[str, ...], expected: object) -> None:
    result, refused = until_there_is_enough(getattr(vh, name), *args)
    assert result == expected and (refused > 0 or name == "GetUserClass"), "a small number takes no memory"
    future, refused = until_there_is_enough(getattr(vh.aio, name), *args)
    assert refused > 0
    assert until_there_is_enough(future.result)[0] == expected  # type: ignore[attr-defined]
    assert vh.GetUsersCount() == 0


def test_memory_runs_out_for_the_rest(hub: Any, vh: ModuleType) -> None:
    assert until_there_is_enough(vh.stats)[1] > 0
    assert until_there_is_enough(vh.snapshot)[1] > 0
    assert until_there_is_enough(vh.on_main, int)[1] > 0
    assert until_there_is_enough(vh.batch)[1] > 0
    stream, refused = until_there_is_enough(vh.events, "OnUserLogin")
    assert refused > 0
    hub.fire("OnUserLogin", b"ann")
    event, refused = until_there_is_enough(stream.__next__)  # type: ignore[attr-defined]
    assert refused > 0, "it was not lost meanwhile"
    assert until_there_is_enough(getattr, event, "args")[0] == ("ann",)
    wait_until(lambda: vh.stats()["depth"] == 0, "all is over")
    assert vh.stats()["event_streams"] == 1, "those that could not be made are closed"


def test_a_text_of_a_hundred_megabytes(hub: Any, vh: ModuleType) -> None:
    text = "x" * MEGABYTES_100
    for call in (vh.mc, vh.aio.mc, vh.post.mc):
        with pytest.raises(vh.QueueFull):
            call(text)
    with pytest.raises(vh.QueueFull), vh.batch() as batch:
        batch.mc(text)
    assert hub.run(lambda: vh.mc(text)) is True, "inline there is no queue"
    assert len(hub.sent()) == 1 and len(hub.sent()[0]) > MEGABYTES_100
    assert vh.on_main(lambda: text).result() is text
    assert vh.mc("small") is True


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit, RecursionError])
def test_on_main_ends_in_any_exception(hub: Any, vh: ModuleType, kind: type[BaseException]) -> None:
    def work() -> None:
        if kind is RecursionError:
            work()
        raise kind(3)

    assert type(vh.on_main(work).exception()) is kind

    async def main() -> None:
        if issubclass(kind, Exception):  # asyncio lets the others end the loop
            with pytest.raises(kind):
                await vh.on_main(work)

    asyncio.run(main())
    assert vh.GetUsersCount() == 0


def test_fifty_deep(hub: Any, vh: ModuleType) -> None:
    """Each function on the hub thread asks for the next, by every form, and gets it at once."""

    def deeper(left: int) -> int:
        if left == 0:
            return vh.GetUsersCount() + int(vh.aio.GetUsersCount().result())
        with vh.batch() as batch:
            count = batch.GetUsersCount()
        assert count.result() == 0
        return 1 + int(vh.on_main(deeper, left - 1).result())

    assert vh.on_main(deeper, 50).result() == 50
    assert hub.run(lambda: deeper(50)) == 50


def test_an_answer_that_nobody_takes_is_freed(hub: Any, vh: ModuleType) -> None:
    class Answer:
        freed = threading.Event()

        def __del__(self) -> None:
            self.freed.set()

    def forget() -> None:
        future = vh.on_main(Answer)
        del future
        vh.on_main(int).result()

    forget()
    for _ in range(10):
        vh.on_main(int).result()
    gc.collect()
    assert Answer.freed.wait(SECONDS)


def test_text_that_is_none(hub: Any, vh: ModuleType) -> None:
    for text in ("\ud800", "a\udfffb", "\udc80", chr(sys.maxunicode)):
        assert vh.mc(text) is True
    with pytest.raises(ValueError, match="NUL"):
        vh.mc("a\0b")
    assert [line.rpartition(b"|")[2] for line in hub.sent()] == [b"?", b"a?b", b"\x80", chr(sys.maxunicode).encode()]
