"""Deadlines, cancellation and refusals: each way in which a call can end without a result, and what it tells the caller.

The hub thread is held at its loop (a call cannot start) or inside an operation (it has started), so that each outcome is
brought about on purpose.
"""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run
from patience import SECONDS, wait_until

SHORT = 0.05


@pytest.fixture
def hasty(make_hub: Callable[..., Any]) -> Any:
    """A hub whose calls have little time."""
    return make_hub(timeout=SHORT)


def held(hub: Any, gate: str) -> None:
    hub.hold(gate)
    if gate == "operation":
        hub.vh(99).aio.GetUsersCount()
    hub.wait_held(gate)


def test_expired(hasty: Any) -> None:
    vh = hasty.vh(1)
    held(hasty, "loop")
    with pytest.raises(vh.Expired) as caught:
        vh.mc("late")
    hasty.release("loop")
    message = str(caught.value)
    assert message.startswith(f"vh.mc() at {__file__}:")
    assert "did not start within 0.1 s and will not run; the hub thread:" in message
    assert vh.GetUsersCount() == 0
    assert hasty.sent() == []


def test_outcome_unknown(hasty: Any) -> None:
    vh = hasty.vh(1)
    hasty.hold("operation")
    with pytest.raises(vh.OutcomeUnknown) as caught:
        vh.mc("slow")
    message = str(caught.value)
    assert message.startswith(f"vh.mc() at {__file__}:")
    assert "was still running after 0.1 s" in message and "mc for" in message.split("the hub thread:")[1]
    hasty.release("operation")
    wait_until(lambda: hasty.sent() == [b"mc|Security|slow"], "the call takes effect after all")


@both_kinds
def test_awaited_expired(hasty: Any, new_loop: NewLoop) -> None:
    vh = hasty.vh(1)

    async def main() -> None:
        held(hasty, "loop")
        futures = [vh.aio.mc(f"late {i}") for i in range(20)]
        results = await asyncio.gather(*map(wait, futures), return_exceptions=True)
        assert {type(result) for result in results} == {vh.Expired}
        assert all(future.done() and isinstance(future.exception(), TimeoutError) for future in futures)
        assert __file__ in str(results[0]) and "did not start" in str(results[0])

    run(new_loop, main())
    hasty.release("loop")
    assert vh.GetUsersCount() == 0
    assert hasty.sent() == []


async def wait(future: Any) -> Any:
    return await future


@both_kinds
def test_awaited_outcome_unknown(hasty: Any, new_loop: NewLoop) -> None:
    vh = hasty.vh(1)

    async def main() -> None:
        hasty.hold("operation")
        future = vh.aio.mc("slow")
        noted = asyncio.Event()
        with pytest.raises(vh.OutcomeUnknown):
            await asyncio.gather(wait(future), wait(future))
        assert not future.done() and not future.cancel()
        with pytest.raises(vh.OutcomeUnknown):
            await future
        future.add_done_callback(lambda _: noted.set())
        hasty.release("operation")
        await asyncio.wait_for(noted.wait(), SECONDS)
        assert future.done() and await future is True

    run(new_loop, main())


@both_kinds
def test_an_earlier_deadline_moves_the_timer(hasty: Any, make_hub: Callable[..., Any], new_loop: NewLoop) -> None:
    """Two hubs share the bridge of a loop; the call with less time must not wait for the other one's deadline."""
    patient = make_hub(timeout=60.0)

    async def main() -> None:
        held(patient, "loop")
        held(hasty, "loop")
        late = asyncio.ensure_future(wait(patient.vh(1).aio.GetUsersCount()))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait(hasty.vh(1).aio.GetUsersCount()), SECONDS)
        assert not late.done()
        patient.release("loop")
        hasty.release("loop")
        assert await asyncio.wait_for(late, SECONDS) == 0

    run(new_loop, main())


