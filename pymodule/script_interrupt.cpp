// See script_interrupt.h.
#include "pymodule/script_interrupt.h"

#include <atomic>

#include <spdlog/spdlog.h>

#include "pymodule/isolated_interrupt.h"
#include "pymodule/traceback.h"

namespace vhpy::py {
namespace {

constexpr int kSignal = SIGURG;

PyObject* raise_interrupt(PyObject*, PyObject*) {
  PyErr_SetString(PyExc_KeyboardInterrupt, "interrupted by the hub: it took too long");
  return nullptr;
}

PyMethodDef raise_interrupt_def{"raise_interrupt", raise_interrupt, METH_VARARGS, nullptr};

// signal.signal(kSignal, handler): the handler before, or null with an error set.
Owned set_handler(Borrowed handler) {
  const Owned module = Owned::steal(PyImport_ImportModule("signal"));
  if (!module) return {};
  return Owned::steal(PyObject_CallMethod(module.get(), "signal", "iO", kSignal, handler.get()));
}

Owned set_our_handler() {
  const Owned handler = Owned::steal(PyCFunction_New(&raise_interrupt_def, nullptr));
  return handler ? set_handler(handler) : Owned();
}

std::atomic<void (*)(int)> pythons_handler{nullptr};

// Python would keep a signal that is for an isolated script, and interrupt the next shared one with it.
void tell_python(int number) {
  if (!in_isolated()) pythons_handler.load()(number);
}

void unblock_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kSignal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace

bool install_interrupt() {
  if (!set_our_handler()) return false;
  struct sigaction pythons {};
  sigaction(kSignal, nullptr, &pythons);
  pythons_handler.store(pythons.sa_handler);
  pythons.sa_handler = tell_python;
  sigaction(kSignal, &pythons, nullptr);
  unblock_signal();
  return true;
}

void interrupt(pthread_t hub_thread) noexcept { pthread_kill(hub_thread, kSignal); }

void forget_interrupt() {
  take_back_isolated();
  const ErrorKept kept;
  if (PyErr_CheckSignals() != 0) PyErr_Clear();
}

InterruptAt::InterruptAt(std::chrono::steady_clock::time_point deadline)
    : target_(pthread_self()), isolated_(PyInterpreterState_Get() != PyInterpreterState_Main()) {
  sigaction(kSignal, nullptr, &action_);
  if (isolated_) {
    struct sigaction ends_waits {};
    ends_waits.sa_handler = [](int) {};
    sigaction(kSignal, &ends_waits, nullptr);
  } else if (previous_ = set_our_handler(); !previous_) {
    spdlog::warn("a hanging script cannot be interrupted: {}", take_raised().line);
    return;
  }
  unblock_signal();
  watchdog_ = std::thread([this, deadline] { watch(deadline); });
}

InterruptAt::~InterruptAt() {
  if (!watchdog_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  watchdog_.join();
  const ErrorKept kept;
  forget_interrupt();
  if (!isolated_) {
    // None: it was not Python's. Python must forget ours all the same.
    if (previous_.get() == Py_None) previous_ = Owned::steal(PyLong_FromLong(0));  // signal.SIG_DFL
    if (!previous_ || !set_handler(previous_)) spdlog::warn("signal handler not put back: {}", take_raised().line);
  }
  sigaction(kSignal, &action_, nullptr);
}

void InterruptAt::watch(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  if (ended_.wait_until(lock, deadline, [this] { return over_; })) return;
  do {
    if (isolated_) {
      interrupt_isolated(static_cast<unsigned long>(target_));
    } else {
      interrupt(target_);
    }
  } while (!ended_.wait_for(lock, kInterruptEvery, [this] { return over_; }));
}

}  // namespace vhpy::py
