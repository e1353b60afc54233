"""What a call of vh costs a Python thread, beside the two ways in which scripts ask another thread today.

Run by ./dev bench, which sets VHPY_BUILD; starts itself again inside the test program that has a hub thread. All ways are
measured in turn, several rounds in one process, and the median of the rounds is printed: compare the ratios, the times
depend on the machine.
"""

import asyncio
import os
import queue
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 7
CALLS = 2000
AWAITED_AT_ONCE = 200

# Ways to be compared, as (name, seconds per call over one round).
Way = tuple[str, Callable[[], float]]


def per_call(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - start) / CALLS


def blocking_call(vh) -> Way:
    return "vh.GetUserClass(nick)", lambda: per_call(lambda: vh.GetUserClass("Security"))


def two_queues() -> Way:
    requests, answers = queue.SimpleQueue(), queue.SimpleQueue()

    def serve() -> None:
        while True:
            request = requests.get()
            answers.put(request)

    threading.Thread(target=serve, daemon=True).start()

    def call() -> None:
        requests.put(1)
        answers.get()

    return "two queue.SimpleQueue", lambda: per_call(call)


def threadsafe_coroutine() -> Way:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def answer() -> int:
        return 1

    return "run_coroutine_threadsafe(...).result()", lambda: per_call(
        lambda: asyncio.run_coroutine_threadsafe(answer(), loop).result()
    )


def awaited(vh, at_once: int) -> Way:
    async def main() -> None:
        for _ in range(CALLS // at_once):
            calls = [vh.aio.GetUserClass("Security") for _ in range(at_once)]
            for call in calls:
                await call

    def measure() -> float:
        start = time.perf_counter()
        asyncio.run(main())
        return (time.perf_counter() - start) / CALLS

    return f"await vh.aio.GetUserClass(nick), {at_once} at once", measure


def inline(hub, vh) -> Way:
    return "vh.GetUserClass(nick) on the hub thread", lambda: hub.run(
        lambda: per_call(lambda: vh.GetUserClass("Security"))
    )


def measure() -> None:
    import hubctl

    vh = hubctl.main.vh(1, "bench")
    ways = [
        blocking_call(vh),
        two_queues(),
        threadsafe_coroutine(),
        awaited(vh, 1),
        awaited(vh, AWAITED_AT_ONCE),
        inline(hubctl.main, vh),
    ]
    for _, way in ways:
        way()  # the first round fills caches
    results = {name: [] for name, _ in ways}
    for _ in range(ROUNDS):
        for name, way in ways:
            results[name].append(way() * 1e6)
    medians = {name: statistics.median(rounds) for name, rounds in results.items()}
    for name, median in medians.items():
        print(f"{name:44} {median:8.2f} us   (best {min(results[name]):.2f})")
    call, queues, coroutine = list(medians.values())[:3]
    print(f"vh call / run_coroutine_threadsafe: {call / coroutine:.2f}   (aim: at most 0.3)")
    print(f"vh call / two SimpleQueues:         {call / queues:.2f}   (aim: at most 0.5)")


def main() -> None:
    if "hubctl" in sys.builtin_module_names:
        measure()
        return
    program = Path(os.environ["VHPY_BUILD"]) / "tests/pymodule/vhpy-pytest"
    os.execv(program, [str(program), "--python", sys.executable, "--script", str(Path(__file__).resolve())])


if __name__ == "__main__":
    main()
