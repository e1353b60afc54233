"""What a token allows. A token has one or more of these; none contains another."""

import enum
from collections.abc import Iterable


class Scope(enum.StrEnum):
    READ = "read"  # what anybody in the hub could see
    CHAT = "chat"  # speak for the hub's bot
    MODERATE = "moderate"  # see addresses, bans, registrations and settings; kick, ban, restrict
    ADMIN = "admin"  # register, change settings and bots


EVERY = frozenset(Scope)


def parse_scopes(texts: Iterable[str]) -> frozenset[Scope]:
    """The scopes named by words, each of which may hold several with commas between; "all" names every one.
    Raises ValueError that says which words there are."""
    words = [word for text in texts for word in text.lower().split(",") if word]
    if words == ["all"]:
        return EVERY
    unknown = [word for word in words if word not in EVERY]
    if unknown or not words:
        wrong = f"{unknown[0]!r} is no scope" if unknown else "no scope is given"
        raise ValueError(f"{wrong}; there are {', '.join(Scope)}, and all")
    return frozenset(map(Scope, words))
