"""Processes that a script forks: no call of theirs reaches the hub, and none hangs."""

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def in_child(work: Callable[[], bool]) -> bool:
    """What `work` says in a forked child."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def closed(vh: ModuleType, call: Callable[[], object]) -> bool:
    try:
        call()
    except vh.Closed as error:
        return "this process was forked from the hub's" in str(error)
    return False


def test_every_form_is_closed(vh: ModuleType) -> None:
    calls = (vh.GetUsersCount, vh.aio.GetUsersCount, lambda: vh.post.mc("x"), lambda: vh.on_main(int))
    assert all(in_child(lambda call=call: closed(vh, call)) for call in calls)  # type: ignore[misc]
    assert in_child(lambda: vh.encode("a|b") == "a&#124;b"), "what needs no hub works"
    assert vh.GetUsersCount() == 0, "and the hub goes on"


def test_a_future_of_the_parent_is_not_waited_for(hub: Any, vh: ModuleType) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    future = vh.aio.GetUsersCount()
    assert in_child(lambda: closed(vh, future.result))
    hub.release("loop")
    assert future.result() == 0


def test_from_the_hub_thread(hub: Any, vh: ModuleType) -> None:
    assert hub.run(lambda: in_child(lambda: closed(vh, lambda: vh.mc("from a child"))))
    assert hub.sent() == []
