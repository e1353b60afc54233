"""Routes about users, from the live copy. Addresses, and what tells of them, only for who may see them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hub_api_parts.access.needs import Identity, Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context, Shared
from hub_api_parts.models.people import Bots, Operators, User, Users
from hub_api_parts.paths import Nick
from hub_api_parts.people.listing import Listing, SortKey, Wanted, clones_of, learn, list_users, show
from hub_api_parts.problems import ApiProblem, unknown_nick
from hub_api_parts.routes.responses import RESPONSES
from hub_api_parts.text import shown

MAX_PAGE = 500  # users in one answer
UNKNOWN = -2  # what GetUserClass says of a nick that is not in the list

router = APIRouter(tags=["users"], responses=RESPONSES)
Reader = Annotated[Identity, Depends(Needs(Scope.READ))]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Offset = Annotated[int, Query(ge=0)]
Text = Annotated[str, Query(max_length=100)]


@router.get("/users")
async def users(
    api: Shared,
    reader: Reader,
    limit: Limit = 100,
    offset: Offset = 0,
    sort: SortKey = "nick",
    order: Annotated[str, Query(pattern="^(asc|desc)$")] = "asc",
    search: Annotated[Text, Query(description="In nick, description or tag.")] = "",
    min_class: int | None = None,
    max_class: int | None = None,
    country: Annotated[str, Query(max_length=2)] = "",
    min_share: Annotated[int | None, Query(ge=0)] = None,
    bots: bool | None = None,
    ip: Annotated[str, Query(max_length=45, description="How the address begins; needs moderate or admin.")] = "",
    cloned: Annotated[bool | None, Query(description="Needs moderate or admin.")] = None,
) -> Users:
    """A page of the user list."""
    if (ip or cloned is not None) and not reader.sees_addresses:
        raise ApiProblem(403, "scope_needed", "to filter by address, a token with the scope moderate or admin is needed")
    wanted = Wanted(search, min_class, max_class, country, min_share, bots, None, ip, cloned)
    found = await list_users(api, wanted, sort=sort, descending=order == "desc", offset=offset, limit=limit,
                             with_address=reader.sees_addresses)
    return Users(total=found.total, offset=offset, limit=limit, cache_age=round(found.age, 3), count=len(found.users),
                 users=found.users)


@router.get("/ops")
async def ops(api: Shared, reader: Reader, limit: Limit = 100, offset: Offset = 0) -> Operators:
    """Who is shown as an operator, bots included."""
    found = await _some(api, reader, Wanted(operators=True), offset, limit)
    return Operators(total=found.total, offset=offset, limit=limit, cache_age=round(found.age, 3), operators=found.users)


@router.get("/bots")
async def bots(api: Shared, reader: Reader, limit: Limit = 100, offset: Offset = 0) -> Bots:
    """The bots, hub security and operators' room included."""
    found = await _some(api, reader, Wanted(bots=True), offset, limit)
    return Bots(total=found.total, offset=offset, limit=limit, cache_age=round(found.age, 3), bots=found.users)


@router.get("/user/{nick:path}", responses={404: {"description": "Nobody is called so."}})
async def user(api: Shared, reader: Reader, nick: Nick) -> User:
    """One user; upper and lower case are the same."""
    snapshot = api.vh.snapshot()
    found = snapshot.users.get(nick)
    if found is None:
        # The live copy may be a turn of the hub thread behind: only the hub itself can say that there is nobody.
        if await api.vh.aio.GetUserClass(nick) in (None, UNKNOWN):
            raise unknown_nick(shown(nick))
        snapshot = api.vh.snapshot()
        found = snapshot.users.get(nick)
        if found is None:
            raise unknown_nick(shown(nick))
    clones = await clones_of(api, snapshot) if reader.sees_addresses else None
    await learn(api, [found])
    return show(api, found, clones)


async def _some(api: Context, reader: Identity, wanted: Wanted, offset: int, limit: int) -> Listing:
    return await list_users(api, wanted, sort="nick", descending=False, offset=offset, limit=limit,
                            with_address=reader.sees_addresses)
