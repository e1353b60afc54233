"""The check of one request or socket: which token, whether its scopes suffice, whether it asks too often.

A token that is given must be right, even where none is needed, so that nobody thinks to be authenticated who is not. Runs on the
event loop and never uses the thread pool, which may be full of calls that wait for the hub.
"""

import dataclasses
import math

from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from hub_api_parts.access.scopes import Scope
from hub_api_parts.access.tokens import TokensError
from hub_api_parts.context import Context, context_of
from hub_api_parts.problems import ApiProblem

SOCKET_PROTOCOL = "bearer"  # a browser's socket cannot send the header: it offers the protocols "bearer" and the token


@dataclasses.dataclass(frozen=True)
class Identity:
    """Who asks. `name` is empty for one without a token."""

    name: str
    scopes: frozenset[Scope]

    @property
    def sees_addresses(self) -> bool:
        return bool(self.scopes & {Scope.MODERATE, Scope.ADMIN})


class Needs(SecurityBase):
    """A dependency: the identity of who asks, which has one of `scopes`. Reads are open to everybody if the settings say so."""

    def __init__(self, *scopes: Scope) -> None:
        self.model = HTTPBearerModel(description="A token of the API.")
        self.scheme_name = "token"
        self.scopes = frozenset(scopes)

    async def __call__(self, connection: HTTPConnection) -> Identity:
        context = context_of(connection)
        known: Identity | None = getattr(connection.state, "identity", None)
        if known is not None:  # asked before for this request, and counted then
            self._check(known, context)
            return known
        identity = identify(connection, context)
        self._check(identity, context)
        if wait := context.limits.wait_for(identity.name or f"address {address_of(connection)}"):
            raise _too_often(wait)
        connection.state.identity = identity
        return identity

    def _check(self, identity: Identity, context: Context) -> None:
        if self.scopes & identity.scopes or (Scope.READ in self.scopes and context.settings.open_reads):
            return
        if not identity.name:
            raise ApiProblem(401, "token_needed", "send 'Authorization: Bearer TOKEN'",
                             headers={"WWW-Authenticate": "Bearer"})
        wanted = " or ".join(sorted(self.scopes))
        raise ApiProblem(403, "scope_needed", f"the token {identity.name!r} lacks the scope {wanted}",
                         headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{wanted}"'})


def identify(connection: HTTPConnection, context: Context) -> Identity:
    """Who asks, by the token that is sent; raises ApiProblem for one that is malformed or unknown."""
    secret = _secret(connection)
    if secret is None:
        return Identity("", frozenset())
    try:
        token = context.tokens.find(secret)
    except TokensError as error:
        raise ApiProblem(503, "tokens_unreadable", str(error), may_have_run=False) from error
    if token is None:
        if wait := context.wrong_tokens.wait_for(address_of(connection)):
            raise _too_often(wait)
        raise ApiProblem(403, "wrong_token", "this is no token of the API",
                         headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return Identity(token.name, token.scopes)


def _secret(connection: HTTPConnection) -> str | None:
    header = connection.headers.get("authorization")
    if header is None:
        offered = connection.scope.get("subprotocols") or []
        return offered[1] if len(offered) == 2 and offered[0] == SOCKET_PROTOCOL else None
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise ApiProblem(401, "token_needed", "send 'Authorization: Bearer TOKEN'", headers={"WWW-Authenticate": "Bearer"})
    return given.strip(" ").encode("latin-1").decode("utf-8", "surrogateescape")  # the bytes that were sent


def address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else "unknown"


def _too_often(wait: float) -> ApiProblem:
    return ApiProblem(429, "rate_limited", f"too many requests; try again in {wait:.1f} s",
                      headers={"Retry-After": str(max(1, math.ceil(wait)))})
