"""vh.post: calls that nobody waits for."""

import threading
from types import ModuleType
from typing import Any

import pytest
import rows
from patience import wait_until


def test_every_function_is_there(vh: ModuleType) -> None:
    names = {name for name in dir(vh.aio) if not name.startswith("_")}
    assert names == {name for name in dir(vh.post) if not name.startswith("_")}
    assert "The posted form of vh.Ban()" in (vh.post.Ban.__doc__ or "")


def test_runs_in_order_and_returns_none(hub: Any, vh: ModuleType) -> None:
    hub.hold("loop")
    hub.wait_held("loop")
    assert [vh.post.mc(f"line {i}") for i in range(100)] == [None] * 100
    assert hub.sent() == []
    hub.release("loop")
    vh.mc("last")
    assert hub.sent() == [f"mc|Security|line {i}".encode() for i in range(100)] + [b"mc|Security|last"]


def test_on_the_hub_thread_it_runs_at_once(hub: Any, vh: ModuleType) -> None:
    def both() -> list[bytes]:
        vh.post.mc("now")
        sent: list[bytes] = hub.sent()
        return sent

    assert hub.run(both) == [b"mc|Security|now"]


def test_bad_arguments_are_told_at_once(vh: ModuleType) -> None:
    for name, function in vars(vh.post).items():
        if name.startswith("_") or name in rows.VARIADIC:
            continue
        with pytest.raises(TypeError, match=rf"{name}\(\)"):
            function(*[object()] * 20)


def test_a_full_queue_refuses(make_hub: Any) -> None:
    hub = make_hub(max_commands=3)
    vh = hub.vh(1)
    hub.hold("loop")
    hub.wait_held("loop")
    for i in range(3):
        vh.post.mc(f"line {i}")
    with pytest.raises(vh.QueueFull, match="queue to the hub thread is full"):
        vh.post.mc("too many")
    hub.release("loop")
    wait_until(lambda: len(hub.sent()) == 3, "what was accepted runs")
    assert hub.stats()["refused_full"] == 1


def test_a_closing_hub_refuses(hub: Any, vh: ModuleType) -> None:
    hub.begin_draining()
    with pytest.raises(vh.Closed):
        vh.post.mc("too late")


def test_what_an_unloaded_script_posted_is_dropped(hub: Any) -> None:
    vh = hub.vh(7, "leaver.py")
    hub.hold("loop")
    hub.wait_held("loop")
    vh.post.mc("never seen")
    threading.Thread(target=hub.post_unload, args=(7,)).start()
    hub.release("loop")
    wait_until(lambda: hub.stats()["abandoned"] == 1, "the post is abandoned")
    with pytest.raises(vh.Abandoned):
        vh.post.mc("nor this")
    assert hub.sent() == []


def test_late_posts_expire(make_hub: Any) -> None:
    hub = make_hub(timeout=0.02)
    vh = hub.vh(1)
    hub.hold("loop")
    hub.wait_held("loop")
    vh.post.mc("late")
    threading.Event().wait(0.1)
    hub.release("loop")
    wait_until(lambda: hub.stats()["expired"] == 1, "it is counted")
    assert hub.sent() == []
