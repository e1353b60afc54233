"""The table of figures: what is measured, beside what, and what must be reached.

To add a row: one entry in ROWS. `value` and `baseline` name samples, as "program:sample"; both must come from one program,
which measures them in turn, at least five times each. The ratio is always value / baseline.
"""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """What must be at most, or at least, how much: the ratio, or the value itself in the row's unit."""

    of: str  # "ratio" or "value"
    bound: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{self.of} {'>=' if self.at_least else '<='} {self.bound:g}"

    def met(self, value: float, ratio: float) -> bool:
        figure = ratio if self.of == "ratio" else value
        return figure >= self.bound if self.at_least else figure <= self.bound


@dataclass(frozen=True)
class Row:
    name: str
    unit: str
    value: str
    baseline: str
    baseline_name: str
    goal: Goal | None = None
    scale: float = 1.0  # from the sample's unit to the row's

    @property
    def program(self) -> str:
        return self.value.split(":")[0]


def at_most(bound: float) -> Goal:
    return Goal("ratio", bound)


def at_least(bound: float) -> Goal:
    return Goal("ratio", bound, at_least=True)


def value_at_most(bound: float) -> Goal:
    return Goal("value", bound)


TO_US = 1e6  # from seconds
TO_NS = 1e9
TO_MS = 1e3
TO_MILLIONS = 1e-6
RAW = "raw moodycamel"  # of one known type: no call through a pointer, nothing on the heap
RAW_ANY = "raw moodycamel of std::function"  # of anything that can be called, as the lane's commands are
ASIO = "boost::asio::post"


def round_trip(baseline: str, name: str, goal: Goal | None = None) -> Row:
    program = "queue_round_trip_bench"
    return Row(f"C++ round trip, vs {name}", "us", f"{program}:lane", f"{program}:{baseline}", name, goal)


def throughput(producers: int, baseline: str, name: str, goal: Goal | None) -> Row:
    program, sample = "queue_throughput_bench", f"{producers}.items_per_second"
    return Row(f"C++ throughput, {producers} producer{'s' * (producers > 1)}, vs {name}", "M/s", f"{program}:lane/{sample}",
               f"{program}:{baseline}/{sample}", name, goal, TO_MILLIONS)


def python(what: str, value: str, baseline: str, name: str, goal: Goal | None = None, scale: float = TO_US) -> Row:
    return Row(f"{what}, vs {name}", "ns" if scale == TO_NS else "us", f"python_calls:{value}",
               f"python_calls:{baseline}", name, goal, scale)


def hook(what: str, value: str, goal: Goal | None = None) -> Row:
    program = "hook_calls_bench"
    return Row(what, "ns", f"{program}:{value}", f"{program}:plain", "PyObject_CallFunction by a thread that attaches",
               goal)


# From Python 3.12 on an isolated script has a GIL of its own; before, all share one.
OWN_GIL = sys.version_info >= (3, 12)


def busy(what: str, mode: str, sample: str, goal: Goal | None = None) -> Row:
    program = f"busy_script_figures:{mode}"
    return Row(f"{what}, a script that computes, {mode}", "ms", f"{program}.{sample}_on.p99", f"{program}.{sample}_off.p99",
               "the same without", goal, TO_MS)


def stress(what: str, unit: str, sample: str, baseline: str, goal: Goal | None = None) -> Row:
    return Row(what, unit, f"stress_figures:storm.{sample}", f"stress_figures:plain.{sample}", baseline, goal)


