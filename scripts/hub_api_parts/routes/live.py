"""Routes that go on: events as they happen, as server-sent events and by a socket."""

import asyncio
import contextlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, WebSocket, WebSocketDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope as AsgiScope, Send

from hub_api_parts.access.needs import SOCKET_PROTOCOL, Identity, Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Context, Shared
from hub_api_parts.live import formats
from hub_api_parts.live.hooks import OFFERED, OPEN_HOOKS, READERS
from hub_api_parts.live.stream import MAX_LISTENERS, Stream
from hub_api_parts.problems import ApiProblem
from hub_api_parts.routes.responses import RESPONSES

KEEP_ALIVE_SECONDS = 15.0  # a stream on which nothing happens says so
GOING_AWAY = 1001  # why a socket is closed

router = APIRouter(tags=["live"], responses=RESPONSES)
Listener = Annotated[Identity, Depends(Needs(Scope.READ, Scope.MODERATE, Scope.ADMIN))]
Hooks = Annotated[str, Query(max_length=1000, description="Names with commas between; without: what needs no scope.")]


@router.get("/events", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
async def events(
    api: Shared, who: Listener, hooks: Hooks = "", last_event_id: Annotated[str | None, Header(max_length=64)] = None
) -> Response:
    """Events of these hooks, as they happen. Who comes back with Last-Event-ID gets what has happened since, as far as it is kept,
    and is told by an event `skipped` how many are not."""
    return EventStream(api.stream, wanted_hooks(api, who, hooks), last_event_id)


@router.websocket("/ws")
async def socket(websocket: WebSocket, api: Shared, who: Listener, hooks: Hooks = "", after: str | None = None) -> None:
    """The same by a socket: each message has `events`, `skipped` and `last`, which `?after=` takes. A browser offers the protocols
    "bearer" and its token."""
    wanted = wanted_hooks(api, who, hooks)
    offered = websocket.scope.get("subprotocols") or []
    await websocket.accept(subprotocol=SOCKET_PROTOCOL if offered[:1] == [SOCKET_PROTOCOL] else None)
    sending = asyncio.create_task(_send(websocket, api.stream, wanted, after))
    receiving = asyncio.create_task(_until_it_leaves(websocket))
    try:
        await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        left = receiving.done()
        for task in (sending, receiving):
            task.cancel()
        await asyncio.gather(sending, receiving, return_exceptions=True)
        if not left:
            with contextlib.suppress(RuntimeError):  # it has gone at the same moment
                await websocket.close(GOING_AWAY)


class EventStream(Response):
    """An endless response. Ends when the client leaves or the stream is closed."""

    media_type = "text/event-stream"

    def __init__(self, stream: Stream, hooks: frozenset[str], after: str | None) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._stream, self._hooks, self._after = stream, hooks, after

    def init_headers(self, headers: "dict[str, str] | None" = None) -> None:  # type: ignore[override]
        self.raw_headers = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        self.raw_headers.append((b"content-type", b"text/event-stream; charset=utf-8"))

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send) -> None:
        async def write(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        await write(": welcome\n\n")
        batches = self._stream.listen(self._hooks, self._after).__aiter__()
        coming = asyncio.ensure_future(anext(batches, None))
        try:
            while True:
                done, _ = await asyncio.wait({coming}, timeout=KEEP_ALIVE_SECONDS)
                if not done:
                    await write(": nothing\n\n")
                    continue
                batch = coming.result()
                if batch is None:
                    return
                await write(self._stream.text_of(batch, self._hooks, formats.sse))
                coming = asyncio.ensure_future(anext(batches, None))
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            await batches.aclose()  # type: ignore[attr-defined]


def wanted_hooks(api: Context, who: Identity, text: str) -> frozenset[str]:
    """The hooks of a request. Raises ApiProblem for those that there are not or that the token does not allow."""
    names = [name.strip() for name in text.split(",") if name.strip()] or [*OPEN_HOOKS]
    for name in names:
        if name not in OFFERED:
            raise ApiProblem(422, "bad_input", f"query.hooks: {name!r} is not offered; there are {', '.join(OFFERED)}")
        allowed = OFFERED[name]
        if not (allowed & who.scopes or (allowed == READERS and api.settings.open_reads)):
            raise ApiProblem(403, "scope_needed", f"for {name} a token with the scope {' or '.join(sorted(allowed))} is needed")
    if api.stream.listeners >= MAX_LISTENERS:
        raise ApiProblem(503, "busy", f"{MAX_LISTENERS} clients listen already", may_have_run=False)
    return frozenset(names)


async def _send(websocket: WebSocket, stream: Stream, hooks: frozenset[str], after: str | None) -> None:
    async for batch in stream.listen(hooks, after):
        await websocket.send_text(stream.text_of(batch, hooks, formats.message))


async def _until_it_leaves(websocket: WebSocket) -> None:
    """What a client says is not heeded."""
    with contextlib.suppress(WebSocketDisconnect):
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
