"""Places and networks of addresses: asked of the hub once, kept for an hour. Runs on the event loop only."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from hub_api_parts.hub import Vh

KEEP_SECONDS = 3600.0
MAX_PLACES = 20_000
ASK_SECONDS = 1.0  # how long the hub may take for one: who waits for a page would rather have it without
AT_ONCE = 50  # addresses asked about together, so that the queue has room for others
EMPTY = ("", "--")


class Place(NamedTuple):
    country: str = ""
    city: str = ""
    region: str = ""
    region_code: str = ""
    timezone: str = ""
    continent: str = ""
    continent_code: str = ""
    postal_code: str = ""
    asn: str = ""


NOWHERE = Place()


class Places:
    def __init__(self, vh: Vh) -> None:
        self._vh = vh
        self._kept: OrderedDict[str, tuple[float, Place]] = OrderedDict()

    def get(self, ip: str) -> Place:
        """What is known already."""
        found = self._kept.get(ip)
        return found[1] if found else NOWHERE

    async def learn(self, ips: Iterable[str]) -> None:
        """Asks the hub about those addresses of which nothing is known. May raise what a vh call raises."""
        now = time.monotonic()
        wanted = [ip for ip in dict.fromkeys(ips) if ip and not self._fresh(ip, now)]
        aio = self._vh.aio
        for start in range(0, len(wanted), AT_ONCE):
            with self._vh.context(timeout=ASK_SECONDS):
                asked = [(ip, aio.GetGeoIP(ip), aio.GetIPASN(ip)) for ip in wanted[start:start + AT_ONCE]]  # all under way
            for ip, place, asn in asked:
                self._kept[ip] = now, _place(await place, await asn)
                self._kept.move_to_end(ip)
        while len(self._kept) > MAX_PLACES:
            self._kept.popitem(last=False)

    def _fresh(self, ip: str, now: float) -> bool:
        found = self._kept.get(ip)
        return found is not None and now - found[0] < KEEP_SECONDS


def _place(known: dict[str, str | float | int] | None, asn: str | None) -> Place:
    known = known or {}

    def text(name: str) -> str:
        value = str(known.get(name) or "")
        return "" if value in EMPTY else value

    return Place(text("country"), text("city"), text("region"), text("region_code"), text("time_zone"), text("continent"),
                 text("continent_code"), text("postal_code"), "" if (asn or "") in EMPTY else asn or "")
