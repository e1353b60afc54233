"""Requests to the application without sockets, with tokens of every kind. Each request runs on a loop of its own."""

import asyncio

import httpx
from fake_vh import FakeVh
from hub_api_parts.access.scopes import EVERY, Scope
from hub_api_parts.access.tokens import Tokens
from hub_api_parts.app import make_app
from hub_api_parts.context import make_context
from hub_api_parts.gauge import Gauge
from hub_api_parts.settings import Settings

TOKEN = "a token of the tests, ä"
AUTH = {"Authorization": f"Bearer {TOKEN}".encode()}


def bearer(secret):
    return {"Authorization": f"Bearer {secret}".encode()}


class Api:
    """`auth` has, for each scope, the headers of a token with only that one; AUTH is of one with all."""

    def __init__(self, basedir, vh=None, **settings):
        basedir.mkdir(exist_ok=True)
        self.vh = vh or FakeVh(basedir)
        self.tokens = Tokens(basedir)
        self.tokens.create("all", EVERY, TOKEN)
        self.auth = {scope: bearer(self.tokens.create(f"only-{scope}", frozenset({scope}))) for scope in Scope}
        self.context = make_context(self.vh, Settings(**{"rate": 0, **settings}), self.tokens, Gauge())
        self.app = make_app(self.context)

    def __call__(self, method, path, **options):
        return asyncio.run(self.request(method, path, **options))

    async def request(self, method, path, **options):
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            return await client.request(method, path, **options)

    def close(self):
        self.context.close()


def check_problem(response, status, error):
    """One shape for all errors."""
    from hub_api_parts.models.problem import Problem

    assert response.status_code == status, response.text
    body = response.json()
    assert body["error"] == error, body
    assert body["message"]
    Problem.model_validate(body)
    return body
