#include "pymodule/futures/future_result.h"

#include <chrono>
#include <optional>

#include "pymodule/fork_guard.h"
#include "pymodule/loop_warning.h"

namespace vhpy::py {
namespace {

CallFacts facts(const Future& future) {
  CallFacts facts = future.terms.facts(future.row->function);
  facts.site = &future.site;
  return facts;
}

// timeout=None, or a number of seconds. False with an exception set.
bool read_timeout(PyObject* args, PyObject* keywords, const char* format,
                  std::optional<queue::Duration>& timeout) {
  static const char* const kNames[] = {"timeout", nullptr};
  PyObject* given = Py_None;
  if (PyArg_ParseTupleAndKeywords(args, keywords, format, const_cast<char**>(kNames), &given) == 0)
    return false;
  if (given == Py_None) return true;
  std::chrono::nanoseconds time{};
  if (!read_seconds(given, "timeout", time)) return false;
  timeout = std::chrono::duration_cast<queue::Duration>(time);
  return true;
}

// Waits until the command is done or its time is up; a command that has not started by its deadline never
// will, one that is running is waited for as long as the caller wants.
void wait_without_gil(queue::Command& command, std::optional<queue::Duration> timeout) {
  const queue::TimePoint until = timeout ? queue::Clock::now() + *timeout : command.deadline();
  const GilReleased released;
  const queue::State state = command.wait(std::min(until, command.deadline()));
  if (state == queue::State::kRunning && until > command.deadline()) command.wait(until);
}

// Makes sure that the future is done. False with the exception set if it is not, and cannot be waited for, or
// the wait was too short.
bool wait_until_done(Future& future, std::optional<queue::Duration> timeout) {
  if (future.done()) return true;
  if (future.unsent) {
    PyErr_SetString(PyExc_RuntimeError, "the vh.batch of this call has not been handed over; leave its block first");
    return false;
  }
  ModuleState& state = module_state(future.module);
  if (in_forked_child()) {
    raise_forked(*state.shared, future.row->function);
    return false;
  }
  if (state.runtime->lane.on_consumer_thread()) {
    raise_would_deadlock(*state.shared, future.row->function);
    return false;
  }
  if (!warn_if_loop_runs_here(*state.shared, future.row->function)) return false;
  // A reference of our own: another thread may take the future's once it is done.
  const queue::Ref<queue::Command> command = future.command;
  if (command) wait_without_gil(*command, timeout);
  if (future.done()) return true;
  // A call of a batch leaves the others alone.
  if ((!future.of_batch && command->withdraw(queue::State::kExpired)) || future.done()) return true;
  raise_unfinished(*state.shared, state.runtime->lane, queue::State::kRunning, facts(future), {});
  return false;
}

void raise_cancelled_for_thread(const Future& future) {
  const Owned futures = Owned::steal(PyImport_ImportModule("concurrent.futures"));
  const Owned type =
      futures ? Owned::steal(PyObject_GetAttrString(futures.get(), "CancelledError")) : Owned();
  if (type) {
    PyErr_Format(type.get(), "vh.%s() at %s was cancelled before it ran", future.row->function, future.site.text().c_str());
  }
}

// The result of a future that is done, for a thread.
Owned result_for_thread(Future& future) {
  Owned result = settled_result(future);
  if (!result && PyErr_Occurred() == nullptr) raise_cancelled_for_thread(future);
  return result;
}

}  // namespace

Owned settled_result(Future& future) {
  if (future.value) return Owned::borrow(future.value.get());
  if (future.error) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(future.error.get())), future.error.get());
    return {};
  }
  const ModuleState& state = module_state(future.module);
  // A reference of our own: converting may run the garbage collector, and with it code that asks this future
  // again.
  const queue::Ref<queue::Command> command = future.command;
  if (!command) {
    PyErr_SetString(PyExc_RuntimeError, "this vh.Future is being collected");
    return {};
  }
  switch (const queue::State end = command->state()) {
    case queue::State::kDone: {
      Owned value = future.row->result(future, *command);
      if (!value) return {};
      future.value = Owned::borrow(value.get());
      if (future.row->version != nullptr) future.version = future.row->version(future, *command);
      future.command.reset();
      if (future.row->forget != nullptr) future.row->forget(state, *command);
      return value;
    }
    case queue::State::kCancelled:
      return {};
    case queue::State::kFailed:
      raise_unfinished(*state.shared, state.runtime->lane, end, facts(future), future.row->failure(*command));
      return {};
    default:
      raise_unfinished(*state.shared, state.runtime->lane, end, facts(future), {});
      return {};
  }
}

PyObject* give_up(const Future& future, queue::Command& command) {
  const ModuleState& state = module_state(future.module);
  const queue::State end =
      command.withdraw(queue::State::kExpired) ? queue::State::kExpired : queue::State::kRunning;
  return raise_unfinished(*state.shared, state.runtime->lane, end, facts(future), {});
}

PyObject* future_result(PyObject* self, PyObject* args, PyObject* keywords) {
  std::optional<queue::Duration> timeout;
  if (!read_timeout(args, keywords, "|O:result", timeout)) return nullptr;
  Future& future = as_future(self);
  return wait_until_done(future, timeout) ? result_for_thread(future).release() : nullptr;
}

PyObject* future_exception(PyObject* self, PyObject* args, PyObject* keywords) {
  std::optional<queue::Duration> timeout;
  if (!read_timeout(args, keywords, "|O:exception", timeout)) return nullptr;
  Future& future = as_future(self);
  if (!wait_until_done(future, timeout)) return nullptr;
  if (future.state() == queue::State::kCancelled) {
    raise_cancelled_for_thread(future);
    return nullptr;
  }
  if (settled_result(future)) Py_RETURN_NONE;
  return take_exception().release();
}

}  // namespace vhpy::py
