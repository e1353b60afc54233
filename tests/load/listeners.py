"""Many clients of /events, in a process of their own: counts what each got. `listeners.py URL NUMBER` prints "ready", then, when stdin
ends, one JSON object. A listener that is cut, or is told that it missed events, is an error."""

import asyncio
import json
import sys
import urllib.parse

CHUNK = 1 << 16


class Listener(asyncio.Protocol):
    def __init__(self, path: str, counts: dict[str, int]) -> None:
        self.path, self.counts, self.seen = path, counts, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        if self.seen == 0 and not data.startswith(b"HTTP/1.1 200"):
            self.counts["errors"] += 1
        self.seen += 1
        self.counts["bytes"] += len(data)
        self.counts["events"] += data.count(b"\nevent: On")
        self.counts["skipped"] += data.count(b"event: skipped")
        self.counts["ready"] += data.count(b": welcome")

    def connection_lost(self, _error: Exception | None) -> None:
        self.counts["errors"] += not self.counts["ending"]


async def main(url: str, number: int) -> None:
    parts = urllib.parse.urlsplit(url)
    counts = dict.fromkeys(("ready", "events", "bytes", "skipped", "errors", "ending"), 0)
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Listener("/events?hooks=OnParsedMsgChat", counts), parts.hostname, parts.port)
            for _ in range(number)]
    while counts["ready"] < number and not counts["errors"]:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    counts["ending"] = 1
    for transport, _ in made:
        transport.close()
    print(json.dumps(counts), flush=True)


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
