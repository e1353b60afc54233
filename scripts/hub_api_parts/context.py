"""What the handlers of one run of the server share. Made by app.py, handed to handlers as a dependency, closed with the server."""

import dataclasses
import os
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from hub_api_parts.access.limits import Limits
from hub_api_parts.access.tokens import Tokens
from hub_api_parts.answers import Answers
from hub_api_parts.gauge import Gauge
from hub_api_parts.hub import Vh
from hub_api_parts.journal import Journal
from hub_api_parts.people.places import Places
from hub_api_parts.seen import Seen
from hub_api_parts.settings import Settings

if TYPE_CHECKING:
    from hub_api_parts.dashboard.door import Door
    from hub_api_parts.live.history import History
    from hub_api_parts.live.stream import Stream
    from hub_api_parts.people.clones import Clones

WRONG_TOKEN_RATE = 2.0  # wrong tokens per second and address
WRONG_TOKEN_BURST = 20.0
AUDIT_FILE = "api_audit.log"
ACCESS_FILE = "api_access.log"


@dataclasses.dataclass
class Context:
    vh: Vh
    settings: Settings
    tokens: Tokens
    gauge: Gauge
    limits: Limits
    wrong_tokens: Limits
    audit: Journal
    access_log: Journal | None
    answers: Answers
    places: Places
    stream: "Stream"
    history: "History"
    seen: Seen = dataclasses.field(init=False)
    door: "Door" = dataclasses.field(init=False)
    clones: "tuple[int, Clones | None]" = (-1, None)  # of which version of the live copy; see people/listing.py
    lists: "tuple[int, dict[Any, list[Any]]]" = dataclasses.field(default_factory=lambda: (-1, {}))  # the same

    def __post_init__(self) -> None:
        from hub_api_parts.dashboard.door import Door

        self.seen = Seen(self)
        self.door = Door(self)

    def start(self) -> None:
        """Begins what runs in the background. On the event loop."""
        self.stream.start()
        self.history.start()

    async def stop(self) -> None:
        """Ends what runs in the background, and what listens to it. On the event loop."""
        self.stream.close()
        self.history.close()
        await self.door.close()

    def close(self) -> None:
        """Closes files, when the last request is done."""
        for journal in (self.audit, self.access_log):
            if journal is not None:
                journal.close()


def make_context(vh: Vh, settings: Settings, tokens: Tokens, gauge: Gauge) -> Context:
    from hub_api_parts.live.history import History
    from hub_api_parts.live.stream import Stream

    return Context(
        vh=vh,
        settings=settings,
        tokens=tokens,
        gauge=gauge,
        limits=Limits(settings.rate, settings.burst),
        wrong_tokens=Limits(WRONG_TOKEN_RATE, WRONG_TOKEN_BURST),
        audit=Journal(os.path.join(vh.basedir, AUDIT_FILE)),
        access_log=Journal(os.path.join(vh.basedir, ACCESS_FILE)) if settings.access_log else None,
        answers=Answers(),
        places=Places(vh),
        stream=Stream(vh),
        history=History(vh),
    )


def context_of(connection: HTTPConnection) -> Context:
    context: Context = connection.app.state.context
    return context


async def _context(connection: HTTPConnection) -> Context:
    return context_of(connection)


Shared = Annotated[Context, Depends(_context)]
