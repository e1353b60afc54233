"""Who may do what: one bearer token, compared in constant time. A token that is given must be right, even where none is
needed, so that nobody thinks to be authenticated who is not."""

import hmac

from fastapi import Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from hub_api_parts.problems import ApiProblem


class Token(SecurityBase):
    """A dependency that is True with the right token, False without one (if optional). Never uses the thread pool, which
    may be full of calls that wait for the hub."""

    def __init__(self, token: str, *, required: bool) -> None:
        self.model = HTTPBearerModel(description="The API's token.")
        self.scheme_name = "token"
        self._token = token.encode()
        self._required = required

    async def __call__(self, request: Request) -> bool:
        header = request.headers.get("authorization")
        if header is None and not self._required:
            return False
        scheme, _, given = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            raise ApiProblem(401, "token_needed", "send 'Authorization: Bearer TOKEN'",
                             headers={"WWW-Authenticate": "Bearer"})
        if not hmac.compare_digest(given.strip(" ").encode("latin-1"), self._token):  # the bytes that were sent
            raise ApiProblem(403, "wrong_token", "this is not the API's token",
                             headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return True
