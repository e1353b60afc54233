"""vh.CallDynamicFunction: functions that a C++ plugin (tests/core/plugin) has registered, called from any thread."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest


class Index:
    """What can stand for an int without being one."""

    def __index__(self) -> int:
        return 40


@pytest.fixture
def plugin(hub: Any) -> Iterator[None]:
    hub.start_plugin()
    yield
    hub.stop_plugin()


def ways_to_call(hub: Any, vh: ModuleType) -> list[Callable[..., Any]]:
    """From another thread, on the hub thread, by a future and in a coroutine."""

    def in_coroutine(*args: object) -> Any:
        async def call() -> Any:
            return await vh.aio.CallDynamicFunction(*args)

        return asyncio.run(call())

    return [
        vh.CallDynamicFunction,
        lambda *args: hub.run(lambda: vh.CallDynamicFunction(*args)),
        lambda *args: vh.aio.CallDynamicFunction(*args).result(),
        lambda *args: hub.run(lambda: vh.aio.CallDynamicFunction(*args).result()),
        in_coroutine,
    ]


def test_values_travel_both_ways(hub: Any, vh: ModuleType, plugin: None) -> None:
    values = [None, 1, -(2**63), 2**63 - 1, 1.5, "text", "ünïcode 日本 \udcff", "", [], [1, [2, ["three"]]], {}]
    nested = {"b": 1, "a": [None, {"deep": 2.5}], "": ""}
    for call in ways_to_call(hub, vh):
        assert call("plugin.echo", *values, nested) == [*values, nested]
        assert list(call("plugin.echo", nested)[0]) == ["b", "a", ""]
        assert call("plugin.echo") == []
        assert call("plugin.sum", 40, True, 1) == 42
        assert call("plugin.describe", 1, "x") == {"count": 2, "kinds": [1, 3]}


def test_tuples_and_sets_become_lists(vh: ModuleType, plugin: None) -> None:
    assert vh.CallDynamicFunction("plugin.echo", (1, (2,)), {3}, frozenset("x")) == [[1, [2]], [3], ["x"]]
    assert vh.CallDynamicFunction("plugin.sum", Index(), 2) == 42


def test_every_failure_is_an_exception_of_its_own(hub: Any, vh: ModuleType) -> None:
    for call in ways_to_call(hub, vh):
        with pytest.raises(RuntimeError, match="^no dynamic function is registered$"):
            call("plugin.sum", 1)
    hub.start_plugin()
    for call in ways_to_call(hub, vh):
        with pytest.raises(NameError, match="^there is no dynamic function 'plugin.none'$"):
            call("plugin.none", 1)
        with pytest.raises(TypeError, match="^plugin.sum takes whole numbers$"):
            call("plugin.sum", 1, "2")
        with pytest.raises(RuntimeError, match="^the shop is closed$"):
            call("plugin.busy")
        with pytest.raises(ValueError, match="too many lists in lists$"):
            call("plugin.deep")
    hub.stop_plugin()
    with pytest.raises(RuntimeError, match="^no dynamic function"):
        vh.CallDynamicFunction("plugin.sum", 1)


def test_arguments_that_cannot_be_carried(hub: Any, vh: ModuleType, plugin: None) -> None:
    before = hub.stats()["operations"]
    endless: list[object] = []
    endless.append(endless)
    for wrong, error, words in (
        (b"bytes", TypeError, "not bytes"),
        (object(), TypeError, "not object"),
        ([1, {"a": 1j}], TypeError, "not complex"),
        ({1: 2}, TypeError, "keys are str, not int"),
        (2**63, OverflowError, "64 bits"),
        (endless, ValueError, "32 lists in lists"),
        (list(range(100_001)), ValueError, "100000 elements"),
    ):
        for function in (vh.CallDynamicFunction, vh.aio.CallDynamicFunction):
            with pytest.raises(error, match=rf"^CallDynamicFunction\(\) takes .*{words}"):
                function("plugin.echo", wrong)
    assert hub.stats()["operations"] == before, "refused before the hub is asked"


def test_the_name(vh: ModuleType, plugin: None) -> None:
    for function in (vh.CallDynamicFunction, vh.aio.CallDynamicFunction):
        with pytest.raises(TypeError, match=r"missing required argument 'name' \(position 1\)$"):
            function()
        with pytest.raises(TypeError, match="argument 'name' must be str, not int$"):
            function(7)
        with pytest.raises(TypeError, match="unexpected keyword argument 'args'$"):
            function("plugin.echo", args=(1,))
    assert vh.CallDynamicFunction(name="plugin.echo") == []
    assert str(inspect.signature(vh.CallDynamicFunction)) == "(name, *args)"


def test_an_argument_that_changes_the_list_it_is_in(vh: ModuleType, plugin: None) -> None:
    items: list[object] = []

    class Emptying:
        def __index__(self) -> int:
            items.clear()
            return 1

    items.extend([Emptying(), "kept", Emptying()])
    assert vh.CallDynamicFunction("plugin.echo", items) == [[1, "kept", 1]]
