// See interruptible_waits.h.
#include "pymodule/interruptible_waits.h"

#include "pymodule/python.h"

namespace vhpy::py {

#if PY_VERSION_HEX >= 0x030C0000
namespace {

// A condition's lock is held between two slices, as it is when wait() returns: no notification can come in between.
constexpr const char* kSource = R"py(
import functools
import threading
from time import monotonic

SLICE = 0.05  # seconds
hub = threading.get_ident()
condition_wait, thread_join = threading.Condition.wait, threading.Thread.join


def in_slices(step, timeout):
    end = None if timeout is None else monotonic() + timeout
    while True:
        left = SLICE if end is None else max(0.0, min(SLICE, end - monotonic()))
        if step(left):
            return True
        if end is not None and monotonic() >= end:
            return False


@functools.wraps(condition_wait)
def wait(self, timeout=None):
    if threading.get_ident() != hub:
        return condition_wait(self, timeout)
    return in_slices(lambda left: condition_wait(self, left), timeout)


@functools.wraps(thread_join)
def join(self, timeout=None):
    if threading.get_ident() != hub:
        return thread_join(self, timeout)
    in_slices(lambda left: thread_join(self, left) or not self.is_alive(), timeout)


threading.Condition.wait, threading.Thread.join = wait, join
)py";

}  // namespace

bool make_waits_interruptible() {
  const Owned code = Owned::steal(Py_CompileString(kSource, "<vhpy: interruptible waits>", Py_file_input));
  const Owned names = Owned::steal(PyDict_New());
  if (!code || !names || PyDict_SetItemString(names.get(), "__builtins__", PyEval_GetBuiltins()) != 0) return false;
  return static_cast<bool>(Owned::steal(PyEval_EvalCode(code.get(), names.get(), names.get())));
}
#else
bool make_waits_interruptible() { return true; }
#endif

}  // namespace vhpy::py
