"""vh.batch: several calls as one command."""

import asyncio
import gc
import re
import threading
import weakref
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run
from patience import wait_until


def held(hub: Any) -> None:
    hub.hold("loop")
    hub.wait_held("loop")


def test_every_function_is_there(vh: ModuleType) -> None:
    names = {name for name in dir(vh.aio) if not name.startswith("_")}
    with vh.batch() as batch:
        assert names == {name for name in dir(batch) if not name.startswith("_")}
        assert "as one call of the batch" in batch.Ban.__doc__


def test_each_call_has_its_own_result(hub: Any, vh: ModuleType) -> None:
    hub.add_user(b"ann", 3)
    with vh.batch() as batch:
        users = batch.GetUserClass("ann")
        nobody = batch.GetUserIP("nobody")
        refused = batch.classmc("text", 5, 1)
        thrown = batch.GetConfig("config", "throw", "from the hub")
        text = batch.encode("a|b")
        said = batch.mc("hello")
        assert not users.done() and text.done() and hub.sent() == []
        assert re.fullmatch(r"<vh.Future of GetUserClass\(\) at .*test_batch\.py:\d+: queued>", repr(users))
    assert [f.result() for f in (users, nobody, refused, text, said)] == [3, None, False, "a&#124;b", True]
    for _ in range(2):
        with pytest.raises(vh.Error, match=r"vh.GetConfig\(\) at .*:\d+ failed in the hub: from the hub"):
            thrown.result()
    assert isinstance(thrown.exception(), vh.Error) and users.exception() is None
    assert hub.sent() == [b"mc|Security|hello"]
    assert hub.stats()["ran"] == 1


def test_nothing_comes_between(hub: Any, vh: ModuleType) -> None:
    others = [threading.Thread(target=lambda: [vh.mc("other") for _ in range(300)]) for _ in range(3)]
    for thread in others:
        thread.start()
    for number in range(30):
        with vh.batch() as batch:
            for part in range(5):
                batch.mc(f"batch {number} {part}")
    for thread in others:
        thread.join()
    sent = [line.decode().rpartition("|")[2] for line in hub.sent()]
    for number in range(30):
        at = sent.index(f"batch {number} 0")
        assert sent[at : at + 5] == [f"batch {number} {part}" for part in range(5)]


