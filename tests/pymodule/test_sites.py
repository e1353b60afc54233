"""An error shows both sites: where the call was made, and where it was asked for its result; of vh.on_main() the frames of the
hub thread as well. And what that thread was doing, where time was the reason.
"""

import asyncio
import concurrent.futures
import sys
import threading
import traceback
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run
from patience import wait_until



def here() -> str:
    """The place of the line that calls this, as messages name it."""
    frame = sys._getframe(1)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def make(vh: ModuleType) -> tuple[Any, str]:
    return vh.aio.GetUsersCount(), here()


def held(hub: Any) -> None:
    hub.hold("loop")
    hub.wait_held("loop")


def names(error: BaseException) -> list[str]:
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def test_a_call_that_expires(hub: Any, vh: ModuleType) -> None:
    held(hub)
    with vh.context(timeout=0.01), pytest.raises(vh.Expired) as caught:
        site = here(); vh.GetUsersCount()  # noqa: E702
    assert f"vh.GetUsersCount() at {site} did not start within 0.0 s and will not run; the hub thread: " in str(caught.value)
    assert names(caught.value) == ["test_a_call_that_expires"]


def test_a_future_names_where_it_was_made(hub: Any, vh: ModuleType) -> None:
    def ask(future: Any) -> None:
        future.result()

    held(hub)
    with vh.context(timeout=0.01):
        future, site = make(vh)
    with pytest.raises(vh.Expired) as caught:
        ask(future)
    assert f"vh.GetUsersCount() at {site} did not start" in str(caught.value)
    assert names(caught.value)[-1] == "ask", "the traceback has the other site"


@both_kinds
def test_a_future_that_is_awaited(hub: Any, vh: ModuleType, new_loop: NewLoop) -> None:
    async def waits(future: Any) -> None:
        await future

    async def main() -> None:
        with vh.context(timeout=0.01, label="billing"):
            future, site = make(vh)
        with pytest.raises(vh.Expired) as caught:
            await waits(future)
        assert f"vh.GetUsersCount() [billing] at {site} did not start" in str(caught.value)
        assert names(caught.value)[-1] == "waits"

    held(hub)
    run(new_loop, main())


def test_the_outcome_is_unknown(hub: Any, vh: ModuleType) -> None:
    hub.hold("operation")
    future, site = make(vh)
    hub.wait_held("operation")
    with pytest.raises(vh.OutcomeUnknown) as caught:
        future.result(0.01)
    assert f"vh.GetUsersCount() at {site} was still running" in str(caught.value)
    assert "the hub thread: in GetUsersCount for" in str(caught.value)
    hub.release("operation")


def test_the_hub_throws(hub: Any, vh: ModuleType) -> None:
    with pytest.raises(vh.Error) as caught:
        vh.GetConfig("config", "throw", "boom")
    assert str(caught.value) == "vh.GetConfig() failed in the hub: boom", "the traceback is the site"
    future = vh.aio.GetConfig("config", "throw", "boom"); site = here()  # noqa: E702
    with pytest.raises(vh.Error) as caught:
        future.result()
    assert str(caught.value) == f"vh.GetConfig() at {site} failed in the hub: boom"


def test_a_call_of_a_batch(hub: Any, vh: ModuleType) -> None:
    with vh.batch() as batch:
        thrown = batch.GetConfig("config", "throw", "boom"); site = here()  # noqa: E702
    with pytest.raises(vh.Error) as caught:
        thrown.result()
    assert str(caught.value) == f"vh.GetConfig() at {site} failed in the hub: boom"


def test_a_batch_that_expires(hub: Any, vh: ModuleType) -> None:
    held(hub)
    with vh.context(timeout=0.01), pytest.raises(vh.Expired) as caught, vh.batch() as batch:
        counted = batch.GetUsersCount(); site = here()  # noqa: E702
    assert f"vh.batch() at {__file__}:" in str(caught.value)
    with pytest.raises(vh.Expired) as inner:
        counted.result()
    assert f"vh.GetUsersCount() at {site} did not start" in str(inner.value)


def test_withdrawn_and_abandoned(hub: Any) -> None:
    vh = hub.vh(5, "leaver.py")
    held(hub)
    cancelled, cancelled_site = make(vh)
    abandoned, abandoned_site = make(vh)
    cancelled.cancel()
    with pytest.raises(concurrent.futures.CancelledError, match=f"at {cancelled_site} was cancelled"):
        cancelled.result()
    hub.post_unload(5)
    hub.release("loop")
    with pytest.raises(vh.Abandoned, match=f"at {abandoned_site} was abandoned"):
        abandoned.result()


def fail(word: str) -> None:
    raise LookupError(word)


def ask_main(vh: ModuleType) -> tuple[Any, str]:
    return vh.on_main(fail, "over there"), here()


def test_on_main_shows_three_places(vh: ModuleType) -> None:
    future, site = ask_main(vh)

    def take() -> None:
        future.result()

    with pytest.raises(LookupError, match="over there") as caught:
        take()
    assert names(caught.value)[-2:] == ["take", "fail"], "who asked, and the frames of the hub thread"
    assert caught.value.__notes__ == [f"vh.on_main() was called at {site}"]
    with pytest.raises(LookupError) as again:
        take()
    assert again.value.__notes__ == [f"vh.on_main() was called at {site}"]


@both_kinds
def test_on_main_awaited(vh: ModuleType, new_loop: NewLoop) -> None:
    async def take() -> None:
        await vh.on_main(fail, "over there")

    with pytest.raises(LookupError) as caught:
        run(new_loop, take())
    assert names(caught.value)[-2:] == ["take", "fail"]
    assert f"vh.on_main() was called at {__file__}:" in "".join(traceback.format_exception(caught.value))


def test_on_main_with_an_exception_that_takes_no_notes(vh: ModuleType) -> None:
    class Stubborn(Exception):
        def add_note(self, note: str) -> None:
            raise RuntimeError("no notes")

    def work() -> None:
        raise Stubborn

    with pytest.raises(Stubborn):
        vh.on_main(work).result()


def test_what_the_hub_thread_does_is_said(hub: Any, vh: ModuleType) -> None:
    go_on = threading.Event()
    started = threading.Event()

    def busy() -> None:
        started.set()
        go_on.wait(20)

    running = vh.on_main(busy)
    assert started.wait(20)
    with vh.context(timeout=0.01), pytest.raises(vh.Expired, match="the hub thread: in test.py on_main busy for"):
        vh.GetUsersCount()
    go_on.set()
    assert running.result() is None


def test_sites_keep_no_frames(hub: Any, vh: ModuleType) -> None:
    class Watched:
        pass

    gone: list[int] = []

    def make_one() -> Any:
        import weakref

        watched = Watched()
        gone.append(0)
        weakref.finalize(watched, lambda: gone.append(1))
        return vh.aio.GetUsersCount()

    future = make_one()
    wait_until(lambda: gone == [0, 1], "what the frame held is freed while the future lives")
    assert future.result() == 0


def test_no_loop_is_needed_to_say_where(hub: Any, vh: ModuleType) -> None:
    async def main() -> Any:
        return vh.aio.GetConfig("config", "throw", "boom")

    error = asyncio.run(main()).exception()
    assert f"at {__file__}:" in str(error)
