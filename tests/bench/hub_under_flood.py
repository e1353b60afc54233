"""How long the hub takes to answer a client while four Python threads of a script call `vh` without pause.

Starts vhpy-hub (VHPY_HUB) with flood_script.py and one client, which says a line and waits until it hears it: what a turn
of the hub's loop takes, and what lies before it. Idle and flooded rounds in turn. Then the turns of the loop themselves, as
vh.stats() counts them from the start of a hub, which is therefore a new one for each round. Prints one JSON line per sample: the
50th and the 99th percentile of each round, in seconds.
"""

import contextlib
import pathlib
import re
import socket
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from hub_process import HubProcess  # noqa: E402
from samples import tell  # noqa: E402

ROUNDS = 7
LINES = 500  # of one round
HUBS = 5  # of each kind, for the turns
PATIENCE = 60  # seconds for any answer
LOG_IN = (b"$Supports NoHello NoGetINFO |$Key x|$ValidateNick client|$Version 1,0091|$GetNickList|"
          b"$MyINFO $ALL client c<++ V:0.868,M:A,H:1/0/0,S:3>$ $100\x01$$1073741824$|")


def hear(client, wanted):
    heard = b""
    while wanted not in heard or not heard.endswith(b"|"):
        received = client.recv(65_536)
        assert received, f"the hub closed the connection; heard {heard[-200:]}"
        heard += received
    return heard


def round_of(client):
    """Sorted seconds from a line said to the line heard."""
    times = []
    for number in range(LINES):
        line = b"<client> line %d|" % number
        began = time.perf_counter()
        client.sendall(line)
        hear(client, line)
        times.append(time.perf_counter() - began)
    return sorted(times)


def log_in(client):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(LOG_IN)
    hear(client, b"Welcome!")
    round_of(client)  # the first round fills caches


def flood(client, name):
    client.sendall(b"<client> !flood %s|" % name.encode())
    hear(client, b"now flood " + name.encode())


def measure(client):
    for _ in range(ROUNDS):
        for name in ("off", "on"):
            flood(client, name)
            times = round_of(client)
            tell(f"flood_{name}.p50", times[LINES // 2])
            tell(f"flood_{name}.p99", times[LINES * 99 // 100])


def measure_turns(client, name):
    """The script answers with the 99th percentile of the turns of the loop: the upper edge of a bucket, a power of two in ns."""
    flood(client, name)
    round_of(client)
    client.sendall(b"<client> !turns|")
    tell(f"turn_{name}.p99", float(re.search(rb"turns p99 ([0-9.e-]+)", hear(client, b"turns p99 "))[1]))


@contextlib.contextmanager
def hub_with_client():
    with tempfile.TemporaryDirectory(prefix="vhpy-flood-") as data:
        hub = HubProcess(data, scripts=[HERE / "flood_script.py"])
        try:
            hub.wait_ready()
            with socket.create_connection(("127.0.0.1", hub.port), timeout=PATIENCE) as client:
                log_in(client)
                yield client
            hub.stop()
        finally:
            hub.kill()


def main():
    with hub_with_client() as client:
        measure(client)
    for _ in range(HUBS):
        for name in ("off", "on"):
            with hub_with_client() as client:
                measure_turns(client, name)


if __name__ == "__main__":
    main()
