// Why a hub refused: the Python surface says False only, so the reason goes to the log, at level debug. A posted call
// has nobody else to tell, so that one which failed is a warning.
// Thread: any; GIL not needed. Blocks: no. Out of line, because the callers are generated per function and the logging is not
// cheap to compile.
#pragma once

#include <string>

#include "core/hub.h"
#include "core/result.h"

namespace vhpy::py {

void log_refusal(const std::string& script, const char* function, const Error& error);
void log_refused_post(ScriptId script, const char* function, const Error& error);
void log_failed_post(ScriptId script, const char* function, const char* what);

}  // namespace vhpy::py
