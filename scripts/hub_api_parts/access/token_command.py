"""Tokens from a shell: python3 scripts/hub_api_parts/access/token_command.py --data DIR create NAME SCOPE... | list | revoke NAME

Needs no hub; one that runs on that directory heeds it at once. Exit status 1 if it could not be done, 2 for wrong usage.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from hub_api_parts.access.chat import listed  # noqa: E402
from hub_api_parts.access.scopes import parse_scopes  # noqa: E402
from hub_api_parts.access.tokens import Tokens, TokensError  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="token", description="Tokens of the hub's REST API.")
    parser.add_argument("--data", required=True, help="the hub's data directory")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make one; it is printed once and kept only as a hash")
    create.add_argument("name")
    create.add_argument("scopes", nargs="+", metavar="scope", help="read, chat, moderate, admin, or all")
    commands.add_parser("list", help="names and scopes")
    commands.add_parser("revoke", help="refuse one from now on").add_argument("name")
    asked = parser.parse_args(arguments)
    tokens = Tokens(asked.data)
    try:
        if asked.command == "create":
            print(f"token {tokens.create(asked.name, parse_scopes(asked.scopes))}")
        elif asked.command == "revoke":
            tokens.revoke(asked.name)
        else:
            print("\n".join(listed(tokens)))
    except (TokensError, ValueError, OSError) as error:
        print(f"token: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
