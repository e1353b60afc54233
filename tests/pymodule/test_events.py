"""vh.events(): what an event says, what a full stream leaves out, threads that wait, and how streams end."""

import gc
import sys
import threading
import time
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from patience import SECONDS, wait_until
from test_fork import closed, in_child
from test_leaks import REPEATS, assert_steady, refused

LOGIN = "OnUserLogin"


def nicks(stream: Any) -> list[str]:
    """Those of all events that the stream holds now."""
    return [stream.get(0).nick for _ in range(stream.waiting)]


class Reader:
    """A thread that iterates over a stream to its end."""

    def __init__(self, stream: Any) -> None:
        self.events: list[Any] = []
        self.error: BaseException | None = None
        self._stream = stream
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            for event in self._stream:
                self.events.append(event)
        except BaseException as error:
            self.error = error

    def ended(self) -> list[str]:
        """The nicks it was given; the stream must end in time."""
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the iteration has not ended"
        assert self.error is None, self.error
        return [event.nick for event in self.events]


# --- what an event says -----------------------------------------------------------------------------------------------


def test_an_event(hub: Any, vh: ModuleType) -> None:
    stream = vh.events("OnParsedMsgChat", LOGIN)
    before = time.time()
    hub.fire("OnParsedMsgChat", "ann é".encode(), b"hello")
    event = stream.get(timeout=0)
    assert isinstance(event, vh.Event)
    assert (event.hook, event.args, event.nick, event.msg) == ("OnParsedMsgChat", ("ann é", "hello"), "ann é", "hello")
    assert event.fields == {"nick": "ann é", "msg": "hello"}
    assert (event.sequence, event.skipped, event.allowed) == (1, 0, True)
    assert before - 1 <= event.time <= time.time() + 1
    assert repr(event) == "<vh.Event 1: OnParsedMsgChat('ann é', 'hello')>"
    with pytest.raises(AttributeError, match="cmd"):
        event.cmd
    with pytest.raises(AttributeError):
        event.nick = "bob"


