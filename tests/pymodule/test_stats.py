"""vh.stats(): what the queue tells about itself, also while the hub thread is stuck."""

import threading
import time
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


def test_a_function_that_keeps_the_hub_thread_long_is_counted(vh: ModuleType) -> None:
    before = vh.stats()["hooks_over_budget"]
    vh.on_main(time.sleep, 0.11).result()  # the budget is a tenth of a second
    assert vh.stats()["hooks_over_budget"] == before + 1


def test_per_function_and_script(make_hub: Any) -> None:
    hub = make_hub(max_commands=2)
    one, two = hub.vh(1, "one.py"), hub.vh(2, "two.py")
    for _ in range(5):
        one.GetUserClass("nobody")
    two.GetUsersCount()
    hub.hold("loop")
    hub.wait_held("loop")
    assert two.aio.mc("late").cancel() is True
    two.post.GetUsersCount()
    with pytest.raises(two.QueueFull):
        two.post.mc("too much")
    hub.release("loop")
    one.GetUsersCount()
    stats = one.stats()
    functions, scripts = stats["functions"], stats["scripts"]
    assert functions["GetUserClass"]["calls"] == scripts[1]["calls"] - 1 == 5
    assert functions["GetUsersCount"]["calls"] == 3
    assert 0 < functions["GetUserClass"]["slowest"] <= functions["GetUserClass"]["run_total"] <= scripts[1]["run_total"]
    assert (functions["mc"]["calls"], functions["mc"]["withdrawn"], functions["mc"]["refused"]) == (0, 1, 1)
    assert (scripts[2]["calls"], scripts[2]["withdrawn"], scripts[2]["refused"]) == (2, 1, 1)
    assert list(functions)[0] == max(functions, key=lambda name: functions[name]["run_total"])
    assert stats["total"]["samples"] >= 1 and stats["total"]["max"] >= stats["run"]["p50"]


def test_calls_on_the_hub_thread_count(hub: Any, vh: ModuleType) -> None:
    assert vh.on_main(lambda: [vh.GetUsersCount() for _ in range(3)]).result() == [0, 0, 0]
    assert vh.stats()["functions"]["GetUsersCount"]["calls"] == 3
    # Its own time is noted after its answer has gone out.
    wait_until(lambda: vh.stats()["functions"]["on_main"]["run_total"] > 0, "the time of on_main is noted")
    assert vh.stats()["loop"]["share"] >= 0.0
