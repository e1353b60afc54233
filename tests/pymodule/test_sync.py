"""A vh function answers the same on every thread: on the hub thread it runs at once, elsewhere it waits without the GIL."""

import threading
from types import ModuleType
from typing import Any


def test_call_from_another_thread(hub: Any, vh: ModuleType) -> None:
    hub.add_user(b"alice", 3)
    assert vh.GetUserClass("alice") == 3
    assert vh.GetUserClass("nobody") == -2
    assert vh.GetUserClass(None) is None
    assert sorted(vh.GetNickList()) == ["Security", "alice"]
    assert hub.stats()["ran"] == 4


def test_call_on_the_hub_thread_uses_no_queue(hub: Any, vh: ModuleType) -> None:
    assert hub.run(lambda: vh.GetUserClass("Security")) == 10
    assert hub.stats()["pushed"] == 0