def test_result_with_a_timeout(hub: Any, vh: ModuleType) -> None:
    held(hub, "loop")
    future = vh.aio.mc("never")
    with pytest.raises(vh.Expired):
        future.result(timeout=SHORT)
    assert future.done() and not future.cancelled()
    hub.release("loop")
    assert vh.GetUsersCount() == 0 and hub.sent() == []


def test_result_of_what_runs_too_long(hub: Any, vh: ModuleType) -> None:
    hub.hold("operation")
    future = vh.aio.mc("slow")
    hub.wait_held("operation")
    for ask in (future.result, future.exception):
        with pytest.raises(vh.OutcomeUnknown):
            ask(SHORT)
    hub.release("operation")
    assert future.result() is True


def test_a_running_call_may_be_waited_for_beyond_its_deadline(hasty: Any) -> None:
    vh = hasty.vh(1)
    hasty.hold("operation")
    future = vh.aio.mc("slow")
    hasty.wait_held("operation")
    with pytest.raises(vh.OutcomeUnknown):
        future.result()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(future.result, SECONDS)
        hasty.release("operation")
        assert answer.result(SECONDS) is True


def test_cancel(hub: Any, vh: ModuleType) -> None:
    held(hub, "loop")
    future = vh.aio.mc("unwanted")
    assert future.cancel() and future.cancelled() and future.done() and not future.cancel()
    for ask in (future.result, future.exception):
        with pytest.raises(concurrent.futures.CancelledError):
            ask()
    hub.release("loop")
    assert vh.GetUsersCount() == 0 and hub.sent() == []
    assert hub.stats()["cancelled"] == 1


def test_cancel_of_what_runs(hub: Any, vh: ModuleType) -> None:
    hub.hold("operation")
    future = vh.aio.mc("wanted")
    hub.wait_held("operation")
    assert not future.cancel() and not future.cancelled()
    hub.release("operation")
    assert future.result() is True and not future.cancel()


