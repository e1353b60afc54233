// How much the hub logs, as operators set it by !pylog: kept among the settings, as pi_python.log_level.
//
// Thread: hub.
#pragma once

#include <string>

#include "core/embedded/store/settings.h"
#include "core/result.h"

namespace vhpy::embedded {

// level: 0 to kMaxLogLevel. Applies it at once, and keeps it for the next start.
Outcome set_log_level(store::Settings& settings, int level);

// At start: what was kept, if anything was. Only the first digit counts, as on Verlihub.
void apply_kept_log_level(const store::Settings& settings);

}  // namespace vhpy::embedded
