// vh.Future: the answer, some day, of a call that was handed to the hub thread.
//
// A future is a view of its command: whether it is done, cancelled or failed is read from the command's own
// state, so there is nothing to keep in step and nothing for the hub thread to touch. Awaiting it registers
// it with the bridge of the running event loop (event_loop.h); result() needs no loop.
//
// Owner: Python references. Thread: any, GIL held. Blocks: result() and exception() only.
#pragma once

#include <cstdint>
#include <vector>

#include "pymodule/call_context.h"
#include "pymodule/call_site.h"
#include "pymodule/errors.h"
#include "pymodule/module_state.h"
#include "queue/command.h"

namespace vhpy::py {

struct Future;

// What a future has to know of the row it came from. Static storage.
struct FutureRow {
  const char* function;
  // The result of a command in state kDone; null with an exception set: what the call itself raised, or memory is short.
  Owned (*result)(const Future& future, queue::Command& done);
  // The text of what a command in state kFailed threw.
  const std::string& (*failure)(queue::Command& failed);
  // The result was taken, or never will be; null: nothing to do. Called once for each command.
  void (*forget)(const ModuleState& state, queue::Command& command) = nullptr;
  // Which version of the live copy contains what a command in state kDone has changed; null: it is not known.
  std::uint64_t (*version)(const Future& future, queue::Command& done) = nullptr;
};

struct Future {
  PyObject* self;  // the Python object around it (FutureObject)
  const FutureRow* row;
  Owned module;                          // the instance of vh it came from; its state is used
  CallTerms terms{};                     // under which it was made
  CallSite site{};                       // where it was made
  queue::Ref<queue::Command> command{};  // null once the value is kept here, or when the call ran inline
  Owned value{};                         // as result() gives it
  Owned error{};                         // of a call that ran inline and failed
  std::vector<Owned> waiters{};          // futures of the event loop that awaiting coroutines yielded
  std::vector<Owned> callbacks{};        // of add_done_callback()
  std::uint64_t bridge_id = 0;           // the bridge that watches it; 0 = none yet
  std::uint32_t index = 0;               // of_batch: which of the command's calls it is
  bool of_batch = false;                 // one of several views of one command
  bool unsent = false;                   // of_batch: the block has not been left yet
  std::uint64_t version = 0;             // of the live copy, once the command is null; 0 = none

  queue::State state() const noexcept;
  bool done() const noexcept { return is_final(state()); }
};

struct FutureObject {
  PyObject head;
  PyObject* weak_references;  // right behind the head: make_future_type() relies on it
  Future future;
};

// `object` is a vh.Future.
inline Future& as_future(Borrowed object) noexcept {
  return reinterpret_cast<FutureObject*>(object.get())->future;
}

// The types, once per interpreter. Null with an exception set when memory is short.
Owned make_future_type();
Owned make_awaiter_type();

// A future for a command that was pushed; one for a call that ran inline, with its value or with the
// exception that is set now. Null with an exception set when memory is short.
Owned make_pending_future(Borrowed module, const FutureRow& row, CallTerms terms, queue::Ref<queue::Command> command);
Owned make_finished_future(Borrowed module, const FutureRow& row, Owned value_or_null, std::uint64_t version = 0);

// Resumes the coroutines that have yielded these futures of the loop, and forgets them. Thread: the loop's.
void wake_waiters(std::vector<Owned>& waiters);
// Has the loop call the callbacks of add_done_callback(). Thread: the loop's.
void schedule_callbacks(Future& future, Borrowed loop);

}  // namespace vhpy::py
