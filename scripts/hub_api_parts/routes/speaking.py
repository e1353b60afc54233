"""Routes that speak in the hub's name. All need the scope chat."""

from fastapi import APIRouter, Depends

from hub_api_parts.access.needs import Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Shared
from hub_api_parts.models.done import Broadcast, Sent, Topic
from hub_api_parts.models.requests import BroadcastRequest, MessageRequest, TopicRequest
from hub_api_parts.paths import Nick
from hub_api_parts.problems import ApiProblem
from hub_api_parts.routes.doing import NICK_RESPONSES, refusal, settle
from hub_api_parts.routes.responses import RESPONSES
from hub_api_parts.text import from_wire, shown, to_wire
from hub_api_parts.writing import WritingRoute

router = APIRouter(tags=["speaking"], responses=RESPONSES, route_class=WritingRoute, dependencies=[Depends(Needs(Scope.CHAT))])


@router.post("/chat")
async def chat(api: Shared, request: MessageRequest) -> Sent:
    """A line in the main chat, signed by the hub's bot."""
    if not await api.vh.aio.mc(to_wire(request.message)):
        raise ApiProblem(409, "refused", "the hub did not send it")
    return Sent(message=request.message)


@router.post("/pm/{nick:path}", responses=NICK_RESPONSES)
async def pm(api: Shared, nick: Nick, request: MessageRequest) -> Sent:
    """A private message from the hub's bot."""
    if not await api.vh.aio.pm(to_wire(request.message), nick):
        raise refusal(nick, await api.vh.aio.GetUserClass(nick), "it has no connection")
    return Sent(message=request.message, to=shown(nick))


@router.post("/broadcast")
async def broadcast(api: Shared, request: BroadcastRequest) -> Broadcast:
    """To everybody of a range of classes: a line in the main chat, or a private message from the hub's bot."""
    aio, text, least, most = api.vh.aio, to_wire(request.message), request.min_class, request.max_class
    if not (await aio.classmc(text, least, most) if request.to == "chat"
            else await aio.SendPMToAll(text, api.vh.botname, least, most)):
        raise ApiProblem(409, "refused", "the hub did not send it")
    return Broadcast(message=request.message, min_class=least, max_class=most, to=request.to)


@router.put("/topic")
def topic(api: Shared, request: TopicRequest) -> Topic:
    """Sets the hub's topic; everybody sees it."""
    wanted = to_wire(request.topic)
    now = api.vh.Topic(wanted) or ""
    if now != wanted:
        raise ApiProblem(409, "refused", "the hub kept its topic: the new one is too long for it")
    settle(api)
    return Topic(topic=from_wire(now))
