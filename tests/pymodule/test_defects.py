"""Defects of older plugins, by the numbers under which the project keeps them, that are seen from Python only.

Others stand with what they are about; tests/tidy/test_defects.py knows the list.
"""

import threading
from types import ModuleType
from typing import Any

import pytest


def test_defect_04_a_thread_never_runs_the_hubs_code(hub: Any, vh: ModuleType) -> None:
    """A call from a thread waits for the hub thread, however long that is busy, and never reaches the hub beside it."""
    hub.hold("loop")
    hub.wait_held("loop")
    before = hub.stats()["operations"]
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(vh.GetUsersCount())) for _ in range(8)]
    for thread in threads:
        thread.start()
    futures = [vh.aio.GetUsersCount() for _ in range(8)]
    assert hub.stats()["operations"] == before and not answers and not any(future.done() for future in futures)
    hub.release("loop")
    for thread in threads:
        thread.join(20)
    assert [future.result(20) for future in futures] == answers
    assert hub.stats()["operations"] == before + 16


@pytest.mark.parametrize("position", range(2))
def test_defect_12_none_for_text_is_an_error_not_the_end(vh: ModuleType, position: int) -> None:
    given: list[str | None] = ["op", "nick", "why"]
    given[position] = None
    with pytest.raises(TypeError, match=r"^KickUser\(\) argument '(op|nick)' must be str, not None$"):
        vh.KickUser(*given)
    with pytest.raises(TypeError, match=r"^usermc\(\) argument 'nick' must be str, not None$"):
        vh.usermc("text", None)
    assert vh.KickUser("op", "nobody") is False
    assert vh.KickUser("op", "nobody", None, None, None, None) is False, "None is the default, where there is one"
