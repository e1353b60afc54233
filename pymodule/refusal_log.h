// Why a hub refused: the Python surface says False only, so the reason goes to the log. A value that can never be right
// is the script's mistake and a warning, at most one of a kind in ten seconds; the rest, such as a user who is gone, is
// for the level debug. A posted call that failed has nobody else to tell, so it is a warning too.
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
