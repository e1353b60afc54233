"""The nick in a path. Nicks are bytes to the hub, so it is taken from the undecoded path."""

from typing import Annotated

from fastapi import Depends, Path, Request

from hub_api_parts.problems import unknown_nick
from hub_api_parts.text import nick_from_url, shown

MAX_NICK = 256  # characters; hubs allow 64 bytes or so
_FORBIDDEN = set(" $|<>")


async def _nick(request: Request, nick: Annotated[str, Path(max_length=MAX_NICK)]) -> str:
    if "\ufffd" in nick:  # not UTF-8: the server has replaced bytes that we need
        nick = nick_from_url(request.scope["raw_path"].partition(b"?")[0].split(b"/", 2)[2])
    if not nick or _FORBIDDEN & set(nick) or min(nick) < " ":
        raise unknown_nick(shown(nick))  # no hub admits such a nick, and it could not stand in a command
    return nick


Nick = Annotated[str, Depends(_nick)]
