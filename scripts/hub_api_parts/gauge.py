"""Counts of what the HTTP side does. Written on the event loop; read from any thread, each number on its own."""

import time


class Gauge:
    def __init__(self) -> None:
        self.served = 0
        self.under_way = 0
        self._began = time.monotonic()

    def uptime(self) -> float:
        return time.monotonic() - self._began
