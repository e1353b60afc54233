"""The hub, callable from any thread and any coroutine.

Made by ./dev reference from core/functions/, core/hooks/ and core/constants.h; do not edit. For type checkers and editors:
the module itself is inside the hub.
"""

from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping
from typing import Any, Final, Generic, Literal, TypeVar, final, overload

_T = TypeVar("_T")

class Error(Exception):
    """What a call of vh raises, besides TypeError for wrong arguments."""

class QueueFull(Error):
    """The queue to the hub thread is full, or too many threads use it. Nothing was done."""

class Closed(Error):
    """The hub is closing; the call was not accepted."""

class Abandoned(Error):
    """The call was dropped before it ran: the hub stopped, or the script is gone."""

class WouldDeadlock(Error):
    """The hub thread was asked to wait for itself."""

class Expired(Error, TimeoutError):
    """Time was up before the call started: it never ran and never will."""

class OutcomeUnknown(Error, TimeoutError):
    """The call was running when time was up: it may still take effect."""

class SessionGone(Error):
    """Somebody whom a batch was for has left, or another connection has the nick. Nothing was done."""

@final
class Future(Generic[_T]):
    """The answer, some day, of a call that was handed to the hub thread. Await it, or ask for its result()."""

    def result(self, timeout: float | None = None) -> _T:
        """Waits up to timeout seconds (None: the time the call was given). Not on the hub thread."""
    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What ended the call, None if it succeeded. Waits as result() does."""
    @property
    def version(self) -> int | None:
        """Which version of the live copy contains what the call has changed; None before it has run, and if it failed."""
    def done(self) -> bool: ...
    def cancelled(self) -> bool: ...
    def cancel(self) -> bool:
        """Withdraws the call. True if it will not run, False if it is running or has ended."""
    def add_done_callback(self, callback: Callable[[Future[_T]], object], /) -> None:
        """Has the event loop of the calling thread call callback(future) once the call has ended."""
    def __await__(self) -> Generator[Any, None, _T]: ...

def on_main(function: Callable[..., _T], /, *args: Any, **keywords: Any) -> Future[_T]:
    """Has the hub thread call function(*args, **keywords), between two things the hub does; at once if it is this one."""

def batch(*, only_if: User | Iterable[User] | None = None) -> _Batch:
    """Several calls that the hub thread runs one after the other, with nothing in between. For `with` and `async with`.
    only_if: users that must still be there, in the same session; if one is not, none runs, and SessionGone is raised."""

@final
class Event:
    """One call of a hook, from a stream of events(). It never changes."""

    @property
    def hook(self) -> str: ...
    @property
    def args(self) -> tuple[Any, ...]:
        """What the hook is given, in its order; text that scripts have substituted is in its place."""
    @property
    def fields(self) -> dict[str, Any]:
        """The same by the names of the hook's parameters. Each is an attribute as well: event.nick."""
    @property
    def allowed(self) -> bool:
        """False if a script has blocked it."""
    @property
    def sequence(self) -> int:
        """Which event of its stream it is, from 1; those that were left out count."""
    @property
    def skipped(self) -> int:
        """How many events of the stream were left out directly before it."""
    @property
    def time(self) -> float:
        """When the hook was fired, in seconds since 1970."""
    def __getattr__(self, name: str) -> Any: ...

@final
class EventStream:
    """Events of hooks, from events(): iterate over it by `for` on a thread, or by `async for`; `with` closes it."""

    @property
    def hooks(self) -> tuple[str, ...]: ...
    @property
    def skipped(self) -> int:
        """How many events it has left out because it was full."""
    @property
    def waiting(self) -> int:
        """How many events it holds now."""
    @property
    def closed(self) -> bool:
        """Whether it has ended: no more events come into it."""
    def get(self, timeout: float | None = None) -> Event:
        """The next event. TimeoutError after timeout seconds (None: waits as long as it takes; 0: not at all), Closed when the
        stream has ended. On the hub thread it never waits: WouldDeadlock."""
    def close(self) -> None:
        """Ends the stream and drops what it holds; whoever waits is woken. Any thread, any number of times."""
    def __iter__(self) -> EventStream: ...
    def __next__(self) -> Event: ...
    def __aiter__(self) -> EventStream: ...
    def __anext__(self) -> Awaitable[Event]: ...
    def __enter__(self) -> EventStream: ...
    def __exit__(self, *exception: object) -> None: ...
    async def __aenter__(self) -> EventStream: ...
    async def __aexit__(self, *exception: object) -> None: ...

