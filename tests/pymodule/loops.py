"""Event loops of both makes, for tests that must hold on either."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

KINDS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
both_kinds = pytest.mark.parametrize("new_loop", KINDS.values(), ids=KINDS.keys())

NewLoop = Callable[[], asyncio.AbstractEventLoop]


def run(new_loop: NewLoop, main: Coroutine[Any, Any, Any]) -> Any:
    """asyncio.run() with a loop of the given make."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(main)
