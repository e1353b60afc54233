"""vh.stats(): what the queue tells about itself, also while the hub thread is stuck."""

import threading
from types import ModuleType
from typing import Any

import pytest
from patience import wait_until


def test_counters(make_hub: Any) -> None:
    hub = make_hub(max_commands=2)
    vh = hub.vh(1)
    for _ in range(64):
        vh.GetUsersCount()
    hub.hold("loop")
    hub.wait_held("loop")
    vh.post.mc("one")
    assert vh.aio.mc("two").cancel() is True
    with pytest.raises(vh.QueueFull):
        vh.post.mc("three")
    stats = vh.stats()
    assert (stats["depth"], stats["producers"], stats["refused_full"]) == (2, 1, 1)
    assert stats["bytes"] > 0 and stats["oldest_age"] > 0
    hub.release("loop")
    vh.GetUsersCount()
    stats = vh.stats()
    assert (stats["pushed"], stats["ran"], stats["cancelled"], stats["failed"], stats["expired"]) == (67, 66, 1, 0, 0)
    assert stats["wait"]["samples"] >= 1 and 0 < stats["wait"]["p50"] <= stats["wait"]["p99"] <= stats["wait"]["max"]
    assert stats["run"]["samples"] >= 1 and stats["drains"] > 0 and stats["wakeups"] > 0


def test_while_the_hub_thread_is_stuck(hub: Any, vh: ModuleType) -> None:
    assert vh.stats()["hub_thread"] == "idle" and vh.stats()["hub_thread_busy_for"] == 0.0
    go_on = threading.Event()
    future = vh.on_main(go_on.wait, 20)
    wait_until(lambda: vh.stats()["hub_thread_busy_for"] > 0.05, "the hub thread is seen at it")
    assert vh.stats()["hub_thread"].startswith("in test.py on_main wait for ")
    go_on.set()
    assert future.result() is True
    wait_until(lambda: vh.stats()["hub_thread"] == "idle", "and seen to be through")
    assert vh.stats()["slowest"][0] == "on_main" and vh.stats()["slowest"][1] >= 0.05
