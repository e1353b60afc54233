"""Who shares an address, a share size or a network with whom. Made anew when the list of users has changed. Event loop only."""

from collections import defaultdict
from collections.abc import Iterable

from hub_api_parts.hub import SnapshotUser
from hub_api_parts.people.places import Places
from hub_api_parts.text import shown

MAX_GROUP = 100  # nicks that are named


class Clones:
    """Of users without bots. Groups are by the nick's exact text."""

    def __init__(self, users: Iterable[SnapshotUser], places: Places) -> None:
        self._places = places
        self._by_ip: defaultdict[str, list[str]] = defaultdict(list)
        self._by_share: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._by_asn: defaultdict[str, list[str]] = defaultdict(list)
        for user in users:
            if user.is_bot or not user.ip:
                continue
            self._by_ip[user.ip].append(user.nick)
            self._by_share[user.ip, user.share].append(user.nick)
            if asn := places.get(user.ip).asn:
                self._by_asn[asn].append(user.nick)

    def same_share(self, user: SnapshotUser) -> list[str]:
        """Others with the same address and share: most likely one person."""
        return _others(user, [] if user.is_bot else self._by_share.get((user.ip, user.share), []))

    def same_ip(self, user: SnapshotUser) -> list[str]:
        return _others(user, [] if user.is_bot else self._by_ip.get(user.ip, []))

    def same_asn(self, user: SnapshotUser) -> list[str]:
        return _others(user, [] if user.is_bot else self._by_asn.get(self._places.get(user.ip).asn, []))

    def is_clone(self, user: SnapshotUser) -> bool:
        return not user.is_bot and len(self._by_share.get((user.ip, user.share), [])) > 1

    def groups(self) -> list[tuple[str, int, list[str]]]:
        """Address, share and nicks of each group of clones, the largest first."""
        found = [(ip, share, list(map(shown, nicks))) for (ip, share), nicks in self._by_share.items() if len(nicks) > 1]
        return sorted(found, key=lambda group: -len(group[2]))


def _others(user: SnapshotUser, nicks: list[str]) -> list[str]:
    return [shown(nick) for nick in nicks[:MAX_GROUP + 1] if nick != user.nick][:MAX_GROUP]
