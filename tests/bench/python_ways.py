"""Ways in which one Python thread, or one coroutine, asks another thread for something; those of vh and those in use today.
Each is a function that prepares and returns what measures one round: seconds per call.
"""

import asyncio
import queue
import threading
import time
import timeit
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import janus

CALLS = 2_000  # of one round
AT_ONCE = 1_000  # coroutines that wait together
TIMER_SECONDS = 1.0  # what a hub's OnTimer is called with
NICK = "Security"

Measure = Callable[[], float]


def per_call(call: Callable[[], object], calls: int = CALLS) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


def serve(job: Callable[[], None]) -> None:
    """Runs a job for ever on a thread that does not hold the program up."""

    def loop() -> None:
        while True:
            job()

    threading.Thread(target=loop, daemon=True).start()


# --- a thread that waits ------------------------------------------------------------------------------------------------

def blocking_call(hub, vh) -> Measure:
    return lambda: per_call(lambda: vh.GetUserClass(NICK))


def on_hub_thread(hub, vh) -> Measure:
    return lambda: hub.run(lambda: per_call(lambda: vh.GetUserClass(NICK)))


def two_queues(hub, vh) -> Measure:
    requests, answers = queue.SimpleQueue(), queue.SimpleQueue()
    serve(lambda: answers.put(requests.get()))

    def call() -> None:
        requests.put(1)
        answers.get()

    return lambda: per_call(call)


def threadsafe_coroutine(hub, vh) -> Measure:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def answer() -> int:
        return 1

    return lambda: per_call(lambda: asyncio.run_coroutine_threadsafe(answer(), loop).result())


def timer_queue(hub, vh) -> Measure:
    """What scripts do without vhpy: a queue that OnTimer empties."""
    requests, answers = queue.Queue(), queue.SimpleQueue()
    ticks = threading.Event()

    def on_timer() -> None:
        ticks.wait(TIMER_SECONDS)
        while not requests.empty():
            answers.put(requests.get())

    serve(on_timer)

    def call() -> None:
        requests.put(1)
        answers.get()

    return lambda: per_call(call, 1)


# --- nobody is asked ----------------------------------------------------------------------------------------------------

def per_name(function: Callable[[str], object]) -> float:
    """A loop without a function of Python's around the call, which would cost as much as the call."""
    return timeit.Timer("f(NICK)", globals={"f": function, "NICK": NICK}).timeit(100 * CALLS) / (100 * CALLS)


def cached(hub, vh) -> Measure:
    return lambda: per_name(vh.cached.GetUserClass)


def no_op(hub, vh) -> Measure:
    import hubctl

    return lambda: per_name(hubctl.no_op)


# --- nobody waits -------------------------------------------------------------------------------------------------------

def posted(hub, vh) -> Measure:
    def measure() -> float:
        post = vh.post.GetUserClass
        cost = per_call(lambda: post(NICK))
        vh.GetUserClass(NICK)  # all of them have run
        return cost

    return measure


def simple_queue_put(hub, vh) -> Measure:
    requests = queue.SimpleQueue()

    def measure() -> float:
        cost = per_call(lambda: requests.put(NICK))
        while not requests.empty():
            requests.get()
        return cost

    return measure


# --- coroutines ---------------------------------------------------------------------------------------------------------

def one_by_one(make: Callable[[], object]) -> Measure:
    """`make` runs inside the loop and gives a function that makes an awaitable."""

    async def main() -> float:
        call = make()
        start = time.perf_counter()
        for _ in range(CALLS):
            await call()
        return (time.perf_counter() - start) / CALLS

    return lambda: asyncio.run(main())


def together(make: Callable[[], object]) -> Measure:
    async def main() -> float:
        call = make()

        async def one() -> None:
            await call()

        start = time.perf_counter()
        for _ in range(CALLS // AT_ONCE):
            await asyncio.gather(*(one() for _ in range(AT_ONCE)))
        return (time.perf_counter() - start) / CALLS

    return lambda: asyncio.run(main())


def awaited(hub, vh) -> Measure:
    return one_by_one(lambda: lambda: vh.aio.GetUserClass(NICK))


def awaited_together(hub, vh) -> Measure:
    return together(lambda: lambda: vh.aio.GetUserClass(NICK))


def executor_call() -> object:
    """One thread stands for the hub thread."""
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(1)
    return lambda: loop.run_in_executor(pool, len, NICK)


def executor(hub, vh) -> Measure:
    return one_by_one(executor_call)


def executor_together(hub, vh) -> Measure:
    return together(executor_call)


def janus_queues(hub, vh) -> Measure:
    async def main() -> float:
        requests, answers = janus.Queue(), janus.Queue()

        def answer() -> None:
            while (request := requests.sync_q.get()) is not None:
                answers.sync_q.put(request)

        thread = threading.Thread(target=answer)
        thread.start()
        start = time.perf_counter()
        for _ in range(CALLS):
            await requests.async_q.put(1)
            await answers.async_q.get()
        seconds = time.perf_counter() - start
        await requests.async_q.put(None)
        await asyncio.to_thread(thread.join)
        for used in (requests, answers):
            await used.aclose()
        return seconds / CALLS

    return lambda: asyncio.run(main())


# By the names that the rows know them by. To compare one more: a function above, its name here, a row in rows.py.
WAYS = {way.__name__: way for way in (
    blocking_call, on_hub_thread, two_queues, threadsafe_coroutine, timer_queue, cached, no_op, posted, simple_queue_put, awaited,
    awaited_together, executor, executor_together, janus_queues)}
