"""What an instance of vh has besides functions, and how several instances live together."""

import gc
import pathlib
import sys
import weakref
from types import ModuleType
from typing import Any

import pytest

VERSION = pathlib.Path(__file__).resolve().parents[2] / "setup" / "VERSION"
FAILURES = ("QueueFull", "Closed", "Abandoned", "WouldDeadlock", "Expired", "OutcomeUnknown", "SessionGone")


def test_attributes_of_the_hub(vh: ModuleType) -> None:
    assert (vh.botname, vh.opchatname, vh.basedir, vh.config_name) == ("Security", "OpChat", "/fake/config", "config")
    assert vh.starttime == 1_700_000_000
    assert vh.encoding == "utf-8"
    assert vh.__version__ == (1, 7, 0, 0)
    assert vh.__version_string__ == VERSION.read_text().strip()


def test_the_hubs_bot_is_renamed(hub: Any, vh: ModuleType) -> None:
    def rename() -> tuple[str, int]:
        assert vh.SetConfig("config", "hub_security", "Guard") is True
        return vh.botname, vh.last_version()

    name, version = hub.run(rename)
    assert name == "Guard", "on the hub thread at once"
    assert vh.wait_version(version, 20) and vh.SetConfig("config", "other", "x")
    assert vh.wait_version(vh.last_version(), 20)
    assert vh.botname == "Guard" == getattr(vh, "botname")
    names: dict[str, object] = {}
    exec("from vh import *", {"__name__": "somewhere", "__vh__": vh}, names)
    assert {"botname", "opchatname", "mc", "aio"} <= names.keys() <= set(vh.__all__)
    with pytest.raises(AttributeError, match="^module 'vh' has no attribute 'bothname'$"):
        vh.bothname


def test_attributes_of_the_script(hub: Any) -> None:
    vh = hub.vh(42, "shop.py")
    assert (vh.myid, vh.name, vh.path) == (42, "shop.py", "/fake/scripts/shop.py")


# As Verlihub's core has them; kept by hand, so that a change of the table that breaks scripts is noticed here.
CONSTANTS: dict[str, dict[str, int] | str] = {
    "eCR_": "DEFAULT INVALID_USER KICKED FORCEMOVE QUIT HUB_LOAD TIMEOUT TO_ANYACTION USERLIMIT SHARE_LIMIT TAG_NONE"
    " TAG_INVALID PASSWORD LOGIN_ERR SYNTAX INVALID_KEY RECONNECT CLONE SELF BADNICK NOREDIR PLUGIN",
    "eBOT_": "OK EXISTS WITHOUT_NICK BAD_CHARS RESERVED_NICK API_ERROR",
    "eIT_": "VOID BOOL CHAR INT UINT LONG ULONG PCHAR TIMET LLONG ULLONG AR_BYTE STRING DOUBLE",
    "eBF_": {"NICKIP": 1, "IP": 2, "NICK": 4, "RANGE": 8, "HOST1": 16, "HOST2": 32, "HOST3": 64, "SHARE": 128,
             "PREFIX": 256, "HOSTR1": 512},
    "eUC_": {"PINGER": -1, "NORMUSER": 0, "REGUSER": 1, "VIPUSER": 2, "OPERATOR": 3, "CHEEF": 4, "ADMIN": 5, "MASTER": 10},
    "eMF_": {"NORM": 1, "AWAY": 2, "SERV": 4, "FIRE": 8, "TLS": 16, "NAT": 32},
    "eKI_": {"CLOSE": 1, "WHY": 2, "PM": 4, "BAN": 8, "DROP": 16},
}


@pytest.mark.parametrize("group", CONSTANTS)
def test_constants(vh: ModuleType, group: str) -> None:
    wanted = CONSTANTS[group]
    if isinstance(wanted, str):  # counted from 0
        wanted = {name: value for value, name in enumerate(wanted.split())}
    found = {name.removeprefix(group): value for name, value in vars(vh).items() if name.startswith(group)}
    assert found == wanted


def test_no_other_constants(vh: ModuleType) -> None:
    assert {name[: name.index("_") + 1] for name in vars(vh) if name[0] == "e" and "_" in name} == set(CONSTANTS)


def test_imported_by_code_of_no_script() -> None:
    import vh

    assert (vh.__name__, vh.myid, vh.name) == ("vh", 0, "")
    assert vh.GetUserClass("Security") == 10


def test_exceptions_form_one_family(vh: ModuleType) -> None:
    for name in FAILURES:
        failure = getattr(vh, name)
        assert issubclass(failure, vh.Error) and failure.__doc__
        assert (failure.__module__, failure.__qualname__) == ("vh", name)
    for timeout in (vh.Expired, vh.OutcomeUnknown):
        assert issubclass(timeout, TimeoutError)
    assert not issubclass(vh.Error, TimeoutError)


def test_exceptions_are_the_same_in_all_instances(hub: Any) -> None:
    one, other = hub.vh(1), hub.vh(2)
    hub.unload(1)
    with pytest.raises(other.Abandoned):
        one.GetUsersCount()
    assert one.Future is other.Future and one.aio is not other.aio


def test_each_instance_acts_for_its_script(hub: Any) -> None:
    one, other = hub.vh(7), hub.vh(8)
    assert one.AddRobot("bot7", 0, "", "", "", "0") and other.AddRobot("bot8", 0, "", "", "", "0")
    assert hub.sent() == [b"robot|bot7|7", b"robot|bot8|8"]
    hub.unload(7)
    assert other.GetBotList() == ["Security", "bot8"]


def test_attributes_may_be_set_by_the_script_without_harm(vh: ModuleType) -> None:
    vh.myid = 99
    vh.name = None
    assert vh.AddRobot("bot", 0, "", "", "", "0") is True


def test_instances_are_collected(hub: Any) -> None:
    module = hub.vh(3)
    functions = weakref.ref(module.aio)
    seen = weakref.ref(module)
    del module
    gc.collect()
    assert seen() is None and functions() is None


def test_a_function_keeps_its_instance(hub: Any) -> None:
    function = hub.vh(3).GetUsersCount
    gc.collect()
    assert function() == 0


def test_in_another_interpreter() -> None:
    """The module has no state of the process: it works in a sub-interpreter, from a thread that is not the hub's."""
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    program = """
import vh
assert vh.GetUserClass("Security") == 10
assert vh.aio.GetUserClass("Security").result() == 10
try:
    vh.GetUserClass(1)
except TypeError as error:
    assert "nick" in str(error)
"""
    interpreter = interpreters.create()
    try:
        failed = getattr(interpreters, "exec", None) or interpreters.run_string
        problem = failed(interpreter, program)
        assert problem is None, problem
    finally:
        interpreters.destroy(interpreter)
    assert sys.modules.get("vh") is None or sys.modules["vh"].GetUserClass("Security") == 10
