"""What a script whose thread computes without pause costs the other scripts and the hub: shared, and isolated.

Starts vhpy-hub (VHPY_HUB) with busy_script.py in that mode, a shared script with a hook, and one client, which says a line that goes
through the hook and a private line that goes through none, and waits until it hears each. With and without the computing, in
turn. Prints one JSON line per sample: the 50th and the 99th percentile of each round, in seconds.
"""

import pathlib
import socket
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from hub_process import HubProcess  # noqa: E402
from hub_under_flood import LOG_IN, PATIENCE, hear  # noqa: E402
from samples import tell  # noqa: E402

ROUNDS = 7
LINES = 300  # of one round, of each kind
PAUSE = 0.002  # seconds before each: else the hub thread comes back before the one that computes has woken up
HOOK = "def OnParsedMsgChat(nick, msg):\n    return 1\n"
KINDS = {
    "hook": b"<client> line %d|",
    "loop": b"$To: client From: client $<client> line %d|",
}


def round_of(client, kind):
    """Sorted seconds from a line said to the line heard."""
    times = []
    for number in range(LINES):
        line = KINDS[kind] % number
        time.sleep(PAUSE)
        began = time.perf_counter()
        client.sendall(line)
        hear(client, line)
        times.append(time.perf_counter() - began)
    return sorted(times)


def measure(client, mode):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(LOG_IN)
    hear(client, b"Welcome!")
    for kind in KINDS:  # the first round fills caches
        round_of(client, kind)
    for _ in range(ROUNDS):
        for state in ("off", "on"):
            client.sendall(b"<client> !compute %s|" % state.encode())
            hear(client, b"now compute " + state.encode())
            for kind in KINDS:
                times = round_of(client, kind)
                tell(f"{mode}.{kind}_{state}.p50", times[LINES // 2])
                tell(f"{mode}.{kind}_{state}.p99", times[LINES * 99 // 100])


def main():
    for mode in ("isolated", "shared"):
        with tempfile.TemporaryDirectory(prefix="vhpy-busy-") as data:
            hook = pathlib.Path(data, "hook.py")
            hook.write_text(HOOK)
            hub = HubProcess(data, scripts=[hook, f"{HERE / 'busy_script.py'}:{mode}"])
            try:
                hub.wait_ready()
                with socket.create_connection(("127.0.0.1", hub.port), timeout=PATIENCE) as client:
                    measure(client, mode)
                hub.stop()
            finally:
                hub.kill()


if __name__ == "__main__":
    main()
