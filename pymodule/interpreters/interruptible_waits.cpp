// See interruptible_waits.h.
#include "pymodule/interpreters/interruptible_waits.h"

#include "pymodule/interpreters/isolated_interrupt.h"
#include "pymodule/python.h"

namespace vhpy::py {
namespace {

// What is no plain number above SLICE is left to the functions themselves, which know what to say of it.
constexpr const char* kSleepAndSelect = R"py(
import functools
import select
import selectors
import threading
import time

SLICE = 0.05  # seconds
hub = threading.get_ident()
monotonic, time_sleep, select_select = time.monotonic, time.sleep, select.select


def is_long_here(timeout):
    return threading.get_ident() == hub and (timeout is None or isinstance(timeout, (int, float)) and SLICE < timeout < 1e9)


def in_slices(step, timeout):
    """What step(seconds) returns, once that is true or time is up."""
    end = None if timeout is None else monotonic() + timeout
    while True:
        left = SLICE if end is None else max(0.0, min(SLICE, end - monotonic()))
        if (result := step(left)) or end is not None and monotonic() >= end:
            return result
        meet_interruption()


@functools.wraps(time_sleep)
def sleep(seconds, /):
    if seconds is None or not is_long_here(seconds):
        return time_sleep(seconds)
    in_slices(time_sleep, seconds)


@functools.wraps(select_select)
def select_in_slices(rlist, wlist, xlist, timeout=None, /):
    if not is_long_here(timeout):
        return select_select(rlist, wlist, xlist, timeout)
    lists = list(rlist), list(wlist), list(xlist)  # an iterator would be used up by the first
    ready = [], [], []

    def step(left):
        nonlocal ready
        ready = select_select(*lists, left)
        return any(ready)

    in_slices(step, timeout)
    return ready


def method_in_slices(method):
    @functools.wraps(method)
    def select(self, timeout=None):
        if not is_long_here(timeout):
            return method(self, timeout)
        return in_slices(lambda left: method(self, left), timeout)

    return select


time.sleep, select.select = sleep, select_in_slices
for each in selectors.EpollSelector, selectors.PollSelector:
    each.select = method_in_slices(each.select)
)py";

#if PY_VERSION_HEX >= 0x030C0000
// A condition's lock is held between two slices, as it is when wait() returns: no notification can come in between.
constexpr const char* kConditionAndJoin = R"py(
condition_wait, thread_join = threading.Condition.wait, threading.Thread.join


@functools.wraps(condition_wait)
def wait(self, timeout=None):
    if not is_long_here(timeout):
        return condition_wait(self, timeout)
    return in_slices(lambda left: condition_wait(self, left), timeout)


@functools.wraps(thread_join)
def join(self, timeout=None):
    if not is_long_here(timeout):
        return thread_join(self, timeout)
    in_slices(lambda left: thread_join(self, left) or not self.is_alive(), timeout)


threading.Condition.wait, threading.Thread.join = wait, join
)py";
#else
constexpr const char* kConditionAndJoin = "";
#endif

PyObject* meet(PyObject*, PyObject*) {
  if (!meet_interruption()) return nullptr;
  Py_RETURN_NONE;
}
PyMethodDef kMeet{"meet_interruption", meet, METH_NOARGS, "Raises KeyboardInterrupt if the hub has interrupted this thread."};

bool run(const char* source, Borrowed names) {
  const Owned code = Owned::steal(Py_CompileString(source, "<vhpy: interruptible waits>", Py_file_input));
  return code && Owned::steal(PyEval_EvalCode(code.get(), names.get(), names.get()));
}

}  // namespace

bool make_waits_interruptible() {
  const Owned names = Owned::steal(PyDict_New());
  const Owned function = Owned::steal(PyCFunction_New(&kMeet, nullptr));
  return names && function && PyDict_SetItemString(names.get(), kMeet.ml_name, function.get()) == 0 &&
         PyDict_SetItemString(names.get(), "__builtins__", PyEval_GetBuiltins()) == 0 && run(kSleepAndSelect, names) &&
         run(kConditionAndJoin, names);
}

}  // namespace vhpy::py
