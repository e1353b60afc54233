"""vh.cached: the functions that only read, answered from the live copy. For each: the answer is that of the synchronous form,
it needs no turn of the hub thread, and it takes what that one takes.
"""

import threading
from types import ModuleType
from typing import Any

import pytest

from rows import CACHED, NOT_CACHED, ROWS, VARIADIC

PARAMS = {row.name: row.params for row in ROWS}


@pytest.fixture
def peopled(hub: Any, vh: ModuleType) -> ModuleType:
    hub.add_user(b"alice", 3, "192.0.2.7")
    hub.add_user(b"Bob \xff", 0, "192.0.2.8")
    vh.Topic("news")
    vh.SetConfig("config", "known", "\u20ac 1")
    vh.SetConfig("shop", "known", "2")
    assert vh.wait_version(vh.last_version())
    return vh


def asked() -> list[Any]:
    return [pytest.param(name, arguments, id=f"{name}{arguments}") for name, all_of in CACHED.items() for arguments in all_of]


@pytest.mark.parametrize("name,arguments", asked())
def test_answers_as_the_synchronous_form(hub: Any, peopled: ModuleType, name: str, arguments: tuple[object, ...]) -> None:
    if arguments == ("ALICE",):  # the test's hub itself minds case
        expected = peopled.GetUserClass("alice")
    else:
        expected = getattr(peopled, name)(*arguments)
    pushed = hub.stats()["pushed"]
    answer = getattr(peopled.cached, name)(*arguments)
    assert answer == expected and type(answer) is type(expected)
    assert hub.run(lambda: getattr(peopled.cached, name)(*arguments)) == expected
    keywords = dict(zip((param.name for param in PARAMS[name]), arguments))
    assert getattr(peopled.cached, name)(**keywords) == expected
    assert hub.stats()["pushed"] == pushed


def test_every_row_has_a_cached_form_or_a_reason(vh: ModuleType) -> None:
    have = {name for name in dir(vh.cached) if not name.startswith("__")}
    assert have == set(CACHED)
    for name in [row.name for row in ROWS] + list(VARIADIC):
        if name in CACHED:
            continue
        with pytest.raises(AttributeError) as raised:
            getattr(vh.cached, name)
        assert f"vh.cached has no '{name}': " in str(raised.value) and f"vh.{name}()" in str(raised.value)
        assert NOT_CACHED.get(name, "") in str(raised.value)
    assert not hasattr(vh.cached, "NoSuchFunction")
    with pytest.raises(AttributeError, match="vh.cached has no 'NoSuch'$"):
        vh.cached.NoSuch  # noqa: B018


@pytest.mark.parametrize("name", CACHED)
def test_wrong_arguments(vh: ModuleType, name: str) -> None:
    function = getattr(vh.cached, name)
    with pytest.raises(TypeError, match=name):
        function(1, 2, 3, 4, 5, 6, 7)
    with pytest.raises(TypeError, match=name):
        function(no_such_keyword=1)
    if CACHED[name][0]:
        with pytest.raises(TypeError, match=f"{name}.*'{PARAMS[name][0].name}'"):
            function(1.5, *CACHED[name][0][1:])
        with pytest.raises(ValueError, match="NUL"):
            function("a\0b", *CACHED[name][0][1:])
    assert name in function.__doc__ and function.__text_signature__.startswith("($module")


def test_topic_only_reads(peopled: ModuleType) -> None:
    with pytest.raises(TypeError, match="Topic"):
        peopled.cached.Topic("another")
    assert peopled.cached.Topic() == "news"
    peopled.Topic("")
    assert peopled.wait_version(peopled.last_version()) and peopled.cached.Topic() is None


def test_answers_while_the_hub_thread_is_stuck(hub: Any, peopled: ModuleType) -> None:
    hub.hold("operation")
    stuck = peopled.aio.GetUsersCount()
    hub.wait_held("operation")
    assert peopled.cached.GetUsersCount() == 2
    assert peopled.cached.GetNickList() == ["Bob \udcff", "Security", "alice"]
    hub.release("operation")
    assert stuck.result() == 2


def test_answers_when_the_script_is_gone_and_the_hub_is_closing(hub: Any, peopled: ModuleType) -> None:
    hub.unload(1)
    with pytest.raises(peopled.Abandoned):
        peopled.GetUserClass("alice")
    assert peopled.cached.GetUserClass("alice") == 3
    hub.abort()
    assert peopled.cached.GetUserClass("alice") == 3


def test_on_the_hub_thread_the_copy_is_that_of_the_last_turn(hub: Any, peopled: ModuleType) -> None:
    def in_a_hook() -> list[object]:
        peopled.Topic("new")
        before = peopled.cached.Topic()
        return [before, peopled.wait_version(peopled.last_version()), peopled.cached.Topic()]

    assert hub.run(in_a_hook) == ["news", True, "new"]


def test_other_encodings(make_hub: Any) -> None:
    hub = make_hub(encoding="cp1251")
    vh = hub.vh(1)
    nick = "\u0416\u0443\u043a"
    hub.add_user(nick.encode("cp1251"), 2)
    assert vh.GetUserClass(nick) == 2  # carries the version that has the user, who may have come in this turn
    assert vh.wait_version(vh.last_version())
    assert vh.cached.GetUserClass(nick) == 2
    assert vh.cached.GetNickList() == vh.GetNickList() == ["Security", nick]
    assert vh.snapshot().users[nick].nick == nick


def test_stress_readers_see_their_own_writes(hub: Any, vh: ModuleType) -> None:
    """Each thread waits for the version that contains its write, and finds it there; the numbers only grow."""
    failures: list[str] = []

    def work(number: int) -> None:
        last = 0
        for step in range(200):
            vh.SetConfig("stress", f"var{number}", str(step))
            version = vh.last_version()
            if not (version >= last and vh.wait_version(version, 30)):
                failures.append(f"{number}: version {version} after {last}")
            if vh.cached.GetConfig("stress", f"var{number}") != str(step):
                failures.append(f"{number}: {step} is not in version {version}")
            last = version

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