def test_a_blocked_event(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    hub.fire_blocked(LOGIN, b"ann")
    event = stream.get(0)
    assert event.allowed is False
    assert repr(event) == "<vh.Event 1: OnUserLogin('ann',), blocked>"


def test_numbers_and_bytes_that_are_no_text(hub: Any, vh: ModuleType) -> None:
    stream = vh.events("OnTimer", "OnCloseConnEx", "OnScriptCommand")
    hub.fire("OnTimer", 1.5)
    hub.fire("OnCloseConnEx", b"192.0.2.1", -3, b"a\xffb")
    hub.fire("OnScriptCommand", b"c", b"d", b"python", b"/scripts/\xff.py")
    assert stream.get(0).now == 1.5
    close = stream.get(0)
    assert (close.reason, close.nick) == (-3, "a\udcffb")
    assert stream.get(0).script == "/scripts/\udcff.py"


def test_text_is_in_the_hubs_encoding(make_hub: Callable[..., Any]) -> None:
    hub = make_hub(encoding="cp1252")
    stream = hub.vh(1).events(LOGIN)
    hub.fire(LOGIN, b"\x80uro")
    assert stream.get(0).nick == "€uro"


def test_every_hook_that_a_hub_fires_can_be_listened_to(hub: Any, vh: ModuleType) -> None:
    arities = hub.hooks()
    names = [name for name in arities if name not in ("UnLoad", "OnUnLoad")]
    stream = vh.events(*names)
    assert set(stream.hooks) == set(names) and len(names) == len(arities) - 2
    for name in names:
        hub.fire(name, *[b"1.5" if name != "OnTimer" else 1.5] * arities[name])
        event = stream.get(0)
        assert event.hook == name and len(event.args) == arities[name]
        assert all(getattr(event, field) == value for field, value in event.fields.items())


def test_a_stream_hears_only_what_it_has_named(hub: Any, vh: ModuleType) -> None:
    with vh.events(LOGIN) as stream, vh.events("OnUserLogout", LOGIN) as both:
        hub.fire("OnUserLogout", b"ann")
        hub.fire(LOGIN, b"bob")
        assert nicks(stream) == ["bob"]
        assert nicks(both) == ["ann", "bob"]
    assert stream.closed and both.closed


# --- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args,keywords,error,message",
    [
        ((), {}, TypeError, "at least one hook"),
        ((1,), {}, TypeError, "as str, not int"),
        (("OnUserLogon",), {}, ValueError, "there is no hook 'OnUserLogon'; there are .*OnUserLogin.*OnUserLogout"),
        (("",), {}, ValueError, "there is no hook ''"),
        (("*",), {}, ValueError, "there is no hook '\\*'"),
        (("UnLoad",), {}, ValueError, "UnLoad is no event: it ends the stream"),
        ((LOGIN, "OnUnLoad"), {}, ValueError, "OnUnLoad is no event"),
        ((LOGIN,), {"maxsize": 0}, ValueError, "'maxsize' must be 1 to 1000000, not 0"),
        ((LOGIN,), {"maxsize": 10**30}, ValueError, "'maxsize' must be 1 to 1000000"),
        ((LOGIN,), {"maxsize": "1"}, TypeError, "'maxsize' must be int, not str"),
        ((LOGIN,), {"max_bytes": 1}, ValueError, "'max_bytes' must be 4096 to 1073741824, not 1"),
        ((LOGIN,), {"overflow": "drop"}, ValueError, "'drop_oldest', 'drop_newest' or 'close', not 'drop'"),
        ((LOGIN,), {"overflow": None}, ValueError, "not None"),
        ((LOGIN,), {"size": 1}, TypeError, "size"),
    ],
)
def test_wrong_arguments(
    vh: ModuleType, args: tuple[Any, ...], keywords: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        vh.events(*args, **keywords)
    assert vh.stats()["event_streams"] == 0


def test_there_is_a_bound_on_streams(hub: Any, vh: ModuleType) -> None:
    streams = [vh.events(LOGIN) for _ in range(1024)]
    with pytest.raises(vh.QueueFull, match="1024 streams"):
        vh.events(LOGIN)
    assert vh.stats()["event_streams_refused"] == 1
    del streams
    vh.GetUsersCount()
    vh.GetUsersCount()  # a turn of the hub thread has gone by
    vh.events(LOGIN).close()


# --- what a full stream leaves out ------------------------------------------------------------------------------------


@pytest.mark.parametrize("overflow,left", [("drop_oldest", "789"), ("drop_newest", "012")])
def test_what_is_left_out_is_counted_and_told(hub: Any, vh: ModuleType, overflow: str, left: str) -> None:
    stream = vh.events(LOGIN, maxsize=3, overflow=overflow)
    for number in range(10):
        hub.fire(LOGIN, b"%d" % number)
    assert (stream.waiting, stream.skipped) == (3, 7)
    events = [stream.get(0) for _ in range(3)]
    assert "".join(event.nick for event in events) == left
    hub.fire(LOGIN, b"x")
    events.append(stream.get(0))
    assert sum(event.skipped for event in events) == 7
    assert [event.skipped for event in events] == ([7, 0, 0, 0] if overflow == "drop_oldest" else [0, 0, 0, 7])
    assert events[-1].sequence == 11
    assert vh.stats()["events_skipped"] == 7 and vh.stats()["events"] == 11


def test_a_full_stream_may_end(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN, maxsize=2, overflow="close")
    for nick in (b"ann", b"bob", b"cid"):
        hub.fire(LOGIN, nick)
    assert stream.closed
    assert [event.nick for event in stream] == ["ann", "bob"]
    with pytest.raises(vh.Closed, match="it was full"):
        stream.get()


def test_the_bound_in_bytes(hub: Any, vh: ModuleType) -> None:
    stream = vh.events("OnParsedMsgChat", max_bytes=100_000)
    for _ in range(10):
        hub.fire("OnParsedMsgChat", b"ann", b"x" * 30_000)
    assert (stream.waiting, stream.skipped) == (3, 7)


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_a_thread_iterates_until_the_stream_is_closed(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    reader = Reader(stream)
    for nick in (b"ann", b"bob", b"cid"):
        hub.fire(LOGIN, nick)
    wait_until(lambda: len(reader.events) == 3, "three events")
    stream.close()
    stream.close()
    assert reader.ended() == ["ann", "bob", "cid"]
    assert next(stream, None) is None


def test_several_threads_share_a_stream(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN, maxsize=1000)
    readers = [Reader(stream) for _ in range(4)]
    for number in range(200):
        hub.fire(LOGIN, b"%d" % number)
    wait_until(lambda: sum(len(reader.events) for reader in readers) == 200, "all events")
    stream.close()
    assert sorted(int(nick) for reader in readers for nick in reader.ended()) == list(range(200))


def test_time_is_up(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    with pytest.raises(TimeoutError, match="no event within 0.01 s"):
        stream.get(0.01)
    with pytest.raises(TimeoutError):
        stream.get(timeout=-1)
    with pytest.raises(TypeError, match="timeout must be a number"):
        stream.get("soon")
    hub.fire(LOGIN, b"ann")
    assert stream.get(30).nick == "ann"


def test_the_stream_fills_while_nobody_lets_the_gil_go(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(3600)
    try:
        for _ in range(100):
            hub.post_fire(LOGIN, b"ann")
        deadline = time.monotonic() + SECONDS
        while stream.waiting < 100:  # no call in here gives the GIL away
            assert time.monotonic() < deadline
    finally:
        sys.setswitchinterval(interval)


def test_the_hub_thread_does_not_wait_for_itself(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    hub.fire(LOGIN, b"ann")
    assert hub.run(lambda: stream.get().nick) == "ann", "what is there is given"
    for wait in (lambda: next(stream), lambda: stream.get(), lambda: stream.get(5), lambda: list(stream)):
        with pytest.raises(vh.WouldDeadlock, match="the hub thread, from which they come, cannot wait"):
            hub.run(wait)
    with pytest.raises(TimeoutError):
        hub.run(lambda: stream.get(0))


def test_in_a_forked_process(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    hub.fire(LOGIN, b"ann")
    for call in (lambda: vh.events(LOGIN), stream.get, lambda: next(stream), lambda: stream.get(0)):
        assert in_child(lambda call=call: closed(vh, call))  # type: ignore[misc]
    assert stream.get(0).nick == "ann"


# --- the end ----------------------------------------------------------------------------------------------------------


def test_unloading_ends_the_streams_of_the_script(hub: Any) -> None:
    mine, other = hub.vh(1, "mine.py"), hub.vh(2, "other.py")
    waiting, full, others = mine.events(LOGIN), mine.events("OnUserLogout"), other.events(LOGIN)
    hub.fire("OnUserLogout", b"ann")
    reader = Reader(waiting)
    hub.unload(1)
    assert reader.ended() == []
    assert list(full) == [], "what it held is dropped"
    with pytest.raises(mine.Closed, match="this script was unloaded"):
        full.get()
    with pytest.raises(mine.Abandoned, match="was unloaded"):
        mine.events(LOGIN)
    hub.fire(LOGIN, b"bob")
    assert nicks(others) == ["bob"]
    assert other.stats()["event_streams"] == 1


def test_the_hubs_end(hub: Any, vh: ModuleType) -> None:
    waiting, full = vh.events("OnUserLogout"), vh.events(LOGIN)
    for nick in (b"ann", b"bob"):
        hub.fire(LOGIN, nick)
    readers = [Reader(waiting) for _ in range(3)]
    hub.close_events()
    for reader in readers:
        assert reader.ended() == []
    assert [event.nick for event in full] == ["ann", "bob"], "what it held is handed out"
    with pytest.raises(vh.Closed, match="the hub is closing"):
        full.get(0)
    with pytest.raises(vh.Closed, match="the hub is closing"):
        vh.events(LOGIN)


def test_a_stream_that_nobody_holds_is_closed(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    gone = weakref.ref(stream)
    del stream
    assert gone() is None
    hub.fire(LOGIN, b"ann")
    assert vh.stats()["event_streams"] == 0
    assert vh.stats()["events"] == 0, "nobody listens, nothing is made"


def test_events_outlive_their_stream(hub: Any, vh: ModuleType) -> None:
    stream = vh.events(LOGIN)
    hub.fire(LOGIN, b"ann")
    event = stream.get(0)
    stream.close()
    del stream
    gc.collect()
    assert event.nick == "ann"


def test_streams_and_events_cannot_be_made_by_hand(vh: ModuleType) -> None:
    for kind in (vh.Event, vh.EventStream):
        with pytest.raises(TypeError, match="cannot create"):
            kind()


ACTIONS: dict[str, Callable[[Any, ModuleType], object]] = {
    "opened and closed": lambda hub, vh: vh.events(LOGIN).close(),
    "opened and dropped": lambda hub, vh: vh.events(LOGIN),
    "an event": lambda hub, vh: stream_with_one(hub, vh).get(0).fields,
    "an event's repr": lambda hub, vh: repr(stream_with_one(hub, vh).get(0)),
    "closed full": lambda hub, vh: stream_with_one(hub, vh).close(),
    "dropped full": lambda hub, vh: stream_with_one(hub, vh),
    "overflow": lambda hub, vh: [hub.fire(LOGIN, b"x") for _ in [vh.events(LOGIN, maxsize=1)] for _ in range(3)],
    "iterated": lambda hub, vh: [next(stream) for stream in [stream_with_one(hub, vh)]],
    "time up": lambda hub, vh: refused(lambda: vh.events(LOGIN).get(0)),
    "wrong name": lambda hub, vh: refused(lambda: vh.events("OnNothing")),
}


def stream_with_one(hub: Any, vh: ModuleType) -> Any:
    stream = vh.events(LOGIN)
    hub.fire(LOGIN, b"ann")
    return stream


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS.keys())
def test_nothing_is_left_behind(hub: Any, vh: ModuleType, action: Callable[[Any, ModuleType], object]) -> None:
    shared = [None, LOGIN, vh, vh.Event, vh.EventStream]

    def counts() -> list[int]:
        gc.collect()
        vh.GetUsersCount()
        return [sys.getallocatedblocks(), *(sys.getrefcount(value) for value in shared)]

    def do() -> None:
        for _ in range(REPEATS):
            action(hub, vh)

    do()
    assert_steady(counts, do)
    wait_until(lambda: bool(vh.GetUsersCount() == 0 and vh.stats()["event_streams"] == 0), "the streams are gone")
