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

eCR_DEFAULT: Final = 0
eCR_INVALID_USER: Final = 1
eCR_KICKED: Final = 2
eCR_FORCEMOVE: Final = 3
eCR_QUIT: Final = 4
eCR_HUB_LOAD: Final = 5
eCR_TIMEOUT: Final = 6
eCR_TO_ANYACTION: Final = 7
eCR_USERLIMIT: Final = 8
eCR_SHARE_LIMIT: Final = 9
eCR_TAG_NONE: Final = 10
eCR_TAG_INVALID: Final = 11
eCR_PASSWORD: Final = 12
eCR_LOGIN_ERR: Final = 13
eCR_SYNTAX: Final = 14
eCR_INVALID_KEY: Final = 15
eCR_RECONNECT: Final = 16
eCR_CLONE: Final = 17
eCR_SELF: Final = 18
eCR_BADNICK: Final = 19
eCR_NOREDIR: Final = 20
eCR_PLUGIN: Final = 21
eBOT_OK: Final = 0
eBOT_EXISTS: Final = 1
eBOT_WITHOUT_NICK: Final = 2
eBOT_BAD_CHARS: Final = 3
eBOT_RESERVED_NICK: Final = 4
eBOT_API_ERROR: Final = 5
eBF_NICKIP: Final = 1
eBF_IP: Final = 2
eBF_NICK: Final = 4
eBF_RANGE: Final = 8
eBF_HOST1: Final = 16
eBF_HOST2: Final = 32
eBF_HOST3: Final = 64
eBF_SHARE: Final = 128
eBF_PREFIX: Final = 256
eBF_HOSTR1: Final = 512
eUC_PINGER: Final = -1
eUC_NORMUSER: Final = 0
eUC_REGUSER: Final = 1
eUC_VIPUSER: Final = 2
eUC_OPERATOR: Final = 3
eUC_CHEEF: Final = 4
eUC_ADMIN: Final = 5
eUC_MASTER: Final = 10
eIT_VOID: Final = 0
eIT_BOOL: Final = 1
eIT_CHAR: Final = 2
eIT_INT: Final = 3
eIT_UINT: Final = 4
eIT_LONG: Final = 5
eIT_ULONG: Final = 6
eIT_PCHAR: Final = 7
eIT_TIMET: Final = 8
eIT_LLONG: Final = 9
eIT_ULLONG: Final = 10
eIT_AR_BYTE: Final = 11
eIT_STRING: Final = 12
eIT_DOUBLE: Final = 13
eMF_NORM: Final = 1
eMF_AWAY: Final = 2
eMF_SERV: Final = 4
eMF_FIRE: Final = 8
eMF_TLS: Final = 16
eMF_NAT: Final = 32
eKI_CLOSE: Final = 1
eKI_WHY: Final = 2
eKI_PM: Final = 4
eKI_BAN: Final = 8
eKI_DROP: Final = 16

def GetNickList() -> list[str]:
    """Nicks of everybody in the user list, bots included.

    Returns a list of str.
    """

def GetOpList() -> list[str]:
    """Nicks that are shown as operators (class 3 and above), bots included.

    Returns a list of str.
    """

def GetBotList() -> list[str]:
    """Nicks of the bots, hub security and operator chat included.

    Returns a list of str.
    """

def GetUserClass(nick: str | None) -> int | None:
    """Class of a user: -1 pinger, 0 guest, 1 registered, 2 vip, 3 operator, 4 cheef, 5 admin, 10 master.

    nick: any case; None gives None. Returns -2 for an unknown nick.
    """

def GetUserIP(nick: str) -> str | None:
    """IP address of a user.

    nick: any case. Returns None for an unknown nick, '127.0.0.1' for a bot.
    """

def GetUserHost(nick: str) -> str | None:
    """Host name of a user, from reverse DNS.

    nick: any case. Never waits for DNS: it tells what the hub knows. The
    embedded hub looks names up in the background after login, Verlihub when a user connects, and only if its setting
    dns_lookup is on. Returns None for an unknown nick, for a bot, and while no name is known.
    """

def GetMyINFO(nick: str) -> tuple[str, str, str, str, str, str] | None:
    """What others see of a user: what its client says, or what SetMyINFO made of it.

    nick: any case. Returns a tuple of
    six str (nick, description, tag, speed, mail, share size in bytes); the tag keeps its < and >, the last
    character of speed is the status flag. None for an unknown nick.
    """

def GetUsersCount() -> int:
    """How many users are connected, bots not counted.

    Returns an int.
    """

def GetTotalShareSize() -> str:
    """Bytes that all users share together.

    Returns a str of decimal digits.
    """

def mc(msg: str, nick: str | None = None) -> bool:
    """Says a line in the main chat.

    msg: the text. nick: who says it (default: the hub's bot). Returns True.
    """

def classmc(msg: str, min: int, max: int, nick: str | None = None) -> bool:
    """Says a line in the main chat to a range of classes.

    msg: the text. min, max: classes, inclusive. nick: who
    says it (default: the hub's bot). Returns False if min > max.
    """

