"""A synchronous call on a thread that runs an event loop works, and says once per call site how to do it without blocking."""

import asyncio
import warnings
from types import ModuleType

import pytest
from loops import NewLoop, both_kinds, run


@both_kinds
def test_warned_once_per_call_site(vh: ModuleType, new_loop: NewLoop) -> None:
    async def main() -> None:
        for _ in range(3):
            assert vh.GetUserClass("Security") == 10
        vh.GetUsersCount()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        run(new_loop, main())
    messages = [str(warning.message) for warning in caught]
    assert messages == [
        "vh.GetUserClass() blocks the event loop that runs on this thread; use 'await vh.aio.GetUserClass(...)'",
        "vh.GetUsersCount() blocks the event loop that runs on this thread; use 'await vh.aio.GetUsersCount(...)'",
    ]
    assert {(warning.category, warning.filename) for warning in caught} == {(RuntimeWarning, __file__)}


def test_result_on_a_loop(hub: object, vh: ModuleType) -> None:
    async def main() -> None:
        future = vh.aio.GetUserClass("Security")
        assert future.result() == 10

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(main())


def test_a_filter_may_make_it_an_error(vh: ModuleType) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeWarning):
            vh.mc("never said")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(main())


def test_no_warning_elsewhere(vh: ModuleType) -> None:
    async def main() -> None:
        assert await asyncio.to_thread(vh.GetUserClass, "Security") == 10
        assert await vh.aio.GetUserClass("Security") == 10

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert vh.GetUsersCount() == 0
        asyncio.run(main())


def test_on_the_hub_thread_nothing_blocks(hub: object, vh: ModuleType) -> None:
    async def main() -> int:
        return vh.GetUserClass("Security")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert hub.run(lambda: asyncio.run(main())) == 10  # type: ignore[attr-defined]
