"""Arguments of every function: what is accepted, and that what is not names the function and the parameter.

Every row of the table is tried with every kind of bad argument in every position, in both forms. The hub is a real one
in memory: an accepted call must reach it, a refused one must not.
"""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import hubctl
import pytest
from rows import ROWS, Param, Row

ROW_IDS = [row.name for row in ROWS]
PARAMS = [(row, i, param) for row in ROWS for i, param in enumerate(row.params)]
PARAM_IDS = [f"{row.name}-{param.name}" for row, _, param in PARAMS]


class Index:
    """What can stand for an int without being one, as the integers of numpy."""

    def __index__(self) -> int:
        return 1


@pytest.fixture(scope="module")
def one_hub() -> Iterator[Any]:
    hub = hubctl.Hub()
    yield hub
    hub.stop()


@pytest.fixture(scope="module")
def vh(one_hub: Any) -> ModuleType:
    return one_hub.vh(1)


def with_argument(row: Row, position: int, value: object) -> list[object]:
    values = row.good
    values[position] = value
    return values


def calls(vh: ModuleType, row: Row) -> list[Any]:
    return [getattr(vh, row.name), getattr(vh.aio, row.name)]


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_good_arguments_reach_the_hub(one_hub: Any, vh: ModuleType, row: Row) -> None:
    before = one_hub.stats()["operations"]
    function = getattr(vh, row.name)
    function(*row.good)
    function(**{param.name: param.good for param in row.params})
    required = row.required
    function(*[param.good for param in required])
    if row.params:
        first, *rest = row.params
        function(first.good, **{param.name: param.good for param in rest})
    calls_made = 4 if row.params else 3
    assert one_hub.stats()["operations"] == before + (0 if row.local else calls_made)
    getattr(vh.aio, row.name)(*row.good).result()
    assert one_hub.stats()["operations"] == before + (0 if row.local else calls_made + 1)


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_too_many(vh: ModuleType, row: Row) -> None:
    for function in calls(vh, row):
        with pytest.raises(TypeError, match=rf"^{row.name}\(\) takes (no|at most {len(row.params)}) arguments? ?"):
            function(*row.good, "one more")


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_unknown_keyword(vh: ModuleType, row: Row) -> None:
    for function in calls(vh, row):
        for keyword in ("bogus", "b\udc80", "nick\0"):
            with pytest.raises(TypeError) as error:
                function(*row.good, **{keyword: 1})
            assert str(error.value) == f"{row.name}() got an unexpected keyword argument '{keyword}'"


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_given_twice(vh: ModuleType, row: Row, position: int, param: Param) -> None:
    for function in calls(vh, row):
        with pytest.raises(TypeError, match=rf"^{row.name}\(\) got multiple values for argument '{param.name}'$"):
            function(*row.good, **{param.name: param.good})


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_missing(vh: ModuleType, row: Row, position: int, param: Param) -> None:
    others = {other.name: other.good for other in row.params if other is not param}
    for function in calls(vh, row):
        if param in row.required:
            message = rf"^{row.name}\(\) missing required argument '{param.name}' \(position {position + 1}\)$"
            with pytest.raises(TypeError, match=message):
                function(**others)
        else:
            function(**others)


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_none(vh: ModuleType, row: Row, position: int, param: Param) -> None:
    for function in calls(vh, row):
        if param.nullable:
            function(*with_argument(row, position, None))
        else:
            message = rf"^{row.name}\(\) argument '{param.name}' must be {param.kind.__name__}, not None$"
            with pytest.raises(TypeError, match=message):
                function(*with_argument(row, position, None))


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_wrong_type(vh: ModuleType, row: Row, position: int, param: Param) -> None:
    expected = param.kind.__name__ + (" or None" if param.nullable else "")
    wrong = [1.5, b"bytes", [], object(), "text" if param.kind is int else 7]
    for function in calls(vh, row):
        for value in wrong:
            with pytest.raises(TypeError) as error:
                function(*with_argument(row, position, value))
            message = f"{row.name}() argument '{param.name}' must be {expected}, not {type(value).__name__}"
            assert str(error.value) == message


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_range_of_numbers(vh: ModuleType, row: Row, position: int, param: Param) -> None:
    if param.kind is not int:
        with pytest.raises(ValueError, match=rf"^{row.name}\(\) argument '{param.name}' must not contain NUL$"):
            getattr(vh, row.name)(*with_argument(row, position, "a\0b"))
        return
    for function in calls(vh, row):
        for value in (True, 2**63 - 1, -(2**63), Index()):
            function(*with_argument(row, position, value))
        for value in (2**63, -(2**63) - 1, 10**100):
            with pytest.raises(OverflowError, match=rf"^{row.name}\(\) argument '{param.name}' must fit into 64 bits$"):
                function(*with_argument(row, position, value))


def test_an_index_that_raises_is_heard(vh: ModuleType) -> None:
    class Broken:
        def __index__(self) -> int:
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        vh.classmc("text", Broken(), 1)


@pytest.mark.parametrize("row,position,param", [p for p in PARAMS if p[2].kind is str])
def test_very_long_text(vh: ModuleType, row: Row, position: int, param: Param) -> None:
    value = "é" * 500_000
    getattr(vh, row.name)(*with_argument(row, position, value))


def test_text_arrives_whole(one_hub: Any, vh: ModuleType) -> None:
    value = "ünïcode 日本 " * 100_000
    assert vh.mc(value) is True
    assert one_hub.sent()[-1] == f"mc|Security|{value}".encode()


def test_more_than_the_queue_may_hold(make_hub: Any) -> None:
    hub = make_hub(max_bytes=100_000)
    vh = hub.vh(1)
    with pytest.raises(vh.QueueFull):
        vh.mc("x" * 200_000)
    assert vh.mc("x" * 50_000) is True


def test_subclasses_of_str_and_int(one_hub: Any, vh: ModuleType) -> None:
    class Text(str):
        pass

    class Number(int):
        pass

    assert vh.classmc(Text("hello"), Number(0), max=Number(10)) is True
    assert one_hub.sent()[-1] == b"classmc|Security|0|10|hello"
