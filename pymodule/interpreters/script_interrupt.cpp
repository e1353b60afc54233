// See script_interrupt.h.
#include "pymodule/interpreters/script_interrupt.h"

#include <atomic>
#include <utility>

#include <spdlog/spdlog.h>

#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/isolated_interrupt.h"

namespace vhpy::py {
namespace {

constexpr int kSignal = SIGURG;
constexpr const char* kScope = "vhpy.InterruptAt";  // of the capsule that the handler is bound to

void set_interrupt_error() { PyErr_SetString(PyExc_KeyboardInterrupt, kInterruptText); }

PyObject* raise_interrupt(PyObject*, PyObject*) {
  set_interrupt_error();
  return nullptr;
}

PyMethodDef raise_interrupt_def{"raise_interrupt", raise_interrupt, METH_VARARGS, nullptr};

// Not in place of an exception that is on its way: that one is what is wanted.
int raise_at_each_line(PyObject*, PyFrameObject*, int what, PyObject*) {
  if (what != PyTrace_LINE && what != PyTrace_CALL) return 0;
  set_interrupt_error();
  return -1;
}

// signal.signal(kSignal, handler): the handler before, or null with an error set.
Owned set_handler(Borrowed handler) {
  const Owned module = Owned::steal(PyImport_ImportModule("signal"));
  if (!module) return {};
  return Owned::steal(PyObject_CallMethod(module.get(), "signal", "iO", kSignal, handler.get()));
}

Owned set_our_handler(PyMethodDef& def, Borrowed self = nullptr) {
  const Owned handler = Owned::steal(PyCFunction_New(&def, self.get()));
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

bool is_interruption(Borrowed exception) {
  if (PyErr_GivenExceptionMatches(exception.get(), PyExc_KeyboardInterrupt) == 0) return false;
  const Owned text = Owned::steal(PyObject_Str(exception.get()));
  const bool ours = text && PyUnicode_CompareWithASCIIString(text.get(), kInterruptText) == 0;
  PyErr_Clear();
  return ours;
}

bool install_interrupt() {
  if (!set_our_handler(raise_interrupt_def)) return false;
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

// Python's handler of the signal: on the hub thread, GIL held.
PyObject* InterruptAt::meet(PyObject* scope, PyObject*) {
  if (PyCapsule_IsValid(scope, kScope) != 0) {
    auto& self = *static_cast<InterruptAt*>(PyCapsule_GetPointer(scope, kScope));
    if (++self.raised_ > kPatience && !std::exchange(self.insisting_, true)) PyEval_SetTrace(raise_at_each_line, nullptr);
  }
  set_interrupt_error();
  return nullptr;
}

Owned InterruptAt::set_handler_of_scope() {
  static PyMethodDef def{"raise_interrupt", &InterruptAt::meet, METH_VARARGS, nullptr};
  scope_ = Owned::steal(PyCapsule_New(this, kScope, nullptr));
  return scope_ ? set_our_handler(def, scope_) : Owned();
}

InterruptAt::InterruptAt(std::chrono::steady_clock::time_point deadline, std::string what)
    : what_(std::move(what)),
      target_(pthread_self()),
      isolated_(PyInterpreterState_Get() != PyInterpreterState_Main()) {
  sigaction(kSignal, nullptr, &action_);
  if (isolated_) {
    struct sigaction ends_waits {};
    ends_waits.sa_handler = [](int) {};
    sigaction(kSignal, &ends_waits, nullptr);
  } else if (previous_ = set_handler_of_scope(); !previous_) {
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
  if (scope_ && PyCapsule_SetName(scope_.get(), nullptr) != 0) PyErr_Clear();
  if (insisting_) PyEval_SetTrace(nullptr, nullptr);  // one that the script has set is gone: the script is, too
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
  const bool logs = !what_.empty();
  if (logs) spdlog::warn("{} takes longer than it may: it is interrupted", what_);
  int sent = 0;
  do {
    if (logs && ++sent == kHopeless) {
      spdlog::error("{} still holds the hub up: it waits where Python cannot be interrupted", what_);
    }
    if (isolated_) {
      interrupt_isolated(static_cast<unsigned long>(target_));
    } else {
      interrupt(target_);
    }
  } while (!ended_.wait_for(lock, kInterruptEvery, [this] { return over_; }));
}

}  // namespace vhpy::py