def usermc(msg: str, nick: str, bot: str | None = None) -> bool:
    """Shows one user a line in the main chat.

    msg: the text. nick: who sees it. bot: who says it (default: the
    hub's bot). Returns False if nick is not online.
    """

def pm(msg: str, nick: str, from_: str | None = None, bot: str | None = None) -> bool:
    """Sends a private message.

    msg: the text. nick: who receives it. from_: whose window it appears in (default:
    the hub's bot). bot: who signs it (default: from_). Returns False if nick is not online.
    """

def SendToOpChat(msg: str, nick: str | None = None) -> bool:
    """Says a line in the operator chat.

    msg: the text. nick: who says it if online (default: the operator chat's
    bot). Returns False if the hub has no operator chat.
    """

def SendDataToUser(data: str, nick: str, delay: int | None = 0) -> bool:
    """Sends raw protocol data to one user.

    data: a command; the closing '|' is added if missing, nothing is
    escaped. nick: who receives it. delay: above 0 leaves it in the send buffer. Returns False if nick is not
    online.
    """

def SendDataToAll(data: str, min: int, max: int, delay: int | None = 0) -> bool:
    """Sends raw protocol data to a range of classes.

    data: a command; the closing '|' is added if missing, nothing
    is escaped. min, max: classes, inclusive. delay: above 0 leaves it in the send buffer. Returns False if
    min > max.
    """

def SendPMToAll(msg: str, from_: str, min: int, max: int) -> bool:
    """Sends a private message to a range of classes.

    msg: the text. from_: who sends and signs it. min, max:
    classes, inclusive. Returns False if min > max.
    """

def CloseConnection(nick: str, nice: int | None = 0, reason: int | None = 0) -> bool:
    """Disconnects a user.

    nick: who. nice: milliseconds in which what was sent may still arrive (0: close now).
    reason: one of the eCR_ constants. Returns False if nick is not online.
    """

def SendToAll(data: str, delay: int | None = 0) -> bool:
    """Sends raw protocol data to everybody in the user list.

    data: a command; the closing '|' is added if missing,
    nothing is escaped. delay: above 0 leaves it in the send buffer. Returns True.
    """

def SendToActive(data: str, delay: int | None = 0) -> bool:
    """Sends raw protocol data to users who can be connected to (M:A in the tag).

    data: a command; the closing '|'
    is added if missing, nothing is escaped. delay: above 0 leaves it in the send buffer. Returns True.
    """

def SendToPassive(data: str, delay: int | None = 0) -> bool:
    """Sends raw protocol data to users who cannot be connected to (no M:A in the tag).

    data: a command; the closing
    '|' is added if missing, nothing is escaped. delay: above 0 leaves it in the send buffer. Returns True.
    """

def SendToActiveClass(data: str, min: int, max: int, delay: int | None = 0) -> bool:
    """Sends raw protocol data to active users of a range of classes.

    data: a command; the closing '|' is added if
    missing, nothing is escaped. min, max: classes, inclusive. delay: above 0 leaves it in the send buffer. Returns
    False if min > max.
    """

def SendToPassiveClass(data: str, min: int, max: int, delay: int | None = 0) -> bool:
    """Sends raw protocol data to passive users of a range of classes.

    data: a command; the closing '|' is added if
    missing, nothing is escaped. min, max: classes, inclusive. delay: above 0 leaves it in the send buffer. Returns
    False if min > max.
    """

def KickUser(
    op: str,
    nick: str,
    why: str | None = '',
    addr: str | None = None,
    note_op: str | None = None,
    note_usr: str | None = None,
) -> bool:
    """Kicks a user: disconnects, with a short ban.

    op: who kicks; must be in the user list, with rights over nick.
    nick: who is kicked. why: the reason shown. addr: where to send the user instead. note_op, note_usr: text kept
    with the ban for operators, shown to the user. Returns False if it was refused or nick is not online.
    """

def Ban(op: str, nick: str, reason: str, seconds: int, type: int) -> bool:
    """Bans an online user and disconnects.

    op: label of who bans (no rights are checked). nick: who. reason: shown
    to the user. seconds: length, above 0. type: one of the eBF_ constants. Returns False if nick is not online or
    an argument is out of range.
    """

def AddRegUser(nick: str, class_: int, password: str | None = '', op: str | None = '') -> bool:
    """Registers a nick.

    nick: who. class_: 1 to 5 (0 counts as 1). password: empty lets the user choose one at the
    next login. op: who registers. Returns False if the nick is already registered, is a bot's, class_ is out of
    range, or the password is shorter than password_min_len.
    """

def DelRegUser(nick: str) -> bool:
    """Removes a registration.

    nick: who; an online user becomes a guest. Returns False if it is not registered, or
    is a master (class 10).
    """

def SetRegClass(nick: str, class_: int) -> bool:
    """Changes the class of a registration.

    nick: who. class_: 1 to 5, or 10. Returns False if it is not registered
    or already has that class.
    """