ROWS = (
    round_trip("raw", "raw futex/eventfd ping-pong", at_most(1.25)),
    round_trip("locked_queue", "mutex + condition_variable queue"),
    round_trip("libuv", "libuv uv_async_send"),
    round_trip("asio", "boost::asio::post + use_future"),
    *(throughput(n, "raw", RAW, at_least(0.8) if n <= 4 else None) for n in (1, 2, 4, 8, 16)),
    *(throughput(n, "raw_any", RAW_ANY, at_least(0.8)) for n in (1, 2, 4)),
    *(throughput(n, "asio", ASIO, at_least(3) if n <= 4 else None) for n in (1, 2, 4, 8, 16)),
    Row(f"bytes per queued command, vs {RAW}", "B", "queue_memory_bench:lane.bytes", "queue_memory_bench:raw.bytes", RAW),
    Row(f"bytes per queued command, vs {ASIO}", "B", "queue_memory_bench:lane.bytes", "queue_memory_bench:asio.bytes", ASIO),
    Row("50 light callers beside a million posts of one thread, p99", "us", "queue_fairness_bench:floods/1.p99_us",
        "queue_fairness_bench:floods/0.p99_us", "the same 50 alone", at_most(3)),
    Row("  of this, waiting in the lane", "us", "queue_fairness_bench:floods/1.wait_p99_us",
        "queue_fairness_bench:floods/0.wait_p99_us", "the same 50 alone", at_most(3)),
    python("blocking call", "blocking_call", "threadsafe_coroutine", "run_coroutine_threadsafe(...).result()",
           at_most(0.3)),
    python("blocking call", "blocking_call", "two_queues", "two SimpleQueues", at_most(0.5)),
    python("blocking call", "blocking_call", "timer_queue", "queue.Queue drained by a timer", at_most(0.01)),
    python("await, one at a time", "awaited", "executor", "loop.run_in_executor", at_most(1)),
    python("await, one at a time", "awaited", "janus_queues", "two janus queues", at_most(1)),
    python("await, 1,000 coroutines at once", "awaited_together", "executor_together", "loop.run_in_executor",
           at_most(1)),
    python("vh.cached", "cached", "no_op", "a C function that does nothing", at_most(3), TO_NS),
    Row("hub thread, live copy: 10,000 users, 1,000 changes/s", "%", "live_copy_bench:Publish/10.share_1000",
        "live_copy_bench:CopyAll/10.share_1000", "a new table of all users for each ten", value_at_most(5)),
    Row("  while two threads read it all the time", "%", "live_copy_bench:PublishWithReaders/10.share_1000",
        "live_copy_bench:CopyAll/10.share_1000", "a new table of all users for each ten", value_at_most(5)),
    Row("one read of the live copy from C++", "ns", "live_copy_bench:Read", "live_copy_bench:ReadBehindAMutex",
        "a table behind a mutex that nobody else takes"),
    python("vh.post", "posted", "simple_queue_put", "SimpleQueue.put", at_most(4), TO_NS),
    python("call on the hub thread", "on_hub_thread", "blocking_call", "the same from another thread"),
    Row("answer to a client, 4 flooding Python threads, p99", "ms", "hub_under_flood:flood_on.p99",
        "hub_under_flood:flood_off.p99", "the same without", value_at_most(5), TO_MS),
    Row("  of this, a turn of the hub's loop, p99", "ms", "hub_under_flood:turn_on.p99", "hub_under_flood:turn_off.p99",
        "the same without", value_at_most(5), TO_MS),
    busy("hook of another script, p99", "isolated", "hook", at_most(1.5) if OWN_GIL else None),
    busy("hub without hooks, p99", "isolated", "loop", at_most(1.5)),
    busy("hook of another script, p99", "shared", "hook"),
    busy("hub without hooks, p99", "shared", "loop", at_most(1.5)),
    Row("1,000,000 hook calls", "s", "hook_calls_bench:chat/1", "hook_calls_bench:plain",
        "PyObject_CallFunction by a thread that attaches", value_at_most(1.5), 1e-3),
    Row("memory grown by 1,000,000 hook calls", "KiB", "hook_calls_bench:chat/1.rss_kib",
        "hook_calls_bench:plain.rss_kib", "PyObject_CallFunction by a thread that attaches", value_at_most(1024)),
    hook("hook call, no script defines it", "chat/0"),
    hook("hook call, 1 script", "chat/1"),
    hook("hook call, 5 scripts", "chat/5"),
    hook("hook call that calls vh", "chat_that_asks"),
    hook("hook call, 1 full stream of events listens", "listened/1"),
    hook("hook call, 10 full streams of events listen", "listened/10"),
    Row("a client's command, hooks that others define", "ns", "hub_frames_bench:Command/1", "hub_frames_bench:Command/0",
        "hub without scripts"),
    stress("5,000 chat messages, API calls, timer", "s", "chat", "hub without scripts and API calls", Goal("value", 1)),
    stress("  processor time of the hub", "s", "processor", "hub without scripts and API calls"),
    stress("600 rapid commands", "s", "commands", "600 chat lines, hub without scripts", Goal("value", 0.2)),
    stress("memory growth per 5 rounds of both", "KiB", "growth", "hub without scripts", Goal("value", 256)),
)
