"""vh.batch(only_if=user): acts only if the user is still the one who was looked up, not another connection under the nick."""

import gc
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from loops import NewLoop, both_kinds, run
from patience import SECONDS
from test_leaks import REPEATS, assert_steady


@pytest.fixture
def ann(hub: Any, vh: ModuleType) -> Any:
    """The user ann, as she was looked up."""
    hub.add_user(b"ann")
    vh.GetUsersCount()
    assert vh.wait_version(vh.last_version(), SECONDS)
    return vh.snapshot().users["ann"]


def leaves(hub: Any) -> None:
    hub.remove_user(b"ann")


def comes_again(hub: Any) -> None:
    """Another connection has the nick, from the same address; no version of the live copy was without it."""
    hub.remove_user(b"ann")
    hub.add_user(b"ann")


def is_spelled_otherwise(hub: Any) -> None:
    hub.remove_user(b"ann")
    hub.add_user(b"Ann")


def kick(vh: ModuleType, user: Any) -> bool:
    with vh.batch(only_if=user) as batch:
        kicked = batch.KickUser("Security", user.nick, "told you so")
    return bool(kicked.result())


def sent(hub: Any) -> list[str]:
    return [line.decode() for line in hub.sent()]


def test_a_session_has_a_number(hub: Any, vh: ModuleType, ann: Any) -> None:
    assert ann.session > 0
    assert vh.snapshot().users["Security"].session not in (None, ann.session)
    comes_again(hub)
    vh.GetUsersCount()
    assert vh.wait_version(vh.last_version(), SECONDS)
    again = vh.snapshot().users["ann"]
    assert again.session != ann.session and again.ip == ann.ip


def test_the_same_session(hub: Any, vh: ModuleType, ann: Any) -> None:
    assert kick(vh, ann) is True
    assert any("told you so" in line for line in sent(hub))


@pytest.mark.parametrize("change", [leaves, comes_again, is_spelled_otherwise])
def test_another_one_is_left_alone(hub: Any, vh: ModuleType, ann: Any, change: Callable[[Any], None]) -> None:
    change(hub)
    with pytest.raises(vh.SessionGone, match=r"vh\.batch\(\) did not run: ann has left since, or another connection has the nick"):
        kick(vh, ann)
    assert sent(hub) == []
    assert issubclass(vh.SessionGone, vh.Error)


def test_between_the_call_and_the_hub_threads_turn(hub: Any, vh: ModuleType, ann: Any) -> None:
    """The nick changes hands while the batch is queued."""
    hub.hold("loop")
    hub.wait_held("loop")
    caught: list[BaseException] = []

    def act() -> None:
        try:
            kick(vh, ann)
        except vh.Error as error:
            caught.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    comes_again(hub)
    hub.release("loop")
    thread.join(SECONDS)
    assert [type(error) for error in caught] == [vh.SessionGone] and sent(hub) == []


@both_kinds
def test_awaited(hub: Any, vh: ModuleType, ann: Any, new_loop: NewLoop) -> None:
    async def act() -> Any:
        async with vh.batch(only_if=ann) as batch:
            said = batch.usermc("hello", "ann")
        return said

    assert run(new_loop, act()).result() is True
    comes_again(hub)
    with pytest.raises(vh.SessionGone):
        run(new_loop, act())
    assert len(sent(hub)) == 1


def test_each_call_tells(hub: Any, vh: ModuleType, ann: Any) -> None:
    leaves(hub)
    calls = []
    with pytest.raises(vh.SessionGone), vh.batch(only_if=ann) as batch:
        calls += [batch.mc("one"), batch.GetUsersCount()]
    for call in calls:
        with pytest.raises(vh.SessionGone, match=r"did not run: ann"):
            call.result()


def test_on_the_hub_thread(hub: Any, vh: ModuleType, ann: Any) -> None:
    assert hub.run(lambda: kick(vh, ann)) is True
    comes_again(hub)
    with pytest.raises(vh.SessionGone):
        hub.run(lambda: kick(vh, ann))


def test_several_must_be_there(hub: Any, vh: ModuleType, ann: Any) -> None:
    hub.add_user(b"bob")
    vh.GetUsersCount()
    assert vh.wait_version(vh.last_version(), SECONDS)
    users = vh.snapshot().users
    for group in ([users["ann"], users["bob"]], (users["bob"],), iter(users.values()), []):
        with vh.batch(only_if=group) as batch:
            batch.mc("all are here")
    hub.remove_user(b"bob")
    with pytest.raises(vh.SessionGone, match="bob has left"), vh.batch(only_if=[users["ann"], users["bob"]]) as batch:
        batch.mc("not all are here")
    assert len(sent(hub)) == 4


@pytest.mark.parametrize("wrong,name", [("ann", "str"), (5, "int"), (["ann"], "str"), ([None], "NoneType")])
def test_wrong_arguments(vh: ModuleType, wrong: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"'only_if' must be a vh.User, several of them, or None, not {name}"):
        vh.batch(only_if=wrong)
    with pytest.raises(TypeError):
        vh.batch(wrong)
    with vh.batch(only_if=None) as batch:
        batch.GetUsersCount()


def test_nothing_is_left_behind(hub: Any, vh: ModuleType, ann: Any) -> None:
    def do() -> None:
        for _ in range(REPEATS):
            try:
                kick(vh, ann)
            except vh.SessionGone:
                continue

    def counts() -> list[int]:
        gc.collect()
        return [sys.getallocatedblocks(), sys.getrefcount(ann)]

    comes_again(hub)
    do()
    assert_steady(counts, do)
