"""Fixtures: a real Verlihub with the plugin, and clients. Where Verlihub or MariaDB is not installed, or the plugin is not
built, every test is reported as skipped with the reason."""

import itertools
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "e2e", HERE.parent / "stress"):
    sys.path.insert(0, str(folder))

import database as databases  # noqa: E402
import probing  # noqa: E402
import pytest  # noqa: E402
import verlihub_process  # noqa: E402
from hub_fixtures import connect, script  # noqa: E402, F401
from hub_process import HUB_API  # noqa: E402

_numbers = itertools.count(1)


def pytest_configure(config):
    config.addinivalue_line("markers", "verlihub: needs an installed Verlihub and MariaDB")


def pytest_collection_modifyitems(items):
    reason = verlihub_process.missing() or databases.missing()
    for item in items:
        item.add_marker(pytest.mark.verlihub)
        item.add_marker(pytest.mark.skipif(reason is not None, reason=reason or ""))


@pytest.fixture(scope="session")
def mariadb():
    server = databases.Database()
    yield server
    server.stop()


@pytest.fixture
def hub(start_verlihub):
    """A Verlihub with the script that tests ask."""
    return start_verlihub(scripts=[probing.PROBE])


@pytest.fixture
def probe(hub):
    made = probing.Probe(hub)
    yield made
    made.close()


@pytest.fixture
def start_verlihub(mariadb, tmp_path):
    """Starts Verlihubs; each is ended at the end of the test, and its log looked at."""
    hubs = []

    def start(*, folder=None, name=None, api=False, ready=True, scripts=(), **options):
        if api:
            scripts = [HUB_API, *scripts]
        hub = verlihub_process.VerlihubProcess(folder or tmp_path / "verlihub", mariadb, name or f"hub{next(_numbers)}",
                                               scripts=scripts, **options)
        hubs.append(hub)
        return hub.wait_ready(api) if ready else hub

    try:
        yield start
        for hub in hubs:
            hub.check_log()
    finally:
        for hub in hubs:
            hub.kill()
