"""Errors as answers: every one is a Problem in JSON, whoever raised it."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hub_api_parts.hub import Vh
from hub_api_parts.models import BadField, Problem

RETRY_SECONDS = 1  # what a client is told to wait after a 503


class ApiProblem(Exception):
    """Raised by a handler to answer with a Problem."""

    def __init__(
        self,
        status: int,
        error: str,
        message: str,
        *,
        may_have_run: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(error=error, message=message, may_have_run=may_have_run)
        self.headers = dict(headers or {})
        if status == 503:
            self.headers.setdefault("Retry-After", str(RETRY_SECONDS))


def unknown_nick(nick: str) -> ApiProblem:
    return ApiProblem(404, "unknown_nick", f"nobody here is called {nick!r}")


def respond(problem: ApiProblem) -> JSONResponse:
    """The response for an ApiProblem."""
    body = problem.problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, problem.status, problem.headers)


def from_vh(vh: Vh, error: Exception) -> ApiProblem:
    """The ApiProblem for what a vh call raised. Only OutcomeUnknown and a cut call leave open whether it ran."""
    text = str(error)
    if isinstance(error, vh.QueueFull):
        return ApiProblem(503, "queue_full", text, may_have_run=False)
    if isinstance(error, vh.Closed):
        return ApiProblem(503, "hub_closing", text, may_have_run=False)
    if isinstance(error, vh.Abandoned):
        return ApiProblem(503, "abandoned", text, may_have_run=False)
    if isinstance(error, vh.OutcomeUnknown):
        return ApiProblem(504, "outcome_unknown", text, may_have_run=True)
    if isinstance(error, vh.Expired):
        return ApiProblem(504, "expired", text, may_have_run=False)
    return ApiProblem(500, "hub_error", f"{type(error).__name__}: {text}")


def install(app: FastAPI, vh: Vh) -> None:
    """Makes `app` answer every error in the one shape."""

    @app.exception_handler(ApiProblem)
    async def on_problem(_request: Request, error: ApiProblem) -> JSONResponse:
        return respond(error)

    @app.exception_handler(vh.Error)
    async def on_vh_error(_request: Request, error: Exception) -> JSONResponse:
        return respond(from_vh(vh, error))

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "no_such_path", 405: "method_not_allowed", 413: "too_large"}.get(error.status_code, "bad_request")
        return respond(ApiProblem(error.status_code, code, str(error.detail), headers=error.headers))

    @app.exception_handler(RequestValidationError)
    async def on_bad_input(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [BadField(where=".".join(map(str, item["loc"])), what=_plain(item["msg"])) for item in error.errors()]
        problem = ApiProblem(422, "bad_input", "; ".join(f"{field.where}: {field.what}" for field in fields))
        problem.problem.details = fields
        return respond(problem)

    @app.exception_handler(Exception)
    async def on_bug(_request: Request, _error: Exception) -> JSONResponse:
        return respond(ApiProblem(500, "internal_error", "the API failed; the hub's log has the traceback"))


def _plain(message: str) -> str:
    """Without the prefix that pydantic puts before a validator's own words; always encodable."""
    return message.removeprefix("Value error, ").encode("utf-8", "replace").decode()
