"""vh.on_main: Python functions on the hub thread."""

import asyncio
import gc
import threading
import traceback
import weakref
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run
from patience import wait_until


def held(hub: Any) -> None:
    hub.hold("loop")
    hub.wait_held("loop")


def test_result_and_arguments(hub: Any, vh: ModuleType) -> None:
    def work(*args: int, **keywords: int) -> object:
        return threading.get_ident(), args, keywords

    assert vh.on_main(work).result() == (hub.run(threading.get_ident), (), {})
    assert vh.on_main(work, 1, 2, a=3, function=4).result()[1:] == ((1, 2), {"a": 3, "function": 4})
    assert vh.on_main(dict, [("a", 1)], b=2).result() == {"a": 1, "b": 2}


@both_kinds
def test_awaited(vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> list[int]:
        return await asyncio.gather(*(vh.on_main(pow, 2, i) for i in range(100)))

    assert run(new_loop, main()) == [2**i for i in range(100)]


def test_calls_inside_run_at_once_and_nothing_comes_between(hub: Any, vh: ModuleType) -> None:
    def check_then_say(word: str) -> int:
        vh.mc(f"{word} one")
        count: int = vh.GetUsersCount()
        vh.mc(f"{word} two")
        return count

    threads = [threading.Thread(target=lambda: [vh.mc("other") for _ in range(200)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    futures = [vh.on_main(check_then_say, f"w{i}") for i in range(50)]
    assert [future.result() for future in futures] == [0] * 50
    for thread in threads:
        thread.join()
    sent = [line.decode().rpartition("|")[2] for line in hub.sent()]
    for i in range(50):
        at = sent.index(f"w{i} one")
        assert sent[at + 1] == f"w{i} two"


def test_an_exception_comes_back_with_the_frames_of_both_threads(vh: ModuleType) -> None:
    def deep() -> None:
        raise LookupError("down there")

    def shallow() -> None:
        deep()

    future = vh.on_main(shallow)
    for _ in range(2):
        with pytest.raises(LookupError, match="down there") as caught:
            future.result()
        names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
        assert names[0].startswith("test_an_exception") and names[-2:] == ["shallow", "deep"]
    assert isinstance(future.exception(), LookupError)


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, StopIteration, GeneratorExit, MemoryError])
def test_exceptions_that_are_not_ordinary(hub: Any, vh: ModuleType, kind: type[BaseException]) -> None:
    def work() -> None:
        raise kind("odd")

    assert type(vh.on_main(work).exception()) is kind
    assert vh.GetUsersCount() == 0, "the hub thread goes on"


def test_on_the_hub_thread_it_is_called_at_once(hub: Any, vh: ModuleType) -> None:
    def outer() -> Any:
        inner = vh.on_main(lambda: "inner")
        assert inner.done()
        return inner.result(), vh.on_main(int, "x").exception()

    value, error = vh.on_main(outer).result()
    assert value == "inner" and isinstance(error, ValueError)


def test_misuse(vh: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"^on_main\(\) missing required argument 'function'"):
        vh.on_main()
    with pytest.raises(TypeError, match=r"^on_main\(\) argument 'function' must be callable, not int$"):
        vh.on_main(5)


def test_time_is_up_while_it_runs(hub: Any, vh: ModuleType) -> None:
    go_on = threading.Event()

    def slow() -> str:
        go_on.wait(20)
        return "late"

    future = vh.on_main(slow)
    with pytest.raises(vh.OutcomeUnknown) as caught:
        future.result(0.1)
    assert "in test.py on_main slow for" in str(caught.value)
    go_on.set()
    assert future.result() == "late", "it can still be asked for"


def test_time_is_up_before_it_runs(hub: Any, vh: ModuleType) -> None:
    held(hub)
    ran: list[int] = []
    with vh.context(timeout=0.05):
        future = vh.on_main(ran.append, 1)
    with pytest.raises(vh.Expired):
        future.result()
    assert vh.on_main(ran.append, 2).cancel() is True
    hub.release("loop")
    vh.GetUsersCount()
    assert ran == []


class Thing:
    """Something that can be watched."""

    def __call__(self) -> "Thing":
        return self


def test_nothing_is_kept(hub: Any, vh: ModuleType) -> None:
    def gone(make: Any) -> None:
        thing = Thing()
        watch = weakref.ref(thing)
        make(thing)
        del thing
        vh.GetUsersCount()
        for _ in range(10):  # others come, and sweep
            vh.on_main(int)
            vh.GetUsersCount()
        gc.collect()
        wait_until(lambda: watch() is None, "it is freed")

    gone(lambda thing: vh.on_main(thing).result())
    gone(lambda thing: vh.on_main(thing))  # dropped at once
    gone(lambda thing: vh.on_main(lambda: 1 / 0, thing))

    def cancelled(thing: Thing) -> None:
        held(hub)
        vh.on_main(thing).cancel()
        vh.on_main(thing)
        future = vh.on_main(thing)
        del future
        hub.release("loop")

    gone(cancelled)

    def expired(thing: Thing) -> None:
        held(hub)
        with vh.context(timeout=0):
            vh.on_main(thing)
        hub.release("loop")

    gone(expired)


def test_the_queue_refuses(make_hub: Any) -> None:
    hub = make_hub(max_commands=1)
    vh = hub.vh(1)
    thing = Thing()
    watch = weakref.ref(thing)
    held(hub)
    vh.post.mc("the only place")
    with pytest.raises(vh.QueueFull):
        vh.on_main(thing)
    del thing
    gc.collect()
    assert watch() is None
    hub.release("loop")
    hub.begin_draining()
    with pytest.raises(vh.Closed):
        vh.on_main(int)


def test_an_unloaded_scripts_function_is_not_called(hub: Any) -> None:
    vh = hub.vh(5, "leaver.py")
    held(hub)
    ran: list[int] = []
    future = vh.on_main(ran.append, 1)
    hub.post_unload(5)
    hub.release("loop")
    with pytest.raises(vh.Abandoned):
        future.result()
    with pytest.raises(vh.Abandoned):
        vh.on_main(ran.append, 2)
    assert ran == []
