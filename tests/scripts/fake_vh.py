"""A stand-in for the module `vh`: a small hub in memory, which can be told to fail or to hang.

It lets the tests of scripts/hub_api.py run without a hub. Calls may come from any thread; `aio` answers on the loop. The tables
of bans and registrations are real ones, in SQLite. Events are what a test puts into `happened`.
"""

import asyncio
import contextlib
import sqlite3
import threading
import time
import types

TABLES = """
CREATE TABLE banlist (ip TEXT, nick TEXT COLLATE NOCASE, ban_type INTEGER DEFAULT 0, host TEXT, date_start INTEGER,
  date_limit INTEGER, nick_op TEXT, reason TEXT, note_op TEXT, PRIMARY KEY (ip, nick));
CREATE TABLE reglist (nick TEXT COLLATE NOCASE PRIMARY KEY, class INTEGER, enabled INTEGER DEFAULT 1, reg_date INTEGER,
  reg_op TEXT, login_last INTEGER, logout_last INTEGER, login_cnt INTEGER, login_ip TEXT, email TEXT, note_op TEXT);
INSERT INTO reglist (nick, class, reg_op) VALUES ('Oper', 3, 'boss'), ('boss', 10, NULL);
INSERT INTO banlist (ip, nick, ban_type, date_start, date_limit, nick_op, reason)
  VALUES ('_nickban_', 'troll', 2, 1, 0, 'Oper', 'for ever'), ('10.9.9.9', '_ipban_', 1, 1, 2, 'Oper', 'over');
"""
SETTINGS = {"hub_name": "Fake", "hub_desc": "A hub", "max_users": "50", "listen_port": "4111", "secret_setting": "s3cret"}


