"""A page of the user list: filtered, sorted, cut. Runs on the event loop, without asking the hub thread but for places."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, Literal

from hub_api_parts.context import Context
from hub_api_parts.hub import Snapshot, SnapshotUser
from hub_api_parts.models.people import User
from hub_api_parts.people.clones import Clones
from hub_api_parts.people.describe import describe

MAX_LISTS = 32  # lists of one version that are kept
SortKey = Literal["nick", "class", "share", "country", "login_time", "client"]
SORTED_BY: dict[str, Callable[[SnapshotUser], Any]] = {
    "nick": lambda user: user.nick.lower(),
    "class": lambda user: (user.class_, user.nick.lower()),
    "share": lambda user: (user.share, user.nick.lower()),
    "country": lambda user: (user.country or "", user.nick.lower()),
    "login_time": lambda user: (user.login_time or 0, user.nick.lower()),
    "client": lambda user: (user.client or "", user.nick.lower()),
}


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which users; None and "" do not filter."""

    text: str = ""  # in nick, description or tag, any case
    min_class: int | None = None
    max_class: int | None = None
    country: str = ""
    min_share: int | None = None
    bots: bool | None = None
    operators: bool | None = None
    ip: str = ""  # address, or how it begins; not for those who may not see addresses
    cloned: bool | None = None  # the same

    def fits(self, user: SnapshotUser, clones: Clones | None) -> bool:
        text = self.text.lower()
        return ((not text or text in user.nick.lower() or text in user.description.lower() or text in user.tag.lower())
                and (self.min_class is None or user.class_ >= self.min_class)
                and (self.max_class is None or user.class_ <= self.max_class)
                and (not self.country or (user.country or "").upper() == self.country.upper())
                and (self.min_share is None or user.share >= self.min_share)
                and (self.bots is None or user.is_bot == self.bots)
                and (self.operators is None or user.is_op == self.operators)
                and (not self.ip or user.ip.startswith(self.ip))
                and (self.cloned is None or (clones is not None and clones.is_clone(user) == self.cloned)))


@dataclasses.dataclass(frozen=True)
class Listing:
    total: int
    users: list[User]
    age: float


async def list_users(context: Context, wanted: Wanted, *, sort: str, descending: bool, offset: int, limit: int,
                     with_address: bool) -> Listing:
    """The users that are `wanted`, from `offset` on. Addresses whose network cannot be learned now go without."""
    snapshot = context.vh.snapshot()
    clones = await clones_of(context, snapshot) if with_address else None
    fitting = _fitting(context, snapshot, clones, wanted, sort, descending)
    page = fitting[offset:offset + limit]
    await learn(context, page)
    return Listing(len(fitting), [show(context, user, clones) for user in page], snapshot.age)


def _fitting(context: Context, snapshot: Snapshot, clones: Clones | None, wanted: Wanted, sort: str,
             descending: bool) -> list[SnapshotUser]:
    """All users that are wanted, in order; the lists of the latest version are kept, because pages of one list are asked for."""
    version, lists = context.lists
    if version != snapshot.version:
        context.lists = version, lists = snapshot.version, {}
    key = (wanted, sort, descending, clones is not None)
    fitting: list[SnapshotUser] | None = lists.get(key)
    if fitting is None:
        fitting = [user for user in snapshot.users.values() if wanted.fits(user, clones)]
        fitting.sort(key=SORTED_BY[sort], reverse=descending)
        if len(lists) < MAX_LISTS:
            lists[key] = fitting
    return fitting


async def clones_of(context: Context, snapshot: Snapshot) -> Clones:
    """Groups of the users of a snapshot; the last ones are kept until there is another version."""
    version, clones = context.clones
    if clones is None or version != snapshot.version:
        users = snapshot.users.values()
        await learn(context, users)
        clones = Clones(users, context.places)
        context.clones = snapshot.version, clones
    return clones


async def learn(context: Context, users: Iterable[SnapshotUser]) -> None:
    """Places of users; if the hub thread is busy, what is known already must do."""
    with contextlib.suppress(context.vh.Error):
        await context.places.learn(user.ip for user in users if not user.is_bot)


def show(context: Context, user: SnapshotUser, clones: Clones | None) -> User:
    return describe(user, context.places.get(user.ip), context.stream.flags_of(user.ip), clones)