def Topic(topic: str | None = None) -> str | None:
    """Reads or sets the hub's topic.

    topic: the new one, shown to everybody; '' clears it; None only reads. Returns
    the topic afterwards, None if there is none.
    """

def GetConfig(conf: str, var: str, default: str | None = None) -> str | None:
    """Reads a setting.

    conf: vh.config_name for the hub's own, or a plugin's name. var: the setting. default: what to
    return if there is none. Returns a str.
    """

def SetConfig(conf: str, var: str, val: str) -> bool:
    """Changes a setting and keeps it.

    conf: vh.config_name for the hub's own, or a plugin's name (any var is
    created there). var: the setting. val: the value, as str. Returns False if the hub has no such setting or the
    value does not fit it.
    """

def AddRobot(nick: str, class_: int, desc: str, speed: str, mail: str, share: str) -> bool:
    """Puts a bot into the user list.

    nick: its nick. class_: 0 to 5, or 10 (anything else: 0). desc, speed, mail:
    shown to users. share: bytes, as str. The bot belongs to the script and leaves with it. Returns False if the
    nick is taken or has forbidden characters.
    """

def DelRobot(nick: str) -> bool:
    """Removes a bot that this script has added.

    nick: its nick. Returns False if there is none, or it is not this script's.
    """

def GetRawNickList() -> str:
    """The command that lists everybody, bots included.

    Returns a str, '$NickList a$$b$$', without the closing '|'.
    """

def GetRawOpList() -> str:
    """The command that lists the operators.

    Returns a str, '$OpList a$$b$$', without the closing '|'.
    """

def GetRawBotList() -> str:
    """The command that lists the bots.

    Returns a str, '$BotList a$$b$$', without the closing '|'.
    """

def GetUserHubURL(nick: str) -> str | None:
    """The address under which a user's client has connected to the hub.

    nick: any case. Returns None for an unknown
    nick, and if the client has not told it.
    """

def GetUserExtJSON(nick: str) -> str | None:
    """What a user's client says of itself as JSON.

    nick: any case. Returns the whole command,
    '$ExtJSON nick {...}', without the closing '|'; None for an unknown nick, and if there is none.
    """

def GetUserVersion(nick: str) -> str | None:
    """Name and version of a user's client, from its tag.

    nick: any case. Returns a str such as '++ 0.868', None for
    an unknown nick and for one without a tag.
    """

def GetUserShare(nick: str) -> int | None:
    """Bytes that a user shares, as its client says.

    nick: any case. Returns an int, None for an unknown nick.
    """

def SetMyINFO(
    nick: str,
    desc: str | None = None,
    tag: str | None = None,
    speed: str | None = None,
    mail: str | None = None,
    size: str | None = None,
) -> bool:
    """Changes what others see of a user, at once, until its client sends another MyINFO.

    nick: who; any case.
    desc, tag, speed, mail, size: the new fields, None keeps what is shown now. tag has its < and >; size is a
    decimal number of bytes; speed is without the status flag, which stays as it is. $ and | are escaped. GetMyINFO
    shows the result; the hub's own sums and checks go on by what the client said. Returns False if nick is
    unknown or a field cannot be shown.
    """

def SetMyINFOFlag(nick: str, flag: int) -> bool:
    """Sets a bit of the status flag in a user's MyINFO, for the rest of its connection.

    nick: who; also a user who
    is still logging in. flag: one of 1, 2, 4, 8, 16, 32 (eMF_). Others see it with the next MyINFO. Returns False
    if nick has no connection or flag is not one of these.
    """

def UnsetMyINFOFlag(nick: str, flag: int) -> bool:
    """Clears a bit of the status flag in a user's MyINFO, for the rest of its connection.

    nick: who; also a user
    who is still logging in. flag: one of 1, 2, 4, 8, 16, 32 (eMF_). Others see it with the next MyINFO. Returns
    False if nick has no connection or flag is not one of these.
    """

def SetUserIP(nick: str, ip: str) -> bool:
    """Changes the address that the hub knows of a user, for one who comes through a proxy.

    nick: who; any case. ip:
    an IPv4 address, shown to operators. The host name is looked up anew. Returns False if nick is not online or ip
    is no address.
    """

def GetServFreq() -> float:
    """How often the hub's main loop turns.

    Returns a float, turns per second: on the embedded hub of about the last
    second, on Verlihub the mean of up to 90 seconds. An idle hub waits instead of turning, so that a low number is no
    bad sign: Verlihub turns 9 to 20 times a second at rest, and refuses users only below adv_min_frequency (0.3).
    """

def StopHub(code: int, delay: int | None = 0) -> bool:
    """Stops the hub in order: scripts are unloaded, clients told, then the program ends.

    code: the exit code of the
    program, 0 to 255. delay: seconds until then; a later call replaces an earlier one; -1 cancels. Returns False if
    an argument is out of range, or there is nothing to cancel.
    """

