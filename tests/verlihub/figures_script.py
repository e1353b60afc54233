"""Inside the hub while figures are taken: probe.py, and what it is asked to measure."""

import os
import pathlib
import queue
import random
import threading
import time

import vh

ending = threading.Event()
counted = []
threads = []


def measure(calls, pause):
    """Seconds that each of so many calls took, at moments that have nothing to do with the hub's turns."""
    times = []
    for _ in range(calls + 5):
        if pause:
            time.sleep(random.uniform(0, pause))
        began = time.perf_counter()
        vh.GetUserClass("boss")
        times.append(time.perf_counter() - began)
    return times[5:]


def between_threads(calls, pause):
    """What a question to another thread and its answer take without any hub, at such moments."""
    questions, answers = queue.SimpleQueue(), queue.SimpleQueue()
    answering = threading.Thread(target=lambda: [answers.put(None) for _ in iter(questions.get, "end")])
    answering.start()
    times = []
    for _ in range(calls):
        time.sleep(random.uniform(0, pause))
        began = time.perf_counter()
        questions.put(None)
        answers.get()
        times.append(time.perf_counter() - began)
    questions.put("end")
    answering.join()
    return times


def staleness(changes):
    """Seconds from a change by a call until vh.cached shows it."""
    times = []
    for number in range(changes):
        text = f"change {number}"
        began = time.perf_counter()
        vh.SetMyINFO("boss", desc=text)
        while vh.cached.GetMyINFO("boss")[1] != text:
            pass
        times.append(time.perf_counter() - began)
        time.sleep(random.uniform(0, 0.06))
    return times


def _call_without_pause():
    count = 0
    while not ending.is_set():
        vh.GetUserClass("boss")
        count += 1
    counted.append(count)


def flood(number):
    for _ in range(number):
        threads.append(threading.Thread(target=_call_without_pause))
        threads[-1].start()
    return True


def calm():
    ending.set()
    for thread in threads:
        thread.join()
    return sum(counted)


# With all that probe.py can do, in this script's own namespace.
exec(compile(pathlib.Path(os.environ["VHPY_PROBE"]).read_text(), "probe.py", "exec"), globals())


def UnLoad():
    ending.set()
