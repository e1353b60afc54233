"""Routes that change something or send. All need the token. Each answers after the hub has done it, so that the next
request sees it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from hub_api_parts.access import Token
from hub_api_parts.directory import UNKNOWN
from hub_api_parts.hub import Vh
from hub_api_parts.models import Kicked, KickRequest, MessageRequest, Problem, Sent, Topic, TopicRequest
from hub_api_parts.paths import Nick
from hub_api_parts.problems import ApiProblem, unknown_nick
from hub_api_parts.text import from_wire, shown, to_wire

_RESPONSES: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "No token was given."},
    403: {"model": Problem, "description": "The token is wrong."},
}
_NICK_RESPONSES: dict[int | str, dict[str, object]] = {
    404: {"model": Problem, "description": "Nobody is called so."},
    409: {"model": Problem, "description": "The hub refused."},
}


def make_router(vh: Vh, token: str) -> APIRouter:
    router = APIRouter(tags=["acting"], dependencies=[Depends(Token(token, required=True))], responses=_RESPONSES)

    @router.post("/chat")
    async def chat(request: MessageRequest) -> Sent:
        """A line in the main chat, signed by the hub's bot."""
        if not await vh.aio.mc(to_wire(request.message)):
            raise ApiProblem(409, "refused", "the hub did not send it")
        return Sent(message=request.message)

    @router.post("/pm/{nick:path}", responses=_NICK_RESPONSES)
    async def pm(nick: Nick, request: MessageRequest) -> Sent:
        """A private message from the hub's bot."""
        if not await vh.aio.pm(to_wire(request.message), nick):
            raise _refusal(nick, await vh.aio.GetUserClass(nick), "it has no connection")
        return Sent(message=request.message, to=shown(nick))

    @router.post("/kick/{nick:path}", responses=_NICK_RESPONSES)
    def kick(nick: Nick, request: KickRequest) -> Kicked:
        """Disconnects a user, with the hub's short ban for kicks."""
        known = vh.GetUserClass(nick)  # on some hosts KickUser says True whatever happens
        if known == UNKNOWN or not vh.KickUser(vh.botname, nick, to_wire(request.reason)):
            raise _refusal(nick, vh.GetUserClass(nick), "it is a bot or is protected")
        return Kicked(nick=shown(nick), reason=request.reason)

    @router.put("/topic")
    def topic(request: TopicRequest) -> Topic:
        """Sets the hub's topic; everybody sees it."""
        wanted = to_wire(request.topic)
        now = vh.Topic(wanted) or ""
        if now != wanted:
            raise ApiProblem(409, "refused", "the hub kept its topic: the new one is too long for it")
        return Topic(topic=from_wire(now))

    return router


def _refusal(nick: str, user_class: int | None, why: str) -> ApiProblem:
    if user_class == UNKNOWN:
        return unknown_nick(shown(nick))
    return ApiProblem(409, "refused", f"the hub refused for {shown(nick)!r}: {why}")
