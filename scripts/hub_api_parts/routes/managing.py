"""Routes that manage the hub: registrations, settings, bots. All need the scope admin. The handlers run in the thread pool."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from hub_api_parts.access.needs import Identity, Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context, Shared
from hub_api_parts.models.done import Bot, Registered, Removed, SettingDone
from hub_api_parts.models.requests import BotRequest, ClassRequest, RegisterRequest, SettingRequest
from hub_api_parts.paths import Nick
from hub_api_parts.people.describe import class_name
from hub_api_parts.problems import ApiProblem, unknown_nick
from hub_api_parts.routes.doing import settle
from hub_api_parts.routes.records import ALLOWED, checked
from hub_api_parts.routes.responses import RESPONSES
from hub_api_parts.routes.tables import quoted
from hub_api_parts.text import shown, to_wire
from hub_api_parts.writing import WritingRoute

router = APIRouter(tags=["managing"], responses=RESPONSES, route_class=WritingRoute, dependencies=[Depends(Needs(Scope.ADMIN))])
Admin = Annotated[Identity, Depends(Needs(Scope.ADMIN))]
MASTER = 10
BOT_SPEED = "\x01"  # the field's status flag alone: normal


@router.post("/registrations", status_code=201)
def register(api: Shared, who: Admin, request: RegisterRequest) -> Registered:
    """Registers a nick, here or not."""
    if not api.vh.AddRegUser(request.nick, request.user_class, request.password, who.name):
        what = "it is registered already" if registered_class(api, request.nick) is not None else \
            "it is a bot's nick, or the password is too short"
        raise ApiProblem(409, "refused", f"the hub did not register {shown(request.nick)!r}: {what}")
    settle(api)
    return _registered(request.nick, request.user_class)


@router.put("/registrations/{nick:path}")
def change_class(api: Shared, nick: Nick, request: ClassRequest) -> Registered:
    """Gives a registered nick another class."""
    now = registered_class(api, nick)
    if now is None:
        raise not_registered(nick)
    if now == MASTER:
        raise ApiProblem(409, "refused", f"{shown(nick)!r} is a master, whom this API does not change")
    if now != request.user_class and not api.vh.SetRegClass(nick, request.user_class):
        raise ApiProblem(409, "refused", f"the hub did not change the class of {shown(nick)!r}")
    settle(api)
    return _registered(nick, request.user_class)


@router.delete("/registrations/{nick:path}")
def unregister(api: Shared, nick: Nick) -> Removed:
    """Removes a registration; who is here becomes a guest."""
    if not api.vh.DelRegUser(nick):
        if registered_class(api, nick) is None:
            raise not_registered(nick)
        raise ApiProblem(409, "refused", f"the hub keeps the registration of {shown(nick)!r}: it is a master")
    settle(api)
    return Removed(nick=shown(nick))


@router.put("/config/{name}")
def set_config(api: Shared, name: Annotated[str, Path(max_length=64)], request: SettingRequest) -> SettingDone:
    """Changes a setting that is on the list of this API."""
    if not ALLOWED.get(name):
        raise ApiProblem(403, "not_allowed", f"the setting {name!r} is not on the list of those that this API may change")
    value, conf = to_wire(request.value), api.vh.config_name
    if not api.vh.SetConfig(conf, name, value) and (api.vh.GetConfig(conf, name) or "") != value:  # some hosts never say True
        raise ApiProblem(409, "refused", f"the hub has no setting {name!r}, or the value does not fit it")
    settle(api)
    return SettingDone(name=name, value=request.value)


@router.post("/bots", status_code=201)
def add_bot(api: Shared, request: BotRequest) -> Bot:
    """Puts a bot into the user list. It belongs to this script and leaves with it."""
    if not api.vh.AddRobot(request.nick, request.user_class, to_wire(request.description), BOT_SPEED, to_wire(request.email),
                           str(request.share)):
        raise ApiProblem(409, "refused", f"the nick {shown(request.nick)!r} is taken, or the hub does not admit it")
    settle(api)
    return Bot(nick=request.nick)


@router.delete("/bots/{nick:path}")
def delete_bot(api: Shared, nick: Nick) -> Removed:
    """Removes a bot that came by this API."""
    if not api.vh.DelRobot(nick):
        if api.vh.GetUserClass(nick) in (None, -2):
            raise unknown_nick(shown(nick))
        raise ApiProblem(409, "refused", f"{shown(nick)!r} is not a bot of this API")
    settle(api)
    return Removed(nick=shown(nick))


def registered_class(api: Context, nick: str) -> int | None:
    """The class of a registration; None if there is none. Blocks: a query."""
    rows = checked(api.vh.SQL(f"SELECT class FROM reglist WHERE nick = {quoted(nick)}", 1))
    return int(rows[0][0]) if rows else None


def not_registered(nick: str) -> ApiProblem:
    return ApiProblem(404, "not_registered", f"{shown(nick)!r} is not registered")


def _registered(nick: str, user_class: int) -> Registered:
    return Registered(nick=shown(nick), user_class=user_class, class_name=class_name(user_class))
