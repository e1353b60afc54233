"""One vh.Future used by several threads and loops at once: each step of an await may be interrupted by another thread.

The loops here call back into the test wherever the await runs Python code, which is where the GIL may change hands.
"""

import asyncio
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


class MeddlingLoop(asyncio.SelectorEventLoop):
    """Runs `meddle` once, inside the first call of `where`."""

    def __init__(self, where: str, meddle: Callable[[], None]) -> None:
        super().__init__()
        self._where, self._meddle = where, meddle

    def _now(self, where: str) -> None:
        if where == self._where:
            self._where = ""
            self._meddle()

    def create_future(self) -> "asyncio.Future[Any]":
        self._now("create_future")
        return super().create_future()

    def add_reader(self, *arguments: Any) -> None:
        self._now("add_reader")
        super().add_reader(*arguments)

    def call_later(self, *arguments: Any, **keywords: Any) -> asyncio.TimerHandle:
        self._now("call_later")
        return super().call_later(*arguments, **keywords)


def on_a_thread(function: Callable[[], Any]) -> Any:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(function()))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return answers[0]


async def wait(future: Any) -> Any:
    return await future


def callback_answers(future: Any) -> Any:
    async def main() -> Any:
        answered = asyncio.Event()
        future.add_done_callback(lambda _: answered.set())
        await answered.wait()
        return future.result()

    return main()


@pytest.mark.parametrize("where", ["create_future", "add_reader", "call_later"])
@pytest.mark.parametrize("use", [wait, callback_answers], ids=["await", "callback"])
def test_a_thread_takes_the_result_meanwhile(hub: Any, vh: ModuleType, where: str, use: Callable[[Any], Any]) -> None:
    hub.hold("loop")
    future = vh.aio.GetUsersCount()

    def meddle() -> None:
        hub.release("loop")
        on_a_thread(future.result)

    loop = MeddlingLoop(where, meddle)
    try:
        assert loop.run_until_complete(use(future)) == vh.GetUsersCount()
    finally:
        loop.close()


@pytest.mark.parametrize("where", ["call_later"])
def test_another_loop_awaits_meanwhile(hub: Any, vh: ModuleType, where: str) -> None:
    """The one that was first has it; the other is refused, not forgotten."""
    hub.hold("loop")
    future = vh.aio.GetUsersCount()
    refusals: list[str] = []

    def await_elsewhere() -> None:
        with pytest.raises(RuntimeError) as refused:
            asyncio.run(wait(future))
        refusals.append(str(refused.value))

    def meddle() -> None:
        on_a_thread(await_elsewhere)
        hub.release("loop")

    loop = MeddlingLoop(where, meddle)
    try:
        assert loop.run_until_complete(wait(future)) == vh.GetUsersCount()
    finally:
        loop.close()
    assert refusals == ["the vh.Future of GetUsersCount() is awaited on another event loop"]
