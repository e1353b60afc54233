"""The functions of vh as scripts may rely on them: names, parameters, types, defaults. Kept by hand, so that a change of
the function table that breaks scripts is noticed here.
"""

from dataclasses import dataclass

REQUIRED = object()
NOT_ASKED = object()
EMPTY: dict[str, int] = {}


@dataclass(frozen=True)
class Param:
    name: str
    kind: type
    nullable: bool = False
    default: object = REQUIRED

    @property
    def good(self) -> object:
        return "text" if self.kind is str else 1


@dataclass(frozen=True)
class Row:
    name: str
    params: tuple[Param, ...] = ()
    local: bool = False  # runs on the calling thread: the hub never hears of it
    unknown: object = NOT_ASKED  # the answer when nobody has the nick it is asked about
    changes: bool = False  # a second call may have another answer than the first

    @property
    def good(self) -> list[object]:
        return [param.good for param in self.params]

    @property
    def required(self) -> list[Param]:
        return [param for param in self.params if param.default is REQUIRED]


def text(name: str, default: object = REQUIRED) -> Param:
    return Param(name, str, default is None, default)


def optional(name: str) -> Param:
    """May be None, but must be given."""
    return Param(name, str, True)


def number(name: str, default: object = REQUIRED) -> Param:
    return Param(name, int, False, default)


ROWS = (
    Row("GetNickList"),
    Row("GetOpList"),
    Row("GetBotList"),
    Row("GetUserClass", (optional("nick"),), unknown=-2),
    Row("GetUserIP", (text("nick"),), unknown=None),
    Row("GetUserHost", (text("nick"),), unknown=None),
    Row("GetMyINFO", (text("nick"),), unknown=None),
    Row("GetUsersCount"),
    Row("GetTotalShareSize"),
    Row("mc", (text("msg"), text("nick", None))),
    Row("classmc", (text("msg"), number("min"), number("max"), text("nick", None))),
    Row("usermc", (text("msg"), text("nick"), text("bot", None)), unknown=False),
    Row("pm", (text("msg"), text("nick"), text("from_", None), text("bot", None)), unknown=False),
    Row("SendToOpChat", (text("msg"), text("nick", None))),
    Row("SendDataToUser", (text("data"), text("nick"), number("delay", 0)), unknown=False),
    Row("SendDataToAll", (text("data"), number("min"), number("max"), number("delay", 0))),
    Row("SendPMToAll", (text("msg"), text("from_"), number("min"), number("max"))),
    Row("CloseConnection", (text("nick"), number("nice", 0), number("reason", 0)), unknown=False),
    Row("SendToAll", (text("data"), number("delay", 0))),
    Row("SendToActive", (text("data"), number("delay", 0))),
    Row("SendToPassive", (text("data"), number("delay", 0))),
    Row("SendToActiveClass", (text("data"), number("min"), number("max"), number("delay", 0))),
    Row("SendToPassiveClass", (text("data"), number("min"), number("max"), number("delay", 0))),
    Row("GetRawNickList"),
    Row("GetRawOpList"),
    Row("GetRawBotList"),
    Row("GetUserHubURL", (text("nick"),), unknown=None),
    Row("GetUserExtJSON", (text("nick"),), unknown=None),
    Row("GetUserVersion", (text("nick"),), unknown=None),
    Row("GetUserShare", (text("nick"),), unknown=None),
    Row(
        "SetMyINFO",
        (
            text("nick"),
            text("desc", None),
            text("tag", None),
            text("speed", None),
            text("mail", None),
            text("size", None),
        ),
        unknown=False,
    ),
    Row("SetMyINFOFlag", (text("nick"), number("flag")), unknown=False),
    Row("UnsetMyINFOFlag", (text("nick"), number("flag")), unknown=False),
    Row("SetUserIP", (text("nick"), text("ip")), unknown=False),
    Row("GetServFreq"),
    Row("StopHub", (number("code"), number("delay", 0))),
    Row("IsRobotNickBad", (text("nick"),)),
    Row("name_and_version", (text("name", None), text("version", None)), local=True),
    Row("Encode", (text("text"),), local=True),
    Row("Decode", (text("text"),), local=True),
    Row("encode", (text("text"),), local=True),
    Row("decode", (text("text"),), local=True),
    Row(
        "KickUser",
        (
            text("op"),
            text("nick"),
            text("why", ""),
            text("addr", None),
            text("note_op", None),
            text("note_usr", None),
        ),
        unknown=False,
    ),
    Row("Ban", (text("op"), text("nick"), text("reason"), number("seconds"), number("type")), unknown=False),
    Row("AddRegUser", (text("nick"), number("class_"), text("password", ""), text("op", "")), changes=True),
    Row("DelRegUser", (text("nick"),), unknown=False, changes=True),
    Row("SetRegClass", (text("nick"), number("class_")), unknown=False),
    Row("Topic", (text("topic", None),)),
    Row("GetConfig", (text("conf"), text("var"), text("default", None))),
    Row("SetConfig", (text("conf"), text("var"), text("val"))),
    Row(
        "AddRobot",
        (text("nick"), number("class_"), text("desc"), text("speed"), text("mail"), text("share")),
        changes=True,
    ),
    Row("DelRobot", (text("nick"),), unknown=False, changes=True),
    Row(
        "UserRestrictions",
        (text("nick"), text("chat", None), text("pm", None), text("search", None), text("ctm", None)),
        unknown=EMPTY,
    ),
    Row("DelNickTempBan", (text("nick"),), unknown=False),
    Row("DelIPTempBan", (text("ip"),)),
    Row("ParseCommand", (text("nick"), text("cmd"), number("pm")), unknown=False),
    Row("ScriptCommand", (text("cmd"), text("data"), number("inst", 0))),
    Row("SQL", (text("query"), number("limit", 100))),
    Row("GetUserCC", (text("nick"),), unknown=None),
    Row("GetIPCC", (text("ip"),)),
    Row("GetIPCN", (text("ip"),)),
    Row("GetIPCity", (text("ip"), text("db", ""))),
    Row("GetIPASN", (text("ip"), text("db", ""))),
    Row("GetGeoIP", (text("ip"), text("db", ""))),
)

