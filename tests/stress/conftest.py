"""The fixtures are those of tests/e2e. Needs VHPY_HUB (./dev test sets it)."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "e2e"):
    sys.path.insert(0, str(folder))

from hub_fixtures import configure, connect, start_hub  # noqa: E402, F401


def pytest_configure(config):
    configure(config)
