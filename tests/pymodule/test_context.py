"""vh.context: the terms of calls, per thread and per task."""

import asyncio
import gc
import threading
import time
import weakref
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run


def held(hub: Any) -> None:
    hub.hold("loop")
    hub.wait_held("loop")


def test_timeout_and_label(hub: Any, vh: ModuleType) -> None:
    held(hub)
    with vh.context(timeout=0.05, label="billing"), pytest.raises(vh.Expired) as caught:
        vh.mc("late")
    assert str(caught.value).startswith(f"vh.mc() [billing] at {__file__}:")
    assert "within 0.1 s" in str(caught.value)  # rounded
    hub.release("loop")


def test_inner_blocks_keep_what_they_do_not_say(hub: Any, vh: ModuleType) -> None:
    held(hub)

    def message() -> str:
        with pytest.raises(vh.Expired) as caught:
            vh.mc("late")
        return str(caught.value)

    with vh.context(timeout=0.1, label="outer"):
        with vh.context(label="inner"):
            assert "[inner]" in message() and "0.1 s" in message()
        with vh.context(timeout=0.2):
            assert "[outer]" in message() and "0.2 s" in message()
        assert "[outer]" in message()
    hub.release("loop")
    vh.mc("no label, no hurry")


def test_each_thread_has_its_own(hub: Any, vh: ModuleType) -> None:
    held(hub)
    outcome: list[str] = []

    def elsewhere() -> None:
        vh.mc("patient")
        outcome.append("done")

    # A free-threaded Python gives a new thread the context of the one that starts it: this one starts it outside.
    begun = threading.Event()
    thread = threading.Thread(target=lambda: begun.wait() and elsewhere())
    thread.start()
    with vh.context(timeout=0.05):
        begun.set()
        with pytest.raises(vh.Expired):
            vh.mc("hasty")
    assert outcome == []
    hub.release("loop")
    thread.join()
    assert outcome == ["done"]


@both_kinds
def test_each_task_has_its_own(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    held(hub)

    async def labelled(label: str) -> str:
        with vh.context(timeout=0.05, label=label):
            await asyncio.sleep(0)
            with pytest.raises(vh.Expired) as caught:
                await vh.aio.mc("late")
        return str(caught.value)

    async def main() -> None:
        messages = await asyncio.gather(*(labelled(f"task {i}") for i in range(20)))
        assert all(f"[task {i}]" in message for i, message in enumerate(messages))
        with vh.context(timeout=0.05, label="parent"):
            child = asyncio.ensure_future(inherit())
        assert "[parent]" in await child

    async def inherit() -> str:
        with pytest.raises(vh.Expired) as caught:
            await vh.aio.mc("late")
        return str(caught.value)

    run(new_loop, main())
    hub.release("loop")


def test_result_knows_the_terms_of_its_call(hub: Any, vh: ModuleType) -> None:
    held(hub)
    with vh.context(timeout=0.05, label="made here"):
        future = vh.aio.mc("late")
    with pytest.raises(vh.Expired, match=r"\[made here\]"):
        future.result()
    hub.release("loop")


def test_no_time_at_all(hub: Any, vh: ModuleType) -> None:
    held(hub)
    before = time.monotonic()
    with vh.context(timeout=0), pytest.raises(vh.Expired):
        vh.GetUsersCount()
    with vh.context(timeout=-5), pytest.raises(vh.Expired):
        vh.GetUsersCount()
    assert time.monotonic() - before < 5
    hub.release("loop")


def test_misuse(vh: ModuleType) -> None:
    for wrong in ("soon", object(), b"1"):
        with pytest.raises(TypeError, match="timeout must be a number of seconds or None, not"):
            vh.context(timeout=wrong)
    with pytest.raises(ValueError, match="not nan"):
        vh.context(timeout=float("nan"))
    with pytest.raises(TypeError, match="label must be a str or None, not int"):
        vh.context(label=5)
    for label in ("", "x" * 101):
        with pytest.raises(ValueError, match="label must have 1 to 100 bytes"):
            vh.context(label=label)
    with pytest.raises(TypeError):
        vh.context(1.0)
    with pytest.raises(TypeError):
        vh.context(patience=1.0)
    context = vh.context(timeout=float("inf"))
    with pytest.raises(RuntimeError, match="not entered"):
        context.__exit__(None, None, None)
    with context, pytest.raises(RuntimeError, match="entered once"):
        context.__enter__()
    with pytest.raises(RuntimeError, match="entered once"), context:
        pass


def test_odd_numbers_of_seconds(hub: Any, vh: ModuleType) -> None:
    class Broken:
        def __float__(self) -> float:
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        vh.context(timeout=Broken())
    with vh.context(timeout=10**400):
        assert vh.GetUsersCount() == 0
    held(hub)
    with pytest.raises(vh.Expired), vh.context(timeout=-(10**400)):
        vh.GetUsersCount()
    hub.release("loop")


def test_nothing_is_kept(vh: ModuleType) -> None:
    context = vh.context(label="short")
    with context:
        future = vh.aio.GetUsersCount()
        future.result()
    watch = weakref.ref(future)
    del future, context
    gc.collect()
    assert watch() is None


def test_the_control_lane_goes_first(make_hub: Any) -> None:
    """In all four ways to hand a call over, although the other lane is full."""
    hub = make_hub(max_commands=1)
    vh = hub.vh(1)
    hub.hold("loop")
    hub.wait_held("loop")
    vh.post.mc("normal")
    with pytest.raises(vh.QueueFull):
        vh.post.mc("too many")
    with vh.context(lane="control"):
        vh.post.mc("post")
        with vh.context(timeout=10, label="inner"):  # inherits the lane
            future = vh.aio.mc("aio")
        with vh.context(lane="normal"), pytest.raises(vh.QueueFull):
            vh.post.mc("still too many")
        assert vh.stats()["control_depth"] == 2
        hub.release("loop")
        with vh.batch() as batch:
            batch.mc("batch")
        vh.on_main(vh.mc, "on_main").result()
        vh.mc("sync")
    assert future.result() is True
    said = [line.rpartition(b"|")[2].decode() for line in hub.sent()]
    assert said.index("post") < said.index("aio") < said.index("normal")
    assert said.index("batch") < said.index("on_main") < said.index("sync")


@pytest.mark.parametrize(("lane", "error"), [("Control", ValueError), ("", ValueError), (1, TypeError), (b"control", TypeError)])
def test_there_are_two_lanes(vh: ModuleType, lane: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"vh.context\(\): lane must be \"control\", \"normal\" or None, not "):
        vh.context(lane=lane)
