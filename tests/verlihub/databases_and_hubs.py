"""A database and a hub for programs that are no tests."""

import contextlib
import itertools

import database as databases
import verlihub_process
from probing import PROBE

_numbers = itertools.count(1)


@contextlib.contextmanager
def database():
    if reason := verlihub_process.missing() or databases.missing():
        raise SystemExit(reason)
    server = databases.Database()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def hub(server, folder, scripts, plugin_settings, settings=()):
    running = verlihub_process.VerlihubProcess(folder, server, f"figures{next(_numbers)}", scripts=scripts, settings=settings,
                                               plugin_settings=plugin_settings, env={"VHPY_PROBE": str(PROBE)})
    try:
        yield running.wait_ready()
    finally:
        running.kill()
