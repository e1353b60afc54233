"""Who has logged in to the dashboard: a random cookie stands for a token, until it expires or the token is revoked.
Runs on the event loop only."""

import dataclasses
import secrets
import time
from collections import OrderedDict

from hub_api_parts.access.needs import Identity
from hub_api_parts.access.tokens import Tokens, TokensError, hash_of

KEEP_SECONDS = 12 * 3600.0
MAX_SESSIONS = 500


@dataclasses.dataclass
class Session:
    token_hash: str
    until: float
    dark: bool | None = None  # None: as the browser wants it


class Sessions:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._kept: OrderedDict[str, Session] = OrderedDict()

    def begin(self, secret: str) -> str:
        """A new session of a token that is known to be right; its cookie."""
        cookie = secrets.token_urlsafe(32)
        self._kept[cookie] = Session(hash_of(secret), time.monotonic() + KEEP_SECONDS)
        while len(self._kept) > MAX_SESSIONS:
            self._kept.popitem(last=False)
        return cookie

    def end(self, cookie: str) -> None:
        self._kept.pop(cookie, None)

    def find(self, cookie: str) -> tuple[Session, Identity] | None:
        """The session, and what its token allows now."""
        session = self._kept.get(cookie)
        if session is None:
            return None
        try:
            token = self._tokens.find_hash(session.token_hash)
        except TokensError:
            return None
        if token is None or time.monotonic() > session.until:
            self.end(cookie)
            return None
        return session, Identity(token.name, token.scopes)
