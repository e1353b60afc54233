// vh.batch(only_if=...): the users that must still be there, in the same session, for a batch to run. Between looking somebody up
// and acting on it the user may have left, and another connection may have the nick; the hub thread looks once more, in the turn
// in which the batch runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/live/live.h"
#include "pymodule/errors.h"
#include "pymodule/module_state.h"
#include "pymodule/python.h"

namespace vhpy::py {

struct SameSession {
  std::string nick;
  std::uint64_t session;
};
using BatchGuard = std::vector<SameSession>;

// None, a vh.User, or several of them. False with TypeError or ValueError set. Thread: any, GIL held.
bool read_guard(const ModuleState& state, Borrowed given, BatchGuard& into);

// The nick of the first who is not there any more; nothing if all are. Thread: hub.
std::optional<std::string> first_gone(live::Live& live, const BatchGuard& guard);

// Sets vh.SessionGone. Returns null. Thread: any, GIL held.
PyObject* raise_session_gone(const ModuleState& state, const char* function, const std::string& nick);

}  // namespace vhpy::py
