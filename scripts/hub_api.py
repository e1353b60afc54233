"""A REST interface to the hub: FastAPI on uvicorn, in a thread of its own, calling `vh` directly.

Environment: HUB_API_HOST, HUB_API_PORT, HUB_API_TOKEN and others (scripts/README.md). Prints `api http://HOST:PORT` when it
listens, and `token TOKEN` on the first run of a data directory: it is kept only as a hash, in api_tokens.json.
In chat, for operators: !api start, !api stop, !api status. For admins: !api token create NAME SCOPES, list, revoke NAME.

Threads: the hooks here run on the hub thread and never wait for the server or a file, except UnLoad, which waits up to
STOP_SECONDS. By then the hub has abandoned this script's calls, so that no handler still waits for the hub thread.
"""

import os
import sys
import threading
from collections.abc import Callable

import vh

HERE = os.path.dirname(os.path.abspath(__file__))
if HERE not in sys.path:
    sys.path.insert(0, HERE)
# A reload of this script takes its parts anew, too. Another script's modules are left alone.
for _name in [name for name in sys.modules if name == "hub_api_parts" or name.startswith("hub_api_parts.")]:
    del sys.modules[_name]

from hub_api_parts.access.chat import answer as answer_about_tokens  # noqa: E402
from hub_api_parts.access.tokens import Tokens  # noqa: E402
from hub_api_parts.log import log  # noqa: E402
from hub_api_parts.server import ApiServer  # noqa: E402
from hub_api_parts.settings import read_settings  # noqa: E402

OPERATOR = 3  # the class from which !api is obeyed
ADMIN = 5  # the class from which !api token is
STOP_SECONDS = 1.0  # how long UnLoad waits for the server to end; the hub interrupts an UnLoad after little more

settings = read_settings(os.environ)
for warning in settings.warnings:
    log(warning)
tokens = Tokens(vh.basedir)
first_token = tokens.first(settings.given_token)
if first_token is not None:
    print(f"token {first_token}", flush=True)

server = ApiServer(vh, settings, tokens)
try:
    server.start()
except OSError as error:
    log(f"not started: {error}")  # the hub stays up; !api status tells, !api start tries again


def OnHubCommand(nick: str, cmd: str, user_class: int, in_pm: int, prefix: str) -> int | None:
    words = cmd.split()
    if not words or words[0].lower() != "api":
        return None
    answer: Callable[[str, str], bool] = vh.pm if in_pm else vh.usermc
    if user_class < OPERATOR:
        answer("!api is for operators.", nick)
        return 0
    action = words[1].lower() if len(words) == 2 or words[1:2] == ["token"] else ""
    if action == "status":
        answer(server.status(), nick)
    elif action == "start":
        answer(start(), nick)
    elif action == "stop":
        # Requests under way need this thread to finish, so another one waits for them and then answers.
        in_background(lambda: answer(server.stop(), nick))
    elif action == "token":
        if user_class < ADMIN:
            answer("!api token is for admins.", nick)
        else:
            # It reads and writes a file, for which the hub thread does not wait. Only this user sees the answer.
            in_background(lambda: vh.pm(answer_about_tokens(tokens, words[2:]), nick))
    else:
        answer("Usage: !api start | stop | status | token ...", nick)
    return 0


def in_background(work: Callable[[], object]) -> None:
    threading.Thread(target=work, name="hub_api command", daemon=True).start()


def start() -> str:
    try:
        return server.start()
    except OSError as error:
        log(f"not started: {error}")
        return f"The API could not be started: {error}"


def UnLoad() -> None:
    server.stop(STOP_SECONDS)
