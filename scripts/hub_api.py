"""A REST interface to the hub: FastAPI on uvicorn, in a thread of its own, calling `vh` directly.

Environment: HUB_API_HOST (127.0.0.1), HUB_API_PORT (8000; 0 lets the system choose), HUB_API_TOKEN (made on the first
run of a data directory and kept in its file api_token), HUB_API_LOOP (auto, asyncio or uvloop). Prints
`api http://HOST:PORT` when it listens.
In chat, for operators: !api start, !api stop, !api status.

Threads: the hooks here run on the hub thread and never wait for the server, except UnLoad, which waits up to
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

from hub_api_parts.log import log  # noqa: E402
from hub_api_parts.server import ApiServer  # noqa: E402
from hub_api_parts.settings import read_settings  # noqa: E402

OPERATOR = 3  # the class from which !api is obeyed
STOP_SECONDS = 1.0  # how long UnLoad waits for the server to end; the hub interrupts an UnLoad after little more

settings = read_settings(vh.basedir, os.environ)
if settings.token_is_new:
    print(f"token {settings.token}", flush=True)
for warning in settings.warnings:
    log(warning)

server = ApiServer(vh, settings)
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
    action = words[1].lower() if len(words) == 2 else ""
    if action == "status":
        answer(server.status(), nick)
    elif action == "start":
        answer(start(), nick)
    elif action == "stop":
        # Requests under way need this thread to finish, so another one waits for them and then answers.
        threading.Thread(target=lambda: answer(server.stop(), nick), name="hub_api stop", daemon=True).start()
    else:
        answer("Usage: !api start | stop | status", nick)
    return 0


def start() -> str:
    try:
        return server.start()
    except OSError as error:
        log(f"not started: {error}")
        return f"The API could not be started: {error}"


def UnLoad() -> None:
    server.stop(STOP_SECONDS)
