"""The FastAPI application, put together from its parts. Made once per start of the server."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from hub_api_parts import problems
from hub_api_parts.context import Context
from hub_api_parts.guard import Guard
from hub_api_parts.routes import about, hub, live, managing, moderating, records, speaking, users
from hub_api_parts.writing import KEY_HEADER, needs_of

ROUTERS = (about.router, hub.router, users.router, records.router, live.router, speaking.router, moderating.router,
           managing.router)
MOUNTED = frozenset({"/docs", "/dashboard"})  # files without secrets, and what checks its visitors itself
DESCRIPTION = """A Direct Connect hub over HTTP.

Tokens have scopes: **read** (what anybody in the hub could see; open to all as long as the API listens on loopback only), **chat**
(speaking for the hub's bot), **moderate** (addresses, bans, registrations, settings; kicks, bans, restrictions) and **admin**
(registering, changing settings, bots). What changes something may carry an `Idempotency-Key`."""


def make_app(context: Context) -> Guard:
    """The application; its handlers call `vh` from whatever thread they run on. Raises TypeError for a route without scope."""
    app = FastAPI(title="Hub API", description=DESCRIPTION, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = context
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # as they are: nothing is added to them here
    app.mount("/dashboard", context.door)
    app.mount("/docs", StaticFiles(directory=about.DOCS_FILES))
    problems.install(app, context.vh)
    if context.settings.origins:
        app.add_middleware(CORSMiddleware, allow_origins=context.settings.origins, allow_methods=["GET", "POST", "PUT", "DELETE"],
                           allow_headers=["Authorization", "Content-Type", KEY_HEADER, "Last-Event-ID"],
                           expose_headers=["Retry-After", "Idempotency-Replayed"])
    check_routes(app)
    return Guard(app, context)


def check_routes(app: FastAPI) -> None:
    """Raises TypeError if there is a way in that does not say who may use it."""
    for route in app.routes:
        if isinstance(route, APIRoute | APIWebSocketRoute):
            if needs_of(route.dependant) is None:
                raise TypeError(f"the route {route.path} declares no scope: it needs a dependency Needs(...)")
        elif not (isinstance(route, Mount) and route.path in MOUNTED):
            raise TypeError(f"the route {route!r} is not one that can declare a scope")
