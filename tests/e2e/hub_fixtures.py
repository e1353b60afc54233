"""Fixtures that start hubs and clients, and always end them. Shared by tests/e2e and tests/stress."""

import os

import pytest
from hub_process import HUB_API, HubProcess
from nmdc_client import Client


def configure(config):
    """What both folders tell pytest. Ends the run with one clear line if there is no program to test."""
    config.addinivalue_line("markers", "brief: also where a sanitizer's run is to be short (./dev test asan --brief)")
    program = os.environ.get("VHPY_HUB", "")
    if not os.access(program, os.X_OK):
        what = f"VHPY_HUB is {program!r}, which is no program" if program else "VHPY_HUB is not set"
        raise pytest.UsageError(f"{what}. It must be the path of vhpy-hub; './dev test' sets it.")


@pytest.fixture
def start_hub(tmp_path):
    """Starts hubs; each is stopped and checked at the end of the test, unless the test has done so."""
    hubs = []

    def start(*, data=None, ready=True, api=False, scripts=(), **options):
        if api and HUB_API not in scripts:
            scripts = [HUB_API, *scripts]
        hub = HubProcess(data or tmp_path / "data", scripts=scripts, **options)
        hubs.append(hub)
        return hub.wait_ready(api) if ready else hub

    try:
        yield start
        for hub in hubs:
            if hub.process.poll() is None:
                hub.stop()
    finally:
        for hub in hubs:
            hub.kill()


@pytest.fixture
def hub(start_hub):
    """A hub without scripts."""
    return start_hub()


@pytest.fixture
def api_hub(start_hub):
    """A hub with scripts/hub_api.py."""
    return start_hub(api=True)


@pytest.fixture
def connect():
    """Makes clients: connect(hub, nick, password=None, ...). They are closed at the end of the test."""
    clients = []

    def make(hub, nick, password=None, **options):
        client = Client(hub.port, nick, password, **options)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def script(tmp_path):
    """Writes a script: script("name.py", text) returns its path."""
    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write
