// See isolated_interrupt.h.
#include "pymodule/interpreters/isolated_interrupt.h"

#include <atomic>
#include <mutex>
#include <utility>

#include <pthread.h>
#include <signal.h>

#include "pymodule/interpreters/script_interrupt.h"

// Python's own, which has no public form for an interpreter of one's choice: the main one's is Py_AddPendingCall(). It needs neither
// a GIL nor a thread state.
extern "C" {
#if PY_VERSION_HEX < 0x030C0000
int _PyEval_AddPendingCall(PyInterpreterState* interpreter, int (*function)(void*), void* argument);
#elif PY_VERSION_HEX < 0x030F0000
int _PyEval_AddPendingCall(PyInterpreterState* interpreter, int (*function)(void*), void* argument, int flags);
#else
#  error "not tried with this version of Python"
#endif
}

namespace vhpy::py {
namespace {

// Where the hub thread is: it changes that while it holds no GIL, and cannot leave an interpreter, let alone have it ended, while
// somebody holds the mutex. Never destroyed: a thread may be here when the process ends.
struct Entered {
  std::mutex mutex;
  unsigned long wanted = 0;  // the hub thread, if it is to be interrupted; guarded by mutex
};
Entered& entered() {
  static Entered& value = *new Entered;
  return value;
}
std::atomic<PyInterpreterState*> entered_isolated{nullptr};  // written under the mutex

int raise_if_wanted(void*);

// A full list of such calls has this one in it, too.
void call_soon(PyInterpreterState* interpreter) noexcept {
#if PY_VERSION_HEX < 0x030C0000
  static_cast<void>(_PyEval_AddPendingCall(interpreter, raise_if_wanted, nullptr));
#else
  static_cast<void>(_PyEval_AddPendingCall(interpreter, raise_if_wanted, nullptr, 0));
#endif
}

// From Python 3.12 on any thread of the interpreter may be the one that makes the call: it leaves it to the hub thread.
int raise_if_wanted(void*) {
  {
    Entered& now = entered();
    const std::lock_guard lock(now.mutex);
    PyInterpreterState* const here = PyInterpreterState_Get();
    if (now.wanted == 0 || entered_isolated.load(std::memory_order_relaxed) != here) return 0;
    if (PyThread_get_thread_ident() != now.wanted) {
      call_soon(here);
      return 0;
    }
  }
  return meet_interruption() ? 0 : -1;
}

}  // namespace

bool meet_interruption() noexcept {
  Entered& now = entered();
  {
    const std::lock_guard lock(now.mutex);
    if (now.wanted == 0 || PyThread_get_thread_ident() != now.wanted) return true;
    if (entered_isolated.load(std::memory_order_relaxed) != PyInterpreterState_Get()) return true;
    now.wanted = 0;
  }
  PyErr_SetString(PyExc_KeyboardInterrupt, kInterruptText);
  return false;
}

PyInterpreterState* enter_isolated(PyInterpreterState* isolated) {
  Entered& now = entered();
  const std::lock_guard lock(now.mutex);
  now.wanted = 0;
  return entered_isolated.exchange(isolated, std::memory_order_relaxed);
}

bool in_isolated() noexcept { return entered_isolated.load(std::memory_order_relaxed) != nullptr; }

bool interrupt_isolated(unsigned long hub_thread) noexcept {
  Entered& now = entered();
  const std::lock_guard lock(now.mutex);
  PyInterpreterState* const isolated = entered_isolated.load(std::memory_order_relaxed);
  if (isolated == nullptr) return false;
  now.wanted = hub_thread;
  call_soon(isolated);
  pthread_kill(static_cast<pthread_t>(hub_thread), SIGURG);
  return true;
}

void take_back_isolated() noexcept {
  Entered& now = entered();
  const std::lock_guard lock(now.mutex);
  now.wanted = 0;
}

}  // namespace vhpy::py
