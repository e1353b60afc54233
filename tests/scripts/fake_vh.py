"""A stand-in for the module `vh`: a small hub in memory, which can be told to fail or to hang.

It lets the tests of scripts/hub_api.py run without a hub. Calls may come from any thread; `aio` answers on the loop.
"""

import asyncio
import threading


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

    def __init__(self, basedir="."):
        self.basedir = str(basedir)
        self.users = {  # nick: (class, ip, MyINFO without the nick)
            "HubBot": (10, "127.0.0.1", ("the bot", "", "\x01", "", "0")),
            "OpChat": (10, "127.0.0.1", ("room", "", "\x01", "", "0")),
            "alice": (0, "10.0.0.7", ("likes &#124; and &#36;", "<++ V:0.868,M:A,H:1/0/0,S:3>", "100\x03", "a@b.c",
                                      str(3 << 29))),
            "Oper": (3, "10.0.0.8", ("", "", "100\x01", "", "junk")),
        }
        self.sent = []
        self.topic = None
        self.failure = None  # raised by every call while set
        self.hung = threading.Event()  # while set, calls do not return
        self.released = threading.Condition()
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
        return known if known is not None and known not in self._bots() else None

    def _bots(self):
        return [self.botname, self.opchatname]

    def GetNickList(self):
        self._enter()
        return list(self.users)

    def GetOpList(self):
        self._enter()
        return [nick for nick, user in self.users.items() if user[0] >= 3]

    def GetBotList(self):
        self._enter()
        return self._bots()

    def GetUsersCount(self):
        self._enter()
        return len(self.users) - 2

    def GetTotalShareSize(self):
        self._enter()
        return str(3 << 29)

    def GetUserClass(self, nick):
        self._enter()
        known = self._find(nick)
        return -2 if known is None else self.users[known][0]

    def GetUserIP(self, nick):
        self._enter()
        known = self._find(nick)
        return None if known is None else self.users[known][1]

    def GetUserHost(self, nick):
        self._enter()
        return None

    def GetMyINFO(self, nick):
        self._enter()
        known = self._find(nick)
        return None if known is None else (known, *self.users[known][2])

    def GetConfig(self, conf, var, default=None):
        self._enter()
        return {"hub_name": "Fake", "hub_desc": "A hub", "max_users": "50"}.get(var, default)

    def Topic(self, topic=None):
        self._enter()
        if topic is not None:
            self.topic = topic or None
        return self.topic

    def mc(self, msg, nick=None):
        self._enter()
        self.sent.append(("mc", msg))
        return True

    def pm(self, msg, nick, from_=None, bot=None):
        self._enter()
        if self._connected(nick) is None:
            return False
        self.sent.append(("pm", msg, nick))
        return True

    def usermc(self, msg, nick, bot=None):
        self._enter()
        self.sent.append(("usermc", msg, nick))
        return True

    def KickUser(self, op, nick, why=""):
        self._enter()
        known = self._connected(nick)
        if known is None:
            return False
        del self.users[known]
        self.sent.append(("kick", op, known, why))
        return True


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
