"""One stream of the hub's events, handed to all who listen.

Owner: the server of one run. Runs on its event loop only; `count`, `skipped` and `listeners` may be read from any thread. close()
wakes all listeners, whose iteration then ends.

An event gets a number and a place in a ring of RING events. A listener keeps the number of the last one it has had; it is woken by
a pulse, a future that all of them wait for, and takes what has come since. What it wants as text is made once for all listeners
that stand at the same place and want the same hooks.
"""

import asyncio
import contextlib
import dataclasses
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from typing import Any

from hub_api_parts.hub import EventStream, Vh
from hub_api_parts.live.hooks import ANYWAY, OFFERED, SUPPORTS
from hub_api_parts.log import log
from hub_api_parts.text import from_wire, shown

RING = 4096  # events that are kept for those who come back
QUEUE = 4096  # events that wait between the hub and here
MAX_LISTENERS = 1000
MAX_FLAGS = 10_000  # addresses of which the supported features are known
PULSE_SECONDS = 0.02  # from an event until listeners are woken ...
PULSE_EACH = 0.0002  # ... and so much more for each listener
AGAIN_SECONDS = 1.0  # until a stream that has failed is tried again


@dataclasses.dataclass(frozen=True, slots=True)
class HubEvent:
    number: int
    hook: str
    args: dict[str, Any]
    time: float


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """What a listener is given at once. `skipped`: how many events it has missed before these; -1: unknown, because it names
    events of another run."""

    events: list[HubEvent]
    skipped: int
    last: int  # the number from which to go on, in the form of `number`


class Stream:
    def __init__(self, vh: Vh) -> None:
        self._vh = vh
        self.run = secrets.token_hex(4)  # tells the numbers of this run from those of another
        self.count = 0  # events so far: the number of the latest
        self.skipped = 0  # events that the hub had to leave out
        self.listeners = 0
        self._ring: list[HubEvent | None] = [None] * RING
        self._lost: OrderedDict[int, int] = OrderedDict()  # before which number how many were left out
        self._flags: OrderedDict[str, list[str]] = OrderedDict()
        self._texts: dict[tuple[Any, ...], Any] = {}
        self._pulse: asyncio.Future[None] | None = None
        self._pulse_due = False
        self._task: asyncio.Task[None] | None = None
        self.closed = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._consume(), name="hub events")

    def close(self) -> None:
        self.closed = True
        if self._task is not None:
            self._task.cancel()
        self._beat()

    def flags_of(self, ip: str) -> list[str]:
        """What the client that last came from this address said it supports."""
        return self._flags.get(ip, [])

    async def listen(self, hooks: frozenset[str], after: str | None = None) -> AsyncIterator[Batch]:
        """Batches of events of these hooks. after: an id that a listener has had before. Ends when the stream is closed."""
        last, lost = self._place(after)
        self.listeners += 1
        try:
            while not self.closed:
                if last == self.count and not lost:
                    await asyncio.shield(self._next_pulse())
                    continue
                batch = self._since(last, hooks, lost)
                last, lost = batch.last, 0
                if batch.events or batch.skipped:
                    yield batch
        finally:
            self.listeners -= 1

    def id_of(self, number: int) -> str:
        return f"{self.run}-{number}"

    def text_of(self, batch: Batch, hooks: frozenset[str], make: "Callable[[Stream, Batch], str]") -> str:
        """make(self, batch), made once for all listeners to whom the same batch is given between two pulses."""
        first = batch.events[0].number if batch.events else 0
        key = (make, first, batch.last, batch.skipped, hooks)
        if key not in self._texts:
            self._texts[key] = make(self, batch)
        text: str = self._texts[key]
        return text

    def recent(self, hooks: frozenset[str], number: int) -> list[HubEvent]:
        """The latest events of these hooks, the oldest first."""
        found: list[HubEvent] = []
        for at in range(self.count, max(0, self.count - RING), -1):
            event = self._ring[at % RING]
            if event is not None and event.hook in hooks:
                found.append(event)
                if len(found) == number:
                    break
        return found[::-1]

    def add(self, hook: str, args: dict[str, Any], time: float, skipped: int) -> None:
        """An event has come, after `skipped` that were left out."""
        if hook == SUPPORTS:
            self._learn_flags(str(args.get("ip", "")), str(args.get("data", "")))
            self.skipped += skipped
            return
        self.count += 1
        if skipped:
            self.skipped += skipped
            self._lost[self.count] = skipped
            while len(self._lost) > RING or next(iter(self._lost)) <= self.count - RING:
                self._lost.popitem(last=False)
        self._ring[self.count % RING] = HubEvent(self.count, hook, _plain(args), time)
        if not self._pulse_due:
            self._pulse_due = True
            asyncio.get_running_loop().call_later(PULSE_SECONDS + self.listeners * PULSE_EACH, self._beat)

    async def _consume(self) -> None:
        """Reads the hub's events until it is cancelled; begins anew if that fails."""
        while not self.closed:
            try:
                with contextlib.closing(self._vh.events(*OFFERED, SUPPORTS, maxsize=QUEUE, overflow="drop_oldest")) as stream:
                    await self._follow(stream)
            except (self._vh.Closed, self._vh.Abandoned):
                return  # the hub stops, or the script is gone
            except Exception as error:
                log(f"events of the hub: {type(error).__name__}: {error}")
            await asyncio.sleep(AGAIN_SECONDS)

    async def _follow(self, stream: EventStream) -> None:
        missed = 0
        async for event in stream:
            missed += event.skipped
            if event.allowed or event.hook in ANYWAY:  # what a script has blocked did not happen
                self.add(event.hook, event.fields, event.time, missed)
                missed = 0

    def _place(self, after: str | None) -> tuple[int, int]:
        """From which number on, and how many were missed for sure before that."""
        if not after:
            return self.count, 0
        run, _, number = after.rpartition("-")
        if run != self.run or not number.isdigit() or int(number) > self.count:
            return self.count, -1
        return int(number), 0

    def _since(self, last: int, hooks: frozenset[str], lost: int) -> Batch:
        first = max(last + 1, self.count - RING + 1)
        skipped = lost + first - last - 1 if lost >= 0 else lost
        events = []
        for number in range(first, self.count + 1):
            if skipped >= 0:
                skipped += self._lost.get(number, 0)
            event = self._ring[number % RING]
            if event is not None and event.hook in hooks:
                events.append(event)
        return Batch(events, skipped, self.count)

    def _next_pulse(self) -> "asyncio.Future[None]":
        if self._pulse is None:
            self._pulse = asyncio.get_running_loop().create_future()
        return self._pulse

    def _beat(self) -> None:
        self._pulse_due = False
        self._texts.clear()
        if self._pulse is not None and not self._pulse.done():
            self._pulse.set_result(None)
        self._pulse = None

    def _learn_flags(self, ip: str, command: str) -> None:
        self._flags[ip] = shown(command).split()[1:]
        self._flags.move_to_end(ip)
        while len(self._flags) > MAX_FLAGS:
            self._flags.popitem(last=False)


def _plain(args: dict[str, Any]) -> dict[str, Any]:
    return {name: from_wire(value) if isinstance(value, str) else value for name, value in args.items()}
