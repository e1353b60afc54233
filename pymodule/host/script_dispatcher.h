// The module `dispatcher` (scripts/dispatcher.py), which is part of the program so that every script can import it.
//
// Thread: hub, GIL held.
#pragma once

#include <atomic>

namespace vhpy::py {

// Makes the module, before any script is loaded. `changed` is set, on any thread, when a script registers or unregisters
// functions: its hooks must then be looked up anew. It must outlive Python. False with a Python error set.
bool install_dispatcher(std::atomic<bool>& changed);

// Where a script's namespace keeps what it has registered: something to call before its hooks are looked up.
inline constexpr const char* kDispatchedKey = "__dispatched__";

}  // namespace vhpy::py
