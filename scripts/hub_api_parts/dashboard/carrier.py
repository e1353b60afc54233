"""NiceGUI in this process. It has one application for the whole process, so it is configured once, on the first run of the server that
needs it, and then begun and ended with each run. Event loop; the import, which takes seconds, happens in a thread."""

import asyncio
import contextlib
import os
import sys
from typing import Any

from starlette.types import ASGIApp

NAME = "hub_api_carrier"  # where the process keeps it, also when this script is reloaded
RECONNECT_SECONDS = 10.0


async def begin(basedir: str, stack: contextlib.AsyncExitStack) -> ASGIApp:
    """The application that serves NiceGUI's pages. `stack` ends it."""
    carrier = await asyncio.to_thread(_carrier, basedir)
    import nicegui

    nicegui.core.sio.eio.start_service_task = True  # the one of an earlier run has ended with its loop
    await stack.enter_async_context(carrier.router.lifespan_context(carrier))
    stack.push_async_callback(_end_sockets)
    return carrier  # type: ignore[no-any-return]


def _carrier(basedir: str) -> Any:
    """Made once for each process. Blocks: for the import."""
    kept = sys.modules.get(NAME)
    if kept is not None:
        return kept.app
    os.environ.setdefault("NICEGUI_STORAGE_PATH", os.path.join(basedir, "api_dashboard"))
    import types

    from fastapi import FastAPI
    from nicegui import ui

    module: Any = types.ModuleType(NAME)
    module.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    ui.run_with(module.app, title="Hub", dark=None, show_welcome_message=False, reconnect_timeout=RECONNECT_SECONDS,
                binding_refresh_interval=None, favicon="🖧")
    sys.modules[NAME] = module
    return module.app


async def _end_sockets() -> None:
    """Ends what NiceGUI's sockets run in the background, and forgets its pages: their loop is about to end."""
    import nicegui

    for client in list(nicegui.Client.instances.values()):
        with contextlib.suppress(Exception):
            client.delete()
    with contextlib.suppress(Exception):
        await nicegui.core.sio.shutdown()
