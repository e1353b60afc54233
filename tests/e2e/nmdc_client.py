"""A Direct Connect client for tests: logs in, talks, and keeps every frame that the hub has sent.

Text is str with every byte kept (UTF-8, surrogateescape). One reader thread per client fills the list of frames;
everything else runs on the caller's thread. Every wait has a deadline; close() ends the thread.
"""

import re
import socket
import threading
import time

from patience import DEADLINE

BACKLOG_BYTES = 1 << 20  # of one read
SUPPORTS = ("NoHello", "NoGetINFO", "UserIP2", "TTHSearch")
_ESCAPES = {"&#36;": "$", "&#124;": "|", "&amp;": "&"}


class HubSaidNo(AssertionError):
    """The hub closed the connection during login; the frames tell why."""


def encode(text):
    return text.encode("utf-8", "surrogateescape")


def decode(data):
    return data.decode("utf-8", "surrogateescape")


def escape(text):
    text = re.sub(r"&(?=(?:#36|#124|amp);)", "&amp;", text)
    return text.replace("$", "&#36;").replace("|", "&#124;")


def unescape(text):
    return re.sub(r"&(?:#36|#124|amp);", lambda match: _ESCAPES[match[0]], text)


class FrameSplitter:
    """Cuts a stream into frames, whatever the pieces it arrives in."""

    def __init__(self):
        self._rest = b""

    def feed(self, data):
        *frames, self._rest = (self._rest + data).split(b"|")
        return [decode(frame) for frame in frames]


class Client:
    def __init__(self, port, nick, password=None, *, host="127.0.0.1", supports=SUPPORTS, description="tester", share=0,
                 login=True, deadline=DEADLINE, receive_buffer=None):
        self.nick = nick
        self.password = password
        self.frames = []  # all of them, in order; only appended to
        self.closed = False  # the hub has closed, or the connection broke
        self._supports = supports
        self._myinfo = f"$MyINFO $ALL {nick} {description}<test V:1,M:A,H:1/0/0,S:3>$ $100\x01$${share}$|"
        self._changed = threading.Condition()
        self._splitter = FrameSplitter()
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(deadline)
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, name=f"client {nick}", daemon=True)
        self._reader.start()
        if login:
            try:
                self.login(deadline)
            except BaseException:
                self.close()
                raise

    # --- the wire ---

    def send(self, text):
        """Raw; the caller writes the pipes."""
        self.socket.sendall(encode(text))

    def _read(self):
        try:
            while data := self.socket.recv(BACKLOG_BYTES):
                frames = self._splitter.feed(data)
                with self._changed:
                    self.frames += frames
                    self._changed.notify_all()
        except OSError:
            pass  # reset by the hub, or closed by us
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def mark(self):
        """How many frames there are now: the `since` of a later wait."""
        with self._changed:
            return len(self.frames)

    def wait_for(self, predicate, what, *, since=0, deadline=DEADLINE):
        """The first frame from `since` on for which predicate(frame) holds. Fails if the hub closes or time runs out."""
        end = time.monotonic() + deadline
        index = since
        with self._changed:
            while True:
                for index in range(index, len(self.frames)):
                    if predicate(self.frames[index]):
                        return self.frames[index]
                index = len(self.frames)
                if self.closed:
                    raise HubSaidNo(f"{self.nick}: closed before {what}; last frames: {self.frames[-8:]}")
                left = end - time.monotonic()
                assert left > 0, f"{self.nick}: no {what} within {deadline} s; last frames: {self.frames[-8:]}"
                self._changed.wait(left)

    def wait_all(self, frames, *, since=0, deadline=DEADLINE):
        """Until each of these very frames has come from `since` on. Looks at a frame once, so it suits thousands."""
        end = time.monotonic() + deadline
        missing = set(frames)
        with self._changed:
            while True:
                missing.difference_update(self.frames[since:])
                since = len(self.frames)
                if not missing:
                    return
                if self.closed:
                    raise HubSaidNo(f"{self.nick}: closed before {missing}; last frames: {self.frames[-8:]}")
                left = end - time.monotonic()
                assert left > 0, f"{self.nick}: not within {deadline} s: {missing}; last frames: {self.frames[-8:]}"
                self._changed.wait(left)

    def wait_closed(self, deadline=DEADLINE):
        with self._changed:
            assert self._changed.wait_for(lambda: self.closed, deadline), f"{self.nick}: not closed within {deadline} s"

    def close(self):
        """Ends the connection and the reader."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._reader.join(DEADLINE)
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- logging in ---

    def login(self, deadline=DEADLINE):
        def wait(*starts):
            return self.wait_for(lambda frame: frame.startswith(starts), " or ".join(starts), deadline=deadline)

        wait("$Lock ")
        self.send(f"$Supports {' '.join(self._supports)} |$Key anything|$ValidateNick {self.nick}|")
        if wait("$Hello ", "$GetPass").startswith("$GetPass"):
            assert self.password is not None, f"the hub asks {self.nick} for a password"
            self.send(f"$MyPass {self.password}|")
            wait("$Hello ")
        self.send(f"$Version 1,0091|$GetNickList|{self._myinfo}")
        self.wait_for(lambda frame: frame.startswith(f"$MyINFO $ALL {self.nick} "), "own $MyINFO", deadline=deadline)

    # --- talking ---

    def chat(self, text):
        self.send(f"<{self.nick}> {escape(text)}|")

    def pm(self, to, text):
        self.send(f"$To: {to} From: {self.nick} $<{self.nick}> {escape(text)}|")

    def wait_chat(self, text, *, by=None, since=0, deadline=DEADLINE):
        """A line in the main chat that holds `text`; by: the nick that says it."""
        def wanted(frame):
            match = re.match(r"<([^>]*)> (.*)", frame, re.S)
            return match and (by is None or match[1] == by) and text in unescape(match[2])

        return self.wait_for(wanted, f"chat line {text!r}", since=since, deadline=deadline)

    def wait_pm(self, text, *, by=None, since=0, deadline=DEADLINE):
        def wanted(frame):
            match = re.match(r"\$To: \S+ From: (\S+) \$(.*)", frame, re.S)
            return match and (by is None or match[1] == by) and text in unescape(match[2])

        return self.wait_for(wanted, f"private message {text!r}", since=since, deadline=deadline)

    def command(self, text, answer, *, deadline=DEADLINE):
        """Types a command and waits for a line of the hub, in chat or in private, that holds `answer`."""
        since = self.mark()
        self.send(f"<{self.nick}> {text}|")
        return unescape(self.wait_for(
            lambda frame: frame.startswith(("<", "$To: ")) and answer in unescape(frame)
            and not frame.startswith(f"<{self.nick}>"),
            f"answer {answer!r} to {text!r}", since=since, deadline=deadline))

    # --- what the frames say ---

    def nicks(self):
        """Who is in the user list, as this client knows it."""
        known = set()
        with self._changed:
            frames = list(self.frames)
        for frame in frames:
            if frame.startswith("$MyINFO $ALL "):
                known.add(frame.split(" ", 3)[2])
            elif frame.startswith("$Quit "):
                known.discard(frame[6:])
        return known

    def topic(self):
        """The last topic told by $HubName; None if there is none."""
        with self._changed:
            names = [frame for frame in self.frames if frame.startswith("$HubName ")]
        return unescape(names[-1].partition(" - ")[2]) or None if names else None
