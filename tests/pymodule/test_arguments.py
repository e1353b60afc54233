"""Arguments of every function: what is accepted, and that what is not names the function and the parameter.

Every row of the table is tried with every kind of argument in every position, in every way that leads to the hub: a call
on another thread, one on the hub thread, an awaitable one, a posted one. The hub is a real one in memory: an accepted call
must reach it, a refused one must not.
"""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import hubctl
import pytest
from returns import RETURNS, fits
from rows import NOT_ASKED, ROWS, Param, Row

ROW_IDS = [row.name for row in ROWS]
PARAMS = [(row, i, param) for row in ROWS for i, param in enumerate(row.params)]
PARAM_IDS = [f"{row.name}-{param.name}" for row, _, param in PARAMS]
TEXTS = [entry for entry in PARAMS if entry[2].kind is str]
TEXT_IDS = [f"{row.name}-{param.name}" for row, _, param in TEXTS]
NUMBERS = [entry for entry in PARAMS if entry[2].kind is int]
NUMBER_IDS = [f"{row.name}-{param.name}" for row, _, param in NUMBERS]


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


class Ways:
    """The ways to call one function. Those with an answer give it, or raise."""

    def __init__(self, hub: Any, vh: ModuleType, row: Row) -> None:
        self.hub, self.row = hub, row
        self.plain, self.aio, self.post = (getattr(space, row.name) for space in (vh, vh.aio, vh.post))

    def elsewhere(self, *args: Any, **keywords: Any) -> Any:
        return self.plain(*args, **keywords)

    def on_the_hub_thread(self, *args: Any, **keywords: Any) -> Any:
        return self.hub.run(lambda: self.plain(*args, **keywords))

    def awaitable(self, *args: Any, **keywords: Any) -> Any:
        return self.aio(*args, **keywords).result()

    def awaitable_on_the_hub_thread(self, *args: Any, **keywords: Any) -> Any:
        return self.hub.run(lambda: self.aio(*args, **keywords)).result()

    def posted(self, *args: Any, **keywords: Any) -> None:
        assert self.post(*args, **keywords) is None

    @property
    def answering(self) -> list[Callable[..., Any]]:
        return [self.elsewhere, self.on_the_hub_thread, self.awaitable, self.awaitable_on_the_hub_thread]

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return iter([*self.answering, self.posted])


@pytest.fixture
def ways(one_hub: Any, vh: ModuleType, row: Row) -> Ways:
    return Ways(one_hub, vh, row)


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_good_arguments(one_hub: Any, vh: ModuleType, row: Row, ways: Ways) -> None:
    by_keyword = {param.name: param.good for param in row.params}
    shortest = [param.good for param in row.required]
    for form in ways:
        before = one_hub.stats()["operations"]
        form(*row.good)
        form(**by_keyword)
        form(*shortest)
        if row.params:
            form(row.params[0].good, **{param.name: param.good for param in row.params[1:]})
        vh.GetUsersCount()  # what was posted before it has run
        calls_made = (4 if row.params else 3) * (0 if row.local else 1)
        assert one_hub.stats()["operations"] == before + calls_made + 1


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_answers_are_those_of_the_stub_in_every_way(make_hub: Callable[..., Any], row: Row) -> None:
    hub = make_hub()
    hub.add_user(b"text", 3)
    answers = []
    for form in Ways(hub, hub.vh(1), row).answering:
        hub.add_user(b"text", 3)  # again, if the call before has closed the connection
        answers.append(form(*row.good))
    for answer in answers:
        assert fits(answer, RETURNS[row.name]), f"{answer!r} is no {RETURNS[row.name]}"
    if not row.changes:
        assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("row", [row for row in ROWS if row.unknown is not NOT_ASKED], ids=lambda row: row.name)