def IsRobotNickBad(nick: str) -> int:
    """Why a bot could not have a nick.

    nick: any text. Returns an int: 0 it could (unless a user has it now), 1 a
    bot has it, 2 it is empty, 3 it has a space, a control character or one of $ | < >, 4 it is one of the hub's own
    bots', 5 it is too long (eBOT_).
    """

def name_and_version(name: str | None = None, version: str | None = None) -> tuple[str, str]:
    """What the calling script calls itself.

    name: a new name; None keeps it. version: a new version; None keeps it.
    Returns a tuple (name, version) of two str; at first the name of the file and '0.0.0'.
    """

def Encode(text: str) -> str:
    """Escapes what could end or split a command: $ | ` ~ and chr(5) become &#36; and so on.

    text: any. Returns a
    str. The same as encode().
    """

def Decode(text: str) -> str:
    """The reverse of Encode(): &#N; becomes the byte N, 1 to 255, in the hub's encoding.

    text: any; what is no such
    escape stays. Returns a str. The same as decode().
    """

def encode(text: str) -> str:
    """Escapes what could end or split a command: $ | ` ~ and chr(5) become &#36; and so on.

    text: any. Returns a
    str. The same as Encode().
    """

def decode(text: str) -> str:
    """The reverse of encode(): &#N; becomes the byte N, 1 to 255, in the hub's encoding.

    text: any; what is no such
    escape stays. Returns a str. The same as Decode().
    """

def UserRestrictions(
    nick: str,
    chat: str | None = None,
    pm: str | None = None,
    search: str | None = None,
    ctm: str | None = None,
) -> dict[str, bool]:
    """Restricts an online user for a time, or lifts that.

    nick: who. chat, pm, search, ctm: the main chat, private
    messages, searching, connecting to others; each None or '' to keep it, '0' to lift, '1' for a week, else a
    length such as '3h' (s m h d w M y; a bare number: days). The keywords nochat, nopm, nosearch, noctm mean the
    same. Class 5 and above is exempt. Returns a dict of four bools by those first names, True where the user is
    restricted now; {} if nick is not online or a length is none, in which case nothing is changed.
    """

def DelNickTempBan(nick: str) -> bool:
    """Lifts what keeps a nick out for a while of the hub's own accord: a wait between two logins, or a ban that the hub
    itself has set. Kicks and operators' bans stay.

    nick: any case. Returns False if there is nothing to lift.
    """

def DelIPTempBan(ip: str) -> bool:
    """Lifts what keeps an address out for a while of the hub's own accord: after a wrong password or flooding. Kicks
    and operators' bans stay.

    ip: the address. Returns False if there is nothing to lift.
    """

def ParseCommand(nick: str, cmd: str, pm: int) -> bool:
    """Runs a chat command as if an online user had typed it, with that user's rights.

    nick: who. cmd: the command,
    with its first character. pm: not 0 if it is to be answered by private message. Returns False if nick is not
    online, cmd is no command for that user, or commands run each other too deeply; what the command itself says goes
    to the user.
    """

def ScriptCommand(cmd: str, data: str, inst: int | None = 0) -> bool:
    """Calls OnScriptCommand in all scripts, the caller's included.

    cmd, data: what it is given. inst: above 0 calls
    it at once; else it is queued to the hub's next tick, which is within a second. Returns False if the queue is full
    or such calls are nested too deeply.
    """

def SQL(query: str, limit: int | None = 100) -> tuple[int, list[list[str]]]:
    """Runs one SQL statement on the hub's database: reglist, banlist, kicklist, SetupList, and tables that scripts
    create. Write MySQL's dialect: Verlihub's database is MySQL or MariaDB; the embedded hub's is SQLite, which
    understands that dialect here, and follows it where the two differ: "text" is a string, a backslash in it escapes,
    text in tables compares without ASCII case. The hub waits until the database has answered.

    query: the statement. limit: rows at most; below 1 is 100. Returns a tuple (ok, rows): (1, rows) with rows as
    lists of str, NULL as 'NULL', or (0, []) if it was refused; the log says why. What it changes in the hub's tables
    holds at once, but on Verlihub settings (SetupList) hold after !reload, and so do new rows of reglist if its setting
    use_reglist_cache is on; SetConfig and AddRegUser need no !reload. Passwords are hashed by the hub alone: leave
    login_pwd out, and the user is asked to choose one.
    """

def CallDynamicFunction(name: str, *args: object) -> Any:
    """Calls a function that a plugin of the hub has registered.

    name: the function. args: what it is given: None, int,
    float, str, and lists, tuples, sets and dicts of these. Returns what the function returns. Raises RuntimeError if
    none is registered or the function refuses, NameError for an unknown name, TypeError for a bad argument.
    """

def GetUserCC(nick: str) -> str | None:
    """Country code of a user's address, as GetIPCC.

    nick: any case. Returns None for an unknown nick, for a bot, and
    if the country is not known.
    """

def GetIPCC(ip: str) -> str | None:
    """Country code of an address: two letters, 'L1' for the machine itself, 'P1' for a private network.

    ip: the
    address. Returns None if it is not known.
    """

