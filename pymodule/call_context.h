// vh.context(): what calls get for which nobody says otherwise: how long they may take, what they are called in messages, and
// which of the two queues to the hub thread they go through.
// It holds for the code inside the `with` block: for a thread, and for an asyncio task and the tasks that it starts
// (a contextvars.ContextVar carries it).
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include <chrono>

#include "pymodule/errors.h"
#include "pymodule/module_state.h"
#include "pymodule/python.h"

namespace vhpy::py {

// The terms of one call. Keeps the context alive that they come from.
class CallTerms {
 public:
  CallTerms() = default;  // those of a call that has ended: nothing
  CallTerms(queue::TimePoint now, std::chrono::nanoseconds timeout, Owned context) noexcept
      : made_at_(now), timeout_(timeout), context_(std::move(context)) {}

  std::chrono::nanoseconds timeout() const noexcept { return timeout_; }
  queue::TimePoint made_at() const noexcept { return made_at_; }
  queue::TimePoint deadline() const noexcept { return made_at_ + timeout_; }
  CallFacts facts(const char* function) const noexcept;
  queue::Priority priority() const noexcept;
  Borrowed context() const noexcept { return context_; }  // for traversal; null: none

 private:
  queue::TimePoint made_at_{};
  std::chrono::nanoseconds timeout_{};
  Owned context_{};
};

// Those that hold where the Python code that runs now stands. False with an exception set when memory is short, and with
// vh.Expired when the hub thread is stuck (Runtime::stuck_after). function: null for what asks nothing of the hub thread, and
// so does not mind.
bool read_terms(const ModuleState& state, const char* function, CallTerms& into);

// A number of seconds as Python code gives it, cut to what a time point can hold. `what`: for the message. False with
// TypeError or ValueError set.
bool read_seconds(Borrowed given, const char* what, std::chrono::nanoseconds& into);

// The type vh.context and its variable, once per interpreter. Null with an exception set when memory is short.
Owned make_context_type();
Owned make_context_variable();

}  // namespace vhpy::py
