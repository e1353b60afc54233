#!/usr/bin/env python3
"""What connections cost the embedded hub: memory per idle user, and whether it holds while others chat.

Starts vhpy-hub (VHPY_HUB or --hub) on a free port, logs in --idle users that only read, then --chatting users that each
say --lines lines; everybody must hear every line. Prints one figure per line.
"""

import argparse
import asyncio
import os
import pathlib
import re
import resource
import subprocess
import tempfile
import time

SETTINGS = ("int_chat_ms=0", "int_flood_chat_limit=0", "max_chat_lines=0", "timeout_flush=60", "timeout_key=3600")
PATIENCE = 120.0  # seconds for any step


class Client(asyncio.Protocol):
    """Counts what it hears instead of keeping it."""

    def __init__(self, nick):
        self.nick = nick
        self.welcome = asyncio.get_running_loop().create_future()
        self.lines = 0
        self.lost = False
        self._rest = b""

    def connection_made(self, transport):
        self.transport = transport

    def log_in(self):
        nick = self.nick
        self.transport.write((f"$Supports NoHello NoGetINFO |$Key x|$ValidateNick {nick}|$Version 1,0091|$GetNickList|"
                              f"$MyINFO $ALL {nick} idle<++ V:0.868,M:A,H:1/0/0,S:3>$ $100\x01$$1073741824$|").encode())

    def data_received(self, data):
        data = self._rest + data
        head, bar, self._rest = data.rpartition(b"|")
        self.lines += head.count(b"> line ") if bar else 0
        if not self.welcome.done() and b"Welcome!" in head:
            self.welcome.set_result(None)

    def connection_lost(self, error):
        self.lost = True


def resident_kib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


async def connect(port, nicks):
    loop = asyncio.get_running_loop()
    clients = []
    for nick in nicks:
        _, client = await asyncio.wait_for(loop.create_connection(lambda n=nick: Client(n), "127.0.0.1", port), PATIENCE)
        clients.append(client)
    return clients


async def log_in(clients, at_once=50):
    for start in range(0, len(clients), at_once):
        for client in clients[start:start + at_once]:
            client.log_in()
        await asyncio.wait_for(asyncio.gather(*(c.welcome for c in clients[start:start + at_once])), PATIENCE)


async def chat(everybody, speakers, lines):
    """Seconds until everybody has heard everything."""
    wanted = len(speakers) * lines
    for client in everybody:
        client.lines = 0
    began = time.monotonic()
    for number in range(lines):
        for client in speakers:
            client.transport.write(f"<{client.nick}> line {number}|".encode())
        await asyncio.sleep(0)
    while any(c.lines < wanted for c in everybody):
        assert time.monotonic() - began < PATIENCE, f"heard {min(c.lines for c in everybody)} of {wanted}"
        assert not any(c.lost for c in everybody), "the hub closed a connection"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def measure(hub, port, options):
    base = resident_kib(hub.pid)
    idle = await connect(port, [f"idle{n}" for n in range(options.idle)])
    await asyncio.sleep(1)
    connected = resident_kib(hub.pid)
    await log_in(idle)
    await asyncio.sleep(1)
    logged_in = resident_kib(hub.pid)
    speakers = await connect(port, [f"talker{n}" for n in range(options.chatting)])
    await log_in(speakers)
    seconds = await chat(idle + speakers, speakers, options.lines)
    after = resident_kib(hub.pid)
    delivered = options.chatting * options.lines * (options.idle + options.chatting)
    print(f"hub without clients: {base} KiB")
    print(f"a connection that says nothing: {(connected - base) / options.idle:.1f} KiB")
    print(f"an idle user, in all: {(logged_in - base) / options.idle:.1f} KiB")
    print(f"hub after the chat: {after} KiB")
    print(f"chat: {delivered} lines delivered in {seconds:.2f} s, {delivered / seconds:.0f} per second")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hub", default=os.environ.get("VHPY_HUB"))
    parser.add_argument("--idle", type=int, default=2000)
    parser.add_argument("--chatting", type=int, default=50)
    parser.add_argument("--lines", type=int, default=10)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as data:
        command = [options.hub, "--port", "0", "--data", data, "--log-level", "warning"]
        for setting in SETTINGS:
            command += ["--set", setting]
        hub = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            port = int(re.search(r":(\d+)$", hub.stdout.readline().strip())[1])
            asyncio.run(measure(hub, port, options))
        finally:
            hub.terminate()
            hub.wait(timeout=30)


if __name__ == "__main__":
    main()
