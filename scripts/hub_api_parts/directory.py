"""Users as the API shows them, put together from several answers of the hub."""

from collections.abc import Awaitable, Iterable
from typing import TypeVar

from hub_api_parts.hub import Aio, MyInfo, Vh
from hub_api_parts.models import User
from hub_api_parts.text import formatted_size, from_wire, nick_to_url, shown

CLASS_NAMES = {-1: "pinger", 0: "guest", 1: "registered", 2: "vip", 3: "operator", 4: "cheef", 5: "admin", 10: "master"}
UNKNOWN = -2  # what GetUserClass says of a nick that is not in the list
AT_ONCE = 50  # users asked about together
AWAY = 2  # bit of the status flag, the last character of the speed field
_T = TypeVar("_T")


def read_user(vh: Vh, nick: str, with_address: bool) -> User | None:
    """A User, or None. Any thread but an event loop's. Blocks: until the hub thread has answered five calls."""
    user_class = vh.GetUserClass(nick)
    if user_class is None or user_class == UNKNOWN:
        return None
    info = vh.GetMyINFO(nick)
    ip, host = (vh.GetUserIP(nick), vh.GetUserHost(nick)) if with_address else (None, None)
    return describe(nick, user_class, info, folded(vh.GetOpList()), folded(vh.GetBotList()), ip, host)


async def read_users(vh: Vh, nicks: list[str], with_address: bool) -> list[User]:
    """Users of `nicks`; those who have left meanwhile are missing. Asks for AT_ONCE of them at a time, so that a few large
    pages do not fill the queue that all requests of this loop share."""
    ops, bots = map(folded, await all_of((vh.aio.GetOpList(), vh.aio.GetBotList())))
    users = []
    for start in range(0, len(nicks), AT_ONCE):
        asked = [(nick, ask_about(vh.aio, nick, with_address)) for nick in nicks[start:start + AT_ONCE]]
        for nick, (class_call, info_call, address_calls) in asked:
            user_class, info, address = await class_call, await info_call, await all_of(address_calls)
            if user_class is not None and user_class != UNKNOWN:
                users.append(describe(nick, user_class, info, ops, bots, *address))
    return users


def ask_about(
    aio: Aio, nick: str, with_address: bool
) -> tuple[Awaitable[int | None], Awaitable[MyInfo | None], list[Awaitable[str | None]]]:
    """Calls for the class, the MyINFO and, if it is wanted, the address: IP and host."""
    user_class, info = aio.GetUserClass(nick), aio.GetMyINFO(nick)
    return user_class, info, [aio.GetUserIP(nick), aio.GetUserHost(nick)] if with_address else []


async def all_of(futures: Iterable[Awaitable[_T]]) -> list[_T]:
    """Results of calls that are under way already: a vh future runs whether or not it is awaited, so the first wait is for
    all of them. Cheaper than asyncio.gather(), which makes a task of each."""
    return [await future for future in futures]


def describe(
    nick: str,
    user_class: int,
    info: MyInfo | None,
    ops: set[str],
    bots: set[str],
    ip: str | None = None,
    host: str | None = None,
) -> User:
    """A User from the hub's answers; `info` is None for bots on some hosts. ops and bots as from folded()."""
    nick, description, tag, speed, mail, size = info or (nick, "", "", "", "", "0")
    share = int(size) if size.isascii() and size.isdigit() else 0
    flag = ord(speed[-1]) if speed else 0
    return User(
        nick=shown(nick),
        url="/user/" + nick_to_url(nick),
        user_class=user_class,
        class_name=CLASS_NAMES.get(user_class, f"class {user_class}"),
        is_op=nick.lower() in ops,
        is_bot=nick.lower() in bots,
        description=from_wire(description),
        tag=from_wire(tag),
        speed=from_wire(speed[:-1]),
        away=bool(flag & AWAY) if flag < 0x80 else False,
        email=from_wire(mail),
        share=share,
        share_formatted=formatted_size(share),
        ip=ip,
        host=host,
    )


def folded(nicks: Iterable[str]) -> set[str]:
    return {nick.lower() for nick in nicks}
