"""Routes about the API itself."""

import datetime
from pathlib import Path


import fastapi_offline
from fastapi import APIRouter, Depends, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, Response


from hub_api_parts.access.needs import Needs
from hub_api_parts.access.scopes import Scope
from hub_api_parts.context import Shared
from hub_api_parts.models.hub import Health, Root
from hub_api_parts.problems import ApiProblem
from hub_api_parts.routes.responses import RESPONSES
from hub_api_parts.seen import metrics_page

STUCK_SECONDS = 1.0  # how long the hub thread may be at one thing before it is called stuck
DOCS_FILES = Path(fastapi_offline.__file__).parent / "static"  # Swagger's page without the network
ENDPOINTS = {
    "hub_info": "/hub", "statistics": "/stats", "users": "/users", "operators": "/ops", "bots": "/bots",
    "user_detail": "/user/{nick}", "geography": "/geo", "share": "/share", "history": "/history", "health": "/health",
    "bans": "/bans", "registrations": "/registrations", "settings": "/config", "events": "/events", "socket": "/ws",
    "metrics": "/metrics",
}

router = APIRouter(tags=["about"], responses=RESPONSES, dependencies=[Depends(Needs(Scope.READ))])


@router.get("/")
async def root(api: Shared) -> Root:
    """Where everything is."""
    return Root(service="Hub API", version=api.vh.__version_string__, dashboard="/dashboard", docs="/docs", endpoints=ENDPOINTS)


@router.get("/health")
async def health(api: Shared) -> Health:
    """Whether the hub thread works. 503 (hub_stuck) says what it has been at, and for how long. Does not need the hub thread."""
    told = api.vh.stats()
    doing, busy = str(told["hub_thread"]), float(told["hub_thread_busy_for"])
    if busy > STUCK_SECONDS:
        raise ApiProblem(503, "hub_stuck", f"the hub thread is busy {doing if doing.startswith('in ') else 'in ' + doing}")
    return Health(status="healthy", timestamp=now(), hub_thread=doing, hub_thread_busy_seconds=round(busy, 6),
                  queue_depth=told["depth"], cache_age=round(api.vh.snapshot().age, 3))


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(api: Shared) -> Response:
    """Figures for Prometheus. Does not need the hub thread."""
    body, kind = metrics_page(api)
    return Response(body, media_type=kind)


@router.get("/openapi.json", include_in_schema=False)
async def schema(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


@router.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    return get_swagger_ui_html(openapi_url="openapi.json", title="Hub API", swagger_js_url="docs/swagger-ui-bundle.js",
                               swagger_css_url="docs/swagger-ui.css", swagger_favicon_url="docs/favicon.png")


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