def GetIPCN(ip: str) -> str | None:
    """Country of an address, by its English name; 'Local Network' for the machine itself, 'Private Network'.

    ip: the
    address. Returns None if it is not known.
    """

def GetIPCity(ip: str, db: str | None = '') -> str | None:
    """City of an address; 'Local Network' for the machine itself, 'Private Network'.

    ip: the address. db: a database
    file to look in, by its name in the hub's data directory or by its whole path; '' for the hub's own. Returns None
    if it is not known or the database cannot be read.
    """

def GetIPASN(ip: str, db: str | None = '') -> str | None:
    """Autonomous system of an address, as 'AS123 Name'; 'Local Network' for the machine itself, 'Private Network'.

    ip: the address. db: as with GetIPCity. Returns None if it is not known or the database cannot be read.
    """

def GetGeoIP(ip: str, db: str | None = '') -> dict[str, str | float | int] | None:
    """All that is known of the place of an address.

    ip: the address. db: as with GetIPCity. Returns a dict: latitude,
    longitude (float), metro_code, area_code (int), host, range_low, range_high, country_code, country_code_xxx,
    country, region_code, region, time_zone, continent_code, continent, city, postal_code (str); '' and 0 where nothing
    is known. None if the address is not in the database, or it cannot be read.
    """

@final
class _Aio:
    """The functions of vh for coroutines: each returns a vh.Future."""

    def GetNickList(self) -> Future[list[str]]: ...
    def GetOpList(self) -> Future[list[str]]: ...
    def GetBotList(self) -> Future[list[str]]: ...
    def GetUserClass(self, nick: str | None) -> Future[int | None]: ...
    def GetUserIP(self, nick: str) -> Future[str | None]: ...
    def GetUserHost(self, nick: str) -> Future[str | None]: ...
    def GetMyINFO(self, nick: str) -> Future[tuple[str, str, str, str, str, str] | None]: ...
    def GetUsersCount(self) -> Future[int]: ...
    def GetTotalShareSize(self) -> Future[str]: ...
    def mc(self, msg: str, nick: str | None = None) -> Future[bool]: ...
    def classmc(self, msg: str, min: int, max: int, nick: str | None = None) -> Future[bool]: ...
    def usermc(self, msg: str, nick: str, bot: str | None = None) -> Future[bool]: ...
    def pm(self, msg: str, nick: str, from_: str | None = None, bot: str | None = None) -> Future[bool]: ...
    def SendToOpChat(self, msg: str, nick: str | None = None) -> Future[bool]: ...
    def SendDataToUser(self, data: str, nick: str, delay: int | None = 0) -> Future[bool]: ...
    def SendDataToAll(self, data: str, min: int, max: int, delay: int | None = 0) -> Future[bool]: ...
    def SendPMToAll(self, msg: str, from_: str, min: int, max: int) -> Future[bool]: ...
    def CloseConnection(self, nick: str, nice: int | None = 0, reason: int | None = 0) -> Future[bool]: ...
    def SendToAll(self, data: str, delay: int | None = 0) -> Future[bool]: ...
    def SendToActive(self, data: str, delay: int | None = 0) -> Future[bool]: ...
    def SendToPassive(self, data: str, delay: int | None = 0) -> Future[bool]: ...
    def SendToActiveClass(self, data: str, min: int, max: int, delay: int | None = 0) -> Future[bool]: ...
    def SendToPassiveClass(self, data: str, min: int, max: int, delay: int | None = 0) -> Future[bool]: ...
    def KickUser(
        self,
        op: str,
        nick: str,
        why: str | None = '',
        addr: str | None = None,
        note_op: str | None = None,
        note_usr: str | None = None,
    ) -> Future[bool]: ...
    def Ban(self, op: str, nick: str, reason: str, seconds: int, type: int) -> Future[bool]: ...
    def AddRegUser(self, nick: str, class_: int, password: str | None = '', op: str | None = '') -> Future[bool]: ...
    def DelRegUser(self, nick: str) -> Future[bool]: ...
    def SetRegClass(self, nick: str, class_: int) -> Future[bool]: ...
    def Topic(self, topic: str | None = None) -> Future[str | None]: ...
    def GetConfig(self, conf: str, var: str, default: str | None = None) -> Future[str | None]: ...
    def SetConfig(self, conf: str, var: str, val: str) -> Future[bool]: ...
    def AddRobot(self, nick: str, class_: int, desc: str, speed: str, mail: str, share: str) -> Future[bool]: ...
    def DelRobot(self, nick: str) -> Future[bool]: ...
    def GetRawNickList(self) -> Future[str]: ...
    def GetRawOpList(self) -> Future[str]: ...
    def GetRawBotList(self) -> Future[str]: ...
    def GetUserHubURL(self, nick: str) -> Future[str | None]: ...
    def GetUserExtJSON(self, nick: str) -> Future[str | None]: ...
    def GetUserVersion(self, nick: str) -> Future[str | None]: ...
    def GetUserShare(self, nick: str) -> Future[int | None]: ...
    def SetMyINFO(
        self,
        nick: str,
        desc: str | None = None,
        tag: str | None = None,
        speed: str | None = None,
        mail: str | None = None,
        size: str | None = None,
    ) -> Future[bool]: ...
    def SetMyINFOFlag(self, nick: str, flag: int) -> Future[bool]: ...
    def UnsetMyINFOFlag(self, nick: str, flag: int) -> Future[bool]: ...
    def SetUserIP(self, nick: str, ip: str) -> Future[bool]: ...
    def GetServFreq(self) -> Future[float]: ...
    def StopHub(self, code: int, delay: int | None = 0) -> Future[bool]: ...
    def IsRobotNickBad(self, nick: str) -> Future[int]: ...
    def name_and_version(self, name: str | None = None, version: str | None = None) -> Future[tuple[str, str]]: ...
    def Encode(self, text: str) -> Future[str]: ...
    def Decode(self, text: str) -> Future[str]: ...
    def encode(self, text: str) -> Future[str]: ...
    def decode(self, text: str) -> Future[str]: ...
    def UserRestrictions(
        self,
        nick: str,
        chat: str | None = None,
        pm: str | None = None,
        search: str | None = None,
        ctm: str | None = None,
    ) -> Future[dict[str, bool]]: ...
    def DelNickTempBan(self, nick: str) -> Future[bool]: ...
    def DelIPTempBan(self, ip: str) -> Future[bool]: ...
    def ParseCommand(self, nick: str, cmd: str, pm: int) -> Future[bool]: ...
    def ScriptCommand(self, cmd: str, data: str, inst: int | None = 0) -> Future[bool]: ...
    def SQL(self, query: str, limit: int | None = 100) -> Future[tuple[int, list[list[str]]]]: ...
    def CallDynamicFunction(self, name: str, *args: object) -> Future[Any]: ...
    def GetUserCC(self, nick: str) -> Future[str | None]: ...
    def GetIPCC(self, ip: str) -> Future[str | None]: ...
    def GetIPCN(self, ip: str) -> Future[str | None]: ...
    def GetIPCity(self, ip: str, db: str | None = '') -> Future[str | None]: ...
    def GetIPASN(self, ip: str, db: str | None = '') -> Future[str | None]: ...
    def GetGeoIP(self, ip: str, db: str | None = '') -> Future[dict[str, str | float | int] | None]: ...