# Takes any number of arguments of many types, and raises by itself: tested in test_dynamic_functions.py.
VARIADIC = ("CallDynamicFunction",)
# Of vh itself and no row: tested in test_snapshot.py, test_batch.py, test_on_main.py.
NOT_ROWS = ("batch", "events", "last_version", "on_main", "snapshot", "stats", "wait_version", "__dir__", "__getattr__")

# Which have a cached form, with what it is asked here. Of Topic it takes no argument: it only reads.
CACHED: dict[str, tuple[tuple[object, ...], ...]] = {
    "GetNickList": ((),),
    "GetOpList": ((),),
    "GetBotList": ((),),
    "GetUserClass": (("alice",), ("ALICE",), ("Security",), ("nobody",), (None,)),
    "GetUserIP": (("alice",), ("Security",), ("nobody",)),
    "GetUserHost": (("alice",), ("Security",), ("nobody",)),
    "GetMyINFO": (("alice",), ("Security",), ("nobody",)),
    "GetUsersCount": ((),),
    "GetTotalShareSize": ((),),
    "GetRawNickList": ((),),
    "GetRawOpList": ((),),
    "GetRawBotList": ((),),
    "GetUserHubURL": (("alice",), ("Security",), ("nobody",)),
    "GetUserExtJSON": (("alice",), ("Security",), ("nobody",)),
    "GetUserVersion": (("alice",), ("Security",), ("nobody",)),
    "GetUserShare": (("alice",), ("Security",), ("nobody",)),
    "Topic": ((),),
    "GetConfig": (("config", "known"), ("config", "no", "default"), ("shop", "known"), ("shop", "no"), ("no", "known", None)),
    "GetUserCC": (("alice",), ("Security",), ("nobody",)),
}
# What the others say about it.
NOT_CACHED = {
    "GetServFreq": "it changes all the time",
    "IsRobotNickBad": "rules for nicks",
    "GetIPCC": "database",
    "GetGeoIP": "database",
    "mc": "it sends",
    "pm": "it sends",
    "SQL": "it may change the hub",
    "Ban": "it may change the hub",
    "CallDynamicFunction": "it may change the hub",
    "encode": "does not ask the hub",
}
