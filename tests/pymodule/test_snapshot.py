"""vh.snapshot(): one moment of the hub, unchanging; and the versions that tell moments apart."""

import asyncio
import gc
import sys
import threading
import time
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def peopled(hub: Any, vh: ModuleType) -> ModuleType:
    hub.add_user(b"alice", 3, "192.0.2.7")
    hub.add_user(b"Bob", 0, "192.0.2.8")
    vh.SetConfig("config", "hub_name", "the hub")
    vh.Topic("news")
    assert vh.wait_version(vh.last_version())
    return vh


def test_what_it_shows(peopled: ModuleType) -> None:
    shot = peopled.snapshot()
    assert isinstance(shot, peopled.Snapshot)
    assert shot.nicks == peopled.GetNickList() and shot.ops == peopled.GetOpList() and shot.bots == peopled.GetBotList()
    assert shot.users_count == 2 and shot.topic == "news"
    assert shot.total_share == 9223372036854775808
    assert shot.settings["hub_name"] == "the hub"
    assert shot.version == peopled.last_version() and 0 <= shot.age < 60
    assert str(shot.version) in repr(shot)


def test_users(peopled: ModuleType) -> None:
    users = peopled.snapshot().users
    assert isinstance(users, peopled.Users) and len(users) == 3
    assert list(users) == users.keys() == ["Bob", "Security", "alice"]
    assert "ALICE" in users and "nobody" not in users and 7 not in users
    assert users["aLiCe"].nick == "alice" and users.get("bob").nick == "Bob"
    assert users.get("nobody") is None and users.get("nobody", 5) == 5
    assert [user.nick for user in users.values()] == list(users)
    assert [(nick, user.nick) for nick, user in users.items()] == [(nick, nick) for nick in users]
    assert dict(users).keys() == set(users.keys())
    with pytest.raises(KeyError, match="nobody"):
        users["nobody"]
    for wrong in (7, None, b"alice"):
        with pytest.raises(TypeError):
            users[wrong]
        with pytest.raises(TypeError):
            users.get(wrong)


def test_a_user(peopled: ModuleType) -> None:
    users = peopled.snapshot().users
    user = users["alice"]
    assert isinstance(user, peopled.User) and "alice" in repr(user)
    nick, description, tag, speed, mail, size = peopled.GetMyINFO("alice")
    assert (user.nick, user.description, user.tag, user.speed, user.mail, str(user.size)) == (
        nick, description, tag, speed, mail, size,
    )
    assert (user.class_, user.ip, user.host) == (3, "192.0.2.7", "alice.example")
    assert (user.share, user.client, user.country) == (123456, "Fake 1", "SE")
    assert (user.hub_url, user.ext_json) == ("dchub://fake.example", "$ExtJSON alice {}")
    assert (user.login_time, user.is_bot, user.is_op) == (1_700_000_000, False, True)
    bot = users["Security"]
    assert (bot.is_bot, bot.is_op, bot.login_time, bot.host, bot.country, bot.client, bot.hub_url, bot.ext_json) == (
        True, True, None, None, None, None, None, None,
    )


def test_it_never_changes(hub: Any, peopled: ModuleType) -> None:
    before = peopled.snapshot()
    users, user = before.users, before.users["alice"]
    peopled.CloseConnection("alice")
    peopled.Topic("other")
    peopled.AddRobot("robo", 0, "", "", "", "0")
    assert peopled.wait_version(peopled.last_version())
    after = peopled.snapshot()
    assert after.version > before.version
    assert "alice" not in after.users and "robo" in after.bots and after.topic == "other"
    assert before.nicks == ["Bob", "Security", "alice"] and before.topic == "news" and before.users_count == 2
    assert user.class_ == 3 and "alice" in users and before.bots == ["Security"]


@pytest.mark.parametrize("kind", ["Snapshot", "Users", "User"])
def test_no_other_way_to_make_or_change_one(peopled: ModuleType, kind: str) -> None:
    with pytest.raises(TypeError):
        getattr(peopled, kind)()
    shot = peopled.snapshot()
    made = {"Snapshot": shot, "Users": shot.users, "User": shot.users["alice"]}[kind]
    for name in ("version", "nick", "anything"):
        with pytest.raises(AttributeError):
            setattr(made, name, 1)
    with pytest.raises(TypeError):
        setattr(type(made), "anything", 1)
    with pytest.raises(TypeError):
        shot.settings["hub_name"] = "x"


def test_the_same_version_while_nothing_changes(peopled: ModuleType) -> None:
    first = peopled.snapshot()
    peopled.GetNickList()
    peopled.mc("hello")
    assert peopled.last_version() == peopled.snapshot().version == first.version


def test_parts_outlive_the_snapshot_and_its_module(hub: Any) -> None:
    user = hub.vh(9).snapshot().users["Security"]
    gc.collect()
    assert user.nick == "Security" and user.class_ == 10


def test_nothing_leaks(peopled: ModuleType) -> None:
    shot = peopled.snapshot()
    user_type, before = type(shot.users["alice"]), 0
    for round_number in range(3):
        for _ in range(200):
            shot.users.items()
            shot.settings
            peopled.snapshot().users.get("alice").nick
        gc.collect()
        if round_number == 1:
            before = sys.getrefcount(user_type)
    assert sys.getrefcount(user_type) == before


def test_version_of_a_future(hub: Any, peopled: ModuleType) -> None:
    hub.hold("loop")
    future = peopled.aio.Topic("later")
    assert future.version is None
    hub.release("loop")
    assert future.result() == "later"
    assert future.version > 0 and peopled.wait_version(future.version)
    assert peopled.snapshot().version >= future.version and peopled.cached.Topic() == "later"
    failed = peopled.aio.GetConfig("config", "throw")
    with pytest.raises(peopled.Error):
        failed.result()
    assert failed.version is None
    withdrawn = hub.run(lambda: peopled.aio.GetUsersCount())
    assert withdrawn.version == peopled.snapshot().version
    assert peopled.aio.encode("x").version is None  # does not ask the hub


