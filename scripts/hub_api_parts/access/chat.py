"""`!api token ...`: tokens made, listed and revoked in chat. Thread: any but the hub's, because it reads and writes a file."""

import time

from hub_api_parts.access.scopes import parse_scopes
from hub_api_parts.access.tokens import Tokens, TokensError

USAGE = "!api token create NAME SCOPE[,SCOPE...] | list | revoke NAME. Scopes: read, chat, moderate, admin, all."


def answer(tokens: Tokens, words: list[str]) -> str:
    """What to say to `!api token WORDS`. Never raises for what somebody typed."""
    try:
        match words:
            case ["create", name, *scopes]:
                allowed = parse_scopes(scopes)
                secret = tokens.create(name, allowed)
                return f"Token {name} for {', '.join(sorted(allowed))}, shown this once: {secret}"
            case ["list"]:
                return "\r\n".join(["Tokens:", *listed(tokens)])
            case ["revoke", name]:
                tokens.revoke(name)
                return f"Token {name} is revoked."
            case _:
                return f"Usage: {USAGE}"
    except (TokensError, ValueError, OSError) as error:
        return f"Not done: {error}."


def listed(tokens: Tokens) -> list[str]:
    return [f"{token.name}: {', '.join(sorted(token.scopes))}; since {time.strftime('%Y-%m-%d', time.gmtime(token.created))}"
            for token in tokens.all()] or ["none"]