@both_kinds
def test_cancelling_the_task_withdraws_the_call(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        held(hub, "loop")
        future = vh.aio.mc("unwanted")
        task = asyncio.ensure_future(wait(future))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert future.cancelled()
        hub.release("loop")
        assert await vh.aio.GetUsersCount() == 0

    run(new_loop, main())
    assert hub.sent() == []


@both_kinds
def test_wait_for_withdraws_the_call(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        held(hub, "loop")
        future = vh.aio.mc("unwanted")
        with pytest.raises(TimeoutError) as caught:
            await asyncio.wait_for(future, SHORT)
        assert not isinstance(caught.value, vh.Error) and future.cancelled()
        hub.release("loop")
        assert await vh.aio.GetUsersCount() == 0

    run(new_loop, main())
    assert hub.sent() == []


@both_kinds
def test_cancelling_a_future_wakes_who_awaits_it(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        held(hub, "loop")
        future = vh.aio.mc("unwanted")
        task = asyncio.ensure_future(wait(future))
        await asyncio.sleep(0)
        threading.Thread(target=future.cancel).start()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, SECONDS)
        hub.release("loop")

    run(new_loop, main())


@both_kinds
def test_cancel_and_answer_at_the_same_moment(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    """Tasks are cancelled while their answers are on the way; no task sees anything but its result or its cancellation."""

    async def main() -> None:
        for _ in range(200):
            tasks = [asyncio.ensure_future(wait(vh.aio.GetUsersCount())) for _ in range(5)]
            await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                assert result == 0 or isinstance(result, asyncio.CancelledError)

    run(new_loop, main())
    stats = hub.stats()
    wait_until(lambda: hub.stats()["depth"] == 0, "the queue empties")
    stats = hub.stats()
    assert stats["ran"] + stats["cancelled"] == stats["pushed"] == 1000


def test_full_queue(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(max_commands=4)
    vh = hub.vh(1)
    held(hub, "loop")
    accepted = [vh.aio.mc(str(i)) for i in range(4)]
    with pytest.raises(vh.QueueFull, match=r"vh\.mc\(\) at .*test_deadlines\.py:\d+: the queue to the hub thread is full"):
        vh.aio.mc("one too many")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(vh.mc, "waits for room")
        hub.release("loop")
        assert waiting.result(SECONDS) is True
    assert all(future.result() for future in accepted)
    assert len(hub.sent()) == 5
    assert hub.stats()["refused_full"] == 1


def test_full_until_the_deadline(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(max_commands=2, timeout=SHORT)
    vh = hub.vh(1)
    held(hub, "loop")
    for _ in range(2):
        vh.aio.mc("fills")
    with pytest.raises(vh.QueueFull):
        vh.mc("no room in time")
    hub.release("loop")


def test_draining_refuses_new_calls_and_runs_old_ones(hub: Any, vh: ModuleType) -> None:
    held(hub, "loop")
    queued = vh.aio.mc("queued before")
    hub.release("loop")
    hub.begin_draining()
    for function in (vh.mc, vh.aio.mc):
        with pytest.raises(vh.Closed, match=r"vh\.mc\(\): the hub is closing"):
            function("too late")
    assert queued.result() is True
    assert hub.run(lambda: vh.mc("inline")) is True


def test_abort_wakes_everybody(hub: Any, vh: ModuleType) -> None:
    held(hub, "loop")
    futures = [vh.aio.mc("never") for _ in range(10)]

    async def main() -> None:
        task = asyncio.ensure_future(wait(futures[0]))
        await asyncio.sleep(0)
        hub.post_abort()
        hub.release("loop")
        with pytest.raises(vh.Abandoned):
            await asyncio.wait_for(task, SECONDS)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(vh.mc, "never") for _ in range(4)]
        wait_until(lambda: hub.stats()["depth"] == 14, "all are queued")
        asyncio.run(main())
        for call in waiting:
            assert isinstance(call.exception(SECONDS), vh.Abandoned)
    for future in futures:
        with pytest.raises(vh.Abandoned, match=r"vh\.mc\(\) at .*:\d+ was abandoned"):
            future.result()
    with pytest.raises(vh.Closed):
        vh.mc("after")


def test_unloading_a_script_abandons_its_calls_only(hub: Any) -> None:
    gone, other = hub.vh(1), hub.vh(2)
    held(hub, "loop")
    mine, others = gone.aio.mc("gone"), other.aio.mc("stays")
    hub.post_unload(1)
    hub.release("loop")
    with pytest.raises(gone.Abandoned):
        mine.result()
    assert others.result() is True
    for function in (gone.mc, gone.aio.mc):
        with pytest.raises(gone.Abandoned, match="this script was unloaded"):
            function("after")
    assert hub.sent() == [b"mc|Security|stays"]
    assert hub.run(lambda: gone.mc("from UnLoad")) is True


def test_a_refusal_is_a_result(vh: ModuleType) -> None:
    assert vh.pm("hello", "nobody") is False
    assert vh.DelRegUser("nobody") is False
    assert vh.classmc("text", 5, 1) is False


def test_a_stuck_hub_thread_takes_no_more(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(stuck_after=0.1)
    vh = hub.vh(1)
    go_on = threading.Event()
    hanging = vh.on_main(go_on.wait, 20)
    wait_until(lambda: "on_main wait for" in stuck(vh), "the hub thread counts as stuck")
    depth = hub.stats()["depth"]
    for call in (vh.GetUsersCount, vh.aio.GetUsersCount, lambda: vh.post.mc("x"), lambda: vh.on_main(int)):
        with pytest.raises(vh.Expired, match="was not handed over .* because the hub thread is stuck: in test.py on_main"):
            call()
    assert hub.stats()["depth"] == depth
    go_on.set()
    assert hanging.result() is True
    wait_until(lambda: stuck(vh) == "", "it is not stuck any more")
    assert vh.GetUsersCount() == 0


def stuck(vh: ModuleType) -> str:
    try:
        vh.post.GetUsersCount()
    except vh.Expired as error:
        return str(error)
    return ""