@both_kinds
def test_async(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def one(number: int) -> bool:
        async with vh.batch() as batch:
            first, second = batch.mc(f"{number} one"), batch.mc(f"{number} two")
        return await first and await second and first.result()

    async def main() -> None:
        assert await asyncio.gather(*(one(i) for i in range(50))) == [True] * 50
        async with vh.batch():
            pass

    run(new_loop, main())
    assert len(hub.sent()) == 100


def test_on_the_hub_thread_it_runs_when_the_block_is_left(hub: Any, vh: ModuleType) -> None:
    def work() -> tuple[list[bytes], bool, BaseException | None]:
        with vh.batch() as batch:
            said = batch.mc("in a hook")
            thrown = batch.GetConfig("config", "throw")
            before = hub.sent()
        return before, said.result(), thrown.exception()

    before, said, thrown = hub.run(work)
    assert before == [] and said is True and isinstance(thrown, vh.Error)
    assert hub.stats()["pushed"] == 0


def test_an_exception_in_the_block_discards_it(hub: Any, vh: ModuleType) -> None:
    with pytest.raises(LookupError, match="mine"), vh.batch() as batch:
        said = batch.mc("never")
        raise LookupError("mine")
    with pytest.raises(RuntimeError, match=r"vh.mc\(\): the batch was discarded, because its block raised"):
        said.result()

    async def main() -> None:
        async with vh.batch() as batch:
            batch.mc("never")
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(main())
    assert hub.sent() == []


def test_time_is_up(hub: Any, vh: ModuleType) -> None:
    held(hub)
    with pytest.raises(vh.Expired, match=r"^vh.batch\(\) \[slow\] at "), vh.context(timeout=0.05, label="slow"), vh.batch() as batch:
        calls = [batch.mc("late") for _ in range(3)]
    for call in calls:
        with pytest.raises(vh.Expired):
            call.result()

    async def main() -> None:
        with vh.context(timeout=0.05):
            async with vh.batch() as batch:
                batch.mc("late")

    with pytest.raises(vh.Expired):
        asyncio.run(main())
    hub.release("loop")
    vh.GetUsersCount()
    assert hub.sent() == []


def test_bounds(make_hub: Any) -> None:
    hub = make_hub(max_bytes=200_000)
    vh = hub.vh(1)
    with vh.batch() as batch:
        for _ in range(1000):
            batch.encode("free")  # runs here, and is none of the batch's
        for _ in range(1000):
            batch.GetUsersCount()
        with pytest.raises(vh.QueueFull, match="a batch holds at most 1000 calls"):
            batch.GetUsersCount()
    with pytest.raises(vh.QueueFull), vh.batch() as batch:
        large = batch.mc("x" * 300_000)
    with pytest.raises(vh.Abandoned):
        large.result()
    hub.begin_draining()
    with pytest.raises(vh.Closed), vh.batch() as batch:
        batch.mc("too late")


def test_misuse(vh: ModuleType) -> None:
    batch = vh.batch()
    with pytest.raises(RuntimeError, match="inside its `with` block"):
        batch.mc("early")
    with batch:
        unsent = batch.mc("text")
        with pytest.raises(RuntimeError, match="leave its block first"):
            unsent.result()
        with pytest.raises(RuntimeError, match="nothing to await"):
            asyncio.run(wait(unsent))
        with pytest.raises(RuntimeError, match="calls nobody back"):
            unsent.add_done_callback(print)
        with pytest.raises(TypeError, match=r"^mc\(\) argument 'msg' must be str, not int$"):
            batch.mc(5)
        assert unsent.cancel() is False
    assert unsent.result() is True
    for again in (lambda: batch.mc("late"), lambda: batch.__enter__(), lambda: batch.__exit__(None, None, None)):
        with pytest.raises(RuntimeError):
            again()
    with pytest.raises(TypeError):
        vh.batch(1)


async def wait(future: Any) -> Any:
    return await future


def test_an_unloaded_scripts_batch_does_not_run(hub: Any) -> None:
    vh = hub.vh(5, "leaver.py")
    held(hub)
    failures: list[type] = []

    def work() -> None:
        try:
            with vh.batch() as batch:
                batch.mc("never")
        except vh.Error as error:
            failures.append(type(error))

    thread = threading.Thread(target=work)
    thread.start()
    while hub.stats()["depth"] == 0:
        pass
    hub.post_unload(5)
    hub.release("loop")
    thread.join()
    assert failures == [vh.Abandoned] and hub.sent() == []
    with pytest.raises(vh.Abandoned), vh.batch() as batch:
        batch.mc("never")


def test_one_call_does_not_withdraw_the_others(hub: Any, vh: ModuleType) -> None:
    held(hub)
    calls: list[Any] = []
    ready = threading.Event()

    def work() -> None:
        with vh.batch() as batch:
            calls.extend([batch.mc("one"), batch.mc("two")])
        ready.set()

    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: hub.stats()["depth"] == 1, "the batch is handed over")
    assert calls[0].cancel() is False
    with pytest.raises(vh.OutcomeUnknown):
        calls[0].result(0.01)
    assert not ready.is_set()
    hub.release("loop")
    thread.join()
    assert [call.result() for call in calls] == [True, True]


def test_calls_that_could_not_be_handed_over_say_so(make_hub: Any) -> None:
    hub = make_hub(stuck_after=0.05)
    vh = hub.vh(5)
    go_on = threading.Event()
    hanging = vh.on_main(go_on.wait, 20)
    wait_until(lambda: vh.stats()["hub_thread_busy_for"] > 0.1, "the hub thread is stuck")
    with pytest.raises(vh.Expired, match="the hub thread is stuck"), vh.batch() as batch:
        call = batch.mc("never")
    assert call.done() and isinstance(call.exception(), vh.Expired)
    go_on.set()
    assert hanging.result() is True
    with pytest.raises(vh.Abandoned), vh.batch() as batch:
        call = batch.mc("never")
        hub.unload(5)
    assert isinstance(call.exception(), vh.Abandoned) and hub.sent() == []


def test_nothing_is_kept(vh: ModuleType) -> None:
    with vh.batch() as batch:
        call = batch.mc("text")
    watch = weakref.ref(call)
    batch = call = None
    gc.collect()
    assert watch() is None
    batch = vh.batch().__enter__()
    watch = weakref.ref(batch.mc("text"))
    batch = None
    gc.collect()
    assert watch() is None
