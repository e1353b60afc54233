"""Routes that keep order: kicks, bans, restrictions. All need the scope moderate. The handlers run in the thread pool."""

import ipaddress
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hub_api_parts.access.needs import Identity, Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context, Shared
from hub_api_parts.models.done import Banned, Kicked, Restrictions, Unbanned
from hub_api_parts.models.requests import BanRequest, ReasonRequest, RestrictRequest
from hub_api_parts.paths import Nick
from hub_api_parts.problems import ApiProblem
from hub_api_parts.routes.doing import NICK_RESPONSES, UNKNOWN, refusal, settle
from hub_api_parts.routes.records import checked
from hub_api_parts.routes.responses import RESPONSES
from hub_api_parts.routes.tables import put_ban, which_bans
from hub_api_parts.text import shown, to_wire
from hub_api_parts.writing import WritingRoute

router = APIRouter(tags=["moderating"], responses=RESPONSES, route_class=WritingRoute, dependencies=[Depends(Needs(Scope.MODERATE))])
Moderator = Annotated[Identity, Depends(Needs(Scope.MODERATE))]
LEAVE_MILLISECONDS = 1000  # in which one who is banned may still read why


@router.post("/kick/{nick:path}", responses=NICK_RESPONSES)
def kick(api: Shared, nick: Nick, request: ReasonRequest) -> Kicked:
    """Disconnects a user, with the hub's short ban for kicks."""
    known = api.vh.GetUserClass(nick)  # on some hosts KickUser says True whatever happens
    if known == UNKNOWN or not api.vh.KickUser(api.vh.botname, nick, to_wire(request.reason)):
        raise refusal(nick, api.vh.GetUserClass(nick), "it is a bot or is protected")
    settle(api)
    return Kicked(nick=shown(nick), reason=request.reason)


@router.post("/bans")
def ban(api: Shared, who: Moderator, request: BanRequest) -> Banned:
    """Bans a nick, an address, or both together, here or not; whom it concerns is disconnected."""
    ip = address(request.ip)
    if request.nick is not None and request.nick.lower() in {bot.lower() for bot in api.vh.snapshot().bots}:
        raise ApiProblem(409, "refused", f"{shown(request.nick)!r} is a bot")
    end = None if request.seconds is None else int(time.time()) + request.seconds
    checked(api.vh.SQL(put_ban(ip, request.nick, to_wire(request.reason), who.name, end), 1))
    settle(api)  # so that the copy has whoever came in before the ban
    left = [shown(nick) for nick in concerned(api, ip, request.nick) if api.vh.CloseConnection(nick, LEAVE_MILLISECONDS)]
    settle(api)
    return Banned(nick=request.nick, ip=ip, reason=request.reason, end=end, disconnected=left)


@router.delete("/bans", responses={404: {"description": "There is no such ban."}})
def unban(
    api: Shared,
    nick: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
    ip: Annotated[str | None, Query(min_length=1, max_length=64, description="An address, or a range as /bans shows it.")] = None,
) -> Unbanned:
    """Lifts all bans of a nick, of an address, or of both together, short ones of the hub's own accord included."""
    if nick is None and ip is None:
        raise ApiProblem(422, "bad_input", "query: nick or ip is needed")
    if min(nick or "x") < " " or min(ip or "x") < " ":
        raise ApiProblem(422, "bad_input", "query: must not contain control characters")
    condition = which_bans(ip, nick)
    number = int(checked(api.vh.SQL(f"SELECT COUNT(*) FROM banlist WHERE {condition}", 1))[0][0])
    if number:
        checked(api.vh.SQL(f"DELETE FROM banlist WHERE {condition}", 1))
    number += nick is not None and api.vh.DelNickTempBan(nick)
    number += ip is not None and api.vh.DelIPTempBan(ip)
    if not number:
        raise ApiProblem(404, "no_such_ban", f"there is no ban of {shown(nick or ip or '')!r}")
    return Unbanned(removed=number)


@router.put("/restrictions/{nick:path}", responses=NICK_RESPONSES)
def restrict(api: Shared, nick: Nick, request: RestrictRequest) -> Restrictions:
    """Takes from an online user, for a time, the main chat, private messages, searching or connecting to others; or gives it back.
    Answers what holds now."""
    now = api.vh.UserRestrictions(nick, request.chat, request.pm, request.search, request.ctm)
    if not now:
        raise refusal(nick, api.vh.GetUserClass(nick), "it has no connection")
    return Restrictions(nick=shown(nick), chat=now["chat"], pm=now["pm"], search=now["search"], ctm=now["ctm"])


def address(text: str | None) -> str | None:
    """As the hub writes it. Raises ApiProblem."""
    try:
        return None if text is None else str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise ApiProblem(422, "bad_input", f"body.ip: {text!r} is no IP address") from None


def concerned(api: Context, ip: str | None, nick: str | None) -> list[str]:
    """Who is here with this nick, this address, or, if both are given, with either: so does a ban of both."""
    return [user.nick for user in api.vh.snapshot().users.values()
            if not user.is_bot and ((ip and user.ip == ip) or (nick and user.nick.lower() == nick.lower()))]
