"""Routes about the hub as a whole, from the live copy."""

import asyncio
import os
import time
from collections import Counter
from pathlib import Path

from fastapi import APIRouter, Depends

from hub_api_parts.access.needs import Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Shared
from hub_api_parts.live.history import EVERY_SECONDS
from hub_api_parts.models.hub import Country, Geography, Hub, Samples, Share, Stats
from hub_api_parts.routes.about import now
from hub_api_parts.routes.responses import RESPONSES
from hub_api_parts.text import formatted_size, formatted_time, from_wire, shown

MAX_MOTD = 32_768  # bytes

router = APIRouter(tags=["hub"], responses=RESPONSES, dependencies=[Depends(Needs(Scope.READ))])


@router.get("/hub")
async def hub(api: Shared) -> Hub:
    """What the hub says of itself."""
    vh, snapshot = api.vh, api.vh.snapshot()
    settings = snapshot.settings
    uptime = max(0.0, time.time() - vh.starttime)
    return Hub(
        name=from_wire(settings.get("hub_name", "")),
        description=from_wire(settings.get("hub_desc", "")),
        host=from_wire(settings.get("hub_host", "")),
        topic=from_wire(snapshot.topic or ""),
        motd=from_wire(settings.get("hub_motd", "")) or await asyncio.to_thread(_motd, vh.basedir),
        bot=shown(vh.botname),
        op_chat=shown(vh.opchatname) if vh.opchatname else None,
        max_users=_number(settings.get("max_users", "")),
        version=from_wire(settings.get("hub_version", "")) or vh.__version_string__,
        icon_url=from_wire(settings.get("hub_icon_url", "")),
        logo_url=from_wire(settings.get("hub_logo_url", "")),
        uptime_seconds=round(uptime, 1),
        uptime=formatted_time(uptime),
    )


@router.get("/stats")
async def stats(api: Shared) -> Stats:
    """Counts that fit together, of one moment."""
    snapshot = api.vh.snapshot()
    return Stats(
        timestamp=now(),
        hub_name=from_wire(snapshot.settings.get("hub_name", "")),
        users_online=snapshot.users_count,
        max_users=_number(snapshot.settings.get("max_users", "")),
        operators=len(snapshot.ops),
        bots=len(snapshot.bots),
        total_share=formatted_size(snapshot.total_share),
        total_share_bytes=snapshot.total_share,
        cache_age=round(snapshot.age, 3),
        api_uptime_seconds=round(api.gauge.uptime(), 1),
        api_requests=api.gauge.served,
    )


@router.get("/geo")
async def geo(api: Shared) -> Geography:
    """How many users there are of each country, bots not counted."""
    countries = Counter(user.country for user in api.vh.snapshot().users.values() if user.country and not user.is_bot)
    found = sorted(countries.items(), key=lambda item: (-item[1], item[0]))
    return Geography(total_countries=len(found),
                     distribution=[Country(country_code=code, users=number) for code, number in found])


@router.get("/share")
async def share(api: Shared) -> Share:
    """What is shared."""
    snapshot = api.vh.snapshot()
    average = snapshot.total_share // snapshot.users_count if snapshot.users_count else 0
    return Share(total=snapshot.total_share, total_formatted=formatted_size(snapshot.total_share), average=average,
                 average_formatted=formatted_size(average))


@router.get("/history")
async def history(api: Shared) -> Samples:
    """Users and share over the last day, as far as the API ran."""
    return Samples(every_seconds=EVERY_SECONDS, samples=list(api.history.samples))


def _motd(basedir: str) -> str:
    """The file that the hub shows at login. Blocks: file access."""
    try:
        with Path(os.fsdecode(basedir), "motd").open("rb") as file:
            return shown(file.read(MAX_MOTD).decode("utf-8", "replace")).strip()
    except OSError:
        return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
