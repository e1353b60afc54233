"""The outermost layer around the application: bounds of requests under way and bytes of a body, headers that browsers heed,
one line of the access log and one sample of the metrics for each request.

An ASGI layer. Runs on the event loop only.
"""

import contextlib
import time
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api_parts.context import Context
from hub_api_parts.headers import add_headers
from hub_api_parts.problems import ApiProblem, respond
from hub_api_parts.settings import is_loopback

MAX_UNDER_WAY = 256  # requests at once; more are answered 503
MAX_BODY = 65_536  # bytes
# Bounded otherwise: /health and /metrics must answer also when the rest is stuck, and listeners stay for long.
UNCOUNTED = frozenset({"/health", "/metrics", "/events"})
DASHBOARD = "/dashboard"


class Guard:
    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status, settings = time.perf_counter(), 0, self._context.settings

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                add_headers(MutableHeaders(scope=message), scope["path"], settings.encrypted)
            await send(message)

        try:
            await self._bounded(scope, receive, observed)
        finally:
            self._context.seen.request(scope, status, time.perf_counter() - began)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        gauge = self._context.gauge
        counted = scope["path"] not in UNCOUNTED and not scope["path"].startswith(DASHBOARD)
        if counted and gauge.under_way >= MAX_UNDER_WAY:
            problem = ApiProblem(503, "busy", f"{MAX_UNDER_WAY} requests are under way", may_have_run=False)
            return await respond(problem)(scope, receive, send)
        if self._context.settings.open_reads and not is_loopback(_host(scope)):
            # A page of another site whose name leads here for a moment must not read what is open to this machine only.
            problem = ApiProblem(421, "wrong_host", "ask for localhost or 127.0.0.1, or set HUB_API_READS=token")
            return await respond(problem)(scope, receive, send)
        if _declared_length(scope) > MAX_BODY:
            problem = ApiProblem(413, "too_large", f"a body may have {MAX_BODY} bytes", headers={"Connection": "close"})
            return await respond(problem)(scope, receive, send)
        gauge.under_way += counted
        try:
            await self.app(scope, bounded_body(receive), send)
        finally:
            gauge.under_way -= counted
            gauge.served += 1


def _host(scope: Scope) -> str:
    """The name by which the client asks, without port and brackets; that of this machine if it says none."""
    for name, value in scope["headers"]:
        if name == b"host":
            with contextlib.suppress(ValueError):
                return urlsplit(f"//{value.decode('latin-1')}").hostname or ""
            return ""
    return "localhost"


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def bounded_body(receive: Receive) -> Receive:
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