def test_version_is_known_before_the_result_is_asked_for(peopled: ModuleType) -> None:
    future = peopled.aio.SetConfig("config", "x", "1")
    deadline = time.monotonic() + 30
    while not future.done() and time.monotonic() < deadline:
        time.sleep(0.001)
    version = future.version
    assert version > 0 and future.result() is True and future.version == version

    async def main() -> None:
        awaited = peopled.aio.SetConfig("config", "x", "2")
        await awaited
        assert awaited.version > version

    asyncio.run(main())


def test_last_version_is_of_the_thread(peopled: ModuleType) -> None:
    mine = peopled.last_version()
    others: list[int] = []

    def other() -> None:
        others.append(peopled.last_version())
        peopled.Topic("theirs")
        others.append(peopled.last_version())

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert others[0] == 0 and others[1] > mine == peopled.last_version()


def test_wait_version(hub: Any, peopled: ModuleType) -> None:
    now = peopled.snapshot().version
    for there in (now, now - 1, 0, -5, -(2**70)):
        assert peopled.wait_version(there, 0) is True
    assert peopled.wait_version(now + 1, 0) is False
    start = time.monotonic()
    assert peopled.wait_version(version=now + 1, timeout=0.05) is False
    assert time.monotonic() - start >= 0.05
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(peopled.wait_version(now + 2, 60)))
    thread.start()
    for number in range(2):
        peopled.Topic(f"topic {number}")
        assert peopled.wait_version(peopled.last_version())
    thread.join(60)
    assert answers == [True]


def test_wait_version_refuses_nonsense(peopled: ModuleType) -> None:
    for wrong in (None, "1", 1.5):
        with pytest.raises(TypeError, match="version"):
            peopled.wait_version(wrong)
    with pytest.raises(OverflowError):
        peopled.wait_version(2**64)
    with pytest.raises(TypeError):
        peopled.wait_version()
    with pytest.raises(ValueError, match="nan"):
        peopled.wait_version(1, float("nan"))


def test_wait_version_without_a_limit_takes_that_of_calls(make_hub: Any) -> None:
    vh = make_hub(timeout=0.05).vh(1)
    assert vh.wait_version(2**40) is False


def test_wait_version_on_the_hub_thread(hub: Any, peopled: ModuleType) -> None:
    def in_a_hook() -> list[object]:
        first = peopled.snapshot().version
        peopled.Topic("in a hook")
        return [peopled.wait_version(first + 1), peopled.snapshot().topic, peopled.snapshot().version == first + 1]

    assert hub.run(in_a_hook) == [True, "in a hook", True]
    with pytest.raises(peopled.WouldDeadlock, match="wait_version"):
        hub.run(lambda: peopled.wait_version(2**40))


def test_waiting_ends_when_the_script_is_unloaded(hub: Any, peopled: ModuleType) -> None:
    ended: list[BaseException] = []
    thread = waiting_thread(peopled, ended)
    hub.unload(1)
    thread.join(60)
    assert [type(end) for end in ended] == [peopled.Abandoned]
    with pytest.raises(peopled.Abandoned):
        peopled.wait_version(2**40)


def test_waiting_ends_when_the_hub_closes(hub: Any, peopled: ModuleType) -> None:
    ended: list[BaseException] = []
    thread = waiting_thread(peopled, ended)
    hub.abort()
    hub.unload(5)  # as at the end of a hub: every script is unloaded, and waiters are woken
    thread.join(60)
    assert [type(end) for end in ended] == [peopled.Closed]


def waiting_thread(vh: ModuleType, ended: list[BaseException]) -> threading.Thread:
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        try:
            vh.wait_version(2**40, 60)
        except vh.Error as error:
            ended.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    assert begun.wait(30)
    return thread


def test_waiting_on_an_event_loop_warns(peopled: ModuleType) -> None:
    async def main() -> None:
        with pytest.warns(RuntimeWarning, match="to_thread"):
            peopled.wait_version(2**40, 0)
        assert await asyncio.to_thread(peopled.wait_version, peopled.snapshot().version)

    asyncio.run(main())


def test_versions_of_batches_and_of_functions_on_the_hub_thread(hub: Any, peopled: ModuleType) -> None:
    before = peopled.snapshot().version
    with peopled.batch() as batch:
        calls = [batch.Topic("in a batch"), batch.SetConfig("config", "x", "1"), batch.GetConfig("config", "throw")]
        assert calls[0].version is None
    assert calls[0].version == calls[1].version == before + 1 and calls[2].version is None
    with pytest.raises(peopled.Error):
        calls[2].result()
    assert calls[0].result() == "in a batch" and calls[0].version == before + 1
    assert peopled.wait_version(before + 1) and peopled.cached.GetConfig("config", "x") == "1"

    with peopled.batch() as batch:
        batch.Topic("again")
    assert peopled.last_version() == before + 2

    ran = peopled.on_main(peopled.Topic, "by a function")
    assert ran.result() == "by a function" and ran.version == before + 3
    assert peopled.wait_version(ran.version) and peopled.cached.Topic() == "by a function"

    def in_a_hook() -> list[object]:
        with peopled.batch() as inner:
            call = inner.Topic("in a hook")
        return [call.version, peopled.last_version(), peopled.on_main(len, "x").version]

    assert hub.run(in_a_hook) == [before + 4, before + 4, before + 4]
