"""Loads a hub and its REST interface at once, and prints a table: `./dev load`.

Phases: chat, searches and churn of vhpy-load alone; the same with wrk on the API; then few clients that talk much, without and with
listeners of /events. Beside the phase without the API, the other one shows what the API costs the hub. Everything is on one machine, so what clients and wrk use is missing to the hub.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from hub_process import HUB_API, NO_LIMITS, HubProcess  # noqa: E402

FREE = (*NO_LIMITS, "int_flood_search_limit=0", "int_flood_myinfo_limit=0", "int_search=0", "max_users_from_ip=0", "int_flood_getinfo_limit=0")
PATHS = ("/users?limit=25", "/stats", "/user/load1")
START_SECONDS = 120


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev load", description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--chat", type=float, default=5, help="lines per second, each to all clients")
    parser.add_argument("--search", type=float, default=5)
    parser.add_argument("--churn", type=float, default=2)
    parser.add_argument("--connections", type=int, default=16, help="of wrk")
    parser.add_argument("--listeners", type=int, default=500)
    parser.add_argument("--events", type=float, default=100, help="chat lines per second while they listen")
    parser.add_argument("--listening-clients", type=int, default=20, help="Direct Connect clients meanwhile: each line goes to them, too")
    return parser.parse_args()


def load(hub: HubProcess, asked: argparse.Namespace, **more: float) -> "subprocess.Popen[str]":
    wanted = {"clients": asked.clients, "seconds": asked.seconds, "chat": asked.chat, "search": asked.search, "churn": asked.churn, **more}
    command = [os.environ["VHPY_LOAD"], "--port", str(hub.port), *(text for name, value in wanted.items() for text in (f"--{name}", str(value)))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n", "the clients could not log in"
    return process


def result(process: "subprocess.Popen[str]", seconds: float) -> dict:
    out, _ = process.communicate(timeout=seconds + START_SECONDS)
    return json.loads(out)


def wrk(hub: HubProcess, path: str, connections: int, seconds: float) -> dict:
    """Requests per second, latencies and errors of one path."""
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", "--timeout", "10s",
                           hub.api_url + path], capture_output=True, text=True, timeout=seconds + START_SECONDS)
    assert done.returncode == 0, f"wrk {path}: {done.stdout}{done.stderr}"
    text = done.stdout
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", text)))
    errors += sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", text)))
    return {"path": path, "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), "errors": errors,
            **{name: re.search(rf"\s{share}%\s+(\S+)", text)[1] for name, share in (("p50", 50), ("p99", 99))}}


def milliseconds(told: dict | None) -> str:
    return "-" if not told else " / ".join(f"{told[name] * 1000:.1f}" for name in ("p50", "p99", "max"))


def row(name: str, told: dict, hub: HubProcess, before: tuple[float, int]) -> None:
    """before: processor seconds and resident KiB of the hub when the phase began."""
    cpu, kib = hub.cpu_seconds() - before[0], hub.resident_kib()
    print(f"| {name} | {told['lines_received'] / told['seconds']:,.0f} | {milliseconds(told['chat'])} | "
          f"{told['errors'] + told['lost_lines']} | {before[1] / 1024:.0f}, {kib / 1024:.0f} MiB | {cpu / told['seconds'] * 100:.0f} % |", flush=True)
    if told["first_error"]:
        print(f"first error: {told['first_error']}")


def phases(hub: HubProcess, asked: argparse.Namespace) -> int:
    """All phases; the number of errors."""
    errors = 0
    print(f"{asked.clients} clients, {asked.seconds:.0f} s each; {asked.chat:g} chat lines, {asked.search:g} searches, "
          f"{asked.churn:g} leaving and coming back, per second\n")
    print("| phase | chat lines delivered/s | chat latency p50 / p99 / max, ms | errors | memory of the hub before, after | its processor time |\n|---|---|---|---|---|---|")
    tables = []
    for name, connections in (("hub alone", 0), ("with wrk on the API", asked.connections)):
        clients, before = load(hub, asked), (hub.cpu_seconds(), hub.resident_kib())
        for path in PATHS if connections else ():
            tables.append(wrk(hub, path, connections, asked.seconds / len(PATHS)))
        told = result(clients, asked.seconds)
        errors += told["errors"] + told["lost_lines"]
        row(name, told, hub, before)
    if asked.listeners:
        errors += listening(hub, asked)
    print("\n| wrk | requests/s | p50 | p99 | errors |\n|---|---|---|---|---|")
    for table in tables:
        errors += table["errors"]
        print(f"| `{table['path']}` | {table['per_second']:,.0f} | {table['p50']} | {table['p99']} | {table['errors']} |")
    return errors


def listening(hub: HubProcess, asked: argparse.Namespace) -> int:
    """Few clients that talk much, without and with listeners of /events."""
    errors, quick = 0, {"clients": asked.listening_clients, "chat": asked.events, "churn": 0, "search": 0, "seconds": asked.seconds / 3}
    for name, number in ((f"{asked.listening_clients} clients, {asked.events:g} lines/s", 0), (f"the same, {asked.listeners} listeners", asked.listeners)):
        listeners = None
        if number:
            listeners = subprocess.Popen([sys.executable, HERE / "listeners.py", hub.api_url, str(number)], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
            assert listeners.stdout is not None and listeners.stdout.readline() == "ready\n"
        clients, before = load(hub, asked, **quick), (hub.cpu_seconds(), hub.resident_kib())
        told = result(clients, asked.seconds)
        errors += told["errors"] + told["lost_lines"]
        row(name, told, hub, before)
        if listeners is not None:
            out, _ = listeners.communicate("", timeout=START_SECONDS)
            heard = json.loads(out)
            missing = number * told["lines_sent"] - heard["events"]
            errors += heard["errors"] + missing
            print(f"\nlisteners: {heard['events']:,} events, {missing} missing, {heard['skipped']} skips told, {heard['errors']} cut")
    return errors


def main() -> int:
    asked = options()
    if shutil.which("wrk") is None:
        print("load: wrk is not installed (apt-get install wrk)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as data:
        hub = HubProcess(data, scripts=[HUB_API], settings=FREE, env={"HUB_API_RATE": "0", "HUB_API_ACCESS_LOG": "off"})
        try:
            hub.wait_ready(api=True)
            errors = phases(hub, asked)
            hub.stop()
        finally:
            hub.kill()
    print(f"\nerrors: {errors}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
