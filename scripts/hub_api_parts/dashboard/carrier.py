"""NiceGUI in this process. It has one application for the whole process, so it is configured once, on the first run of the server that
needs it, and then begun and ended with each run. Event loop; the import, which takes seconds, happens in a thread."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

NAME = "hub_api_carrier"  # where the process keeps it, also when this script is reloaded
RECONNECT_SECONDS = 10.0


async def begin(basedir: str, build: Callable[[Request], None], stack: contextlib.AsyncExitStack) -> ASGIApp:
    """The application that serves NiceGUI's page, which `build` fills for each visitor. `stack` ends it."""
    module = await asyncio.to_thread(_carrier, basedir)
    import nicegui

    carrier = module.app
    module.build = build
    stack.callback(setattr, module, "build", None)

    nicegui.core.sio.eio.start_service_task = True  # the one of an earlier run has ended with its loop
    await stack.enter_async_context(carrier.router.lifespan_context(carrier))
    stack.push_async_callback(_end_sockets)
    return carrier  # type: ignore[no-any-return]


def _carrier(basedir: str) -> Any:
    """The module that has it: made once for each process, with its one page, because NiceGUI forgets no page that it has ever
    known. Blocks: for the import."""
    kept = sys.modules.get(NAME)
    if kept is not None:
        return kept
    os.environ.setdefault("NICEGUI_STORAGE_PATH", os.path.join(basedir, "api_dashboard"))
    import types

    from fastapi import FastAPI
    from nicegui import ui

    module: Any = types.ModuleType(NAME)
    module.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    ui.run_with(module.app, title="Hub", dark=None, show_welcome_message=False, reconnect_timeout=RECONNECT_SECONDS,
                binding_refresh_interval=None, favicon="🖧")
    module.build = None

    @ui.page("/", title="Hub dashboard", response_timeout=20)
    async def dashboard(request: Request) -> None:
        if module.build is not None:
            module.build(request)

    sys.modules[NAME] = module
    return module


async def _end_sockets() -> None:
    """Ends what NiceGUI's sockets run in the background, and forgets its pages: their loop is about to end."""
    import nicegui

    for client in list(nicegui.Client.instances.values()):
        with contextlib.suppress(Exception):
            client.delete()
    nicegui.app.remove_route("/favicon.ico")  # which each run adds once more
    with contextlib.suppress(Exception):
        await nicegui.core.sio.shutdown()
