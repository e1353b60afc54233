"""The bounds of the HTTP side: requests under way and bytes of a body. Counts what passes.

An ASGI layer around the application. Runs on the event loop only; `served` and `under_way` are read from any thread.
"""

import time

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api_parts.problems import ApiProblem, respond

MAX_UNDER_WAY = 256  # requests at once; more are answered 503
MAX_BODY = 65_536  # bytes
UNBOUNDED_PATH = "/health"  # must answer also when the rest is stuck; bounded by its own deadline


class Gauge:
    def __init__(self) -> None:
        self.served = 0
        self.under_way = 0
        self._began = time.monotonic()

    def uptime(self) -> float:
        return time.monotonic() - self._began


class Guard:
    def __init__(self, app: ASGIApp, gauge: Gauge) -> None:
        self._app = app
        self._gauge = gauge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        gauge = self._gauge
        if gauge.under_way >= MAX_UNDER_WAY and scope["path"] != UNBOUNDED_PATH:
            problem = ApiProblem(503, "busy", f"{MAX_UNDER_WAY} requests are under way", may_have_run=False)
            return await respond(problem)(scope, receive, send)
        if _declared_length(scope) > MAX_BODY:
            problem = ApiProblem(413, "too_large", f"a body may have {MAX_BODY} bytes", headers={"Connection": "close"})
            return await respond(problem)(scope, receive, send)
        gauge.under_way += 1
        try:
            await self._app(scope, _bounded(receive), send)
        finally:
            gauge.under_way -= 1
            gauge.served += 1


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _bounded(receive: Receive) -> Receive:
    """The same channel, which refuses a body sent in pieces once it has become too long."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise HTTPException(413, f"a body may have {MAX_BODY} bytes")
        return message

    return bounded
