// What all vh modules of one interpreter have in common: the exceptions, the types, and the bridges to event
// loops. Each script has a vh module of its own, but `except vh.Closed` in a helper module must catch what
// any of them raised, and one event loop needs one bridge only. So these live once per interpreter, in
// PyInterpreterState_GetDict().
//
// Owner: the interpreter's dictionary, plus every module, future and bridge that uses it. Thread: any, GIL
// held. Shutdown: the last owner drops it, at the latest when the interpreter is cleared.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "pymodule/python.h"

namespace vhpy::py {

// Every exception of vh that is not Python's own. The order is that of kFailureNames in errors.cpp.
enum class Failure : std::uint8_t {
  kError,
  kQueueFull,
  kClosed,
  kAbandoned,
  kWouldDeadlock,
  kExpired,
  kOutcomeUnknown,
  kSessionGone,
};
inline constexpr std::size_t kFailures = 8;

struct Bridge;
class MainCalls;

struct Shared {
  Shared();
  ~Shared();
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  std::array<Owned, kFailures> exceptions;
  Owned future_type;
  Owned awaiter_type;
  Owned bridge_type;
  Owned context_type;
  Owned batch_type;
  Owned context_variable;         // whose value is the vh.context that holds
  Owned snapshot_type, users_type, user_type;  // snapshot.h
  Owned event_type, event_stream_type, event_awaiter_type;
  Owned asyncio_name;             // "asyncio.events"
  Owned asyncio_cancelled_error;  // null until first needed
  std::shared_ptr<MainCalls> main_calls;
  std::unordered_map<PyObject*, Bridge*>
      bridges;  // by loop; both sides are kept alive by the loop (event_loop.h)
  std::uint64_t last_bridge_id = 0;

  // That of the current interpreter, made at the first call. Null with an exception set when memory is short.
  static std::shared_ptr<Shared> of_this_interpreter();

  // The event loop that runs on the calling thread; null without an exception if there is none, or nobody has
  // imported asyncio yet; null with an exception set when asyncio itself fails.
  Owned running_loop();

 private:
  PyObject* running_loop_function() noexcept;

  // Of asyncio.events; null until a script has imported asyncio. Owned. Set once, by whichever thread is the first (acq_rel), read
  // by all (acquire): synchronous calls come here without the lock of locked.h.
  std::atomic<PyObject*> get_running_loop_{nullptr};
};

}  // namespace vhpy::py
