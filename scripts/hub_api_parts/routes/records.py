"""Routes that read the hub's tables and settings. All need the scope moderate or admin."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hub_api_parts.access.needs import Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context, Shared
from hub_api_parts.hub import Rows
from hub_api_parts.models.records import Bans, Registrations, Setting, SettingsList
from hub_api_parts.problems import ApiProblem
from hub_api_parts.routes.responses import RESPONSES
from hub_api_parts.routes.tables import ban_of, bans_query, registration_of, registrations_query
from hub_api_parts.text import checked_line, shown

MAX_ROWS = 500  # in one answer
# What may be seen here, and whether it may be set: no passwords, no paths, nothing that decides who is an operator.
ALLOWED = {
    "hub_name": True, "hub_desc": True, "hub_category": True, "hub_owner": True, "hub_host": True, "hub_icon_url": True,
    "hub_logo_url": True, "hub_encoding": False, "hub_security": False, "opchat_name": False, "listen_port": False,
    "max_users": True, "max_users_from_ip": True, "max_extra_regs": True, "max_extra_vips": True, "max_extra_ops": True,
    "min_share": True, "max_share": True, "min_share_reg": True, "min_share_vip": True, "min_share_ops": True,
    "max_nick": True, "min_nick": True, "max_message_size": True, "max_chat_msg": True, "max_chat_lines": True,
    "int_chat_ms": True, "int_search": True, "int_login": True, "mainchat_class": True, "private_class": True,
    "min_search_chars": True, "max_hub_slots_ratio": True, "min_slots": True, "max_hubs": True, "autoreg_class": False,
    "tban_kick": True, "tban_max": True, "chat_default_on": True, "password_min_len": False, "send_user_info": True,
}

router = APIRouter(tags=["records"], responses=RESPONSES, dependencies=[Depends(Needs(Scope.MODERATE, Scope.ADMIN))])
Limit = Annotated[int, Query(ge=1, le=MAX_ROWS)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
Search = Annotated[str, Query(max_length=100)]


@router.get("/bans")
async def bans(api: Shared, limit: Limit = 100, offset: Offset = 0, search: Search = "") -> Bans:
    """Bans that hold now, the latest first."""
    total, rows = await page(api, bans_query(_plain(search), offset, limit))
    return Bans(total=total, offset=offset, limit=limit, cache_age=0, bans=[ban_of(row) for row in rows])


@router.get("/registrations")
async def registrations(api: Shared, limit: Limit = 100, offset: Offset = 0, search: Search = "") -> Registrations:
    """Registered nicks, the highest class first. Passwords are never read."""
    total, rows = await page(api, registrations_query(_plain(search), offset, limit))
    online = api.vh.snapshot().users
    return Registrations(total=total, offset=offset, limit=limit, cache_age=0,
                         registrations=[registration_of(row, online) for row in rows])


@router.get("/config")
async def config(api: Shared) -> SettingsList:
    """Those settings of the hub that are on the list of this API, as far as the hub has them."""
    settings = api.vh.snapshot().settings
    return SettingsList(settings=[Setting(name=name, value=shown(settings[name]), may_be_set=settable)
                                  for name, settable in ALLOWED.items() if name in settings])


async def page(api: Context, queries: tuple[str, str]) -> tuple[int, list[list[str]]]:
    """The total and the rows of a page. Raises ApiProblem if the hub's database refuses."""
    count, rows = api.vh.aio.SQL(queries[0], 1), api.vh.aio.SQL(queries[1], MAX_ROWS)  # both under way
    return int(checked(await count)[0][0]), checked(await rows)


def checked(answer: Rows) -> list[list[str]]:
    ok, rows = answer
    if not ok:
        raise ApiProblem(409, "refused", "the hub's database refused; the hub's log says why")
    return rows


def _plain(search: str) -> str:
    try:
        return checked_line(search) if search else ""
    except ValueError as error:
        raise ApiProblem(422, "bad_input", f"query.search: {error}") from error
