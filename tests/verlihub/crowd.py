"""Thousands of users who log in and then only listen: one thread for all of them.

A hub takes a descriptor for each, and so does this process: `ulimit -n` of who starts both must allow as many. Verlihub shows
each login to everybody at once, with a system call for each: n users cost it n * n / 2 of them, 5,000 users more than twelve
million, which is what their login takes its time for. Below adv_min_frequency turns of its loop a second it refuses more.
"""

import selectors
import socket
import threading

from patience import DEADLINE, until

AT_ONCE = 50  # logins under way
PAUSE = 0.02  # seconds between two looks: what has gathered meanwhile is read at once


class Crowd:
    def __init__(self, port, number, prefix="crowd"):
        self._selector = selectors.DefaultSelector()
        self._ending = threading.Event()
        self._logged_in = 0  # their nicks are taken, the rest follows by itself; written by the reader
        self._refused = 0  # closed by the hub before that; written by the reader
        self._sockets = []
        self._reader = threading.Thread(target=self._read, name="crowd", daemon=True)
        self._reader.start()
        try:
            for at in range(number):
                self._enter(port, f"{prefix}{at}")
                until(lambda at=at: self._goes_on() and at - self._logged_in < AT_ONCE, f"login of {prefix}{at}", 3 * DEADLINE)
            until(lambda: self._goes_on() and self._logged_in == number, "the last logins", 3 * DEADLINE)
        except BaseException:
            self.close()
            raise

    def _goes_on(self):
        assert self._refused == 0, f"the hub has closed the connections of {self._refused} users before their login"
        return True

    def _enter(self, port, nick):
        entering = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        entering.sendall(f"$Supports NoHello NoGetINFO|$Key x|$ValidateNick {nick}|$Version 1,0091|"
                         f"$MyINFO $ALL {nick} one of many<test V:1,M:A,H:1/0/0,S:3>$ $100\x01$$1000$|".encode())
        entering.setblocking(False)
        self._sockets.append(entering)
        self._selector.register(entering, selectors.EVENT_READ, [f"$Hello {nick}".encode(), b""])

    def _read(self):
        while not self._ending.is_set():
            for key, _ in self._selector.select(0.1) if self._selector.get_map() else ():
                try:
                    data = key.fileobj.recv(1 << 16)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self._selector.unregister(key.fileobj)
                    self._refused += bool(key.data)
                elif key.data:
                    own, before = key.data
                    if own in before + data:
                        key.data.clear()
                        self._logged_in += 1
                    else:
                        key.data[1] = (before + data)[-len(own):]
            self._ending.wait(PAUSE)

    def close(self):
        self._ending.set()
        self._reader.join(DEADLINE)
        for one in self._sockets:
            one.close()
        self._selector.close()
