"""What every route that changes something has in common: who asks is checked first, the Idempotency-Key is heeded, and a line goes
to the audit log, whatever comes of it. Runs on the event loop."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from hub_api_parts.access.needs import Identity, Needs, address_of
from hub_api_parts.answers import MAX_KEY
from hub_api_parts.context import Context, context_of
from hub_api_parts.problems import ApiProblem, problem_of, respond

KEY_HEADER = "Idempotency-Key"
SECRET_FIELDS = frozenset({"password"})
MAX_AUDIT_TEXT = 500  # characters of one field


def needs_of(dependant: Dependant) -> Needs | None:
    """What a route has declared, its router's dependencies included."""
    return next((part.call for part in dependant.dependencies if isinstance(part.call, Needs)), None)


class WritingRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        needs = needs_of(self.dependant)
        if needs is None:
            raise TypeError(f"{self.path} declares no scope")

        async def with_everything(request: Request) -> Response:
            context = context_of(request)
            identity = None
            try:
                identity = await needs(request)
                body = await request.body()
                response = await once(context, request, identity, body, lambda: answer(context, handle, request))
            except ApiProblem as problem:
                response = respond(problem)
            audit(context, request, identity, response)
            return response

        return with_everything


async def answer(
    context: Context, handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request
) -> Response:
    """The handler's answer; its errors become answers here, so that they are logged and kept like any other."""
    try:
        return await handle(request)
    except (ApiProblem, HTTPException, RequestValidationError, context.vh.Error) as error:
        return respond(problem_of(context.vh, error))


async def once(
    context: Context, request: Request, identity: Identity, body: bytes, do: Callable[[], Awaitable[Response]]
) -> Response:
    """Does it, or gives the answer of the request that had the same key."""
    given = request.headers.get(KEY_HEADER)
    if given is None:
        return await do()
    if not 0 < len(given) <= MAX_KEY or not given.isprintable():
        raise ApiProblem(422, "bad_input", f"{KEY_HEADER} must have 1 to {MAX_KEY} printable characters")
    key = (identity.name, request.method, request.url.path, given)
    fingerprint = hashlib.sha256(body).hexdigest()
    while (known := context.answers.find(key)) is not None:
        if known.fingerprint != fingerprint:
            raise ApiProblem(422, "key_reused", f"this {KEY_HEADER} came with another body before")
        try:
            status, content, kind = await asyncio.shield(known.done)
        except asyncio.CancelledError:
            if not known.done.cancelled():
                raise  # it is this request that has been cancelled
            continue
        context.answers.repeated += 1
        return Response(content, status, {"Idempotency-Replayed": "true"}, kind)
    place = context.answers.begin(key, fingerprint)
    try:
        response = await do()
    except BaseException:
        context.answers.forget(key, place)
        raise
    if response.status_code in (422, 429, 503):
        context.answers.forget(key, place)  # nothing was done
    else:
        place.done.set_result((response.status_code, bytes(response.body), response.media_type or "application/json"))
    return response


def audit(context: Context, request: Request, identity: Identity | None, response: Response) -> None:
    failed = response.status_code >= 400
    context.audit.write(
        token=identity.name if identity else "", client=address_of(request), method=request.method,
        path=request.url.path, query=request.url.query or None, body=_told(getattr(request, "_body", b"")),
        key=request.headers.get(KEY_HEADER), status=response.status_code,
        error=json.loads(bytes(response.body)).get("error") if failed else None,
        replayed="idempotency-replayed" in response.headers)


def _told(body: bytes) -> object:
    """A body as the log may have it: no passwords, no long texts."""
    try:
        fields = json.loads(body) if body else None
    except ValueError:
        return f"{len(body)} bytes that are no JSON"
    if not isinstance(fields, dict):
        return None if fields is None else "no object"
    return {name: "***" if name in SECRET_FIELDS and value else value[:MAX_AUDIT_TEXT] if isinstance(value, str) else value
            for name, value in list(fields.items())[:20]}
