"""Routes that only read. Both kinds of handler are here: `async def` on the event loop, `def` in the thread pool."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from hub_api_parts.access import Token
from hub_api_parts.directory import read_user, read_users
from hub_api_parts.guard import Gauge
from hub_api_parts.hub import Vh
from hub_api_parts.models import Health, Hub, Nicks, Stats, User, Users
from hub_api_parts.paths import Nick
from hub_api_parts.problems import ApiProblem, unknown_nick
from hub_api_parts.text import formatted_size, from_wire, shown

HEALTH_SECONDS = 1.0  # how long the hub thread may take before it is called stuck
MAX_PAGE = 500  # users in one answer


def make_router(vh: Vh, token: str, gauge: Gauge) -> APIRouter:
    router = APIRouter(tags=["reading"])
    WithToken = Annotated[bool, Depends(Token(token, required=False))]

    @router.get("/health")
    async def health() -> Health:
        """Whether the hub thread answers. Says so within about a second if it does not (503, hub_stuck)."""
        began = time.perf_counter()
        try:
            await asyncio.wait_for(vh.aio.GetUsersCount(), HEALTH_SECONDS)
        except TimeoutError:
            message = f"the hub thread has not answered for {HEALTH_SECONDS:.0f} s"
            raise ApiProblem(503, "hub_stuck", message) from None
        return Health(status="ok", hub_thread_ms=round((time.perf_counter() - began) * 1000, 3))

    @router.get("/hub")
    def hub() -> Hub:
        """What the hub says of itself."""
        conf = vh.config_name
        max_users = vh.GetConfig(conf, "max_users_total") or vh.GetConfig(conf, "max_users") or ""
        return Hub(
            name=from_wire(vh.GetConfig(conf, "hub_name") or ""),
            description=from_wire(vh.GetConfig(conf, "hub_desc") or ""),
            topic=from_wire(vh.Topic() or ""),
            bot=shown(vh.botname),
            op_chat=shown(vh.opchatname) if vh.opchatname else None,
            max_users=int(max_users) if max_users.isdigit() else None,
        )

    @router.get("/stats")
    async def stats() -> Stats:
        """Counts, all taken in one turn or two of the hub thread."""
        aio = vh.aio
        calls = aio.GetUsersCount(), aio.GetOpList(), aio.GetBotList(), aio.GetTotalShareSize()  # all under way
        users, ops, bots, share = await calls[0], await calls[1], await calls[2], await calls[3]
        size = int(share or 0)
        return Stats(users=users, operators=len(ops), bots=len(bots), share=size, share_formatted=formatted_size(size),
                     api_uptime_seconds=round(gauge.uptime(), 1), api_requests=gauge.served)

    @router.get("/users")
    async def users(
        with_token: WithToken,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> Users:
        """A page of the user list, sorted by nick. A user who leaves while it is made is left out."""
        nicks = sorted(await vh.aio.GetNickList(), key=str.lower)
        page = await read_users(vh, nicks[offset : offset + limit], with_token)
        return Users(total=len(nicks), offset=offset, limit=limit, users=page)

    @router.get("/user/{nick:path}")
    def user(nick: Nick, with_token: WithToken) -> User:
        """One user; upper and lower case are the same."""
        found = read_user(vh, nick, with_token)
        if found is None:
            raise unknown_nick(shown(nick))
        return found

    @router.get("/ops")
    def ops() -> Nicks:
        """Who is shown as an operator, bots included."""
        return _nicks(vh.GetOpList())

    @router.get("/bots")
    async def bots() -> Nicks:
        return _nicks(await vh.aio.GetBotList())

    return router


def _nicks(nicks: list[str]) -> Nicks:
    return Nicks(total=len(nicks), nicks=sorted(map(shown, nicks), key=str.lower))
