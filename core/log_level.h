// How much is logged, by the numbers of !pylog; both hosts keep the number as pi_python.log_level.
//
// Thread: any.
#pragma once

#include <string_view>

namespace vhpy {

inline constexpr const char* kLogLevelSetting = "log_level";

// level: 0 to kMaxLogLevel (console.h); anything else counts as the nearest.
void apply_log_level(int level);
// As it was kept. Only the first digit counts, as on Verlihub; no digit: nothing changes.
void apply_log_level_text(std::string_view kept);

}  // namespace vhpy
