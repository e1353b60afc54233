// vh.snapshot(), vh.wait_version(), vh.last_version(), and what vh.cached says of names that it does not have.
//
// Thread: any, GIL held. Blocks: wait_version() only, without the GIL, and never on the hub thread.
#pragma once

#include <cstdint>
#include <span>

#include "pymodule/python.h"

namespace vhpy::py {

// The functions, bound to vh; without the closing null entry; valid for ever.
std::span<PyMethodDef> live_functions();
// __getattr__ of vh.cached, bound to vh.
PyMethodDef* cached_getattr();

// Of the calling thread: which version of the live copy contains what its last synchronous call has changed. 0: none yet.
std::uint64_t& last_version_here() noexcept;

}  // namespace vhpy::py
