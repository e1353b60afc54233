"""Errors as answers: every one is a Problem in JSON, whoever raised it."""

from collections.abc import Mapping

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from hub_api_parts.hub import Vh
from hub_api_parts.models.problem import BadField, Problem

RETRY_SECONDS = 1  # what a client is told to wait after a 503
HTTP_CODES = {404: "no_such_path", 405: "method_not_allowed", 413: "too_large"}


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
    """The ApiProblem for what a vh call raised. Only OutcomeUnknown leaves open whether it ran: 504. The others did nothing: 503,
    and a client may try again."""
    text = str(error)
    if isinstance(error, vh.OutcomeUnknown):
        return ApiProblem(504, "outcome_unknown", f"it may have run: {text}", may_have_run=True)
    for kind, code in ((vh.QueueFull, "queue_full"), (vh.Closed, "hub_closing"), (vh.Abandoned, "abandoned"),
                       (vh.Expired, "expired")):
        if isinstance(error, kind):
            return ApiProblem(503, code, text, may_have_run=False)
    return ApiProblem(500, "hub_error", f"{type(error).__name__}: {text}")


def problem_of(vh: Vh, error: Exception) -> ApiProblem:
    """The ApiProblem for anything that a handler may raise on purpose."""
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, RequestValidationError):
        fields = [BadField(where=".".join(map(str, item["loc"])), what=_plain(item["msg"])) for item in error.errors()]
        problem = ApiProblem(422, "bad_input", "; ".join(f"{field.where}: {field.what}" for field in fields))
        problem.problem.details = fields
        return problem
    if isinstance(error, HTTPException):
        code = HTTP_CODES.get(error.status_code, "bad_request")
        return ApiProblem(error.status_code, code, str(error.detail), headers=error.headers)
    return from_vh(vh, error)


def install(app: FastAPI, vh: Vh) -> None:
    """Makes `app` answer every error in the one shape, also to a request for a socket."""

    async def on_known(connection: HTTPConnection, error: Exception) -> JSONResponse | None:
        response = respond(problem_of(vh, error))
        if not isinstance(connection, WebSocket):
            return response
        await connection.send_denial_response(response)
        return None

    for kind in (ApiProblem, vh.Error, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, on_known)  # type: ignore[arg-type]  # which does not know of sockets

    @app.exception_handler(Exception)
    async def on_bug(_request: Request, _error: Exception) -> JSONResponse:
        return respond(ApiProblem(500, "internal_error", "the API failed; the hub's log has the traceback"))


def _plain(message: str) -> str:
    """Without the prefix that pydantic puts before a validator's own words; always encodable."""
    return message.removeprefix("Value error, ").encode("utf-8", "replace").decode()
