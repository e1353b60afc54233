// Why a hub refused: the Python surface says False only, so the reason goes to the log, at level debug.
// Thread: any. Blocks: no. Out of line, because the callers are generated per function and the logging is not
// cheap to compile.
#pragma once

#include <string>

#include "core/result.h"

namespace vhpy::py {

void log_refusal(const std::string& script, const char* function, const Error& error);

}  // namespace vhpy::py
