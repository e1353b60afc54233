"""The FastAPI application, put together from its parts. Made once per start of the server."""

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from hub_api_parts import acting, problems, reading
from hub_api_parts.guard import Gauge, Guard
from hub_api_parts.hub import Vh
from hub_api_parts.models import Problem
from hub_api_parts.settings import Settings

_RESPONSES: dict[int | str, dict[str, object]] = {
    422: {"model": Problem, "description": "The input is not acceptable."},
    503: {"model": Problem, "description": "The hub is closing, or its queue is full. Try again later."},
    504: {"model": Problem, "description": "The hub thread did not get to it, or did not finish, in time."},
}


def make_app(vh: Vh, settings: Settings, gauge: Gauge) -> FastAPI:
    """The application; its handlers call `vh` from whatever thread they run on."""
    app = FastAPI(
        title="Hub API",
        description="A Direct Connect hub over HTTP. Reading is open, except addresses; the rest needs the token.",
        responses=_RESPONSES,
    )

    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("docs")

    app.include_router(reading.make_router(vh, settings.token, gauge))
    app.include_router(acting.make_router(vh, settings.token))
    problems.install(app, vh)
    app.add_middleware(Guard, gauge=gauge)
    return app