def events(
    *hooks: str,
    maxsize: int = 1024,
    overflow: Literal["drop_oldest", "drop_newest", "close"] = "drop_oldest",
    max_bytes: int = 4194304,
) -> EventStream:
    """A stream of what happens from now on. An event comes when all scripts have answered the hook. When the stream holds
    maxsize events or max_bytes bytes, overflow says what is left out, which is counted; 'close' ends it."""

def stats() -> dict[str, Any]:
    """What the queue to the hub thread tells about itself; also while that thread is stuck. See help(vh.stats)."""

@final
class context:
    """The terms of the calls of vh inside a `with` block, in this thread or asyncio task and the tasks it starts."""

    def __init__(self, *, timeout: float | None = None, label: str | None = None,
                 lane: Literal["control", "normal"] | None = None) -> None:
        """timeout: seconds a call may take; label: who made it, in messages; lane: which queue. None: as around the block."""
    def __enter__(self) -> context: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class User:
    """One user of a Snapshot. It never changes."""

    @property
    def nick(self) -> str: ...
    @property
    def class_(self) -> int: ...
    @property
    def ip(self) -> str: ...
    @property
    def host(self) -> str | None: ...
    @property
    def description(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def speed(self) -> str: ...
    @property
    def mail(self) -> str: ...
    @property
    def size(self) -> int:
        """Bytes of share in MyINFO, as others see it."""
    @property
    def share(self) -> int:
        """Bytes of share as the client says."""
    @property
    def client(self) -> str | None: ...
    @property
    def hub_url(self) -> str | None: ...
    @property
    def ext_json(self) -> str | None: ...
    @property
    def country(self) -> str | None:
        """Two letters, as they were at login or at the last change of address."""
    @property
    def login_time(self) -> int | None:
        """Seconds since 1970, None of a bot."""
    @property
    def session(self) -> int | None:
        """A number for this stay in the user list: whoever has the nick later has another."""
    @property
    def is_bot(self) -> bool: ...
    @property
    def is_op(self) -> bool: ...

@final
class Users:
    """The users of a Snapshot by nick, any case."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, nick: object, /) -> bool: ...
    def __getitem__(self, nick: str, /) -> User: ...
    @overload
    def get(self, nick: str, default: None = None, /) -> User | None: ...
    @overload
    def get(self, nick: str, default: _T, /) -> User | _T: ...
    def keys(self) -> list[str]: ...
    def values(self) -> list[User]: ...
    def items(self) -> list[tuple[str, User]]: ...

@final
class Snapshot:
    """The hub at one moment. It never changes; all that is read from one snapshot fits together."""

    @property
    def version(self) -> int: ...
    @property
    def age(self) -> float:
        """Seconds since it was the latest news."""
    @property
    def users(self) -> Users: ...
    @property
    def nicks(self) -> list[str]: ...
    @property
    def ops(self) -> list[str]: ...
    @property
    def bots(self) -> list[str]: ...
    @property
    def users_count(self) -> int: ...
    @property
    def total_share(self) -> int: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def settings(self) -> Mapping[str, str]:
        """The hub's own settings."""

def snapshot() -> Snapshot:
    """The hub as it is now, without asking the hub thread."""
def wait_version(version: int, timeout: float | None = None) -> bool:
    """Waits until the live copy has this version or a later one; False after timeout seconds (None: the time a call is
    given). On the hub thread it never waits: what has changed is published at once, and a version to come is WouldDeadlock.
    """
def last_version() -> int:
    """The version that contains what the last synchronous call of this thread has changed; 0 if there was none."""

# Of Verlihub's Python plugin whose API this is; of vhpy.
__version__: Final[tuple[int, int, int, int]]
__version_string__: Final[str]
# The nicks of the hub's bots now; the rest is what the hub said when the script was loaded.
botname: str
opchatname: str
basedir: Final[str]
config_name: Final[str]
encoding: Final[str]
starttime: Final[int]
# The script that the module belongs to; myid is 0 for code of no script.
myid: Final[int]
name: Final[str]
path: Final[str]