class FakeVh:
    class Error(Exception):
        pass

    class QueueFull(Error):
        pass

    class Closed(Error):
        pass

    class Abandoned(Error):
        pass

    class WouldDeadlock(Error):
        pass

    class Expired(Error, TimeoutError):
        pass

    class OutcomeUnknown(Error, TimeoutError):
        pass

    botname = "HubBot"
    opchatname = "OpChat"
    config_name = "config"
    __version_string__ = "fake"

    def __init__(self, basedir="."):
        self.basedir = str(basedir)
        self.starttime = int(time.time()) - 60
        self.users = {  # nick: (class, ip, MyINFO without the nick)
            "HubBot": (10, "127.0.0.1", ("the bot", "", "\x01", "", "0")),
            "OpChat": (10, "127.0.0.1", ("room", "", "\x01", "", "0")),
            "alice": (0, "10.0.0.7", ("likes &#124; and &#36;", "<++ V:0.868,M:A,H:1/0/0,S:3>", "100\x03", "a@b.c",
                                      str(3 << 29))),
            "Oper": (3, "10.0.0.8", ("", "", "100\x01", "", "0")),
        }
        self.settings = dict(SETTINGS)
        self.sent = []
        self.topic = None
        self.restricted = {}
        self.robots = ["HubBot", "OpChat"]
        self.failure = None  # raised by every call while set
        self.hung = threading.Event()  # while set, calls do not return
        self.released = threading.Condition()
        self.database = sqlite3.connect(":memory:", check_same_thread=False)
        self.database.executescript(TABLES)
        self.database_lock = threading.Lock()
        self.happened = None  # an asyncio.Queue of events, made by whoever listens first
        self.aio = _Aio(self)

    def unhang(self):
        with self.released:
            self.hung.clear()
            self.released.notify_all()

    def _enter(self):
        with self.released:
            self.released.wait_for(lambda: not self.hung.is_set(), timeout=30)
        if self.failure is not None:
            raise self.failure

    def _find(self, nick):
        return next((known for known in self.users if known.lower() == nick.lower()), None)

    def _connected(self, nick):
        known = self._find(nick)
        return known if known is not None and known not in self.robots else None

    # --- what never waits ---

    def snapshot(self):
        users = {nick.lower(): self._snapshot_user(nick) for nick in list(self.users)}
        people = [user for user in users.values() if not user.is_bot]
        return types.SimpleNamespace(
            version=len(self.sent), age=0.25, users=_Users(users), topic=self.topic, settings=self.settings,
            ops=[user.nick for user in users.values() if user.is_op], bots=list(self.robots), users_count=len(people),
            total_share=sum(user.share for user in people))

    def _snapshot_user(self, nick):
        user_class, ip, (description, tag, speed, mail, size) = self.users[nick]
        return types.SimpleNamespace(
            nick=nick, class_=user_class, ip=ip, host=None, description=description, tag=tag, speed=speed, mail=mail,
            size=int(size), share=int(size), client=tag[1:].split(",")[0] or None, hub_url=None, ext_json=None,
            country=None if nick in self.robots else "P1", login_time=0.0 if nick in self.robots else 1.0,
            is_bot=nick in self.robots, is_op=user_class >= 3)

    def stats(self):
        times = {"samples": 0, "p50": 0.0, "p90": 0.0, "p99": 0.0, "max": 0.0}
        counts = dict.fromkeys(("depth", "bytes", "producers", "pushed", "ran", "failed", "expired", "cancelled", "abandoned",
                                "refused_full", "refused_closed", "refused_producers", "waited_for_room", "wakeups", "drains",
                                "budget_cuts"), 0)
        busy = 7.0 if self.hung.is_set() else 0.0
        return {**counts, "oldest_age": 0.0, "wait": times, "run": times, "slowest": ("", 0.0),
                "hub_thread": "in shop.py OnTimer for 7.0 s" if busy else "idle", "hub_thread_busy_for": busy}

    def last_version(self):
        return 0

    def wait_version(self, version, timeout=None):
        return True

    def context(self, *, timeout=None, label=None):
        return contextlib.nullcontext()

    def events(self, *hooks, maxsize=1024, overflow="drop_oldest"):
        return _Events(self._happening(hooks))

    async def _happening(self, hooks):
        if self.happened is None:
            self.happened = asyncio.Queue()
            self.loop = asyncio.get_running_loop()
        sequence = 0
        while True:
            hook, fields, skipped, *allowed = await self.happened.get()
            if hook in hooks:
                sequence += 1
                yield types.SimpleNamespace(hook=hook, fields=fields, args=tuple(fields.values()), sequence=sequence, time=12.5,
                                            skipped=skipped, allowed=all(allowed))

    # --- what the hub thread answers ---

    def GetUserClass(self, nick):
        self._enter()
        known = self._find(nick)
        return -2 if known is None else self.users[known][0]

    def GetIPASN(self, ip):
        self._enter()
        return "AS64500 Example" if ip.startswith("10.0.0.") else None

    def GetGeoIP(self, ip):
        self._enter()
        return {"country": "Nowhere", "city": "--", "time_zone": "Europe/Nowhere"}

    def GetConfig(self, conf, var, default=None):
        self._enter()
        return self.settings.get(var, default)

    def SetConfig(self, conf, var, val):
        self._enter()
        if var not in self.settings:
            return False
        self.settings[var] = val
        return True

    def Topic(self, topic=None):
        self._enter()
        if topic is not None:
            self.topic = topic or None
        return self.topic

    def mc(self, msg, nick=None):
        self._enter()
        self.sent.append(("mc", msg))
        return True

    def classmc(self, msg, least, most):
        self._enter()
        self.sent.append(("classmc", msg, least, most))
        return True

    def SendPMToAll(self, msg, sender, least, most):
        self._enter()
        self.sent.append(("pm to all", msg, sender, least, most))
        return True

    def pm(self, msg, nick, from_=None, bot=None):
        self._enter()
        if self._connected(nick) is None:
            return False
        self.sent.append(("pm", msg, nick))
        return True

    def KickUser(self, op, nick, why=""):
        self._enter()
        known = self._connected(nick)
        if known is None:
            return False
        del self.users[known]
        self.sent.append(("kick", op, known, why))
        return True

    def CloseConnection(self, nick, nice=0, reason=0):
        self._enter()
        known = self._connected(nick)
        self.sent.append(("close", known))
        return self.users.pop(known, None) is not None

    def DelNickTempBan(self, nick):
        self._enter()
        return nick == "hasty"

    def DelIPTempBan(self, ip):
        self._enter()
        return False

    def UserRestrictions(self, nick, chat=None, pm=None, search=None, ctm=None):
        self._enter()
        known = self._connected(nick)
        if known is None:
            return {}
        now = self.restricted.setdefault(known, dict.fromkeys(("chat", "pm", "search", "ctm"), False))
        now.update({name: value != "0" for name, value in
                    {"chat": chat, "pm": pm, "search": search, "ctm": ctm}.items() if value is not None})
        return now

    def AddRegUser(self, nick, class_, password="", op=""):
        if nick in self.robots or self.SQL(f"SELECT 1 FROM reglist WHERE nick = '{nick}'", 1)[1]:
            return False
        self.sent.append(("register", nick, class_, password, op))
        return bool(self.SQL(f"INSERT INTO reglist (nick, class, reg_op) VALUES ('{nick}', {class_}, '{op}')", 1)[0])

    def DelRegUser(self, nick):
        self.SQL(f"DELETE FROM reglist WHERE nick = '{nick}' AND class < 10", 1)
        return bool(self.database.execute("SELECT changes()").fetchone()[0])

    def SetRegClass(self, nick, class_):
        return bool(self.SQL(f"UPDATE reglist SET class = {class_} WHERE nick = '{nick}'", 1)[0])

    def AddRobot(self, nick, class_, desc, speed, mail, share):
        self._enter()
        if self._find(nick) is not None:
            return False
        self.users[nick] = (class_, "127.0.0.1", (desc, "", speed, mail, share))
        self.robots.append(nick)
        return True

    def DelRobot(self, nick):
        self._enter()
        if nick not in self.robots[2:]:
            return False
        self.robots.remove(nick)
        del self.users[nick]
        return True

    def SQL(self, query, limit=100):
        self._enter()
        with self.database_lock:
            try:
                rows = self.database.execute(query.replace("\\\\", "\\")).fetchmany(limit)
            except sqlite3.Error:
                return 0, []
        return 1, [["NULL" if value is None else str(value) for value in row] for row in rows]


class _Events:
    """A stream of events, for one event loop."""

    def __init__(self, happening):
        self._happening = happening

    def __aiter__(self):
        return self._happening

    def close(self):
        pass


class _Users(dict):
    """By nick, any case."""

    def get(self, nick, default=None):
        return super().get(nick.lower(), default)

    def __contains__(self, nick):
        return super().__contains__(nick.lower())


class _Aio:
    def __init__(self, vh):
        self._vh = vh

    def __getattr__(self, name):
        function = getattr(self._vh, name)

        async def answer(*arguments):
            while self._vh.hung.is_set():
                await asyncio.sleep(0.01)
            return function(*arguments)

        def call(*arguments):
            future = asyncio.ensure_future(answer(*arguments))  # under way at once, as with the real vh
            future.add_done_callback(lambda done: done.cancelled() or done.exception())  # need not be awaited
            return future

        return call