@final
class _Post:
    """The functions of vh for callers that do not wait."""

    def GetNickList(self) -> None: ...
    def GetOpList(self) -> None: ...
    def GetBotList(self) -> None: ...
    def GetUserClass(self, nick: str | None) -> None: ...
    def GetUserIP(self, nick: str) -> None: ...
    def GetUserHost(self, nick: str) -> None: ...
    def GetMyINFO(self, nick: str) -> None: ...
    def GetUsersCount(self) -> None: ...
    def GetTotalShareSize(self) -> None: ...
    def mc(self, msg: str, nick: str | None = None) -> None: ...
    def classmc(self, msg: str, min: int, max: int, nick: str | None = None) -> None: ...
    def usermc(self, msg: str, nick: str, bot: str | None = None) -> None: ...
    def pm(self, msg: str, nick: str, from_: str | None = None, bot: str | None = None) -> None: ...
    def SendToOpChat(self, msg: str, nick: str | None = None) -> None: ...
    def SendDataToUser(self, data: str, nick: str, delay: int | None = 0) -> None: ...
    def SendDataToAll(self, data: str, min: int, max: int, delay: int | None = 0) -> None: ...
    def SendPMToAll(self, msg: str, from_: str, min: int, max: int) -> None: ...
    def CloseConnection(self, nick: str, nice: int | None = 0, reason: int | None = 0) -> None: ...
    def SendToAll(self, data: str, delay: int | None = 0) -> None: ...
    def SendToActive(self, data: str, delay: int | None = 0) -> None: ...
    def SendToPassive(self, data: str, delay: int | None = 0) -> None: ...
    def SendToActiveClass(self, data: str, min: int, max: int, delay: int | None = 0) -> None: ...
    def SendToPassiveClass(self, data: str, min: int, max: int, delay: int | None = 0) -> None: ...
    def KickUser(
        self,
        op: str,
        nick: str,
        why: str | None = '',
        addr: str | None = None,
        note_op: str | None = None,
        note_usr: str | None = None,
    ) -> None: ...
    def Ban(self, op: str, nick: str, reason: str, seconds: int, type: int) -> None: ...
    def AddRegUser(self, nick: str, class_: int, password: str | None = '', op: str | None = '') -> None: ...
    def DelRegUser(self, nick: str) -> None: ...
    def SetRegClass(self, nick: str, class_: int) -> None: ...
    def Topic(self, topic: str | None = None) -> None: ...
    def GetConfig(self, conf: str, var: str, default: str | None = None) -> None: ...
    def SetConfig(self, conf: str, var: str, val: str) -> None: ...
    def AddRobot(self, nick: str, class_: int, desc: str, speed: str, mail: str, share: str) -> None: ...
    def DelRobot(self, nick: str) -> None: ...
    def GetRawNickList(self) -> None: ...
    def GetRawOpList(self) -> None: ...
    def GetRawBotList(self) -> None: ...
    def GetUserHubURL(self, nick: str) -> None: ...
    def GetUserExtJSON(self, nick: str) -> None: ...
    def GetUserVersion(self, nick: str) -> None: ...
    def GetUserShare(self, nick: str) -> None: ...
    def SetMyINFO(
        self,
        nick: str,
        desc: str | None = None,
        tag: str | None = None,
        speed: str | None = None,
        mail: str | None = None,
        size: str | None = None,
    ) -> None: ...
    def SetMyINFOFlag(self, nick: str, flag: int) -> None: ...
    def UnsetMyINFOFlag(self, nick: str, flag: int) -> None: ...
    def SetUserIP(self, nick: str, ip: str) -> None: ...
    def GetServFreq(self) -> None: ...
    def StopHub(self, code: int, delay: int | None = 0) -> None: ...
    def IsRobotNickBad(self, nick: str) -> None: ...
    def name_and_version(self, name: str | None = None, version: str | None = None) -> None: ...
    def Encode(self, text: str) -> None: ...
    def Decode(self, text: str) -> None: ...
    def encode(self, text: str) -> None: ...
    def decode(self, text: str) -> None: ...
    def UserRestrictions(
        self,
        nick: str,
        chat: str | None = None,
        pm: str | None = None,
        search: str | None = None,
        ctm: str | None = None,
    ) -> None: ...
    def DelNickTempBan(self, nick: str) -> None: ...
    def DelIPTempBan(self, ip: str) -> None: ...
    def ParseCommand(self, nick: str, cmd: str, pm: int) -> None: ...
    def ScriptCommand(self, cmd: str, data: str, inst: int | None = 0) -> None: ...
    def SQL(self, query: str, limit: int | None = 100) -> None: ...
    def CallDynamicFunction(self, name: str, *args: object) -> None: ...
    def GetUserCC(self, nick: str) -> None: ...
    def GetIPCC(self, ip: str) -> None: ...
    def GetIPCN(self, ip: str) -> None: ...
    def GetIPCity(self, ip: str, db: str | None = '') -> None: ...
    def GetIPASN(self, ip: str, db: str | None = '') -> None: ...
    def GetGeoIP(self, ip: str, db: str | None = '') -> None: ...

