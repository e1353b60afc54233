// The warning for a synchronous call on a thread that runs an event loop: it works, and stalls every other
// task of it.
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include "pymodule/shared.h"

namespace vhpy::py {

// Issues a RuntimeWarning, once per call site under Python's default filters. False with an exception set if
// the script's filters turn warnings into errors.
bool warn_if_loop_runs_here(Shared& shared, const char* function);

}  // namespace vhpy::py
