"""The way in to the dashboard: everything but the login needs a session. Made with the application; NiceGUI is imported, in a thread,
when the first one who has logged in comes. Runs on the event loop."""

import asyncio
import contextlib
import html
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_api_parts.access.needs import address_of
from hub_api_parts.access.tokens import TokensError
from hub_api_parts.dashboard.sessions import KEEP_SECONDS, Session, Sessions

if TYPE_CHECKING:
    from hub_api_parts.access.needs import Identity
    from hub_api_parts.context import Context

COOKIE = "hub_dashboard"
PATH = "/dashboard"
LOGIN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Hub: log in</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>
:root{color-scheme:light dark;--line:#d5d9e0;--card:#fff;--page:#f3f5f8;--text:#1c2430;--dim:#5b6675;--accent:#2563eb}
@media(prefers-color-scheme:dark){:root{--line:#2c3644;--card:#17202b;--page:#0f151d;--text:#e6ebf2;--dim:#98a4b3}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);color:var(--text);
font:16px/1.5 system-ui,sans-serif}form{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:2rem;
width:min(22rem,calc(100vw - 3rem));box-sizing:border-box}h1{font-size:1.25rem;margin:0 0 .25rem}p{margin:0 0 1.25rem;
color:var(--dim);font-size:.9rem}label{display:block;font-size:.85rem;margin-bottom:.3rem}input{width:100%%;box-sizing:border-box;
font:inherit;padding:.6rem .7rem;border:1px solid var(--line);border-radius:8px;background:var(--page);color:inherit}
button{margin-top:1rem;width:100%%;font:inherit;font-weight:600;padding:.65rem;border:0;border-radius:8px;background:var(--accent);
color:#fff;cursor:pointer}input:focus-visible,button:focus-visible{outline:3px solid #60a5fa;outline-offset:2px}
[role=alert]{color:#dc2626;margin:.8rem 0 0}</style></head><body><form method="post" action="/dashboard/login"><h1>%s</h1>
<p>The dashboard asks for a token of the hub's API.</p><label for="token">Token</label><input id="token" name="token"
type="password" autocomplete="current-password" required autofocus><button>Log in</button>%s</form></body></html>"""


class Door:
    def __init__(self, context: "Context") -> None:
        self._context = context
        self.sessions = Sessions(context.tokens)
        self._lock: asyncio.Lock | None = None  # made on the loop
        self._inside: ASGIApp | None = None
        self._stack = contextlib.AsyncExitStack()
        self._closed = False

    async def close(self) -> None:
        """Ends NiceGUI's part of this run."""
        self._closed = True
        await self._stack.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope, receive)
        path = scope["path"][len(scope.get("root_path", "")):] if scope["path"].startswith(PATH) else scope["path"]
        if scope["type"] == "http" and path in ("/login", "/logout"):
            response = await self._login_or_out(Request(scope, receive), path)
            return await response(scope, receive, send)
        found = self.sessions.find(connection.cookies.get(COOKIE, ""))
        if found is None:
            if scope["type"] == "websocket":
                await receive()
                return await send({"type": "websocket.close", "code": 4401})
            response = RedirectResponse(PATH + "/login", 303) if "text/html" in connection.headers.get("accept", "") else (
                PlainTextResponse("log in first", 401))
            return await response(scope, receive, send)
        inside = await self._open()
        if inside is None:
            return await PlainTextResponse("the API is stopping", 503)(scope, receive, send)
        await inside(scope, receive, send)

    async def _open(self) -> ASGIApp | None:
        """NiceGUI, begun at the first visit."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if self._inside is None and not self._closed:
                from hub_api_parts.dashboard import carrier

                self._inside = await carrier.begin(self._context.vh.basedir, self._build, self._stack)
            return None if self._closed else self._inside

    def _build(self, request: Request) -> None:
        from hub_api_parts.dashboard import page

        page.build(self._context, self, request)

    async def _login_or_out(self, request: Request, path: str) -> Response:
        if path == "/logout" and request.method == "POST":
            self.sessions.end(request.cookies.get(COOKIE, ""))
            gone = RedirectResponse(PATH + "/login", 303)
            gone.delete_cookie(COOKIE, path=PATH)
            return gone
        if path != "/login" or request.method not in ("GET", "POST"):
            return PlainTextResponse("not allowed", 405)
        if request.method == "GET":
            return self._form("")
        secret = str((await request.form(max_files=0, max_fields=5)).get("token", ""))
        try:
            token = self._context.tokens.find(secret)
        except TokensError as error:
            return self._form(str(error), 503)
        if token is None:
            wait = self._context.wrong_tokens.wait_for(address_of(request))
            return self._form("Too many attempts; wait a moment." if wait else "This is no token of the API.", 429 if wait else 403)
        self._context.audit.write(token=token.name, client=address_of(request), method="LOGIN", path=PATH, status=200)
        answer = RedirectResponse(PATH + "/", 303)
        answer.set_cookie(COOKIE, self.sessions.begin(secret), max_age=int(KEEP_SECONDS), path=PATH, httponly=True, samesite="strict",
                          secure=self._context.settings.encrypted)
        return answer

    def _form(self, trouble: str, status: int = 200) -> HTMLResponse:
        name = self._context.vh.snapshot().settings.get("hub_name", "") or "Hub"
        alert = f'<p role="alert">{html.escape(trouble)}</p>' if trouble else ""
        return HTMLResponse(LOGIN % (html.escape(name.encode("utf-8", "replace").decode()), alert), status)

    def session_of(self, cookies: "SimpleCookie | dict[str, str]") -> "tuple[Session, Identity] | None":
        return self.sessions.find(str(cookies.get(COOKIE, "")))