@final
class _Batch:
    """What vh.batch() gives: each call returns a vh.Future of its own."""
    def __enter__(self) -> _Batch: ...
    def __exit__(self, *exception: object) -> bool: ...
    async def __aenter__(self) -> _Batch: ...
    async def __aexit__(self, *exception: object) -> bool: ...

    def GetNickList(self) -> Future[list[str]]: ...
    def GetOpList(self) -> Future[list[str]]: ...
    def GetBotList(self) -> Future[list[str]]: ...
    def GetUserClass(self, nick: str | None) -> Future[int | None]: ...
    def GetUserIP(self, nick: str) -> Future[str | None]: ...
    def GetUserHost(self, nick: str) -> Future[str | None]: ...
    def GetMyINFO(self, nick: str) -> Future[tuple[str, str, str, str, str, str] | None]: ...
    def GetUsersCount(self) -> Future[int]: ...
    def GetTotalShareSize(self) -> Future[str]: ...
    def mc(self, msg: str, nick: str | None = None) -> Future[bool]: ...
    def classmc(self, msg: str, min: int, max: int, nick: str | None = None) -> Future[bool]: ...
    def usermc(self, msg: str, nick: str, bot: str | None = None) -> Future[bool]: ...
    def pm(self, msg: str, nick: str, from_: str | None = None, bot: str | None = None) -> Future[bool]: ...
    def SendToOpChat(self, msg: str, nick: str | None = None) -> Future[bool]: ...
    def SendDataToUser(self, data: str, nick: str, delay: int | None = 0) -> Future[bool]: ...
    def SendDataToAll(self, data: str, min: int, max: int, delay: int | None = 0) -> Future[bool]: ...
    def SendPMToAll(self, msg: str, from_: str, min: int, max: int) -> Future[bool]: ...
    def CloseConnection(self, nick: str, nice: int | None = 0, reason: int | None = 0) -> Future[bool]: ...
    def SendToAll(self, data: str, delay: int | None = 0) -> Future[bool]: ...
    def SendToActive(self, data: str, delay: int | None = 0) -> Future[bool]: ...
    def SendToPassive(self, data: str, delay: int | None = 0) -> Future[bool]: ...
    def SendToActiveClass(self, data: str, min: int, max: int, delay: int | None = 0) -> Future[bool]: ...
    def SendToPassiveClass(self, data: str, min: int, max: int, delay: int | None = 0) -> Future[bool]: ...
    def KickUser(
        self,
        op: str,
        nick: str,
        why: str | None = '',
        addr: str | None = None,
        note_op: str | None = None,
        note_usr: str | None = None,
    ) -> Future[bool]: ...
    def Ban(self, op: str, nick: str, reason: str, seconds: int, type: int) -> Future[bool]: ...
    def AddRegUser(self, nick: str, class_: int, password: str | None = '', op: str | None = '') -> Future[bool]: ...
    def DelRegUser(self, nick: str) -> Future[bool]: ...
    def SetRegClass(self, nick: str, class_: int) -> Future[bool]: ...
    def Topic(self, topic: str | None = None) -> Future[str | None]: ...
    def GetConfig(self, conf: str, var: str, default: str | None = None) -> Future[str | None]: ...
    def SetConfig(self, conf: str, var: str, val: str) -> Future[bool]: ...
    def AddRobot(self, nick: str, class_: int, desc: str, speed: str, mail: str, share: str) -> Future[bool]: ...
    def DelRobot(self, nick: str) -> Future[bool]: ...
    def GetRawNickList(self) -> Future[str]: ...
    def GetRawOpList(self) -> Future[str]: ...
    def GetRawBotList(self) -> Future[str]: ...
    def GetUserHubURL(self, nick: str) -> Future[str | None]: ...
    def GetUserExtJSON(self, nick: str) -> Future[str | None]: ...
    def GetUserVersion(self, nick: str) -> Future[str | None]: ...
    def GetUserShare(self, nick: str) -> Future[int | None]: ...
    def SetMyINFO(
        self,
        nick: str,
        desc: str | None = None,
        tag: str | None = None,
        speed: str | None = None,
        mail: str | None = None,
        size: str | None = None,
    ) -> Future[bool]: ...
    def SetMyINFOFlag(self, nick: str, flag: int) -> Future[bool]: ...
    def UnsetMyINFOFlag(self, nick: str, flag: int) -> Future[bool]: ...
    def SetUserIP(self, nick: str, ip: str) -> Future[bool]: ...
    def GetServFreq(self) -> Future[float]: ...
    def StopHub(self, code: int, delay: int | None = 0) -> Future[bool]: ...
    def IsRobotNickBad(self, nick: str) -> Future[int]: ...
    def name_and_version(self, name: str | None = None, version: str | None = None) -> Future[tuple[str, str]]: ...
    def Encode(self, text: str) -> Future[str]: ...
    def Decode(self, text: str) -> Future[str]: ...
    def encode(self, text: str) -> Future[str]: ...
    def decode(self, text: str) -> Future[str]: ...
    def UserRestrictions(
        self,
        nick: str,
        chat: str | None = None,
        pm: str | None = None,
        search: str | None = None,
        ctm: str | None = None,
    ) -> Future[dict[str, bool]]: ...
    def DelNickTempBan(self, nick: str) -> Future[bool]: ...
    def DelIPTempBan(self, ip: str) -> Future[bool]: ...
    def ParseCommand(self, nick: str, cmd: str, pm: int) -> Future[bool]: ...
    def ScriptCommand(self, cmd: str, data: str, inst: int | None = 0) -> Future[bool]: ...
    def SQL(self, query: str, limit: int | None = 100) -> Future[tuple[int, list[list[str]]]]: ...
    def CallDynamicFunction(self, name: str, *args: object) -> Future[Any]: ...
    def GetUserCC(self, nick: str) -> Future[str | None]: ...
    def GetIPCC(self, ip: str) -> Future[str | None]: ...
    def GetIPCN(self, ip: str) -> Future[str | None]: ...
    def GetIPCity(self, ip: str, db: str | None = '') -> Future[str | None]: ...
    def GetIPASN(self, ip: str, db: str | None = '') -> Future[str | None]: ...
    def GetGeoIP(self, ip: str, db: str | None = '') -> Future[dict[str, str | float | int] | None]: ...

