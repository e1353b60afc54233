"""Answers kept under the Idempotency-Key of their request, so that a repeated request is answered and not done again.

Runs on the event loop only. A key belongs to a token and a path. Kept for KEEP_SECONDS, MAX_ANSWERS at most, in memory: a restart of
the server forgets them.
"""

import asyncio
import dataclasses
import time
from collections import OrderedDict

KEEP_SECONDS = 3600.0
MAX_ANSWERS = 10_000
MAX_KEY = 200  # characters


@dataclasses.dataclass
class Answer:
    """fingerprint: of the request's body. done: carries status, body and type once they are known."""

    fingerprint: str
    at: float
    done: "asyncio.Future[tuple[int, bytes, str]]"


class Answers:
    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], Answer] = OrderedDict()
        self.repeated = 0

    def find(self, key: tuple[str, ...]) -> Answer | None:
        answer = self._kept.get(key)
        if answer is not None and time.monotonic() - answer.at > KEEP_SECONDS and answer.done.done():
            del self._kept[key]
            return None
        return answer

    def begin(self, key: tuple[str, ...], fingerprint: str) -> Answer:
        """A place for the answer of a request that is about to be done."""
        while len(self._kept) >= MAX_ANSWERS:
            self._kept.popitem(last=False)
        answer = Answer(fingerprint, time.monotonic(), asyncio.get_running_loop().create_future())
        self._kept[key] = answer
        return answer

    def forget(self, key: tuple[str, ...], answer: Answer) -> None:
        """Nothing was done: the same key may try again. Whoever waits for the answer tries for itself."""
        if self._kept.get(key) is answer:
            del self._kept[key]
        answer.done.cancel()
