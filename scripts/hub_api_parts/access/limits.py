"""How many requests per second a token, or an address without one, may make. Runs on the event loop only.

Each has a bucket that holds `burst` requests and fills at `rate`. Buckets that are full again are forgotten, the oldest first, once
there are too many.
"""

import time
from collections import OrderedDict

MAX_BUCKETS = 4096


class Limits:
    def __init__(self, rate: float, burst: float) -> None:
        """rate: requests per second, 0 for no limit. burst: requests at once."""
        self._rate = rate
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # who: (left, at which time)
        self.refused = 0

    def wait_for(self, who: str) -> float:
        """Takes one request from the bucket of `who`; 0.0, or the seconds until there will be one."""
        if self._rate <= 0:
            return 0.0
        now = time.monotonic()
        left, then = self._buckets.get(who, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        allowed = left >= 1
        self._buckets[who] = (left - 1 if allowed else left, now)
        self._buckets.move_to_end(who)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        if allowed:
            return 0.0
        self.refused += 1
        return (1 - left) / self._rate
