"""Every route of the API: what it needs, a request that it accepts, and requests that it must refuse.

test_hub_api_access.py fails for a route of the application that has no row here, so that none is left out of its walk.
"""

import dataclasses

READ, CHAT, MODERATE, ADMIN = "read", "chat", "moderate", "admin"


@dataclasses.dataclass(frozen=True)
class Row:
    method: str
    route: str  # as the application has it
    path: str  # a request of it
    needs: tuple = (READ,)
    body: dict | None = None
    status: int = 200
    bad: tuple = ()  # bodies, or paths, that are answered 422

    @property
    def writes(self):
        return self.method != "GET"


TEXTS = ("", "  \n ", "a\x00b", "bell\x07", "\x1b[2J", "x" * 5000, 5, None, ["x"], "\ud800")


def texts(field, *, but=(), **others):
    return tuple({field: text, **others} for text in TEXTS if text not in but) + ({}, [], {field: "x", "more": 1, **others})


ROWS = [
    Row("GET", "/", "/"),
    Row("GET", "/health", "/health"),
    Row("GET", "/metrics", "/metrics"),
    Row("GET", "/docs", "/docs"),
    Row("GET", "/openapi.json", "/openapi.json"),
    Row("GET", "/hub", "/hub"),
    Row("GET", "/stats", "/stats"),
    Row("GET", "/geo", "/geo"),
    Row("GET", "/share", "/share"),
    Row("GET", "/history", "/history"),
    Row("GET", "/users", "/users", bad=("/users?limit=0", "/users?limit=501", "/users?limit=x", "/users?offset=-1",
                                        "/users?sort=ip", "/users?order=up", "/users?min_share=-1")),
    Row("GET", "/ops", "/ops", bad=("/ops?limit=0",)),
    Row("GET", "/bots", "/bots", bad=("/bots?offset=-1",)),
    Row("GET", "/user/{nick:path}", "/user/alice"),
    Row("GET", "/bans", "/bans", (MODERATE, ADMIN), bad=("/bans?limit=501", "/bans?search=%00")),
    Row("GET", "/registrations", "/registrations", (MODERATE, ADMIN), bad=("/registrations?offset=-1",)),
    Row("GET", "/config", "/config", (MODERATE, ADMIN)),
    Row("POST", "/chat", "/chat", (CHAT,), {"message": "hi"}, bad=texts("message")),
    Row("POST", "/pm/{nick:path}", "/pm/alice", (CHAT,), {"message": "hi"}, bad=texts("message")),
    Row("POST", "/broadcast", "/broadcast", (CHAT,), {"message": "hi", "min_class": 1, "max_class": 5, "to": "pm"},
        bad=(*texts("message"), {"message": "x", "min_class": 3, "max_class": 1}, {"message": "x", "to": "all"},
             {"message": "x", "max_class": 11}, {"message": "x", "max_class": "5"})),
    Row("PUT", "/topic", "/topic", (CHAT,), {"topic": "new"},
        bad=(*texts("topic", but=("",)), {"topic": "two\nlines"}, {"topic": "ä" * 512})),
    Row("POST", "/kick/{nick:path}", "/kick/alice", (MODERATE,), {"reason": "why"},
        bad=(*texts("reason"), {"reason": "two\nlines"})),
    Row("POST", "/bans", "/bans", (MODERATE,), {"nick": "alice", "reason": "why", "seconds": 60},
        bad=(*texts("reason", nick="x"), {"reason": "x"}, {"reason": "x", "ip": "10.0.0.256"}, {"reason": "x", "nick": "a b"},
             {"reason": "x", "nick": "x", "seconds": 0}, {"reason": "x", "nick": "x", "seconds": True})),
    Row("DELETE", "/bans", "/bans?nick=troll", (MODERATE,), bad=("/bans", "/bans?nick=", "/bans?nick=%0a")),
    Row("PUT", "/restrictions/{nick:path}", "/restrictions/alice", (MODERATE,), {"chat": "3h"},
        bad=({}, {"chat": "soon"}, {"chat": 3}, {"chat": ""}, {"other": "3h"})),
    Row("POST", "/registrations", "/registrations", (ADMIN,), {"nick": "newbie", "class": 2, "password": "secret"}, 201,
        bad=(*texts("nick"), {"nick": "a b"}, {"nick": "x", "class": 10}, {"nick": "x", "class": 0}, {"nick": "x", "class": "2"},
             {"nick": "x", "password": "with space"})),
    Row("PUT", "/registrations/{nick:path}", "/registrations/Oper", (ADMIN,), {"class": 4}, bad=({}, {"class": 10}, {"class": "x"})),
    Row("DELETE", "/registrations/{nick:path}", "/registrations/Oper", (ADMIN,)),
    Row("PUT", "/config/{name}", "/config/hub_name", (ADMIN,), {"value": "New"},
        bad=({}, {"value": 5}, {"value": "a\x00"}, {"value": "x" * 1001})),
    Row("POST", "/bots", "/bots", (ADMIN,), {"nick": "helper", "class": 3}, 201,
        bad=(*texts("nick"), {"nick": "a$b"}, {"nick": "x", "class": 7}, {"nick": "x", "share": -1})),
    Row("DELETE", "/bots/{nick:path}", "/bots/robot", (ADMIN,)),
    Row("GET", "/events", "/events", (READ, MODERATE, ADMIN), bad=("/events?hooks=OnParsedMsgPM", "/events?hooks=x")),
]
ids = [f"{row.method} {row.route}" for row in ROWS]
