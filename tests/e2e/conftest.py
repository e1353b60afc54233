"""The fixtures of this folder are in hub_fixtures.py. Needs VHPY_HUB (./dev test sets it)."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from hub_fixtures import api_hub, configure, connect, hub, script, start_hub  # noqa: E402, F401


def pytest_configure(config):
    configure(config)
