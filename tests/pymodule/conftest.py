"""Fixtures of the tests that run inside vhpy-pytest: hubs, and instances of the module vh to call them with."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import hubctl
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", default="1/1", help="K/N: of every N tests the K-th, to run N programs side by side")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    part, parts = map(int, config.getoption("--part").split("/"))
    items[:] = items[part - 1 :: parts]


def pytest_configure(config: pytest.Config) -> None:
    """What goes wrong on a thread or in a destructor fails the test that caused it."""
    for warning in ("PytestUnhandledThreadExceptionWarning", "PytestUnraisableExceptionWarning"):
        config.addinivalue_line("filterwarnings", f"error::pytest.{warning}")


@pytest.fixture
def make_hub() -> Iterator[Callable[..., Any]]:
    """Makes hubs with a thread of their own; they are stopped after the test."""
    made = []

    def make(**options: Any) -> Any:
        hub = hubctl.Hub(**options)
        made.append(hub)
        return hub

    yield make
    for hub in made:
        hub.stop()


@pytest.fixture
def hub(make_hub: Callable[..., Any]) -> Any:
    return make_hub()


@pytest.fixture
def vh(hub: Any) -> ModuleType:
    return hub.vh(1, "test.py")
