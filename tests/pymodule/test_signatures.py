"""help() and inspect.signature() of every function say what the function takes; names and kinds are those in rows.py."""

import inspect
import pydoc
from types import ModuleType

import pytest
from rows import NOT_ROWS, REQUIRED, ROWS, Row, VARIADIC

ROW_IDS = [row.name for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
@pytest.mark.parametrize("form", ["vh", "vh.aio"])
def test_signature(vh: ModuleType, row: Row, form: str) -> None:
    function = getattr(vh if form == "vh" else vh.aio, row.name)
    parameters = inspect.signature(function).parameters
    assert list(parameters) == [param.name for param in row.params]
    for param in row.params:
        expected = inspect.Parameter.empty if param.default is REQUIRED else param.default
        assert parameters[param.name].default == expected
        assert parameters[param.name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD


@pytest.mark.parametrize("row", ROWS, ids=ROW_IDS)
def test_documentation(vh: ModuleType, row: Row) -> None:
    function = getattr(vh, row.name)
    assert function.__name__ == row.name and function.__module__ == "vh"
    assert "--" not in function.__doc__ and "$module" not in function.__doc__
    for param in row.params:
        assert param.name in function.__doc__, f"{param.name} is not explained"
    text = pydoc.render_doc(function, renderer=pydoc.plaintext)
    assert f"{row.name}(" in text and function.__doc__.splitlines()[0] in text
    awaitable = getattr(vh.aio, row.name).__doc__
    assert awaitable.endswith(function.__doc__) and "vh.Future" in awaitable


def test_every_function_is_in_the_table(vh: ModuleType) -> None:
    for module in (vh, vh.aio, vh.post):
        functions = {name for name, value in vars(module).items() if inspect.isbuiltin(value)} - set(NOT_ROWS)
        assert functions == {row.name for row in ROWS} | set(VARIADIC)


def test_help_of_the_module(vh: ModuleType) -> None:
    text = pydoc.render_doc(vh, renderer=pydoc.plaintext)
    assert "any coroutine" in text and "GetNickList" in text
