"""How long the hub takes to answer a client while four Python threads of a script call `vh` without pause.

Starts vhpy-hub (VHPY_HUB) with flood_script.py and one client, which says a line and waits until it hears it: what a turn
of the hub's loop takes, and what lies before it. Idle and flooded rounds in turn. Prints one JSON line per sample: the 50th
and the 99th percentile of each round, in seconds.
"""

import pathlib
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
PATIENCE = 60  # seconds for any answer
LOG_IN = (b"$Supports NoHello NoGetINFO |$Key x|$ValidateNick client|$Version 1,0091|$GetNickList|"
          b"$MyINFO $ALL client c<++ V:0.868,M:A,H:1/0/0,S:3>$ $100\x01$$1073741824$|")


def hear(client, wanted):
    heard = b""
    while wanted not in heard:
        received = client.recv(65_536)
        assert received, f"the hub closed the connection; heard {heard[-200:]}"
        heard += received


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


def measure(client):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(LOG_IN)
    hear(client, b"Welcome!")
    round_of(client)  # the first round fills caches
    for _ in range(ROUNDS):
        for name in ("off", "on"):
            client.sendall(b"<client> !flood %s|" % name.encode())
            hear(client, b"now flood " + name.encode())
            times = round_of(client)
            tell(f"flood_{name}.p50", times[LINES // 2])
            tell(f"flood_{name}.p99", times[LINES * 99 // 100])


def main():
    with tempfile.TemporaryDirectory(prefix="vhpy-flood-") as data:
        hub = HubProcess(data, scripts=[HERE / "flood_script.py"])
        try:
            hub.wait_ready()
            with socket.create_connection(("127.0.0.1", hub.port), timeout=PATIENCE) as client:
                measure(client)
            hub.stop()
        finally:
            hub.kill()


if __name__ == "__main__":
    main()
