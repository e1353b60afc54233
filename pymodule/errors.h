// The exceptions of vh, and the one place where the lane's codes become them.
//
//     vh.Error(Exception)
//       QueueFull       the queue to the hub thread is full, or too many threads use it
//       Closed          the hub is closing; the call was not accepted
//       Abandoned       the call was dropped before it ran: the hub stopped, or the script is gone
//       WouldDeadlock   the hub thread was asked to wait for itself
//       Expired         (also TimeoutError) time was up before the call started: it never ran
//       SessionGone     a user that a vh.batch was for has left, or another connection has the nick: it never ran
//       OutcomeUnknown  (also TimeoutError) it was running when time was up: it may still take effect
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include <chrono>
#include <string>

#include "pymodule/call_site.h"
#include "pymodule/python.h"
#include "pymodule/shared.h"
#include "queue/command.h"
#include "queue/lane.h"

namespace vhpy::py {

// Creates the exception types. False with an exception set when memory is short.
bool make_exceptions(Shared& shared);

// "Error", "QueueFull", ...: what the module calls them.
const char* failure_name(Failure failure) noexcept;

// Sets the exception; returns null, so that callers can `return raise(...)`.
PyObject* raise(const Shared& shared, Failure failure, const std::string& message);

// What a call was, for messages.
struct CallFacts {
  const char* function;              // "Ban"
  std::chrono::nanoseconds timeout;  // how long it was given
  const char* label = nullptr;       // of the vh.context around it; null: none
  const CallSite* site = nullptr;    // where it was made; null: where the Python code that runs now stands
  queue::Priority priority = queue::Priority::kNormal;  // which of the lane's queues it goes through
};

// A push that was not accepted.
PyObject* raise_refused(const Shared& shared, queue::Lane& lane, queue::Admission admission,
                        const CallFacts& call);

// A command that ended otherwise than kDone, or had not ended when time was up. `detail`: the text of what
// was thrown, with kFailed. Not for kCancelled, which only futures know (future.cpp).
PyObject* raise_unfinished(const Shared& shared, queue::Lane& lane, queue::State state, const CallFacts& call,
                           const std::string& detail);

// A call that was not handed over, because the hub thread does not move.
PyObject* raise_stuck(const Shared& shared, queue::Lane& lane, const CallFacts& call);

// A call in a process that a script has forked.
PyObject* raise_forked(const Shared& shared, const char* function);

// A call whose script is gone.
PyObject* raise_gone(const Shared& shared, const char* function);

// What an operation threw. site: where the call was made; null: here, as the traceback shows.
PyObject* raise_thrown(const Shared& shared, const char* function, const char* what, const CallSite* site = nullptr);

// A wait on the hub thread for what only the hub thread can do.
PyObject* raise_would_deadlock(const Shared& shared, const char* function);

}  // namespace vhpy::py
