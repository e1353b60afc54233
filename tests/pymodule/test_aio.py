"""vh.aio: a call is handed over when it is made, and its answer comes to whoever awaits it, on asyncio and on uvloop."""

import asyncio
import concurrent.futures
import gc
import re
import weakref
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run
from patience import SECONDS, wait_until


@both_kinds
def test_await(vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> tuple[Any, ...]:
        return await vh.aio.GetUserClass("Security"), await vh.aio.GetNickList(), await vh.aio.GetMyINFO("nobody")

    assert run(new_loop, main()) == (10, ["Security"], None)


@both_kinds
def test_results_that_look_like_something_else(vh: ModuleType, new_loop: NewLoop) -> None:
    """A tuple and an exception must come back as they are: StopIteration, which carries results, takes tuples apart."""

    async def main() -> Any:
        return await vh.aio.GetMyINFO("Security")

    info = run(new_loop, main())
    assert isinstance(info, tuple) and len(info) == 6 and info[0] == "Security"


@both_kinds
def test_await_of_what_is_not_done_yet(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> Any:
        hub.hold("loop")
        hub.wait_held("loop")
        future = vh.aio.GetUsersCount()
        asyncio.get_running_loop().call_later(0.01, hub.release, "loop")
        assert not future.done()
        result = await future
        assert future.done() and await future == result == future.result()
        return result

    assert run(new_loop, main()) == 0


@both_kinds
def test_many_at_once_on_one_loop(vh: ModuleType, hub: Any, new_loop: NewLoop) -> None:
    async def one(i: int) -> int:
        assert await vh.aio.SetConfig("config", f"v{i}", str(i)) is True
        return int(await vh.aio.GetConfig("config", f"v{i}"))

    async def main() -> list[int]:
        return await asyncio.gather(*(one(i) for i in range(300)))

    assert run(new_loop, main()) == list(range(300))


@both_kinds
def test_one_future_awaited_by_several_tasks(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> list[int]:
        hub.hold("loop")
        hub.wait_held("loop")
        future = vh.aio.GetUserClass("Security")

        async def wait() -> int:
            return await future

        tasks = [asyncio.ensure_future(wait()) for _ in range(5)]
        await asyncio.sleep(0)
        hub.release("loop")
        return await asyncio.gather(*tasks)

    assert run(new_loop, main()) == [10] * 5


def test_the_command_is_pushed_at_the_call(hub: Any, vh: ModuleType) -> None:
    vh.aio.mc("without await")
    assert vh.GetUsersCount() == 0  # behind it in the queue
    assert hub.sent() == [b"mc|Security|without await"]


def test_result_on_a_thread(hub: Any, vh: ModuleType) -> None:
    future = vh.aio.GetUserClass("Security")
    assert future.result() == 10 and future.result(timeout=0) == 10
    assert future.exception() is None and future.done() and not future.cancelled()
    assert not future.cancel()
    assert re.fullmatch(r"<vh.Future of GetUserClass\(\) at .*test_aio\.py:\d+: done>", repr(future))


def test_result_asked_for_by_several_threads(hub: Any, vh: ModuleType) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    future = vh.aio.GetUserClass("Security")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(future.result) for _ in range(4)]
        hub.release("loop")
        assert [answer.result(SECONDS) for answer in answers] == [10] * 4


@both_kinds
def test_result_on_a_thread_while_a_task_awaits(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        hub.hold("loop")
        hub.wait_held("loop")
        future = vh.aio.GetUserClass("Security")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            other = pool.submit(future.result)
            asyncio.get_running_loop().call_later(0.01, hub.release, "loop")
            assert await future == 10
            assert other.result(SECONDS) == 10

    run(new_loop, main())


def test_bad_timeouts(vh: ModuleType) -> None:
    future = vh.aio.GetUsersCount()
    with pytest.raises(TypeError):
        future.result("soon")
    with pytest.raises(ValueError):
        future.result(float("nan"))
    assert future.result(float("inf")) == 0 and future.result(timeout=-1) == 0


def test_on_the_hub_thread_it_runs_at_once(hub: Any, vh: ModuleType) -> None:
    def on_hub_thread() -> tuple[bool, int]:
        future = vh.aio.GetUserClass("Security")
        return future.done(), future.result()

    assert hub.run(on_hub_thread) == (True, 10)
    assert hub.stats()["pushed"] == 0


def test_an_error_on_the_hub_thread_comes_with_the_result(hub: Any, vh: ModuleType) -> None:
    future = hub.run(lambda: vh.aio.GetConfig("config", "throw", "boom"))
    assert isinstance(future.exception(), vh.Error)
    with pytest.raises(vh.Error, match=r"vh\.GetConfig\(\) failed in the hub: boom"):
        future.result()


def test_waiting_on_the_hub_thread_would_deadlock(hub: Any, vh: ModuleType) -> None:
    def on_hub_thread() -> Any:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            future = pool.submit(vh.aio.GetUsersCount).result(SECONDS)  # queued behind what runs now
        with pytest.raises(vh.WouldDeadlock, match="GetUsersCount"):
            future.result()
        with pytest.raises(vh.WouldDeadlock):
            future.exception(timeout=0)
        with pytest.raises(vh.WouldDeadlock):
            next(future.__await__())
        assert not future.done()
        return future

    assert hub.run(on_hub_thread).result() == 0


@both_kinds
def test_failure_in_the_hub(vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        with pytest.raises(vh.Error, match=r"vh\.GetConfig\(\) at .*:\d+ failed in the hub: boom") as caught:
            await vh.aio.GetConfig("config", "throw", "boom")
        assert type(caught.value) is vh.Error

    run(new_loop, main())


@both_kinds
def test_callbacks(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> list[Any]:
        hub.hold("loop")
        hub.wait_held("loop")
        future = vh.aio.GetUsersCount()
        seen: list[Any] = []
        everything = asyncio.Event()

        def note(done: Any) -> None:
            seen.append(done)
            if len(seen) == 3:
                everything.set()

        future.add_done_callback(note)
        future.add_done_callback(note)
        hub.release("loop")
        await future
        future.add_done_callback(note)
        await asyncio.wait_for(everything.wait(), SECONDS)
        return [done is future for done in seen]

    assert run(new_loop, main()) == [True] * 3


def test_callbacks_without_a_loop(hub: Any, vh: ModuleType) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    future = vh.aio.GetUsersCount()
    with pytest.raises(RuntimeError, match="event loop"):
        future.add_done_callback(print)
    hub.release("loop")
    assert future.result() == 0
    seen: list[Any] = []
    future.add_done_callback(seen.append)
    assert seen == [future]


def test_await_without_a_loop(hub: Any, vh: ModuleType) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    future = vh.aio.GetUsersCount()
    with pytest.raises(RuntimeError, match="no event loop"):
        next(future.__await__())
    hub.release("loop")
    assert future.result() == 0


@both_kinds
def test_await_on_two_loops(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def wait(future: Any) -> int:
        return await future

    async def main() -> int:
        hub.hold("loop")
        hub.wait_held("loop")
        future = vh.aio.GetUsersCount()
        here = asyncio.ensure_future(wait(future))
        await asyncio.sleep(0)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            elsewhere = pool.submit(lambda: run(new_loop, wait(future)))
            with pytest.raises(RuntimeError, match="another event loop"):
                elsewhere.result(SECONDS)
        hub.release("loop")
        return await here

    assert run(new_loop, main()) == 0


def test_the_iterator_alone(vh: ModuleType) -> None:
    future = vh.aio.GetMyINFO("Security")
    future.result()
    with pytest.raises(StopIteration) as stopped:
        next(future.__await__())
    assert stopped.value.value == future.result()
    with pytest.raises(StopIteration):
        future.__await__().send(None)
    once = future.__await__()
    with pytest.raises(StopIteration):
        next(once)
    with pytest.raises(RuntimeError, match="already given"):
        next(once)
    with pytest.raises(KeyError):
        future.__await__().throw(KeyError("mine"))
    with pytest.raises(KeyError):
        future.__await__().throw(KeyError)
    future.__await__().close()


def test_future_is_a_type_for_annotations(vh: ModuleType) -> None:
    assert vh.Future[int].__args__ == (int,)
    with pytest.raises(TypeError):
        vh.Future()


def test_dropped_futures_are_freed(hub: Any, vh: ModuleType) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    future = vh.aio.GetUsersCount()
    seen = weakref.ref(future)
    del future
    gc.collect()
    assert seen() is None
    hub.release("loop")
    wait_until(lambda: hub.stats()["ran"] == 1, "the call of the dropped future runs")