@final
class _Cached:
    """The functions of vh that only read, from the live copy: no queue, no wait."""

    def GetNickList(self) -> list[str]: ...
    def GetOpList(self) -> list[str]: ...
    def GetBotList(self) -> list[str]: ...
    def GetUserClass(self, nick: str | None) -> int | None: ...
    def GetUserIP(self, nick: str) -> str | None: ...
    def GetUserHost(self, nick: str) -> str | None: ...
    def GetMyINFO(self, nick: str) -> tuple[str, str, str, str, str, str] | None: ...
    def GetUsersCount(self) -> int: ...
    def GetTotalShareSize(self) -> str: ...
    def Topic(self) -> str | None: ...
    def GetConfig(self, conf: str, var: str, default: str | None = None) -> str | None: ...
    def GetRawNickList(self) -> str: ...
    def GetRawOpList(self) -> str: ...
    def GetRawBotList(self) -> str: ...
    def GetUserHubURL(self, nick: str) -> str | None: ...
    def GetUserExtJSON(self, nick: str) -> str | None: ...
    def GetUserVersion(self, nick: str) -> str | None: ...
    def GetUserShare(self, nick: str) -> int | None: ...
    def GetUserCC(self, nick: str) -> str | None: ...

aio: Final[_Aio]
post: Final[_Post]
cached: Final[_Cached]
