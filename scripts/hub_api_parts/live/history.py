"""How many users there were and what they shared, over the last day. Runs on the event loop only."""

import asyncio
import time
from collections import deque

from hub_api_parts.hub import Vh
from hub_api_parts.models.hub import Sample

EVERY_SECONDS = 10.0
SAMPLES = int(86_400 / EVERY_SECONDS)


class History:
    def __init__(self, vh: Vh) -> None:
        self._vh = vh
        self.samples: deque[Sample] = deque(maxlen=SAMPLES)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="hub history")

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def take(self) -> None:
        snapshot = self._vh.snapshot()
        self.samples.append(Sample(time=int(time.time()), users=snapshot.users_count, share=snapshot.total_share))

    async def _run(self) -> None:
        while True:
            self.take()
            await asyncio.sleep(EVERY_SECONDS)