def test_unknown_nick(ways: Ways, row: Row) -> None:
    position = next(i for i, param in enumerate(row.params) if param.name == "nick")
    for form in ways.answering:
        for nick in ("nobody", "", "no body", "\udcff"):
            assert form(*with_argument(row, position, nick)) == row.unknown
    ways.posted(*with_argument(row, position, "nobody"))


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_too_many(ways: Ways, row: Row) -> None:
    for form in ways:
        with pytest.raises(TypeError, match=rf"^{row.name}\(\) takes (no|at most {len(row.params)}) arguments? ?"):
            form(*row.good, "one more")


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_unknown_keyword(ways: Ways, row: Row) -> None:
    for form in ways:
        for keyword in ("bogus", "b\udc80", "nick\0"):
            with pytest.raises(TypeError) as error:
                form(*row.good, **{keyword: 1})
            assert str(error.value) == f"{row.name}() got an unexpected keyword argument '{keyword}'"


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_given_twice(ways: Ways, row: Row, position: int, param: Param) -> None:
    for form in ways:
        with pytest.raises(TypeError, match=rf"^{row.name}\(\) got multiple values for argument '{param.name}'$"):
            form(*row.good, **{param.name: param.good})


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_missing(ways: Ways, row: Row, position: int, param: Param) -> None:
    others = {other.name: other.good for other in row.params if other is not param}
    for form in ways:
        if param in row.required:
            message = rf"^{row.name}\(\) missing required argument '{param.name}' \(position {position + 1}\)$"
            with pytest.raises(TypeError, match=message):
                form(**others)
            with pytest.raises(TypeError, match=rf"^{row.name}\(\) missing required argument '{param.name}' "):
                form(*row.good[:position])
        else:
            form(**others)


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_none(ways: Ways, row: Row, position: int, param: Param) -> None:
    for form in ways:
        if param.nullable or param not in row.required:
            form(*with_argument(row, position, None))
        else:
            message = rf"^{row.name}\(\) argument '{param.name}' must be {param.kind.__name__}, not None$"
            with pytest.raises(TypeError, match=message):
                form(*with_argument(row, position, None))


@pytest.mark.parametrize("row,position,param", PARAMS, ids=PARAM_IDS)
def test_wrong_type(ways: Ways, row: Row, position: int, param: Param) -> None:
    expected = param.kind.__name__ + (" or None" if param.nullable else "")
    wrong = [1.5, b"bytes", [], object(), "text" if param.kind is int else 7]
    for form in ways:
        for value in wrong:
            with pytest.raises(TypeError) as error:
                form(*with_argument(row, position, value))
            message = f"{row.name}() argument '{param.name}' must be {expected}, not {type(value).__name__}"
            assert str(error.value) == message


@pytest.mark.parametrize("row,position,param", TEXTS, ids=TEXT_IDS)
def test_nul(ways: Ways, row: Row, position: int, param: Param) -> None:
    for form in ways:
        for value in ("a\0b", "\0", "a\0"):
            with pytest.raises(ValueError, match=rf"^{row.name}\(\) argument '{param.name}' must not contain NUL$"):
                form(*with_argument(row, position, value))


@pytest.mark.parametrize("row,position,param", NUMBERS, ids=NUMBER_IDS)
def test_range_of_numbers(ways: Ways, row: Row, position: int, param: Param) -> None:
    for form in ways:
        for value in (True, 2**63 - 1, -(2**63), Index()):
            form(*with_argument(row, position, value))
        for value in (2**63, -(2**63) - 1, 10**100):
            with pytest.raises(OverflowError, match=rf"^{row.name}\(\) argument '{param.name}' must fit into 64 bits$"):
                form(*with_argument(row, position, value))


def test_an_index_that_raises_is_heard(vh: ModuleType) -> None:
    class Broken:
        def __index__(self) -> int:
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        vh.classmc("text", Broken(), 1)


@pytest.mark.parametrize("row,position,param", TEXTS, ids=TEXT_IDS)
def test_very_long_text(ways: Ways, row: Row, position: int, param: Param) -> None:
    value = "é" * 500_000
    for form in ways:
        form(*with_argument(row, position, value))


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
